"""Commands about questions: what members wish for."""

import click

from bot.commands.printing import FORMATS, print_rows
from bot.commands.running import run_async


@click.command()
@click.option("--format", "style", type=FORMATS, default="table", show_default=True)
@run_async
async def wishes(style: str) -> None:
    """What at least three people asked for in 30 days and did not find.

    \b
    Example: haowu wishes --format json
    """
    from bot.app import opened

    async with opened() as app:
        found = await app.wishing.inbox()
        zone = app.settings.zone
    rows = [
        {
            "wish": each.words,
            "people": each.people,
            "last_at": each.last_at.astimezone(zone).isoformat(timespec="minutes"),
        }
        for each in found
    ]
    print_rows(rows, style, empty="No three people want the same yet.")
