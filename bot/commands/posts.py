"""Commands about posts: slots, quiet hours, days off, scripts, and publishing a slot now."""

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from bot.commands.printing import print_rows
from bot.commands.running import NUMBER, run_async, told
from bot.errors import InputError

if TYPE_CHECKING:
    from bot.app import App

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

    SCOPE is programme:NAME, promoter:ID or group:ID. A table is followed by quiet hours, days
    off and the festivals that come.

    \b
    Example: haowu slots show programme:fenxiang
    """
    from bot.app import opened
    from bot.domain.posts.slots import days_text

    async with opened() as app:
        rows = await app.scheduling.show(scope)
        rest = await _silences(app, scope) if style == "table" else ()
    print_rows(
        [
            {
                "scope": row.scope,
                "slot": row.plan.name,
                "opens": row.plan.opens,
                "closes": row.plan.closes,
                "days": days_text(row.plan.days),
                "set by hand": row.is_set,
                "off": row.plan.is_off,
                "during": "–".join(row.plan.during or ()),
            }
            for row in rows
        ],
        style,
    )
    for title, table in rest:
        if table:
            click.echo(f"\n{title}")
            print_rows(table, style)


async def _silences(app: "App", scope: str | None) -> list[tuple[str, list[dict[str, object]]]]:
    """What else holds, of ``scope`` or of all: quiet hours, days off, festivals."""
    operating, today = app.rooms.schedules.operating, app.now().date()
    quiet = [
        {"scope": of, "quiet": str(hours or "off"), "set by hand": is_set}
        for of, hours, is_set in await operating.quiet_hours()
        if scope in (None, of)
    ]
    skipped = [
        {"scope": of, "days": str(each), "reason": each.reason, "set by hand": bool(each.id)}
        for of, each in await operating.blackouts(today)
        if scope in (None, of)
    ]
    festivals = [
        {"programme": name, "festival": each.festival.name, "from": str(each.starts_on)}
        | {"to": str(each.ends_on), "slots": len(each.festival.slots)}
        for name, each in operating.festivals(today)
        if scope in (None, f"programme:{name}")
    ]
    return [("Quiet hours", quiet), ("Days off", skipped), ("Festivals", festivals)]


@slots.command("quiet")
@click.argument("scope")
@click.argument("hours", metavar="HH:MM-HH:MM|off")
@run_async
async def set_quiet(scope: str, hours: str) -> None:
    """Set the hours in which nothing is posted in SCOPE, in the groups' own time.

    "off" takes back what was set; of a programme it switches off the hours of its file, too.

    \b
    Example: haowu slots quiet programme:fenxiang 22:00-08:00
    """
    from bot.app import opened
    from bot.domain.posts.slots import parse_window
    from bot.domain.schedules.rules import Quiet

    quiet = None if hours == "off" else Quiet(*parse_window(hours))
    async with opened() as app:
        await app.rooms.schedules.operating.set_quiet(scope, quiet, by="command line")
    click.echo(f"{scope} quiet: {quiet or 'off'}")


@slots.command("skip")
@click.argument("scope")
@click.argument("days", metavar="DATE[..DATE]")
@click.option("--reason", default="", help="Shown to promoters beside the day.")
@click.option("--remove", "is_removed", is_flag=True, help="Take back the one that holds DATE.")
@run_async
async def skip_days(scope: str, days: str, reason: str, is_removed: bool) -> None:
    """Let no slot open in SCOPE on these days, in the groups' own time.

    \b
    Example: haowu slots skip programme:fenxiang 2027-02-05..2027-02-07 --reason "New Year"
    """
    from bot.app import opened
    from bot.domain.schedules.blackouts import parse_blackout

    async with opened() as app:
        operating = app.rooms.schedules.operating
        if is_removed:
            found = await operating.remove_blackout(scope, days, by="command line")
            click.echo(f"{scope} opens again: {found}")
            return
        blackout = parse_blackout(days, reason)
        await operating.add_blackout(scope, blackout, by="command line")
    click.echo(f"{scope} closed: {blackout}")


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


@click.group()
def scripts() -> None:
    """Show, check and set the opening lines of posts (话术).

    \b
    Example: haowu scripts show fenxiang
    """


@scripts.command("show")
@click.argument("programme", required=False)
@STYLE
@run_async
async def show_scripts(programme: str | None, style: str) -> None:
    """The scripts in force, of PROGRAMME or of all.

    \b
    Example: haowu scripts show fenxiang
    """
    from bot.app import opened

    async with opened() as app:
        rows = await app.rooms.schedules.scripting.show(programme)
    print_rows(
        [
            {"programme": row.programme, "slot": row.slot, "language": row.language}
            | {"text": row.text, "set by hand": row.is_set}
            for row in rows
        ],
        style,
    )


@scripts.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@told
def check_scripts(file: Path) -> None:
    """Check FILE: banned words, unknown placeholders, lines too long, each with its line.

    \b
    Example: haowu scripts check spring.toml
    """
    from bot.services.schedules.scripting import checked

    text = file.read_text("utf-8")
    if faults := checked(text):
        raise InputError("\n".join(fault.told(text) for fault in faults))
    click.echo(f"{file.name}: nothing to mend")


@scripts.command("set")
@click.argument("programme")
@click.argument("file", type=click.File(encoding="utf-8"))
@run_async
async def set_scripts(programme: str, file: TextIO) -> None:
    """Let the scripts of FILE take the place of those of PROGRAMME, once they are checked.

    FILE holds [scripts.SLOT] with zh = [...] and en = [...], as a programme's file does.

    \b
    Example: haowu scripts set fenxiang spring.toml
    """
    from bot.app import opened

    async with opened() as app:
        scripting = app.rooms.schedules.scripting
        count = await scripting.set(programme, file.read(), by="command line")
    click.echo(f"{programme}: {count} scripts set")


@scripts.command("reset")
@click.argument("programme")
@run_async
async def reset_scripts(programme: str) -> None:
    """Go back to the scripts of PROGRAMME's own file.

    \b
    Example: haowu scripts reset fenxiang
    """
    from bot.app import opened

    async with opened() as app:
        was_set = await app.rooms.schedules.scripting.reset(programme, by="command line")
    click.echo(f"{programme}: {'its own scripts again' if was_set else 'nothing was set'}")


@click.command()
@click.option("--slot", required=True, help="Which slot to open now, such as morning.")
@click.option("--group", "group", type=NUMBER, help="One group alone: its id or its chat id.")
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
