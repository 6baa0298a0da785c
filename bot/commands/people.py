"""Commands about people: invitations and promoters."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING, BinaryIO
from zoneinfo import ZoneInfo

import click

from bot.commands.printing import FORMATS, print_json, print_rows
from bot.commands.running import NUMBER, run_async
from bot.errors import InputError

if TYPE_CHECKING:
    from bot.services.people.inviting import Bond

STYLE = click.option("--format", "style", type=FORMATS, default="table", show_default=True)
DAYS_LIMIT = 3650
USES_LIMIT = 100_000


@click.command()
@click.option("--programme", required=True, help="The programme that the code opens.")
@click.option("--uses", type=click.IntRange(1, USES_LIMIT), default=1, show_default=True)
@click.option("--days", type=click.IntRange(1, DAYS_LIMIT), default=30, show_default=True)
@click.option("--brand", help="The brand that whoever joins is bound to (yundian).")
@click.option("--shop", help="The shop that whoever joins is bound to (yundian).")
@click.option(
    "--list", "staff", type=click.File("rb"),
    help="A CSV list of staff with a head: one code for each name.",
)  # fmt: skip
@click.option("--column", help="The list's column of names, where it is not found by itself.")
@STYLE
@run_async
async def invite(
    programme: str,
    uses: int,
    days: int,
    brand: str | None,
    shop: str | None,
    staff: BinaryIO | None,
    column: str | None,
    style: str,
) -> None:
    """Make an invitation, or one for each of a list; prints codes and deep links.

    \b
    Example: haowu invite --programme fenxiang --uses 5
             haowu invite --programme yundian --brand Haier --shop "Pudong 3"
             haowu invite --programme jingxiaoge --list staff.csv --format csv > codes.csv
    """
    from bot.app import opened
    from bot.services.people.inviting import Bond

    bond = Bond(brand, shop)
    if staff is not None:
        await _invite_all(programme, days, bond, staff, column, style)
        return
    async with opened() as app:
        invitation = await app.enrolling.invite(
            programme, owner_id=None, uses=uses, days=days, bond=bond
        )
        link = await app.deep_link(invitation.code)
    if style != "table":
        row = {"code": invitation.code, "link": link, "programme": programme, "uses": uses}
        print_json(row) if style == "json" else print_rows([row], style)
        return
    click.echo(invitation.code)
    click.echo(link or f"/start {invitation.code}  (no bot answered: send this to the bot)")


async def _invite_all(
    programme: str, days: int, bond: "Bond", staff: BinaryIO, column: str | None, style: str
) -> None:
    """One code for each name of a list; what is no name is told, and the rest still gets one."""
    from bot.app import opened
    from bot.services.people.inviting import read_staff

    found = read_staff(staff.read(), column)
    for line, reason in found.refused:
        click.echo(f"line {line}: {reason}", err=True)
    if not found.names:
        raise InputError(f"The list names nobody in its column “{found.column}”.")
    async with opened() as app:
        made = await app.inviting.invite_all(
            programme, [name for _, name in found.names], days=days, bond=bond, by="command line"
        )
        # One answer tells where all of them lead.
        first = await app.deep_link(made[0].code)
    rows = [
        {
            "line": line,
            "name": each.name,
            "code": each.code,
            "link": first and first.replace(made[0].code, each.code),
        }
        for (line, _), each in zip(found.names, made, strict=True)
    ]
    print_rows(rows, style)
    told = f"names from column “{found.column}”: {len(made)} codes, {len(found.refused)} refused"
    click.echo(told, err=True)


@click.group()
def promoter() -> None:
    """List promoters, waive training, suspend.

    \b
    Example: haowu promoter unlock 123456789
    """


@promoter.command("list")
@STYLE
@run_async
async def list_promoters(style: str) -> None:
    """Every promoter with programme, inviter and state.

    \b
    Example: haowu promoter list --format json
    """
    from bot.app import opened

    async with opened() as app:
        promoters = await app.enrolling.promoters()
        gold = await app.standing.gold(promoters)
    telegram_ids = {each.id: each.telegram_id for each in promoters}
    print_rows(
        [
            {
                "promoter_id": each.telegram_id,
                "name": each.name,
                "programme": each.programme,
                "status": each.status.value,
                "level": each.level,
                "inviter_id": telegram_ids.get(each.inviter_id) if each.inviter_id else None,
                "joined_at": each.joined_at,
                "brand": each.brand,
                "shop": each.shop,
                "gold_since": gold.get(each.id),
            }
            for each in promoters
        ],
        style,
        empty="No promoters yet: haowu invite --programme fenxiang",
    )


@promoter.command()
@click.argument("telegram_id", type=NUMBER, metavar="ID")
@click.option("--reason", default="unlocked on the command line", show_default=True)
@run_async
async def unlock(telegram_id: int, reason: str) -> None:
    """Waive training for the promoter with the Telegram user id ID.

    \b
    Example: haowu promoter unlock 123456789 --reason "trained in person"
    """
    from bot.app import opened

    async with opened() as app:
        await app.enrolling.unlock(telegram_id, by="command line", reason=reason)
    click.echo(f"{telegram_id} may publish now.")


@promoter.command()
@click.argument("telegram_id", type=NUMBER, metavar="ID")
@click.option("--reason", required=True, help="Why; it lands in the audit log.")
@run_async
async def suspend(telegram_id: int, reason: str) -> None:
    """Stop a promoter's posts; what was earned stays.

    \b
    Example: haowu promoter suspend 123456789 --reason "spam in two groups"
    """
    from bot.app import opened

    async with opened() as app:
        await app.enrolling.suspend(telegram_id, by="command line", reason=reason)
    click.echo(f"{telegram_id} is suspended.")


@promoter.command()
@click.argument("telegram_id", type=NUMBER, metavar="ID")
@click.option("--from", "since", metavar="DATE", help="A day in DEFAULT_TIMEZONE; now when absent.")
@click.option("--end", "is_end", is_flag=True, help="Take it back instead.")
@click.option("--reason", required=True, help="Why; it lands in the audit log.")
@run_async
async def gold(telegram_id: int, since: str | None, is_end: bool, reason: str) -> None:
    """Make a promoter a gold owner from a day on: the own community separates (wanwu).

    \b
    Example: haowu promoter gold 123456789 --from 2026-12-01 --reason "100 shops in the community"
    """
    from bot.app import opened

    async with opened() as app:
        if is_end:
            await app.standing.end_gold(telegram_id, by="command line", reason=reason)
            click.echo(f"{telegram_id} is gold no longer; what was credited stays.")
            return
        at = app.now() if since is None else _midnight(since, app.settings.zone)
        await app.standing.make_gold(telegram_id, at, by="command line", reason=reason)
    click.echo(f"{telegram_id} is gold from {at:%Y-%m-%d %H:%M %Z} on.")


def _midnight(day: str, zone: ZoneInfo) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day), time(), zone)
    except ValueError:
        raise InputError(f"--from takes YYYY-MM-DD, not “{day}”.") from None
