"""Commands about goods of promoters' own: what waits, and an operator's word on it."""

import click

from bot.commands.printing import FORMATS, print_rows
from bot.commands.running import NUMBER, run_async


@click.group()
def stock() -> None:
    """List, approve and refuse goods that promoters offer of their own (dongxiaodian).

    \b
    Example: haowu stock approve 7
    """


@stock.command("list")
@click.option("--format", "style", type=FORMATS, default="table", show_default=True)
@run_async
async def list_stock(style: str) -> None:
    """What waits for an operator, the longest first.

    \b
    Example: haowu stock list --format json
    """
    from bot.app import opened
    from bot.domain import money

    async with opened() as app:
        waiting = await app.stocking.waiting()
        owners = {each.promoter_id for each in waiting}
        promoters = {each: await app.enrolling.promoter(each) for each in owners}
    rows = [
        {
            "number": each.id,
            "promoter_id": getattr(promoters[each.promoter_id], "telegram_id", None),
            "title": each.title,
            "price": money.plain(each.price_minor, each.currency),
            "currency": each.currency,
            "url": each.url,
        }
        for each in waiting
    ]
    print_rows(rows, style, empty="Nothing waits.")


@stock.command()
@click.argument("number", type=NUMBER)
@click.option("--reason", default="", help="Why; it lands in the audit log.")
@run_async
async def approve(number: int, reason: str) -> None:
    """Let NUMBER of the list into its owner's own groups.

    \b
    Example: haowu stock approve 7 --reason "seen the page"
    """
    from bot.app import opened

    async with opened() as app:
        done = await app.stocking.approve(number, by="command line", reason=reason)
    click.echo(f"{done.title} may go to its owner's groups.")


@stock.command()
@click.argument("number", type=NUMBER)
@click.option("--reason", required=True, help="Why; the owner is told.")
@run_async
async def refuse(number: int, reason: str) -> None:
    """Keep NUMBER of the list out.

    \b
    Example: haowu stock refuse 7 --reason "the price is not the one on the page"
    """
    from bot.app import opened

    async with opened() as app:
        done = await app.stocking.refuse(number, by="command line", reason=reason)
    click.echo(f"{done.title} is refused; its owner is told.")
