"""Shortlisting: the day's frozen ranking, searching the catalogue, and promoters' picks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from bot.domain.catalogue import selection
from bot.domain.catalogue.assortments import narrowed
from bot.domain.catalogue.matching import search_words
from bot.domain.posts.slots import SlotKey
from bot.domain.programmes import Programme
from bot.domain.records import (
    GroupId,
    Offer,
    OfferId,
    PersonId,
    Pick,
    Promoter,
    Shortlist,
)
from bot.errors import NotFoundError
from bot.services.catalogue.fitting import place_of
from bot.services.catalogue.picking import Picked, Refusal, Refused, plan
from bot.services.catalogue.ranking import made
from storage.catalogue import channels, offers, searching, shortlists
from storage.database import Database
from storage.people import groups
from storage.posts import slots

__all__ = ["Picked", "Refusal", "Refused", "Shortlisting"]

SEARCH_LIMIT = 50
"""Offers of one search at most, whatever is asked for."""
_LATEST_ZONE = timezone(timedelta(hours=-12))


def first_open_day(now: datetime) -> date:
    """The earliest day that is not over yet somewhere on earth: a group may still live in it."""
    return now.astimezone(_LATEST_ZONE).date()


@dataclass(frozen=True)
class Shortlisting:
    """Ranking, searching and picking over the stored catalogue."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]
    zone: ZoneInfo = ZoneInfo("Asia/Shanghai")
    """In which a day begins for a programme: DEFAULT_TIMEZONE."""

    # ------------------------------------------------------------ ranking

    async def today(self, programme: str, day: date) -> Shortlist:
        """The day's shortlist, frozen now when it was not yet.

        Nothing is frozen while no offer qualifies, and a list that could not be filled is made
        anew after a later import: nobody waits a day for offers that came a minute too late.
        A day that is over everywhere is as it was frozen. Raises NotFoundError for an unknown
        programme.
        """
        scheme = self._programme(programme)
        if day < first_open_day(self.now()):
            return await self.frozen(programme, day)
        async with self.database.read() as connection:
            found = await shortlists.find_latest(connection, programme, day)
            is_short = found is not None and len(found.rows) < scheme.shortlist_size
            imported_at = await offers.find_last_import(connection) if is_short else None
        if found and not (imported_at and imported_at > found.frozen_at):
            return found
        return await self.freeze(programme, day, recalc=True)

    async def frozen(self, programme: str, day: date) -> Shortlist:
        """The last version that was frozen for ``day``; without rows where none was.

        Raises NotFoundError for an unknown programme.
        """
        self._programme(programme)
        async with self.database.read() as connection:
            found = await shortlists.find_latest(connection, programme, day)
        return found or Shortlist(programme, day, 0, self.now(), ())

    async def freeze(self, programme: str, day: date, *, recalc: bool = False) -> Shortlist:
        """Rank the catalogue and keep the result for ``day``, once.

        A frozen ranking is given as it is; with ``recalc`` the next version is made beside it. A
        first one without any offer is given as version 0 and not kept. Raises NotFoundError for
        an unknown programme.
        """
        scheme = self._programme(programme)
        async with self.database.read() as connection:
            found = await shortlists.find_latest(connection, programme, day)
            if found and not recalc:
                return found
            best = await made(connection, scheme, day, self.now())
        if not best.rows and found is None:
            return Shortlist(programme, day, 0, self.now(), ())
        version = found.version + 1 if found else 1
        fresh = Shortlist(programme, day, version, self.now(), best.rows, best.reserve)
        async with self.database.write() as connection:
            # Somebody else may have frozen the same version meanwhile: then theirs counts.
            await shortlists.add(connection, fresh)
            kept = await shortlists.find_latest(connection, programme, day)
        return kept or fresh

    async def freeze_due(self) -> int:
        """Freeze today's ranking of every programme past its cut-off; how many it made."""
        local = self.now().astimezone(self.zone)
        made = 0
        for name, programme in self.programmes.items():
            if local < selection.cut_off(programme, local.date(), self.zone):
                continue
            async with self.database.read() as connection:
                before = await shortlists.find_version(connection, name, local.date())
            made += (await self.today(name, local.date())).version > before
        return made

    # ------------------------------------------------------------ finding

    async def offer(self, offer_id: OfferId) -> Offer | None:
        """The offer with this id, or None."""
        async with self.database.read() as connection:
            return await offers.find(connection, offer_id)

    async def offers_by_ids(self, ids: Sequence[OfferId]) -> list[Offer]:
        """Those of ``ids`` that there are, in their order."""
        async with self.database.read() as connection:
            found = await offers.list_by_ids(connection, ids)
        return [found[each] for each in ids if each in found]

    async def search(
        self, words: str, *, programme: str | None = None, limit: int = 10
    ) -> list[Offer]:
        """Live offers that hold every word, the best sold first; of one programme or of all.

        Within a programme only what it may post now is found. Raises NotFoundError for an
        unknown programme.
        """
        wanted = search_words(words)
        if not wanted:
            return []
        scheme = self._programme(programme) if programme is not None else None
        now = self.now()
        found: list[Offer] = []
        async with self.database.read() as connection:
            async for offer in searching.search(connection, wanted):
                if scheme is None or selection.unfit(offer, scheme, now) is None:
                    found.append(offer)
                if len(found) >= min(limit, SEARCH_LIMIT):
                    break
        return found

    async def remember(self, person_id: PersonId, kind: str, offer_ids: Sequence[OfferId]) -> None:
        """Keep the list that a person is shown, so that "/pick 3" means its third offer."""
        async with self.database.write() as connection:
            await shortlists.set_listing(connection, person_id, kind, offer_ids, self.now())

    async def remembered(self, person_id: PersonId) -> list[OfferId]:
        """The offers of the list that a person was shown last, in its order."""
        async with self.database.read() as connection:
            return await shortlists.find_listing(connection, person_id)

    async def remembered_list(self, person_id: PersonId) -> tuple[str, Sequence[OfferId]]:
        """The same with the kind of the list; ("", ()) before any."""
        async with self.database.read() as connection:
            return await channels.find_shown(connection, person_id)

    # ------------------------------------------------------------ picking

    async def pick(
        self,
        promoter_id: PersonId,
        offer_id: OfferId,
        *,
        slot: str | None = None,
        group_id: GroupId | None = None,
    ) -> Picked | Refused:
        """Plan an offer for the next opening (of ``slot``) of own served groups, or of one.

        Every group is judged by its own programme; where some may take the offer and others not,
        it is planned for those that may. Planned twice is planned once.
        """
        async with self.database.write() as connection:
            offer = await offers.find(connection, offer_id)
            if offer is None:
                return Refused(Refusal.UNKNOWN_OFFER)
            own = await groups.list_of(connection, promoter_id)
            if group_id is not None and group_id not in {group.id for group in own}:
                return Refused(Refusal.NOT_YOUR_GROUP)
            wanted = [group for group in own if group.is_served and group_id in (None, group.id)]
            if not wanted:
                return Refused(Refusal.NO_GROUP)
            return await plan(connection, self.programmes, offer, wanted, slot, self.now())

    async def picks(self, promoter_id: PersonId) -> list[Pick]:
        """What is planned for own groups and still to come, in order of days."""
        async with self.database.read() as connection:
            own = {group.id: group for group in await groups.list_of(connection, promoter_id)}
            # The local day differs by zone; a day back holds every group's today.
            since = (self.now() - timedelta(days=1)).date()
            found = await shortlists.list_picks(connection, list(own), since)
            ran = await slots.list_runs(
                connection, [SlotKey(pick.group_id, pick.day, pick.slot) for pick in found]
            )
        today = {
            each: self.now().astimezone(ZoneInfo(group.timezone)).date()
            for each, group in own.items()
        }
        return [
            pick
            for pick in found
            if pick.day >= today[pick.group_id]
            and SlotKey(pick.group_id, pick.day, pick.slot) not in ran
        ]

    async def unpick(self, promoter_id: PersonId, pick_id: int) -> bool:
        """Take back a pick of an own group; False when there is none with this id."""
        async with self.database.write() as connection:
            own = [group.id for group in await groups.list_of(connection, promoter_id)]
            return await shortlists.delete_pick(connection, pick_id, own)

    async def skip(self, promoter_id: PersonId, offer_id: OfferId) -> bool:
        """Keep an offer out of the promoter's groups today; False for an unknown offer."""
        day = self.now().astimezone(self.zone).date()
        async with self.database.write() as connection:
            if await offers.find(connection, offer_id) is None:
                return False
            await shortlists.add_skip(connection, promoter_id, offer_id, day)
        return True

    async def assortment_of(self, promoter: Promoter) -> str:
        """The name of what a promoter chooses from; a vertical counts where all groups have it."""
        async with self.database.read() as connection:
            return await place_of(connection, self.programmes, promoter, self.now())

    def _programme(self, name: str) -> Programme:
        found = narrowed(self.programmes, name)
        if found is None:
            raise NotFoundError(f"There is no programme “{name}”.")
        return found
