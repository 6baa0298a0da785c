"""Commands by which operators pin, ban, move and weigh; each is written into the audit log."""

from datetime import date
from typing import TYPE_CHECKING

import click

from bot.commands.printing import print_rows
from bot.commands.running import NUMBER, run_async
from bot.errors import InputError

if TYPE_CHECKING:
    from bot.services.catalogue.steering import Steered

PROGRAMME = click.option("--programme", help="DEFAULT_PROGRAMME of the settings when absent.")
REASON = click.option("--reason", required=True, help="Why; promoters and the audit log tell it.")


def _tell(done: "Steered", what: str) -> None:
    version = f"; version {done.version} of today's list" if done.version else ""
    title = done.offer.facts.title
    click.echo(f"{title}: {what if done.is_new else 'it was so already'}{version}.")


@click.command()
@click.argument("offer", type=NUMBER)
@PROGRAMME
@click.option("--rank", type=click.IntRange(min=1), help="Place among the pinned; last if absent.")
@REASON
@run_async
async def pin(offer: int, programme: str | None, rank: int | None, reason: str) -> None:
    """Let OFFER (its number) stand first, on all days until it is unpinned.

    \b
    Example: haowu shortlist pin 42 --programme fenxiang --rank 1 --reason "our anniversary"
    """
    from bot.app import opened
    from bot.domain.records import OfferId

    async with opened() as app:
        name = programme or app.settings.default_programme
        done = await app.rooms.steering.pin(
            OfferId(offer), programme=name, rank=rank, reason=reason, by=None
        )
    _tell(done, f"pinned in {name}")


@click.command()
@click.argument("offer", type=NUMBER)
@PROGRAMME
@click.option("--reason", default="", help="Why; it lands in the audit log.")
@run_async
async def unpin(offer: int, programme: str | None, reason: str) -> None:
    """Let OFFER stand where its score puts it.

    \b
    Example: haowu shortlist unpin 42 --programme fenxiang
    """
    from bot.app import opened
    from bot.domain.records import OfferId

    async with opened() as app:
        name = programme or app.settings.default_programme
        done = await app.rooms.steering.unpin(
            OfferId(offer), programme=name, reason=reason, by=None
        )
    _tell(done, f"unpinned in {name}")


@click.command()
@click.argument("offer", type=NUMBER)
@click.option("--programme", help="Only there; from all programmes when absent.")
@REASON
@run_async
async def ban(offer: int, programme: str | None, reason: str) -> None:
    """Take OFFER out: it is not listed, picked, sent or shared any more.

    Posts of it that are not being sent yet are called back. Promoters read the reason.

    \b
    Example: haowu shortlist ban 17 --reason "complaints about fakes"
    """
    from bot.app import opened
    from bot.domain.records import EVERYWHERE, OfferId

    async with opened() as app:
        done = await app.rooms.steering.ban(
            OfferId(offer), programme=programme or EVERYWHERE, reason=reason, by=None
        )
    _tell(done, f"taken out of {programme or 'all programmes'}")
    click.echo(f"posts called back: {done.called_back}")


@click.command()
@click.argument("offer", type=NUMBER)
@click.option("--programme", help="Where it was taken out; of all programmes when absent.")
@click.option("--reason", default="", help="Why; it lands in the audit log.")
@run_async
async def unban(offer: int, programme: str | None, reason: str) -> None:
    """Let OFFER in again; lists made from now on may have it.

    \b
    Example: haowu shortlist unban 17 --reason "a mistake"
    """
    from bot.app import opened
    from bot.domain.records import EVERYWHERE, OfferId

    async with opened() as app:
        done = await app.rooms.steering.unban(
            OfferId(offer), programme=programme or EVERYWHERE, reason=reason, by=None
        )
    _tell(done, f"let into {programme or 'all programmes'} again")


@click.command()
@click.argument("offer", type=NUMBER)
@click.argument("rank", type=click.IntRange(min=1))
@PROGRAMME
@REASON
@run_async
async def move(offer: int, rank: int, programme: str | None, reason: str) -> None:
    """Put OFFER of today's list at RANK.

    A pinned one moves among the pinned, for good; another for today, behind the pinned ones.

    \b
    Example: haowu shortlist move 42 3 --reason "fresh today"
    """
    from bot.app import opened
    from bot.domain.records import OfferId

    async with opened() as app:
        name = programme or app.settings.default_programme
        done = await app.rooms.steering.move(
            OfferId(offer), rank, programme=name, reason=reason, by=None
        )
    _tell(done, f"moved in {name}")


@click.command()
@click.option("--format", "style", type=click.Choice(["table", "csv", "json"]), default="table")
@run_async
async def bans(style: str) -> None:
    """What is taken out, where, and why.

    \b
    Example: haowu shortlist bans --format json
    """
    from bot.app import opened

    async with opened() as app:
        found = await app.rooms.steering.banned()
    rows = [
        {
            "offer_id": offer.id,
            "title": offer.facts.title,
            "programme": each.programme,
            "reason": each.reason,
        }
        for offer in found
        for each in offer.bans
    ]
    print_rows(rows, style, empty="No offer is taken out.")


@click.command()
@click.argument("given", nargs=-1, metavar="[FACTOR=WEIGHT]...")
@PROGRAMME
@click.option("--from", "day", metavar="YYYY-MM-DD", help="The first day; today when absent.")
@click.option("--reset", is_flag=True, help="Let the programme's file count again.")
@click.option("--reason", default="", help="Why; needed to change something.")
@click.option("--format", "style", type=click.Choice(["table", "csv", "json"]), default="table")
@run_async
async def weights(
    given: tuple[str, ...],
    programme: str | None,
    day: str | None,
    reset: bool,
    reason: str,
    style: str,
) -> None:
    """What the eight factors of a programme weigh; with FACTOR=WEIGHT, from a day on.

    Factors that are not named weigh what the programme's file says.

    \b
    Example: haowu shortlist weights --programme fenxiang
             haowu shortlist weights demand=2 stock=1 --from 2026-12-01 --reason "winter"
    """
    from bot.app import opened

    wanted = {name: weight for name, weight in map(_weight, given)}
    async with opened() as app:
        name = programme or app.settings.default_programme
        on = _day(day) if day else app.now().astimezone(app.settings.zone).date()
        if wanted or reset:
            scale = await app.rooms.weighing.set(name, wanted, from_on=on, reason=reason, by=None)
        else:
            scale = await app.rooms.weighing.on(name, on)
    rows = [
        {"factor": factor, "weight": weight, "file": scale.own.get(factor, 0.0)}
        for factor, weight in scale.weights.items()
    ]
    print_rows(rows, style)
    if scale.set_by_hand and style == "table":
        click.echo(f"Set from {scale.set_by_hand.from_on} on: {scale.set_by_hand.reason}")


def _weight(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    try:
        return name, float(number)
    except ValueError:
        raise InputError(f"“{text}” is not FACTOR=WEIGHT.") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--from takes YYYY-MM-DD, not “{text}”.") from None
