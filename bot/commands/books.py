"""Commands about money: orders in, reports, statements, and the proof that the books are right."""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bot.commands.printing import FORMATS, print_json, print_rows
from bot.commands.running import EXIT_FAILED, NUMBER, run_async
from bot.domain.money import written
from bot.errors import InputError

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def orders() -> None:
    """Take in a marketplace's order report.

    \b
    Example: haowu orders import orders.csv --marketplace shop
    """


@orders.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--marketplace", required=True, help="Whose report it is.")
@click.option("--map", "mapping", multiple=True, metavar="FIELD=COLUMN", help="Rename a column.")
@run_async
async def import_orders(file: Path, marketplace: str, mapping: tuple[str, ...]) -> None:
    """Credit every order row of FILE (CSV); the same rules as for postbacks.

    \b
    Fields: order_id row sub_id status commission amount currency ordered_at updated_at
    Example: haowu orders import orders.csv --marketplace shop --map order_id=Order
    """
    from bot.app import opened

    fields = {}
    for word in mapping:
        field, equals, column = word.partition("=")
        if not equals or not field or not column:
            raise InputError(f"--map takes FIELD=COLUMN, not “{word}”.")
        fields[field] = column
    async with opened() as app:
        with file.open("rb") as content:
            counts = await app.crediting.receive_file(marketplace, content, fields)
    for line, reason in counts.refused[:20]:
        click.echo(f"line {line}: {reason}", err=True)
    if len(counts.refused) > 20:
        click.echo(f"… and {len(counts.refused) - 20} more", err=True)
    click.echo(
        f"credited {counts.credited}, duplicate {counts.duplicate}, orphan {counts.orphan}, "
        f"quarantined {counts.quarantined}, refused {len(counts.refused)}"
    )


@click.command()
@click.option("--from", "start", type=DAY, help="First day, by order time.")
@click.option("--to", "end", type=DAY, help="Last day, included.")
@click.option(
    "--by", type=click.Choice(["group", "promoter", "slot", "offer", "source", "shop"]),
    default="group", show_default=True,
)  # fmt: skip
@click.option("--format", "style", type=FORMATS, default="table", show_default=True)
@run_async
async def report(start: datetime | None, end: datetime | None, by: str, style: str) -> None:
    """Posts, clicks, conversions and commission by group, promoter, slot, offer, source or shop.

    \b
    Example: haowu report --by group --from 2026-11-01 --to 2026-11-30 --format csv
    """
    from bot.app import opened

    if start and end and end < start:
        raise InputError("--to is before --from.")
    async with opened() as app:
        rows = await app.reporting.report(
            by, start.date() if start else None, end.date() if end else None
        )
    print_rows(rows, style)


@click.command()
@click.argument("promoter", type=NUMBER)
@click.option("--month", metavar="YYYY-MM", help="The current month when absent.")
@click.option("--format", "style", type=FORMATS, default="table", show_default=True)
@run_async
async def statement(promoter: int, month: str | None, style: str) -> None:
    """What the books say of PROMOTER (a Telegram user id), line by line.

    \b
    Example: haowu statement 123456789 --month 2026-11
    """
    from bot.app import opened

    async with opened() as app:
        person = await app.enrolling.promoter_by_telegram(promoter)
        if person is None:
            raise InputError(f"No promoter has the Telegram user id {promoter}.")
        found = await app.reporting.statement(person.id, month)
    lines = [asdict(line) for line in found.lines]
    if style == "json":
        print_json(
            {
                "promoter_id": promoter,
                "name": person.name,
                "month": found.month,
                "opening": _balances(found.opening),
                "closing": _balances(found.closing),
                "is_chain_whole": found.is_chain_whole,
                "lines": lines,
            }
        )
        return
    print_rows(lines, style, empty=f"No movement in {found.month}.")
    if style == "table":
        click.echo("")
        for balance in _balances(found.closing):
            amount = written(balance["amount_minor"], balance["currency"])
            click.echo(f"{balance['account']}: {amount} at the end of {found.month}")
        click.echo(f"chain: {'whole' if found.is_chain_whole else 'BROKEN'}")


def _balances(found: Mapping[tuple[str, Any], int]) -> list[dict[str, Any]]:
    return [
        {"account": account, "amount_minor": amount, "currency": currency}
        for (account, currency), amount in found.items()
    ]


@click.command()
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text")
@run_async
async def verify(style: str) -> None:
    """Check the books: balanced, chained, every conversion credited once. Exit code 1 if not.

    \b
    Example: haowu verify
    """
    from bot.app import opened

    async with opened() as app:
        found = await app.settling.verify()
    if style == "json":
        print_json({"faults": list(found.faults), **found.counts})
    else:
        for fault in found.faults:
            click.echo(fault, err=True)
        click.echo(", ".join(f"{count} {name}" for name, count in found.counts.items()))
        click.echo("The books are right." if not found.faults else "The books are NOT right.")
    if found.faults:
        sys.exit(EXIT_FAILED)
