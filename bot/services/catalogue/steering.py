"""Steering: what operators pin, ban and reorder; each change makes the next version of a list."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.catalogue import arrangements, selection
from bot.domain.catalogue.arrangements import Pin
from bot.domain.catalogue.assortments import narrowed
from bot.domain.programmes import Programme
from bot.domain.records import EVERYWHERE, Offer, OfferId, PersonId, Ranked, Shortlist
from bot.errors import InputError, NotFoundError
from bot.services.catalogue.deciding import actor_of, checked
from bot.services.catalogue.ranking import explained, weighed
from bot.services.catalogue.shortlisting import first_open_day
from storage.catalogue import offers, shortlists
from storage.choosing import bans, pins
from storage.database import Connection, Database
from storage.people import people

TRIES = 5
"""Others may freeze the same version meanwhile; then the next one is tried."""
BANS_SHOWN = 200
PINS_LIMIT = 40
"""A list of pinned offers alone is no ranking."""


@dataclass(frozen=True, slots=True)
class Steered:
    """What a word of an operator's came to: the present version of the day's list, if there is.

    ``is_new`` is False where it was so before; ``called_back`` counts posts of a banned offer.
    """

    offer: Offer
    version: int
    is_new: bool
    called_back: int = 0


@dataclass(frozen=True)
class Steering:
    """Pins, bans and moves. ``by`` is an operator, or None for the command line.

    Every method that changes something is written into the audit log. It raises NotAllowedError
    for anybody else, NotFoundError for an offer or programme that there is not, and InputError
    without a reason.
    """

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]
    zone: ZoneInfo
    operator_ids: Collection[int]
    default_programme: str = "fenxiang"
    """Of operators who name none."""

    async def pin(
        self,
        offer_id: OfferId,
        *,
        programme: str,
        rank: int | None = None,
        reason: str,
        by: PersonId | None,
    ) -> Steered:
        """Let an offer stand before all others, ``rank``-th of the pinned ones or last of them.

        It stays so on all days until it is unpinned. Raises InputError for what may not be
        posted now.
        """
        scheme, said = self._programme(programme), checked(reason)
        async with self.database.write() as connection:
            actor = await actor_of(connection, by, self.operator_ids)
            offer = await _offer(connection, offer_id)
            unfit = selection.unfit(offer, scheme, self.now())
            if unfit is not None:
                raise InputError(f"This offer cannot be pinned: {_why(unfit)}.")
            before = await pins.list_of(connection, programme)
            others = [pin for pin in before if pin.offer_id != offer_id]
            if len(others) >= PINS_LIMIT:
                raise InputError(f"{PINS_LIMIT} offers are pinned; unpin one first.")
            place = len(others) if rank is None else max(0, min(rank - 1, len(others)))
            others.insert(place, Pin(offer_id, place + 1, said))
            await pins.set_all(connection, programme, others, self.now())
            await self._log(connection, actor, "pin", programme, offer_id, said)
        version = await self._renew(programme, {offer_id})
        return Steered(offer, version, is_new=True)

    async def unpin(
        self, offer_id: OfferId, *, programme: str, reason: str = "", by: PersonId | None
    ) -> Steered:
        """Let an offer stand where its score puts it."""
        self._programme(programme)
        async with self.database.write() as connection:
            actor = await actor_of(connection, by, self.operator_ids)
            offer = await _offer(connection, offer_id)
            before = await pins.list_of(connection, programme)
            others = [pin for pin in before if pin.offer_id != offer_id]
            is_new = len(others) < len(before)
            if is_new:
                await pins.set_all(connection, programme, others, self.now())
                said = reason.strip()
                await self._log(connection, actor, "unpin", programme, offer_id, said)
        return Steered(offer, await self._renew(programme), is_new=is_new)

    async def move(
        self, offer_id: OfferId, rank: int, *, programme: str, reason: str, by: PersonId | None
    ) -> Steered:
        """Put an offer of today's list at ``rank``.

        A pinned one moves among the pinned, for good; another for today, behind the pinned ones.
        Raises NotFoundError for what is not in the list.
        """
        said, day = checked(reason), self._today()
        self._programme(programme)
        async with self.database.read() as connection:
            actor = await actor_of(connection, by, self.operator_ids)
            own = {pin.offer_id: pin for pin in await pins.list_of(connection, programme)}
        if offer_id in own:
            kept = own[offer_id].reason
            return await self.pin(
                offer_id, programme=programme, rank=rank, reason=f"{kept} · {said}", by=by
            )
        for _ in range(TRIES):
            async with self.database.write() as connection:
                offer = await _offer(connection, offer_id)
                found = await shortlists.find_latest(connection, programme, day)
                rows = (*found.rows, *found.reserve) if found else ()
                if found is None or offer_id not in {row.offer.id for row in rows}:
                    raise NotFoundError("This offer is not in today's list; pin it instead.")
                fresh = arrangements.moved(rows, offer_id, rank, said)
                if await shortlists.add(connection, self._next(found, fresh)):
                    await self._log(connection, actor, "move", programme, offer_id, said)
                    return Steered(offer, found.version + 1, is_new=True)
        raise InputError("The list is being changed just now. Please try again.")

    async def ban(
        self,
        offer_id: OfferId,
        *,
        programme: str = EVERYWHERE,
        reason: str,
        by: PersonId | None,
    ) -> Steered:
        """Take an offer out of a programme, or of all: promoters who want it are told why.

        Posts of it that are not being sent yet are called back.
        """
        said = checked(reason)
        names = self._names(programme)
        async with self.database.write() as connection:
            actor = await actor_of(connection, by, self.operator_ids)
            await _offer(connection, offer_id)
            before = await bans.find(connection, offer_id)
            await bans.mark(connection, offer_id, {**before, programme: said})
            called_back = await bans.take_back(connection, offer_id, programme)
            await self._log(connection, actor, "ban", programme, offer_id, said)
            offer = await _offer(connection, offer_id)
        version = 0
        for name in names:
            version = max(version, await self._renew(name))
        async with self.database.write() as connection:
            # Whoever was planning just then had read of no ban yet.
            called_back += await bans.take_back(connection, offer_id, programme)
        is_new = before.get(programme) != said
        return Steered(offer, version, is_new=is_new, called_back=called_back)

    async def unban(
        self,
        offer_id: OfferId,
        *,
        programme: str = EVERYWHERE,
        reason: str = "",
        by: PersonId | None,
    ) -> Steered:
        """Let an offer in again where it was taken out of ``programme``, or of all.

        It comes back into lists that are made from now on.
        """
        self._names(programme)
        async with self.database.write() as connection:
            actor = await actor_of(connection, by, self.operator_ids)
            await _offer(connection, offer_id)
            before = await bans.find(connection, offer_id)
            is_new = programme in before
            if is_new:
                before.pop(programme)
                await bans.mark(connection, offer_id, before)
                said = reason.strip()
                await self._log(connection, actor, "unban", programme, offer_id, said)
            offer = await _offer(connection, offer_id)
        return Steered(offer, 0, is_new=is_new)

    async def banned(self) -> list[Offer]:
        """Offers that are taken out anywhere, with the reasons."""
        async with self.database.read() as connection:
            return await bans.list_banned(connection, BANS_SHOWN)

    async def pinned(self, programme: str) -> list[Pin]:
        """What is pinned in a programme, in its order."""
        async with self.database.read() as connection:
            return await pins.list_of(connection, programme)

    # ------------------------------------------------------------ inside

    async def _renew(self, programme: str, more: Collection[OfferId] = ()) -> int:
        """The next version of every list of a programme whose day is not over; today's version.

        ``more`` are offers that may have to come in. A list that stays as it is has no new one.
        """
        async with self.database.read() as connection:
            since = first_open_day(self.now())
            names = await shortlists.list_frozen(connection, programme, since)
        versions = {}
        for name, day in names:
            scheme = narrowed(self.programmes, name)
            if scheme is None:
                continue
            for _ in range(TRIES):
                async with self.database.read() as connection:
                    found = await shortlists.find_latest(connection, name, day)
                    assert found is not None  # noqa: S101 - versions are never deleted
                    rows = await self._rearranged(connection, found, scheme, more)
                if rows == (*found.rows, *found.reserve):
                    versions[name, day] = found.version
                    break
                async with self.database.write() as connection:
                    if await shortlists.add(connection, self._next(found, rows, scheme)):
                        versions[name, day] = found.version + 1
                        break
        return versions.get((programme, self._today()), 0)

    async def _rearranged(
        self,
        connection: Connection,
        found: Shortlist,
        scheme: Programme,
        more: Collection[OfferId],
    ) -> tuple[Ranked, ...]:
        rows = (*found.rows, *found.reserve)
        own = await pins.list_of(connection, scheme.name.partition("@")[0])
        missing = set(more) - {row.offer.id for row in rows}
        if missing:
            by_day = await weighed(connection, scheme, found.day)
            rows = (*await explained(connection, by_day, missing, self.now()), *rows)
        return arrangements.arranged(rows, own, scheme)

    def _next(
        self, found: Shortlist, rows: Sequence[Ranked], scheme: Programme | None = None
    ) -> Shortlist:
        """``found`` with other rows, as the version behind it; as many are shown as can be."""
        size = max(len(found.rows), scheme.shortlist_size if scheme else 0)
        shown, reserve = tuple(rows[:size]), tuple(rows[size:])
        at, version = self.now(), found.version + 1
        return replace(found, version=version, frozen_at=at, rows=shown, reserve=reserve)

    async def _log(
        self,
        connection: Connection,
        actor: str,
        action: str,
        programme: str,
        offer_id: OfferId,
        reason: str,
    ) -> None:
        subject = f"offer:{offer_id} programme:{programme}"
        await people.append_audit(connection, self.now(), actor, action, subject, reason)

    def _names(self, programme: str) -> Sequence[str]:
        if programme == EVERYWHERE:
            return list(self.programmes)
        return [self._programme(programme).name]

    def _programme(self, name: str) -> Programme:
        if name not in self.programmes:
            raise NotFoundError(f"There is no programme “{name}”.")
        return self.programmes[name]

    def _today(self) -> date:
        return self.now().astimezone(self.zone).date()


async def _offer(connection: Connection, offer_id: OfferId) -> Offer:
    found = await offers.find(connection, offer_id)
    if found is None:
        raise NotFoundError(f"There is no offer {offer_id}.")
    return found


def _why(unfit: selection.Unfit) -> str:
    return {
        selection.Unfit.ENDED: "it has ended",
        selection.Unfit.SOLD_OUT: "it is sold out",
        selection.Unfit.BANNED: "it is banned; unban it first",
        selection.Unfit.STALE: "its data is too old",
        selection.Unfit.NOT_ALLOWED: "the programme does not take it",
    }[unfit]
