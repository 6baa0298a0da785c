"""Clicks taken one by one and kept together: a turn of the loop is one transaction."""

import asyncio
import logging
import operator
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache, partial

from bot.domain.links.clicks import NETWORKS_IN_MEMORY, click_ids, tick_of, visitor
from bot.domain.records import ClickClass, LinkCode, PostId
from bot.errors import TemporaryError
from storage import variables
from storage.database import Database
from storage.links.clicks import Row
from storage.links.keeping import keeper_of
from storage.posts import posts

KEY_PREFIX = "visitor_key:"
KEY_BYTES = 32
AT_ONCE = 2_000
"""Clicks in one transaction: more would let the first of them wait for the last."""
WAITING_LIMIT = 20_000
"""More than this is sent away: who waits longer has gone anyway."""
PATIENCE_SECONDS = 5.0
"""A database that takes longer hangs, or somebody holds it: nobody waits for that any more."""

SILENT_SECONDS = 5.0

Then = Callable[[bool], None]
"""Told whether the click is kept."""
Hit = tuple[LinkCode, datetime, ClickClass, str | None, PostId | None, Then]
"""A request to be kept: the link, when, its class, the client's address (hashed and never
stored), the post that a person must have seen to come here (where that is to be asked), and who
waits for it."""
Naming = Callable[[str | None], str | None]
"""The visitor of an address on one day."""

logger = logging.getLogger(__name__)


