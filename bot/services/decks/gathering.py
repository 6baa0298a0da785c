"""What fits each slot of a batch of groups, read in a handful of questions whatever its size."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.domain.catalogue import selection
from bot.domain.decks.dealing import Seat
from bot.domain.decks.fitting import Fitted, fitted, narrower
from bot.domain.decks.tastes import UNKNOWN, Taste, taste
from bot.domain.posts.slots import SlotKey
from bot.domain.programmes import Programme
from bot.domain.records import Group, GroupId, OfferId, Ranked, Shortlist
from bot.domain.texts import Texts
from bot.services.posts.drafting import Drafting
from bot.services.posts.facts import Facts, read_facts
from bot.services.posts.wording import Wording
from storage.database import Connection
from storage.decks import signs

LOOKED_BACK = timedelta(days=28)
"""Four weeks: every weekday counts alike, and what a group liked in summer is forgotten."""


@dataclass
class Gathered:
    """The facts of a batch and what follows from them; each group's fitting is done once."""

    facts: Facts
    drafting: Drafting
    tastes: Mapping[GroupId, Taste]
    picked: Mapping[tuple[GroupId, date], Collection[OfferId]]
    """What is planned for a group on a day already, in any of its slots."""
    _plain: dict[tuple[str, date], tuple[tuple[Ranked, ...], ...]] = field(default_factory=dict)
    _fits: dict[tuple[str, date, GroupId | None], tuple[Fitted, ...]] = field(default_factory=dict)

    def seat(self, group: Group, key: SlotKey, opens_at: datetime) -> Seat:
        """A slot of ``group`` with what may fill it."""
        programme = self.drafting.programmes[group.programme]
        fits = self._fitted(group, key.day)
        seen = self.facts.seen.get(group.id, {})
        barred = {
            each.offer_id
            for each in fits
            if selection.is_repeat(seen.get(each.offer_id), key.day, programme.repeat_days)
        }
        barred |= set(self.facts.skipped.get((group.promoter_id, key.day), ()))
        barred |= set(self.picked.get((group.id, key.day), ()))
        room = programme.picks_per_slot - len(self.facts.picks.get(key, ()))
        return Seat(key, opens_at, max(0, room), fits, barred)

    def taken(self, group: Group, day: date) -> set[OfferId]:
        """What any group of the promoter has on that day already."""
        return set(self.facts.taken.get((group.promoter_id, day), ()))

    def _fitted(self, group: Group, day: date) -> tuple[Fitted, ...]:
        """The day's shortlist as it suits ``group``, without what may not be posted now."""
        assortment = self.drafting.places[group.id]
        liked = self.tastes.get(group.id, UNKNOWN)
        # Groups without a history share the plain ranking.
        place = (assortment, day, group.id if liked.is_known else None)
        if place not in self._fits:
            within = narrower(self.drafting.programmes[group.programme], assortment)
            shown, reserve = self._ranked(assortment, day)
            # The reserve stays behind what the day's shortlist shows, whatever is liked.
            self._fits[place] = (
                *fitted(shown, liked, within),
                *fitted(reserve, liked, within),
            )
        return self._fits[place]

    def _ranked(self, assortment: str, day: date) -> tuple[tuple[Ranked, ...], ...]:
        """What is shown of the day's shortlist and may be posted now, and so its reserve."""
        place = (assortment, day)
        if place not in self._plain:
            shelf = self.drafting.shelf(assortment, day)
            ranking = self.facts.rankings.get(place)
            self._plain[place] = tuple(
                tuple(row for row in rows if row.offer.id in shelf)
                for rows in ((ranking.rows, ranking.reserve) if ranking else ((), ()))
            )
        return self._plain[place]


async def gather(
    connection: Connection,
    programmes: Mapping[str, Programme],
    texts: Mapping[str, Texts],
    rankings: Mapping[tuple[str, date], Shortlist],
    groups: Mapping[GroupId, Group],
    places: Mapping[GroupId, str],
    keys: Sequence[SlotKey],
    now: datetime,
) -> Gathered:
    """Everything that fitting the slots ``keys`` of ``groups`` needs."""
    facts = await read_facts(connection, programmes, rankings, groups, keys, now)
    found = await signs.list_of_groups(
        connection, {key.group_id for key in keys}, now - LOOKED_BACK
    )
    picked: dict[tuple[GroupId, date], set[OfferId]] = {}
    for key, picks in facts.picks.items():
        picked.setdefault((key.group_id, key.day), set()).update(each.offer_id for each in picks)
    return Gathered(
        facts=facts,
        drafting=Drafting(programmes, texts, facts, now, Wording(), places),
        tastes={each: taste(several) for each, several in found.items()},
        picked=picked,
    )
