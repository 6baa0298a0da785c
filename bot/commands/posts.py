"""Commands about posts: slots, and publishing one now."""

import click

from bot.commands.printing import print_rows
from bot.commands.running import run_async
from bot.errors import InputError

STYLE = click.option(
    "--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True
)


@click.group()
def slots() -> None:
    """Show and set the windows in which posts go out.

    \b
    Example: haowu slots set programme:fenxiang morning 07:30-08:15
    """


@slots.command("show")
@click.argument("scope", required=False)
@STYLE
@run_async
async def show_slots(scope: str | None, style: str) -> None:
    """The slots in force, of SCOPE or of every programme and group.

    SCOPE is programme:NAME or group:ID.

    \b
    Example: haowu slots show programme:fenxiang
    """
    from bot.app import opened
    from bot.domain.posts.slots import days_text

    async with opened() as app:
        rows = await app.scheduling.show(scope)
    print_rows(
        [
            {
                "scope": row.scope,
                "slot": row.plan.name,
                "opens": row.plan.opens,
                "closes": row.plan.closes,
                "days": days_text(row.plan.days),
                "set by hand": row.is_set,
            }
            for row in rows
        ],
        style,
    )


@slots.command("set")
@click.argument("scope")
@click.argument("slot")
@click.argument("window", metavar="HH:MM-HH:MM")
@click.option("--days", default="daily", show_default=True, help="Such as mon-fri or sat,sun.")
@run_async
async def set_slot(scope: str, slot: str, window: str, days: str) -> None:
    """Set the window of SLOT for SCOPE (programme:NAME or group:ID), in the groups' own time.

    \b
    Example: haowu slots set programme:fenxiang morning 07:30-08:15 --days mon-fri
    """
    from bot.app import opened
    from bot.domain.posts.slots import parse_days, parse_window

    opens, closes = parse_window(window)
    async with opened() as app:
        await app.scheduling.set(
            scope, slot, opens=opens, closes=closes, days=parse_days(days), by="command line"
        )
    click.echo(f"{scope} {slot}: {opens}-{closes} {days}")


@click.command()
@click.option("--slot", required=True, help="Which slot to open now, such as morning.")
@click.option("--group", "group", type=int, help="One group alone: its id or its chat id.")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Show what would be sent.")
@STYLE
@run_async
async def publish(slot: str, group: int | None, is_dry_run: bool, style: str) -> None:
    """Open a slot now: its posts go into the outbox, once a group and day.

    \b
    Example: haowu publish --slot morning --dry-run
    """
    from bot.app import opened
    from bot.services.posts.drafting import Outcome

    async with opened() as app:
        group_id = None if group is None else await app.group_id(group)
        results = await app.publishing.publish_now(
            slot, group_id=group_id, is_dry_run=is_dry_run, by="command line"
        )
    if results and all(each.outcome == Outcome.NO_SLOT for each in results):
        raise InputError(f"No group has a slot “{slot}”: `haowu slots show` names them.")
    print_rows(
        [
            {"group_id": each.group_id, "outcome": each.outcome, "posts": len(each.posts)}
            for each in results
        ],
        style,
        empty="No groups are connected yet.",
    )
    if is_dry_run and style == "table":
        for each in results:
            for rendered in each.posts:
                click.echo(f"\n── group {each.group_id}\n{rendered.html}")
                for row in rendered.buttons:
                    click.echo("  ".join(f"[{button.text}]({button.url})" for button in row))
