"""Joining and leaving a pool by taps, choosing in it, and telling each joiner once how it ended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.pools.pools import PIECES_LIMIT, Joiner, Pickup, Pool, PoolId, Standing
from bot.domain.records import Person, PersonId
from bot.services.pools.outcomes import Said, Tapped, Telling
from bot.services.pools.pooling import noted, owned
from storage.database import Connection, Database
from storage.people import people
from storage.pools import boards, joiners, pickups, pools

LEAVING = timedelta(minutes=1)
"""So long a second tap counts as the confirmation of the first."""
TOLD_AT_ONCE, POOLS_AT_ONCE = 20, 20


@dataclass(frozen=True, slots=True)
class Place:
    """The message whose button was tapped."""

    chat_id: int
    message_id: int
    is_picture: bool


class _UndoneError(Exception):
    """What was begun is taken back: the pool took nobody, or let nobody go."""


@dataclass(frozen=True)
class Joining:
    """What members do in pools; the database decides between taps at once."""

    database: Database
    now: Callable[[], datetime]
    public_url: str

    async def tap(
        self, pool_id: PoolId, person: Person, *, tap: str, place: Place | None = None
    ) -> Tapped:
        """Put a person in; with a second and a third tap, take the person out.

        ``tap`` is Telegram's id of the press: the same one again changes nothing. Joins count to
        the target, and beyond it where a cut-off closes the pool.
        """
        try:
            async with self.database.write() as connection:
                pool = await pools.find(connection, pool_id)
                if pool is None:
                    return Tapped(Said.GONE)
                if pool.standing == Standing.UNCERTAIN and place is not None:
                    await boards.mark_found(
                        connection,
                        pool_id,
                        self.now(),
                        chat_id=place.chat_id,
                        message_id=place.message_id,
                        is_picture=place.is_picture,
                    )
                said = await self._tapped(connection, pool, person, tap)
                return await self._seen(connection, said, pool_id, person.id)
        except _UndoneError:
            async with self.database.read() as connection:
                pool = await pools.find(connection, pool_id)
                return Tapped(self._shut(pool) if pool else Said.GONE, pool)

    async def choose_quantity(
        self, pool_id: PoolId, person_id: PersonId, pieces: int
    ) -> Joiner | None:
        """Keep how many pieces a joiner wants; None where that is over, or not to be had."""
        if not 1 <= pieces <= PIECES_LIMIT:
            return None
        return await self._chosen(pool_id, person_id, pieces, None)

    async def choose_pickup(
        self, pool_id: PoolId, person_id: PersonId, pickup_id: int
    ) -> Joiner | None:
        """Keep where a joiner collects; None where that is over, or the point is of elsewhere."""
        async with self.database.read() as connection:
            point = await pickups.find(connection, pickup_id)
            pool = await pools.find(connection, pool_id)
        if point is None or pool is None or point.group_id != pool.group_id:
            return None
        return await self._chosen(pool_id, person_id, None, point.name)

    async def to_tell(self, limit: int = TOLD_AT_ONCE) -> list[Telling]:
        """Take people who are to be told how their pool ended; nobody is taken twice."""
        async with self.database.glance() as connection:
            due = await pools.list_telling(connection, POOLS_AT_ONCE)
        if not due:
            return []
        found: list[Telling] = []
        async with self.database.write() as connection:
            for pool_id, told in due:
                taken = await joiners.claim_telling(connection, pool_id, told, limit - len(found))
                found += await self._tellings(connection, pool_id, told, taken)
                if not taken:
                    await pools.mark_told(connection, pool_id)
                if len(found) >= limit:
                    break
        return found

    async def to_tell_at_once(self, pool_id: PoolId, person_id: PersonId) -> Telling | None:
        """The same for whoever tapped a moment ago, if that one was not told yet."""
        async with self.database.write() as connection:
            pool = await pools.find(connection, pool_id)
            if pool is None or not pool.is_won:
                return None
            told = "reached"
            taken = await joiners.claim_telling(connection, pool_id, told, 1, person_id=person_id)
            found = await self._tellings(connection, pool_id, told, taken)
        return found[0] if found else None

    async def _tapped(self, connection: Connection, pool: Pool, person: Person, tap: str) -> Said:
        now = self.now()
        joiner = await joiners.find(connection, pool.id, person.id)
        if joiner is not None and joiner.tap == tap:
            return Said.JOINED if joiner.left_at is None else Said.LEFT
        if joiner is None or joiner.left_at is not None:
            return await self._join(connection, pool, person, tap)
        if not pool.lets_go(now):
            return Said.STAYS if pool.is_won or pool.takes(now) else Said.OVER
        if joiner.leaving_until is None or now > joiner.leaving_until:
            until = now + LEAVING
            await joiners.mark_leaving(connection, pool.id, person.id, until, tap=tap)
            return Said.ASKED
        is_out = await joiners.mark_left(connection, pool.id, person.id, now, tap=tap)
        if not is_out or await pools.free_seat(connection, pool.id, now) is None:
            raise _UndoneError
        return Said.LEFT

    async def _join(self, connection: Connection, pool: Pool, person: Person, tap: str) -> Said:
        now = self.now()
        points = await pickups.list_of(connection, pool.group_id) if pool.has_pickup else []
        only = points[0].name if len(points) == 1 else None
        joiner = Joiner(pool.id, person.id, person.name, 1, only, now, tap=tap)
        if not await joiners.add(connection, joiner):
            # Another tap of the same person came in a moment before.
            return Said.JOINED
        seat = await pools.take_seat(connection, pool.id, now)
        if seat is None:
            raise _UndoneError
        if seat.state != pool.state:
            await noted(connection, [pool.id], now)
        return Said.JOINED

    async def _seen(
        self, connection: Connection, said: Said, pool_id: PoolId, person_id: PersonId
    ) -> Tapped:
        pool = await pools.find(connection, pool_id)
        joiner = await joiners.find(connection, pool_id, person_id)
        points: list[Pickup] = []
        if pool is not None and pool.has_pickup:
            points = await pickups.list_of(connection, pool.group_id)
        return Tapped(said, pool, joiner, tuple(points) if len(points) > 1 else ())

    def _shut(self, pool: Pool) -> Said:
        is_full = pool.is_won and pool.joined >= pool.seats
        return Said.FULL if is_full else Said.OVER

    async def _chosen(
        self, pool_id: PoolId, person_id: PersonId, quantity: int | None, pickup: str | None
    ) -> Joiner | None:
        async with self.database.write() as connection:
            pool = await pools.find(connection, pool_id)
            # A full pool by hours still takes a word on how many, until its deadline.
            if pool is None or pool.ended_at is not None or pool.closes_at <= self.now():
                return None
            is_kept = await joiners.mark_chosen(
                connection, pool_id, person_id, quantity=quantity, pickup=pickup
            )
            return await joiners.find(connection, pool_id, person_id) if is_kept else None

    async def _tellings(
        self, connection: Connection, pool_id: PoolId, told: str, taken: list[PersonId]
    ) -> list[Telling]:
        pool = await pools.find(connection, pool_id) if taken else None
        if pool is None:
            return []
        (own,) = await owned(connection, [pool])
        url = f"{self.public_url}/r/{pool.together_code}"
        found = [await people.find(connection, person_id) for person_id in taken]
        return [
            Telling(told, person, own.group, pool, own.offer, url)
            for person in found
            if person is not None
        ]
