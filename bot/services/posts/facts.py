"""What is read for a batch of slots before anything is decided, in a handful of questions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.domain.catalogue import selection
from bot.domain.decks.cards import Card
from bot.domain.posts.slots import SlotKey
from bot.domain.programmes import Programme
from bot.domain.records import Group, GroupId, Offer, OfferId, PersonId, Pick, Promoter, Shortlist
from storage.catalogue import offers, shortlists
from storage.database import Connection
from storage.decks import cards
from storage.people import people
from storage.posts import posts


@dataclass(frozen=True)
class Facts:
    """What was read for a batch of groups, in a handful of questions whatever its size."""

    promoters: Mapping[PersonId, Promoter]
    rankings: Mapping[tuple[str, date], Shortlist]
    lows: Collection[OfferId]
    """Offers whose present price is a 30-day low."""
    picks: Mapping[SlotKey, Sequence[Pick]]
    picked: Mapping[OfferId, Offer]
    seen: Mapping[GroupId, Mapping[OfferId, date]]
    taken: Mapping[tuple[PersonId, date], set[OfferId]]
    """Offers that a promoter's groups have on a day; grows while the batch is drafted."""
    skipped: Mapping[tuple[PersonId, date], Collection[OfferId]]
    cards: Mapping[SlotKey, Sequence[Card]] = field(default_factory=dict)
    """What the promoters' decks hold for these slots."""
    scripts: Mapping[GroupId, int] = field(default_factory=dict)
    """The script of each group's last post, by its digest."""


async def read_facts(
    connection: Connection,
    programmes: Mapping[str, Programme],
    rankings: Mapping[tuple[str, date], Shortlist],
    groups: Mapping[GroupId, Group],
    keys: Collection[SlotKey],
    now: datetime,
) -> Facts:
    """Everything that drafting the slots ``keys`` of ``groups`` needs."""
    own = [groups[key.group_id] for key in keys]
    owners = {group.promoter_id for group in own}
    days = {key.day for key in keys}
    picks = await shortlists.list_picks_at(connection, keys)
    picked = {pick.offer_id for each in picks.values() for pick in each}
    ranked = {row.offer.id for shortlist in rankings.values() for row in shortlist.rows}
    history = await offers.list_prices(connection, sorted(picked | ranked))
    repeat_days = [
        programmes[each.programme].repeat_days for each in own if each.programme in programmes
    ]
    since = min(days) - timedelta(days=max(repeat_days, default=0))
    skipped = {
        (promoter_id, day): ids
        for day in days
        for promoter_id, ids in (await shortlists.list_skipped(connection, owners, day)).items()
    }
    seen = await posts.list_seen(connection, {key.group_id for key in keys}, since)
    return Facts(
        promoters=await people.promoters_by_ids(connection, owners),
        rankings=rankings,
        lows={each for each, points in history.items() if selection.true_low(points, now)},
        picks=picks,
        picked=await offers.list_by_ids(connection, sorted(picked)),
        seen=seen.offers,
        taken=await posts.list_offers_of_promoters(connection, owners, days),
        skipped=skipped,
        cards=await cards.list_at(connection, keys),
        scripts=seen.scripts,
    )
