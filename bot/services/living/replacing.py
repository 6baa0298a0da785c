"""What each group is told to look at in the place of an offer that ended."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.catalogue import selection
from bot.domain.catalogue.assortments import narrowed
from bot.domain.links.addresses import is_safe_target
from bot.domain.programmes import Programme
from bot.domain.records import Group, GroupId, Offer
from bot.services.catalogue.fitting import places_of
from storage.database import Connection
from storage.living import replacing
from storage.posts import posts

SEEN = timedelta(days=2)
"""What a group saw since then is named only where there is nothing else."""


@dataclass(frozen=True)
class Replacing:
    """Chooses from what a group's own assortment lists, by the rules that its posts obey."""

    programmes: Mapping[str, Programme]

    async def choose(
        self, connection: Connection, groups: Collection[Group], now: datetime
    ) -> dict[GroupId, Offer]:
        """The best listed offer that each group did not see lately; none where none is fit."""
        places = await places_of(connection, self.programmes, groups, now)
        shelves = {name: await self._shelf(connection, name, now) for name in set(places.values())}
        seen = await posts.list_offers_since(connection, places.keys(), (now - SEEN).date())
        found: dict[GroupId, Offer] = {}
        for group_id, name in places.items():
            shelf, known = shelves[name], seen.get(group_id, {})
            fresh = next((offer for offer in shelf if offer.id not in known), None)
            if shelf:
                found[group_id] = fresh or shelf[0]
        return found

    async def _shelf(self, connection: Connection, name: str, now: datetime) -> list[Offer]:
        scheme = narrowed(self.programmes, name)
        if scheme is None:
            return []
        return [
            offer
            for offer in await replacing.list_listed(connection, name)
            if selection.unfit(offer, scheme, now) is None and is_safe_target(offer.facts.url)
        ]
