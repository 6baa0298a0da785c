"""Commands about pools: how they stand, and the order list of one."""

import click

from bot.commands.printing import FORMATS, print_rows
from bot.commands.running import NUMBER, run_async

LISTED = 200


@click.group()
def pool() -> None:
    """Pools (拼团): how they stand, and the order list of each.

    \b
    Example: haowu pool list
    """


@pool.command(name="list")
@click.option("--format", "style", type=FORMATS, default="table", show_default=True)
@run_async
async def list_(style: str) -> None:
    """The latest pools of all groups.

    \b
    Example: haowu pool list --format json
    """
    from bot.app import opened

    async with opened() as app:
        found = await app.rooms.pools.pooling.latest(LISTED)
        zone = app.settings.zone
    rows = [
        {
            "id": own.pool.id,
            "offer": own.offer.facts.title,
            "group": own.group.title,
            "state": own.pool.state.value,
            "joined": own.pool.joined,
            "target": own.pool.target,
            "together_minor": own.pool.together_minor,
            "alone_minor": own.pool.alone_minor,
            "currency": own.pool.currency,
            "closes_at": own.pool.closes_at.astimezone(zone).isoformat(timespec="minutes"),
            "message": own.pool.standing.value,
        }
        for own in found
    ]
    print_rows(rows, style, empty="No pools yet.")


@pool.command()
@click.argument("number", metavar="ID", type=NUMBER)
@click.option("--format", "style", type=click.Choice(["csv", "json"]), default="csv")
@run_async
async def export(number: int, style: str) -> None:
    """The order list of a pool that was reached: who wants how many, where.

    Names are erased 30 days after its end.

    \b
    Example: haowu pool export 12 --format csv
    """
    from bot.app import opened
    from bot.domain.pools import lists
    from bot.domain.pools.pools import PoolId
    from bot.errors import NotFoundError

    async with opened() as app:
        found = await app.rooms.pools.collecting.order_list(PoolId(number))
    if found is None:
        raise NotFoundError(f"There is no pool {number} that was reached.")
    written = lists.as_csv(found.rows) if style == "csv" else lists.as_json(found.rows) + "\n"
    click.echo(written, nl=False)