class Clicking:
    """Keeps hits in the order in which they were taken, all that wait in one transaction."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], entropy: Callable[[int], bytes]
    ) -> None:
        """``entropy`` gives so many random bytes."""
        self._database = database
        self._now = now
        self._entropy = entropy
        self._keeper = keeper_of(database)
        self._ids = _Ids(entropy)
        self._namings: dict[date, Naming] = {}
        self._waiting: list[Hit] = []
        self._worker: asyncio.Task[None] | None = None
        self.turn: datetime | None = None
        """The time of this turn of the loop, once it was asked."""
        self._is_turn_open = False
        self._lost = 0
        self._silent_until = 0.0

    def now(self) -> datetime:
        """The time, asked once in a turn of the loop: what comes in one turn comes at once."""
        if self.turn is None:
            self.turn = self._now()
            self._open_turn()
        return self.turn

    def take(self, hit: Hit) -> bool:
        """Keep ``hit`` with the others of this turn; False if too many are waiting already.

        Its last part is called when the transaction is committed, or has failed.
        """
        waiting = self._waiting
        if len(waiting) >= WAITING_LIMIT:
            return False
        waiting.append(hit)
        if not self._is_turn_open:
            self._open_turn()
        return True

    async def keep(
        self,
        code: LinkCode,
        *,
        at: datetime,
        kind: ClickClass,
        address: str | None,
        arrived: PostId | None,
    ) -> None:
        """Keep one click with the others of this turn; it is committed when this returns.

        Raises TemporaryError when it is not: the database does not answer, or too many wait.
        """
        told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        if not self.take((code, at, kind, address, arrived, partial(_tell, told))):
            raise TemporaryError("Too many requests at once.")
        if not await told:
            raise TemporaryError("The database does not answer.")

    async def close(self) -> None:
        """Wait until everything that was taken is kept; then close what keeps it."""
        while self._waiting or self._worker is not None:
            await (self._worker or asyncio.sleep(0))
        await self._keeper.close()

    async def rotate(self) -> int:
        """Delete the visitor keys of other days than today; how many."""
        today = self._now().date()
        for day in [day for day in self._namings if day != today]:
            del self._namings[day]
        async with self._database.write() as connection:
            return await variables.delete_others(connection, KEY_PREFIX, keep=[_key_name(today)])

    # ---- a turn at once

    def _open_turn(self) -> None:
        if not self._is_turn_open:
            self._is_turn_open = True
            # Everything that came in the same look at the connections is taken before this.
            asyncio.get_running_loop().call_soon(self._end_turn)

    def _end_turn(self) -> None:
        self.turn, self._is_turn_open = None, False
        if self._waiting and self._worker is None and not self._is_kept_at_once():
            self._worker = asyncio.create_task(self._work())

    def _is_kept_at_once(self) -> bool:
        """Whether all that wait are done with: kept, or failed, without waiting for anything.

        A task and a change of hands for each batch would cost as much as a tenth of its clicks.
        """
        batch = self._waiting
        codes, instants, kinds, addresses, posts, thens = zip(*batch, strict=True)
        is_plain = len(batch) <= AT_ONCE and posts.count(None) == len(batch)
        if not is_plain or not {at.date() for at in set(instants)} <= self._namings.keys():
            return False
        try:
            is_kept = self._keeper.append_at_once(self._rows(codes, instants, kinds, addresses))
            if not is_kept:
                return False
        except Exception:
            self._tell_log(len(batch))
            is_kept = False
        self._waiting = []
        for then in thens:
            then(is_kept)
        return True

    def _rows(
        self,
        codes: Sequence[LinkCode],
        instants: Sequence[datetime],
        kinds: Sequence[ClickClass],
        addresses: Sequence[str | None],
    ) -> list[Row]:
        """Clicks as they are stored; their days' keys are in memory.

        Column by column, which Python does in C: click by click it costs twice as much.
        """
        if instants.count(instants[0]) == len(instants):
            visitors = map(self._namings[instants[0].date()], addresses)
        else:
            namings = [self._namings[at.date()] for at in instants]
            visitors = map(operator.call, namings, addresses)
        ids = self._ids.next(instants[-1], len(instants))
        # Drivers take a plain text in less time than one of a subclass.
        return list(zip(ids, codes, instants, map(str.__str__, kinds), visitors, strict=True))

    # ---- one batch after the other

    async def _work(self) -> None:
        batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
        keeping = asyncio.create_task(self._keep(batch))
        while not (await asyncio.wait({keeping}, timeout=PATIENCE_SECONDS))[0]:
            # Whoever is sent away may come again; what hangs may yet be kept, and is no harm.
            given_up, batch, self._waiting = batch + self._waiting, [], []
            logger.warning("%d clicks wait for the database too long", len(given_up))
            for hit in given_up:
                hit[5](False)
        is_kept = keeping.result()
        for hit in batch:
            hit[5](is_kept)
        self._worker = None
        if self._waiting:
            self._open_turn()

    async def _keep(self, batch: Sequence[Hit]) -> bool:
        try:
            codes, instants, kinds, addresses, posts, _thens = zip(*batch, strict=True)
            for day in {at.date() for at in instants}:
                await self._learn_naming(day)
            asked = {post_id for post_id in posts if post_id is not None}
            rows = self._rows(codes, instants, kinds, addresses)
            uncertain = await self._keeper.append(rows, sorted(asked))
        except Exception:
            self._tell_log(len(batch))
            return False
        if uncertain:
            await self._mark(uncertain, batch[-1][1])
        return True

    def _tell_log(self, count: int) -> None:
        # Where the database is gone, thousands ask in a second: each says so, one is written down.
        self._lost += count
        now = asyncio.get_running_loop().time()
        if now >= self._silent_until:
            logger.exception("%d clicks were not kept", self._lost)
            self._lost, self._silent_until = 0, now + SILENT_SECONDS

    async def _mark(self, arrived: Iterable[PostId], at: datetime) -> None:
        try:
            async with self._database.write() as connection:
                for post_id in arrived:
                    await posts.mark_arrived(connection, post_id, at)
        except Exception:
            # The clicks are kept; the next person to come asks again.
            logger.exception("posts that arrived were not marked")

    async def _learn_naming(self, day: date) -> None:
        if day not in self._namings:
            fresh = self._entropy(KEY_BYTES).hex()
            async with self._database.write() as connection:
                kept = await variables.find_or_set(connection, _key_name(day), fresh)
            # Of the same day's visitors only: with the key goes what it made.
            self._namings[day] = lru_cache(NETWORKS_IN_MEMORY)(
                partial(visitor, bytes.fromhex(kept))
            )


def _tell(told: asyncio.Future[bool], is_kept: bool) -> None:
    # Who asked may have gone away meanwhile.
    if not told.done():
        told.set_result(is_kept)


class _Ids:
    """Click ids that never repeat: by time, then counted up from a random number."""

    def __init__(self, entropy: Callable[[int], bytes]) -> None:
        self._entropy = entropy
        self._tick = -1
        self._number = 0

    def next(self, at: datetime, count: int) -> list[str]:
        """Ids of ``count`` clicks until ``at``; they sort after every id given before."""
        tick = tick_of(at)
        if tick > self._tick:
            self._tick = tick
            self._number = int.from_bytes(self._entropy(4), "big")
        first = self._number
        self._number += count
        return click_ids(self._tick, first, count)


def _key_name(day: date) -> str:
    return f"{KEY_PREFIX}{day.isoformat()}"
