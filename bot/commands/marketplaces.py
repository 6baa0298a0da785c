"""Commands about marketplaces: whether one pays for what a promoter buys by an own link."""

import click

from bot.commands.running import run_async


@click.group()
def marketplace() -> None:
    """What holds for a marketplace as a whole.

    \b
    Example: haowu marketplace self-purchase feed off --reason "their terms of 2026-11"
    """


@marketplace.command("self-purchase")
@click.argument("name")
@click.argument("said", type=click.Choice(["on", "off"]), metavar="on|off")
@click.option("--reason", required=True, help="Why; it lands in the audit log.")
@run_async
async def self_purchase(name: str, said: str, reason: str) -> None:
    """Say whether the marketplace NAME pays for own purchases; off means no /buy links there.

    \b
    Example: haowu marketplace self-purchase feed off --reason "their terms of 2026-11"
    """
    from bot.app import opened

    async with opened() as app:
        is_paid = said == "on"
        await app.sharing.set_self_purchase(name, is_paid=is_paid, by="command line", reason=reason)
    click.echo(f"{name} pays for own purchases." if is_paid else f"No /buy links for {name}.")
