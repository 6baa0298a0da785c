"""Draining the outbox: reserve, send, mark; never the same post twice."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.delivery import Delivered, Outcome, Retry, Uncertain
from bot.domain.posts.budgets import Limits
from bot.domain.posts.notices import Notice, Tap, post_uncertain, posts_skipped, taps, worded
from bot.domain.records import Button, PersonId, Post, PostId, PostState, Rendered
from bot.domain.texts import Texts
from bot.errors import NotAllowedError, NotFoundError
from bot.services.posts.landing import Landing
from bot.services.posts.pacing import Pacing
from storage.database import Connection, Database
from storage.people import groups as groups_storage
from storage.people import people
from storage.posts import notices, outbox, pictures, posts
from storage.posts.notices import Addressed
from storage.posts.outbox import Claimed, Mark

logger = logging.getLogger(__name__)

CLAIMED_AT_ONCE = 256
LEASE = timedelta(seconds=60)
"""How long a post may wait in our memory before another worker may take it."""
SENDING_LIMIT = timedelta(seconds=60)
"""No answer is waited for this long: a post still ``sending`` after it was left by a crash."""
TURN_SECONDS = 0.9  # of starting posts: a tick ends before the next one is due
NOTICES_AT_ONCE = 10
UNCERTAIN_SHOWN = 100


class Sender(Protocol):
    """Puts things into chats: ``bot.delivery.Delivery``, or a stand-in."""

    async def send(self, chat_id: int, rendered: Rendered, file_id: str | None) -> Outcome:
        """Put a post into a chat."""
        ...

    async def tell(
        self, telegram_id: int, html: str, buttons: Sequence[Sequence[Button | Tap]] = ()
    ) -> Outcome:
        """Tell a person something in private."""
        ...


@dataclass(frozen=True)
class SentCounts:
    """How many posts came to which end in one call."""

    sent: int = 0
    failed: int = 0
    uncertain: int = 0
    skipped: int = 0
    planned: int = 0
    """Put back, to be tried later."""
    cancelled: int = 0


@dataclass(frozen=True)
class Sending:
    """The outbox, drained by one worker; several may work on one PostgreSQL."""

    database: Database
    sender: Sender
    texts: Mapping[str, Texts]
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    limits: Limits = Limits()
    width: int = 64
    _state: "_State" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Take a lease token of our own."""
        pacing = Pacing(self.limits, self.width, time.monotonic)
        object.__setattr__(self, "_state", _State(pacing, self.entropy(16).hex()))

    async def send_due(self) -> SentCounts:
        """Send what is due, for at most TURN_SECONDS.

        Posts on their way when that time ends stay on their way: a chat that does not answer
        holds up neither the others nor the clock. The next call, or ``close``, marks them.
        """
        state, counts = self._state, Counter[str]()
        ends = time.monotonic() + TURN_SECONDS
        state.pacing.tidy()
        is_dry = not await self._has_work()
        while time.monotonic() < ends and not (is_dry and state.is_idle):
            is_dry = await self._turn(counts, is_dry=is_dry)
            if not state.landed and not state.is_idle:
                await state.nap(min(state.pacing.next_in(), ends - time.monotonic()))
        return SentCounts(**counts)

    async def recover(self, *, is_start: bool = False) -> int:
        """Declare posts that a crash left ``sending`` uncertain, and say so; how many.

        They are never sent again by themselves. ``is_start`` takes them all: on SQLite there is
        no other worker, elsewhere one that is still alive marks its own posts sent in the end.
        """
        before = None if is_start else self.now()
        async with self.database.write() as connection:
            left = await outbox.doubt(connection, before, "the program stopped while sending")
            groups = await groups_storage.list_by_ids(connection, {post.group_id for post in left})
            told = [post_uncertain(post, groups[post.group_id].title) for post in left]
            await notices.add(connection, told, self.now())
        return len(left)

    async def uncertain(self, promoter_id: PersonId | None = None) -> list[Post]:
        """Posts of which nobody knows whether they arrived: one promoter's, or all (None)."""
        async with self.database.read() as connection:
            return await posts.list_uncertain(connection, promoter_id, UNCERTAIN_SHOWN)

    async def resolve(
        self, post_id: PostId, *, was_sent: bool, by: str, promoter_id: PersonId | None = None
    ) -> bool:
        """Settle an uncertain post by hand; False when it was settled before.

        ``promoter_id`` is who asks, None for an operator; ``by`` goes into the audit log. A post
        that did not arrive counts as failed: only a person may decide to send it again.
        Raises NotFoundError, and NotAllowedError for the post of somebody else.
        """
        async with self.database.write() as connection:
            post = await posts.find(connection, post_id)
            if post is None:
                raise NotFoundError(f"There is no post {post_id}.")
            if promoter_id is not None and post.promoter_id != promoter_id:
                raise NotAllowedError("This post is not yours.")
            at = self.now()
            if was_sent:
                is_settled = await posts.settle(connection, post_id, PostState.SENT, sent_at=at)
            else:
                is_settled = await posts.settle(
                    connection, post_id, PostState.FAILED, error="not seen in the group"
                )
            if is_settled:
                state = "arrived" if was_sent else "missing"
                await people.append_audit(connection, at, by, "post", f"post:{post_id}", state)
        return is_settled

    async def notify(self) -> int:
        """Tell people what waits to be told, at most once each; how many were told."""
        async with self.database.read() as connection:
            if not await notices.has_waiting(connection):
                return 0
        async with self.database.write() as connection:
            waiting = await notices.claim(connection, NOTICES_AT_ONCE)
        states = {one.notice.key: await self._tell(one) for one in waiting}
        async with self.database.write() as connection:
            await notices.mark(connection, states)
        return sum(state == notices.TOLD for state in states.values())

    async def close(self, timeout_seconds: float = 10.0) -> None:
        """Wait for posts on their way, mark them, and give back what waits."""
        state = self._state
        if state.flights:
            await asyncio.wait(state.flights, timeout=timeout_seconds)
        back = [Mark(one.post.id, PostState.PLANNED) for one in state.pacing.waiting]
        state.pacing.waiting.clear()
        async with self._landing(Counter()) as connection:
            await outbox.mark(connection, back, lease=state.lease)

    async def _has_work(self) -> bool:
        async with self.database.read() as connection:
            return await outbox.has_due(connection, self.now())

    async def _turn(self, counts: Counter[str], *, is_dry: bool) -> bool:
        """Mark what landed, claim, and fence in one transaction; then send what was fenced.

        True when the outbox has nothing more that is due.
        """
        state, now = self._state, self.now()
        async with self._landing(counts) as connection:
            if not is_dry and len(state.pacing.waiting) < CLAIMED_AT_ONCE // 2:
                is_dry = await self._claim(connection, now)
            chosen = state.pacing.choose(now)
            await outbox.mark(connection, chosen.marks, lease=state.lease)
            await notices.add(connection, _late_notices(chosen.late), now)
            fenced = await outbox.fence(
                connection,
                [claimed.post.id for claimed in chosen.go],
                lease=state.lease,
                until=now + SENDING_LIMIT,
            )
        counts.update(mark.state.value for mark in chosen.marks)
        for claimed in chosen.go:
            if claimed.post.id in fenced:
                self._start(claimed)
        return is_dry

    async def _claim(self, connection: Connection, now: datetime) -> bool:
        state = self._state
        await outbox.release(connection, now)
        found = await outbox.claim(
            connection, now, lease=state.lease, until=now + LEASE, limit=CLAIMED_AT_ONCE
        )
        state.pacing.waiting.extend(found)
        wanted = {one.post.rendered.image_url or "" for one in found}
        unknown = wanted - state.pacing.pictures.keys() - {""}
        for image_url, file_id in (await pictures.list_known(connection, unknown)).items():
            state.pacing.learn(image_url, file_id)
        return len(found) < CLAIMED_AT_ONCE

    def _start(self, claimed: Claimed) -> None:
        state = self._state
        state.pacing.start(claimed)
        task = asyncio.create_task(self._fly(claimed))
        state.flights.add(task)
        task.add_done_callback(state.flights.discard)

    async def _fly(self, claimed: Claimed) -> None:
        rendered, known = claimed.post.rendered, self._state.pacing.pictures
        file_id = known.get(rendered.image_url) if rendered.image_url else None
        if rendered.image_url in known and file_id is None:
            rendered = replace(rendered, image_url=None)
        outcome: Outcome = Uncertain("the program was stopped")
        try:
            outcome = await self.sender.send(claimed.chat_id, rendered, file_id)
        except Exception as fault:
            # What a sender does not classify may have happened after the post was delivered.
            logger.exception("sending post %d", claimed.post.id)
            outcome = Uncertain(type(fault).__name__)
        finally:
            self._state.landed.append((claimed, outcome))
            self._state.bell.set()

    @asynccontextmanager
    async def _landing(self, counts: Counter[str]) -> AsyncIterator[Connection]:
        """A transaction that begins with marking what landed; undone, it will land again."""
        state = self._state
        landed, state.landed = state.landed, []
        try:
            async with self.database.write() as connection:
                landing = Landing(connection, state.pacing, self.now())
                for claimed, outcome in landed:
                    await landing.settle(claimed, outcome)
                await landing.write(state.lease)
                yield connection
        except BaseException:
            state.landed = landed + state.landed
            raise
        counts.update(mark.state.value for mark in landing.marks)

    async def _tell(self, one: Addressed) -> str:
        if one.telegram_id is None:
            return notices.DROPPED
        if not (pacing := self._state.pacing).is_open(one.telegram_id):
            return notices.WAITING
        texts = self.texts.get(one.language, self.texts["en"])
        html = worded(one.notice, texts)
        rows = [[Tap(texts(key), tap.data)] for key, tap in taps(one.notice)]
        pacing.spend(one.telegram_id)
        match await self.sender.tell(one.telegram_id, html, rows):
            case Delivered():
                return notices.TOLD
            case Retry(after):
                pacing.pause(one.telegram_id, after.total_seconds())
                return notices.WAITING
            case outcome:
                logger.info("notice %s: %s", one.notice.key, outcome)
                return notices.DROPPED


@dataclass
class _State:
    """What one worker holds between two calls."""

    pacing: Pacing
    lease: str
    flights: set[asyncio.Task[None]] = field(default_factory=set)
    landed: list[tuple[Claimed, Outcome]] = field(default_factory=list)
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way, landed or waiting."""
        return not (self.flights or self.landed or self.pacing.waiting)

    async def nap(self, seconds: float) -> None:
        """Wait until a post lands, at most ``seconds``."""
        self.bell.clear()
        try:
            async with asyncio.timeout(max(seconds, 0.001)):
                await self.bell.wait()
        except TimeoutError:
            return


def _late_notices(late: Sequence[Claimed]) -> list[Notice]:
    found = Counter((one.post.promoter_id, one.post.day, one.post.slot) for one in late)
    return [
        posts_skipped(promoter_id, day=day, slot=slot, posts=count)
        for (promoter_id, day, slot), count in found.items()
    ]
