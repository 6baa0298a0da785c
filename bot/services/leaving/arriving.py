"""Who comes and goes: gathered while the database is busy, and written all at once."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.people.cohorts import KEPT_FOR, gone_within, member_of
from bot.domain.records import GroupId, PersonId
from bot.services.people.connecting import GREETING_DELAY
from storage import variables
from storage.database import Connection, Database
from storage.leaving import cohorts, invite_links, transfers
from storage.leaving.cohorts import Came, Key
from storage.people import greetings, people

log = logging.getLogger(__name__)

SECRET, SECRET_BYTES = "cohort_secret", 32
GATHER_SECONDS = 0.5
"""So close together steps are written by one transaction."""
AT_ONCE = 500
"""Comings and goings in one transaction."""
GROUPS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody came into a chat, or left it; ``url`` is the link that was used."""

    chat_id: int
    telegram_id: int | None
    """None where it is not told who: then the group is to be greeted, and nobody counted."""
    came: bool
    at: datetime
    url: str | None = None


@dataclass
class Arriving:
    """What happens at the doors of groups, from a thousand updates a minute to a few writes."""

    database: Database
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    _waiting: list[Step] = field(default_factory=list, init=False, repr=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)
    _soon: asyncio.Task[None] | None = field(default=None, init=False, repr=False)
    _wrote_at: float = field(default=float("-inf"), init=False, repr=False)
    _secret: bytes | None = field(default=None, init=False, repr=False)

    async def note(self, step: Step) -> None:
        """Write a step down at once or, where the last one is hardly written, with those to come.

        Updates of one chat are handled one after the other: whoever waited for a write of its own
        each time would hold up all that come behind.
        """
        self._waiting.append(step)
        if self._soon is not None and not self._soon.done():
            return
        if asyncio.get_running_loop().time() - self._wrote_at >= GATHER_SECONDS:
            await self.flush()
        else:
            self._soon = asyncio.create_task(self._flush_soon())

    async def flush(self) -> None:
        """Write down what waits."""
        async with self._turn:
            try:
                while self._waiting:
                    some, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
                    await self._write(some)
            finally:
                self._wrote_at = asyncio.get_running_loop().time()

    async def close(self) -> None:
        """Write down what waits, for nothing more comes."""
        if self._soon is not None:
            self._soon.cancel()
        await self.flush()

    async def _flush_soon(self) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        try:
            await self.flush()
        except Exception:
            log.exception("comings and goings were not written down")

    async def tally(self) -> int:
        """Count what those who came by links did of late, in every group; how many groups."""
        await self.flush()
        since, last, count = self.now() - KEPT_FOR, GroupId(0), 0
        while True:
            async with self.database.read() as connection:
                ids = await cohorts.list_active_groups(
                    connection, since=since, after=last, limit=GROUPS_AT_ONCE
                )
            if not ids:
                return count
            await tally(self.database, ids)
            count, last = count + len(ids), ids[-1]

    async def forget_old(self) -> int:
        """Forget by which link people came, once that was long ago; the counts stay."""
        async with self.database.write() as connection:
            return await cohorts.forget_old(connection, self.now() - KEPT_FOR)

    # ------------------------------------------------------------ inside

    async def _write(self, steps: Sequence[Step]) -> None:
        secret = await self._known_secret()
        urls = {step.url for step in steps if step.url is not None}
        async with self.database.write() as connection:
            ids = await cohorts.find_groups(connection, {step.chat_id for step in steps})
            greet = {ids[step.chat_id] for step in steps if step.came and step.chat_id in ids}
            for group_id in sorted(greet):
                due = self.now() + GREETING_DELAY
                await greetings.mark_joined(connection, group_id, due)
            links = await invite_links.list_by_urls(connection, urls) if urls else {}
            known = [step for step in steps if step.chat_id in ids]
            for came, some in _runs(known):
                people_of = [
                    ((ids[each.chat_id], member_of(secret, ids[each.chat_id], who)), each)
                    for each in some
                    if (who := each.telegram_id) is not None
                ]
                if came:
                    await self._came(connection, people_of, links)
                else:
                    await _left(connection, people_of)

    async def _came(
        self,
        connection: Connection,
        people_of: Sequence[tuple[Key, Step]],
        links: dict[str, tuple[int, GroupId]],
    ) -> None:
        came = []
        for (group_id, member), step in people_of:
            link_id, of = links.get(step.url or "", (0, None))
            if of == group_id:
                came.append(Came(group_id, member, link_id, step.at))
        await cohorts.add(connection, came)

    async def _known_secret(self) -> bytes:
        """The key of the hashes, made once."""
        if self._secret is None:
            async with self.database.read() as connection:
                kept = await variables.find(connection, SECRET)
            if kept is None:
                fresh = self.entropy(SECRET_BYTES).hex()
                async with self.database.write() as connection:
                    kept = await variables.find_or_set(connection, SECRET, fresh)
            self._secret = bytes.fromhex(kept)
        return self._secret


async def tally(database: Database, ids: Sequence[GroupId]) -> None:
    """Count in these groups who of those who came by links claimed an order or bought together."""
    async with database.read() as connection:
        kept = await variables.find(connection, SECRET)
    if kept is None:
        return
    secret = bytes.fromhex(kept)
    for group_id in ids:
        async with database.read() as connection:
            did = {
                "claimed": await cohorts.list_claiming(connection, group_id),
                "pooled": await cohorts.list_pooling(connection, group_id),
            }
        for what, who in did.items():
            members = [member_of(secret, group_id, each) for each in who]
            if members:
                async with database.write() as connection:
                    await cohorts.tally(connection, group_id, members, what)


async def erase(connection: Connection, person_id: PersonId, at: datetime) -> None:
    """Forget by which links somebody came into any group, and end the own offers of groups."""
    await transfers.withdraw_of(connection, person_id, at)
    person = await people.find(connection, person_id)
    kept = await variables.find(connection, SECRET)
    if person is None or person.telegram_id is None or kept is None:
        return
    secret, telegram_id = bytes.fromhex(kept), person.telegram_id
    await cohorts.erase_of(connection, lambda group_id: member_of(secret, group_id, telegram_id))


async def _left(connection: Connection, people_of: Sequence[tuple[Key, Step]]) -> None:
    left_at = {key: step.at for key, step in people_of}
    gone = await cohorts.remove(connection, list(left_at))
    await cohorts.count_gone(
        connection,
        [
            (link_id, came_at.date(), gone_within(came_at, left_at[key]))
            for key, link_id, came_at in gone
        ],
    )


def _runs(steps: Sequence[Step]) -> list[tuple[bool, list[Step]]]:
    """Steps one way together, for as long as nobody in them goes the other way again."""
    runs: list[tuple[bool, list[Step]]] = []
    for step in steps:
        if runs and runs[-1][0] == step.came:
            runs[-1][1].append(step)
        else:
            runs.append((step.came, [step]))
    return runs
