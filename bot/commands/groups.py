"""Commands about groups: how they stand, handing on, taking out, closing, opening again."""

from typing import TYPE_CHECKING, Any

import click

from bot.commands.printing import FORMATS, print_rows
from bot.commands.running import NUMBER, run_async
from bot.errors import InputError

if TYPE_CHECKING:
    from bot.domain.records import Group

STYLE = click.option("--format", "style", type=FORMATS, default="table", show_default=True)
NEGATIVE = {"ignore_unknown_options": True}
"""So that the chat id of a group, which begins with a minus, is no option."""
LISTED = 500
REFUSED = {
    "own": "It is that promoter's group already.",
    "locked": "That promoter is not unlocked, or is suspended.",
    "other_programme": "That promoter is in another programme.",
    "other_brand": "That promoter is bound to another brand.",
    "full": "That promoter has as many groups as the programme allows.",
    "gone": "The bot is not in that group.",
}


@click.group()
def groups() -> None:
    """List groups, hand one on to another promoter, take one out.

    \b
    Example: haowu groups list --format json
    """


@groups.command("list")
@STYLE
@run_async
async def list_groups(style: str) -> None:
    """Every group that is not closed, with promoter, state and members.

    \b
    Example: haowu groups list
    """
    from bot.app import opened

    async with opened() as app:
        found = await app.connecting.all_groups()
        promoters = {each.id: each.telegram_id for each in await app.enrolling.promoters()}
    rows = [_row(each, promoters.get(each.promoter_id)) for each in found]
    print_rows(rows, style, empty="No groups yet: promoters connect theirs with /connect")


@groups.command(context_settings=NEGATIVE)
@click.argument("number", type=NUMBER, metavar="ID")
@STYLE
@run_async
async def show(number: int, style: str) -> None:
    """One group by our id or its chat id: settings, slots, and what is missing.

    \b
    Example: haowu groups show 7
             haowu groups show -- -1001234567890
    """
    from bot.app import opened

    async with opened() as app:
        group = await app.connecting.group(await app.group_id(number))
        assert group is not None  # noqa: S101 - it was found by its id
        promoter = await app.enrolling.promoter(group.promoter_id)
        plans = await app.scheduling.plans(group)
    row = _row(group, promoter.telegram_id if promoter else None) | {
        "timezone": group.timezone,
        "language": group.language,
        "vertical": group.vertical,
        "missing_rights": ", ".join(group.missing_rights),
        "slots": ", ".join(f"{plan.name} {plan.opens}-{plan.closes}" for plan in plans),
        "connected_at": group.connected_at,
        "disconnected_at": group.disconnected_at,
    }
    if style == "table":
        for name, value in row.items():
            click.echo(f"{name:<16}{'' if value is None else value}")
        return
    print_rows([row], style)


@groups.command(context_settings=NEGATIVE)
@click.argument("number", type=NUMBER, metavar="ID")
@click.option("--to", "telegram_id", type=NUMBER, required=True, help="Telegram id of the new one.")
@click.option("--reason", required=True, help="Why; both are told, and it lands in the audit log.")
@run_async
async def transfer(number: int, telegram_id: int, reason: str) -> None:
    """Hand a group on to another promoter of its programme; what was earned stays.

    \b
    Example: haowu groups transfer 7 --to 123456789 --reason "moved to another town"
    """
    from bot.app import opened
    from bot.services.leaving.outcomes import Refused

    async with opened() as app:
        group_id = await app.group_id(number)
        done = await app.rooms.leaving.transferring.order(
            group_id, telegram_id, by="command line", reason=reason
        )
    if isinstance(done, Refused):
        raise InputError(REFUSED[done.reason])
    click.echo(f"“{done.group.title}” is {telegram_id}'s from now on; sent links stay as they are.")


@groups.command(context_settings=NEGATIVE)
@click.argument("number", type=NUMBER, metavar="ID")
@click.option("--reason", required=True, help="Why; its promoter is told, the audit log keeps it.")
@click.option("--quiet", is_flag=True, help="Leave without a goodbye.")
@run_async
async def disconnect(number: int, reason: str, quiet: bool) -> None:
    """Take a group out: nothing more is posted, and the bot leaves within a minute of running.

    \b
    Example: haowu groups disconnect 7 --reason "its owner asked us to"
    """
    from bot.app import opened

    async with opened() as app:
        group_id = await app.group_id(number)
        done = await app.rooms.leaving.disconnecting.order(
            group_id, by="command line", reason=reason, says_goodbye=not quiet
        )
    if done is None:
        click.echo("It is disconnected already.")
        return
    click.echo(
        f"“{done.group.title}” is disconnected: {done.withdrawn} posts withdrawn, "
        f"{done.pools} pools ended."
    )


@groups.command(context_settings=NEGATIVE)
@click.argument("number", type=NUMBER, metavar="ID")
@click.option("--reason", required=True, help="Why; it lands in the audit log.")
@run_async
async def reopen(number: int, reason: str) -> None:
    """Open a closed group again; posts start with its next slot.

    \b
    Example: haowu groups reopen 7 --reason "its promoter has new plans for it"
    """
    from bot.app import opened
    from bot.services.health.outcomes import Refused

    async with opened() as app:
        done = await app.rooms.health.overseeing.reopen(
            await app.group_id(number), of=None, by="command line", reason=reason, members=None
        )
    if isinstance(done, Refused):
        raise InputError("That group is not closed.")
    click.echo(f"“{done.group.title}” is open again.")


@groups.command(context_settings=NEGATIVE)
@click.argument("number", type=NUMBER, metavar="ID")
@click.option("--reason", required=True, help="Why; its promoter is told, the audit log keeps it.")
@run_async
async def close(number: int, reason: str) -> None:
    """Close a group: nothing more is posted in it, and the bot stays there.

    \b
    Example: haowu groups close 7 --reason "members complained"
    """
    from bot.app import opened

    async with opened() as app:
        group_id = await app.group_id(number)
        await app.rooms.health.overseeing.close(group_id, by="command line", reason=reason)
    click.echo(f"Group {group_id} is closed.")


@groups.command()
@STYLE
@run_async
async def unwell(style: str) -> None:
    """Groups on probation, closed for their health, or spared some posts, and why.

    \b
    Example: haowu groups unwell --format json
    """
    from bot.app import opened

    async with opened() as app:
        found = await app.rooms.health.overseeing.ailing(LISTED)
    rows = [
        {
            "group_id": one.group.id,
            "title": one.group.title,
            "state": one.group.state.value,
            "members": one.group.member_count,
            "cause": one.health.cause.value if one.health and one.health.cause else "",
            "until": str(one.health.probation_until or "") if one.health else "",
            "left_out_percent": one.health.share_bps // 100 if one.health else 0,
        }
        for one in found
    ]
    print_rows(rows, style, empty="Every group is well.")


def _row(group: "Group", telegram_id: int | None) -> dict[str, Any]:
    state = group.state.value
    if group.disconnected_at is not None:
        state = "disconnected"
    elif group.lost_at is not None:
        state = "lost"
    elif group.is_paused:
        state = "paused"
    return {
        "group_id": group.id,
        "chat_id": group.chat_id,
        "title": group.title,
        "promoter_id": telegram_id,
        "programme": group.programme,
        "state": state,
        "members": group.member_count,
    }
