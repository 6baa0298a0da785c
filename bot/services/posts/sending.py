"""Draining the outbox: reserve, send, mark; never the same post twice."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.delivery import CONNECTIONS
from bot.domain.posts.budgets import POSTS_PER_STAR, Limits
from bot.domain.posts.notices import Notice, post_uncertain, posts_skipped
from bot.domain.records import PersonId, Post, PostId, PostState
from bot.domain.texts import Texts
from bot.errors import NotAllowedError, NotFoundError
from bot.services.living.placing import placed
from bot.services.posts.disclosing import let_pass
from bot.services.posts.flights import Flights, Sender
from bot.services.posts.landing import Landing
from bot.services.posts.pacing import HELD_SECONDS, Pacing
from bot.services.posts.telling import Telling
from storage.database import Connection, Database
from storage.people import groups as groups_storage
from storage.people import people
from storage.posts import doubts, notices, outbox, pictures, posts, spending
from storage.posts.outbox import Claimed, Mark

CLAIMED_AT_ONCE = 256
LEASE = timedelta(seconds=60)
"""How long a post may wait in our memory before another worker may take it."""
SENDING_LIMIT = timedelta(seconds=60)
"""No answer is waited for this long: a post still ``sending`` after it was left by a crash."""
TURN_SECONDS = 0.9  # of starting posts: a tick ends before the next one is due
TOGETHER_SECONDS = 0.05
"""A mark waits so long for the next fence, to share its transaction."""
GATHERING_SECONDS = 0.01
"""What lands within this is marked together: a transaction costs as much as ten marks."""
UNCERTAIN_SHOWN = 100


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
    """One bot's outbox, drained by one worker; another takes over when it is gone."""

    database: Database
    sender: Sender
    texts: Mapping[str, Texts]
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    bot_id: int
    limits: Limits = Limits()
    width: int = CONNECTIONS
    paid_stars: int = 0
    """Stars that may be spent in a day, UTC, to send more than is free."""
    is_first: bool = True
    """Whether this bot also serves groups and people of whom no bot is known."""
    operator_ids: Collection[int] = ()
    """Telegram ids of whoever is told of a post that was held back."""
    _state: "_State" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Take a lease token of our own."""
        pacing = Pacing(self.limits, self.width, time.monotonic)
        flights = Flights(self.sender, pacing)
        telling = Telling(
            self.database, self.sender, self.texts, pacing, self.bot_id, self.is_first, self.now
        )
        state = _State(self.entropy(16).hex(), pacing, flights, telling)
        object.__setattr__(self, "_state", state)

    @property
    def pacing(self) -> Pacing:
        """The pace of the bot, for what else it says in groups: Telegram counts all together."""
        return self._state.pacing

    async def send_due(self) -> SentCounts:
        """Send what is due, for at most TURN_SECONDS.

        Posts on their way when that time ends stay on their way: a chat that does not answer
        holds up neither the others nor the clock. The next call, or ``close``, marks them.
        """
        state, counts = self._state, Counter[str]()
        ends = time.monotonic() + TURN_SECONDS
        state.pacing.tidy()
        is_dry = not await self._has_work()
        if not is_dry:
            await self._take_back()
        while time.monotonic() < ends and not (is_dry and state.is_idle):
            is_dry = await self._turn(counts, is_dry=is_dry)
            await self._rest(ends - time.monotonic())
        return SentCounts(**counts)

    async def recover(self, *, is_start: bool = False) -> int:
        """Declare posts that a crash left ``sending`` uncertain, and say so; how many.

        They are never sent again by themselves. ``is_start`` takes them all: on SQLite there is
        no other worker, elsewhere one that is still alive marks its own posts sent in the end.
        """
        before = None if is_start else self.now()
        async with self.database.write() as connection:
            left = await doubts.doubt(
                connection, before, "the program stopped while sending", bot_id=self.bot_id
            )
            groups = await groups_storage.list_by_ids(connection, {post.group_id for post in left})
            told = [post_uncertain(post, groups[post.group_id].title) for post in left]
            await notices.add(connection, told, self.now())
        return len(left)

    async def take_over(self) -> int:
        """Plan anew what waits in the memory of the worker before us; how many posts.

        For who holds the bot's outbox alone: that worker is gone, or finds its lease gone.
        """
        async with self.database.write() as connection:
            return await outbox.release(connection, self.now() + LEASE, bot_id=self.bot_id)

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
        """Tell the bot's people what waits to be told, at most once each; how many were told."""
        return await self._state.telling.tell_waiting()

    async def close(self, timeout_seconds: float = 10.0) -> None:
        """Wait for posts on their way, mark them, and give back what waits."""
        state = self._state
        await state.flights.end(timeout_seconds)
        back = [Mark(one.post.id, PostState.PLANNED) for one in state.pacing.waiting]
        state.pacing.waiting.clear()
        async with self._landing(Counter()) as connection:
            await outbox.mark(connection, back, lease=state.lease)

    async def _has_work(self) -> bool:
        async with self.database.glance() as connection:
            return await outbox.has_due(
                connection, self.now(), bot_id=self.bot_id, is_first=self.is_first
            )

    async def _rest(self, seconds: float) -> None:
        """Wait for what there is to do next, at most ``seconds``.

        What lands just before the next post may go is marked along with it.
        """
        state = self._state
        if not state.flights.landed and not state.is_idle:
            await state.flights.nap(min(max(state.pacing.next_in(), GATHERING_SECONDS), seconds))
        if state.flights.landed:
            soon = state.pacing.next_in() if state.pacing.waiting else HELD_SECONDS
            if GATHERING_SECONDS < soon <= TOGETHER_SECONDS:
                await asyncio.sleep(soon)
            elif state.flights.in_the_air:
                await asyncio.sleep(GATHERING_SECONDS)

    async def _take_back(self) -> None:
        """Let what a dead worker held, and what knew no bot, be claimed again."""
        async with self.database.write() as connection:
            await outbox.release(connection, self.now(), bot_id=self.bot_id)
            if self.is_first:
                await outbox.adopt(connection, self.now(), bot_id=self.bot_id)

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
            await self._pay(connection, now, len(chosen.paid & fenced))
        counts.update(mark.state.value for mark in chosen.marks)
        for claimed in chosen.go:
            if claimed.post.id in fenced:
                is_paid = claimed.post.id in chosen.paid
                state.pacing.start(claimed, is_paid=is_paid)
                state.flights.start(claimed, is_paid=is_paid)
        return is_dry

    async def _claim(self, connection: Connection, now: datetime) -> bool:
        state, bot_id = self._state, self.bot_id
        until = now + LEASE
        found = await outbox.claim(
            connection, now, bot_id=bot_id, lease=state.lease, until=until, limit=CLAIMED_AT_ONCE
        )
        open_ones = await let_pass(
            connection, found, lease=state.lease, now=now, operator_ids=self.operator_ids
        )
        state.pacing.waiting.extend(await placed(connection, open_ones))
        wanted = {one.post.rendered.image_url or "" for one in found}
        unknown = wanted - state.pacing.pictures.keys() - {""}
        known = await pictures.list_known(connection, unknown, bot_id=bot_id)
        for image_url, file_id in known.items():
            state.pacing.learn(image_url, file_id)
        return len(found) < CLAIMED_AT_ONCE

    async def _pay(self, connection: Connection, now: datetime, posts: int) -> None:
        """Count ``posts`` as paid for before they go: a crash never lets a budget be passed."""
        state, day = self._state, now.date()
        if not self.paid_stars or (posts == 0 and state.counted_on == day):
            return
        await spending.add(connection, self.bot_id, day, posts)
        spent = await spending.count(connection, self.bot_id, day)
        state.counted_on = day
        state.pacing.payable = self.paid_stars * POSTS_PER_STAR - spent

    @asynccontextmanager
    async def _landing(self, counts: Counter[str]) -> AsyncIterator[Connection]:
        """A transaction that begins with marking what landed; undone, it will land again."""
        state = self._state
        landed, state.flights.landed = state.flights.landed, []
        try:
            async with self.database.write() as connection:
                landing = Landing(connection, state.pacing, self.bot_id, self.now())
                for claimed, outcome in landed:
                    await landing.settle(claimed, outcome)
                await landing.write(state.lease)
                await self._pay(connection, landing.now, -landing.unspent)
                yield connection
        except BaseException:
            state.flights.landed = landed + state.flights.landed
            state.pacing.watched.clear()
            raise
        counts.update(mark.state.value for mark in landing.marks)


@dataclass
class _State:
    """What one worker holds between two calls."""

    lease: str
    pacing: Pacing
    flights: Flights
    telling: Telling
    counted_on: date | None = None
    """The day of which ``pacing`` knows how much may still be paid for."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way, landed or waiting."""
        return self.flights.are_over and not self.pacing.waiting


def _late_notices(late: Sequence[Claimed]) -> list[Notice]:
    found = Counter((one.post.promoter_id, one.post.day, one.post.slot) for one in late)
    return [
        posts_skipped(promoter_id, day=day, slot=slot, posts=count)
        for (promoter_id, day, slot), count in found.items()
    ]
