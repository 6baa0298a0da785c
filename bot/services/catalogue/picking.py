"""Picking: for which openings of which groups an offer is planned, or why for none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.catalogue import selection
from bot.domain.catalogue.assortments import narrowed
from bot.domain.catalogue.selection import Unfit
from bot.domain.posts.slots import Opening, SlotKey
from bot.domain.programmes import Programme
from bot.domain.records import Ban, Group, GroupId, Offer, Pick
from bot.services.catalogue.fitting import places_of
from bot.services.posts.scheduling import openings_of
from storage.catalogue import shortlists
from storage.database import Connection
from storage.posts import posts


class Refusal(StrEnum):
    """Why a pick was not taken; each is a text of the chat."""

    UNKNOWN_OFFER = "unknown_offer"
    ENDED = "ended"
    SOLD_OUT = "sold_out"
    BANNED = "banned"
    """An operator took it out."""
    STALE = "stale"
    NOT_ALLOWED = "not_allowed"
    NO_GROUP = "no_group"
    """The promoter has no group that is served now."""
    NOT_YOUR_GROUP = "not_your_group"
    NO_SLOT = "no_slot"
    FULL = "full"
    """The slot holds as many picks already as it posts."""
    REPEATED = "repeated"
    """The group saw the offer within the programme's days without repeats."""


@dataclass(frozen=True, slots=True)
class Picked:
    """The picks that stand now, one a group; ``is_new`` is False when all stood before."""

    picks: tuple[Pick, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was planned; ``words`` are the operator's for what is banned."""

    reason: Refusal
    words: str = ""


async def plan(
    connection: Connection,
    programmes: Mapping[str, Programme],
    offer: Offer,
    own: Sequence[Group],
    slot: str | None,
    now: datetime,
) -> Picked | Refused:
    """Plan ``offer`` for the next opening (of ``slot``) of each of ``own`` that may take it.

    Every group is judged by its own programme. Planned twice is planned once.
    """
    places = await places_of(connection, programmes, own, now)
    faults = {
        group.id: _unfit(offer, narrowed(programmes, places.get(group.id, "")), group, now)
        for group in own
    }
    fit = {group.id: programmes[group.programme] for group in own if faults[group.id] is None}
    if not fit:
        first = next(fault for fault in faults.values() if fault is not None)
        ban = next(
            (found for group in own if (found := banned(offer, programmes.get(group.programme)))),
            None,
        )
        return Refused(Refusal(first.value), ban.reason if ban else "")
    openings = await openings_of(
        connection, programmes, [group for group in own if group.id in fit], now
    )
    nexts = _next_ones(openings, slot)
    if not nexts:
        return Refused(Refusal.NO_SLOT)
    planned = await shortlists.list_picks_at(connection, nexts)
    stands = [
        key for key in nexts if any(each.offer_id == offer.id for each in planned.get(key, ()))
    ]
    open_ones = [
        key for key in nexts if len(planned.get(key, ())) < fit[key.group_id].picks_per_slot
    ]
    unseen = await _unseen(connection, offer, fit, open_ones)
    free = [key for key in unseen if key not in stands]
    if not free and not stands:
        return Refused(Refusal.REPEATED if open_ones else Refusal.FULL)
    await shortlists.add_picks(connection, free, offer.id, now)
    kept = await shortlists.list_picks_at(connection, [*stands, *free])
    mine = [pick for each in kept.values() for pick in each if pick.offer_id == offer.id]
    return Picked(tuple(sorted(mine, key=lambda pick: pick.id)), is_new=bool(free))


def banned(offer: Offer, programme: Programme | None) -> Ban | None:
    """The ban that keeps ``offer`` out of ``programme``, or of all programmes; or None."""
    return None if programme is None else selection.ban_of(offer.bans, programme)


def _unfit(offer: Offer, programme: Programme | None, group: Group, now: datetime) -> Unfit | None:
    if programme is None:
        return Unfit.NOT_ALLOWED
    return selection.unfit(offer, programme, now, promoter_id=group.promoter_id)


def _next_ones(openings: Sequence[Opening], slot: str | None) -> list[SlotKey]:
    """The first opening (of ``slot``) of each group that has one."""
    first: dict[GroupId, Opening] = {}
    for opening in sorted(openings, key=lambda each: (each.opens_at, each.slot)):
        if slot is None or opening.slot == slot:
            first.setdefault(opening.group_id, opening)
    return [SlotKey(each.group_id, each.day, each.slot) for each in first.values()]


async def _unseen(
    connection: Connection,
    offer: Offer,
    programmes: Mapping[GroupId, Programme],
    openings: Sequence[SlotKey],
) -> list[SlotKey]:
    """Those of ``openings`` whose group did not see the offer within its days without repeats."""
    if not openings:
        return []
    longest = max(programme.repeat_days for programme in programmes.values())
    since = min(key.day for key in openings) - timedelta(days=longest)
    seen = await posts.list_offers_since(connection, list(programmes), since)
    return [
        key
        for key in openings
        if not selection.is_repeat(
            seen.get(key.group_id, {}).get(offer.id),
            key.day,
            programmes[key.group_id].repeat_days,
        )
    ]
