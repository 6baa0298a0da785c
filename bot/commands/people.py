"""Commands about people: invitations and promoters."""

import click

from bot.commands.printing import print_json, print_rows
from bot.commands.running import run_async

STYLE = click.option(
    "--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True
)
DAYS_LIMIT = 3650
USES_LIMIT = 100_000


@click.command()
@click.option("--programme", required=True, help="The programme that the code opens.")
@click.option("--uses", type=click.IntRange(1, USES_LIMIT), default=1, show_default=True)
@click.option("--days", type=click.IntRange(1, DAYS_LIMIT), default=30, show_default=True)
@STYLE
@run_async
async def invite(programme: str, uses: int, days: int, style: str) -> None:
    """Make an invitation; prints the code and the deep link.

    \b
    Example: haowu invite --programme fenxiang --uses 5
    """
    from bot.app import opened

    async with opened() as app:
        invitation = await app.enrolling.invite(programme, owner_id=None, uses=uses, days=days)
        link = await app.deep_link(invitation.code)
    if style == "json":
        print_json({"code": invitation.code, "link": link, "programme": programme, "uses": uses})
        return
    click.echo(invitation.code)
    click.echo(link or f"/start {invitation.code}  (no bot answered: send this to the bot)")


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
            }
            for each in promoters
        ],
        style,
        empty="No promoters yet: haowu invite --programme fenxiang",
    )


@promoter.command()
@click.argument("telegram_id", type=int, metavar="ID")
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
@click.argument("telegram_id", type=int, metavar="ID")
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
