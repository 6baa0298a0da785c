"""The command line: `haowu`, the same as `python -m bot`."""

import sys

import click

from bot.commands import (
    books,
    catalog,
    groups,
    marketplaces,
    people,
    pools,
    posts,
    programmes,
    questions,
    stock,
    system,
)
from bot.commands.choosing import shortlist


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="haowu", prog_name="haowu")
def cli() -> None:
    """Haowu (好物): group commerce on Telegram, with books that everyone can check.

    \b
    Try it:   haowu demo
    Run it:   haowu check && haowu run
    """


for command in (
    system.run, system.demo, system.check, system.migrate, system.backup, system.restore,
    catalog.catalog, shortlist.shortlist,
    programmes.programme,
    people.invite, people.promoter,
    posts.slots, posts.scripts, posts.publish,
    pools.pool,
    groups.groups,
    books.orders, books.report, books.statement, books.verify,
    questions.wishes,
    stock.stock, marketplaces.marketplace,
):  # fmt: skip
    cli.add_command(command)


def main() -> None:
    """Run the command line; the console script's entry."""
    # Chinese must print on terminals that announce no encoding.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    cli(prog_name="haowu")


if __name__ == "__main__":
    main()
