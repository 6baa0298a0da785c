"""Which of the claimed posts may go now: one a chat at a time, at the pace that Telegram allows."""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.posts.budgets import ChatRecord, Limits, Pace, Ticket
from bot.domain.records import OfferId, PostId, PostState
from storage.posts.outbox import Claimed, Mark

HELD_SECONDS = 5.0
"""A post whose chat is free within this waits in memory; beyond, it goes back to the outbox."""
PAUSE_LOOK = timedelta(seconds=30)
"""How often a post of a paused group is looked at again."""
PAID_HEADROOM = 0.02
"""At a thousand a second a hiccup is more messages than at thirty."""
CHATS_KEPT = 20_000
PICTURES_KEPT = 20_000
WATCHED_KEPT = 20_000


@dataclass(slots=True)
class Chosen:
    """What may go now, and what is not to be sent now or ever."""

    go: list[Claimed] = field(default_factory=list)
    paid: set[PostId] = field(default_factory=set)
    """Those of ``go`` that are above what is free."""
    marks: list[Mark] = field(default_factory=list)
    late: list[Claimed] = field(default_factory=list)


@dataclass
class Pacing:
    """Posts under our lease, in order, with what was sent lately; lives as long as its process."""

    limits: Limits
    width: int
    """Posts on their way to Telegram at most."""
    clock: Callable[[], float]
    waiting: deque[Claimed] = field(default_factory=deque)
    pictures: dict[str, str | None] = field(default_factory=dict)
    """``file_id`` by image address; None for one that Telegram refused lately."""
    payable: int = 0
    """Posts that may still be paid for today."""
    reserved: int = 0
    """Messages that are no posts and wait for their turn: the posts leave room for them."""
    watched: dict[OfferId, float] = field(default_factory=dict)
    """Offers whose posts are watched, by the time at which that was written down."""
    _free: Pace = field(init=False)
    _paid: Pace = field(init=False)
    _poor_until: float = 0.0
    _chats: dict[int, ChatRecord] = field(default_factory=dict)
    _busy: set[int] = field(default_factory=set)
    _fetching: set[str] = field(default_factory=set)
    _paying: set[PostId] = field(default_factory=set)
    _tickets: dict[PostId, tuple[Pace, Ticket]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with a full budget."""
        limits, at = self.limits, self.clock()
        above = max(1.0, limits.paid_per_second - limits.per_second)
        self._free = Pace(limits, at)
        self._paid = Pace(replace(limits, per_second=above, headroom=PAID_HEADROOM), at)

    def choose(self, now: datetime) -> Chosen:
        """Take what may go at ``now`` out of the waiting posts, and what may not go at all.

        The order within a chat stays: a post whose chat is busy holds back the later ones.
        """
        chosen = Chosen()
        at = self.clock()
        ready, held = self._sorted(now, at, chosen)
        width = max(0, self.width - len(self._busy))
        free = max(0, self._free.allowed(at) - self.reserved)
        # What is free within a second is not worth paying for.
        excess = len(ready) - int(self.limits.per_second)
        paid = min(self._paid_room(at), max(0, excess))
        room = min(width, free + paid)
        chosen.go = ready[:room]
        chosen.paid = {one.post.id for one in ready[free:room]}
        self.waiting = deque(held if room >= len(ready) else self._without(chosen.go))
        return chosen

    def _sorted(
        self, now: datetime, at: float, chosen: Chosen
    ) -> tuple[list[Claimed], list[Claimed]]:
        """What could go if there were room, and what could not; the rest is marked."""
        ready: list[Claimed] = []
        held: list[Claimed] = []
        kept: list[Claimed] = []
        passed: set[int] = set()
        taken: set[str] = set()
        for claimed in self.waiting:
            mark = self._never(claimed, now, chosen.late)
            if mark is None and claimed.chat_id not in passed:
                mark = self._not_soon(claimed, now, at)
            if mark is not None:
                chosen.marks.append(mark)
                continue
            kept.append(claimed)
            if self._is_free(claimed, at, passed, taken):
                ready.append(claimed)
                taken.update(self._unknown_picture(claimed))
            else:
                held.append(claimed)
            passed.add(claimed.chat_id)
        self.waiting = deque(kept)
        return ready, held

    def _without(self, gone: Sequence[Claimed]) -> list[Claimed]:
        ids = {one.post.id for one in gone}
        return [one for one in self.waiting if one.post.id not in ids]

    def _paid_room(self, at: float) -> int:
        if self.payable <= 0 or at < self._poor_until:
            return 0
        return min(self.payable, self._paid.allowed(at))

    def start(self, claimed: Claimed, *, is_paid: bool = False) -> None:
        """A post is to leave for Telegram now."""
        pace = self._paid if is_paid else self._free
        self._tickets[claimed.post.id] = pace, self._count(claimed.chat_id, pace)
        self._busy.add(claimed.chat_id)
        self._fetching.update(self._unknown_picture(claimed))
        if is_paid:
            self._paying.add(claimed.post.id)

    def go(self, claimed: Claimed) -> None:
        """The post that was started goes just now: others that were started with it went first."""
        self._tickets[claimed.post.id][1].went_at = self.clock()

    def answered(self, claimed: Claimed) -> None:
        """Telegram answered for a post just now, or nobody will."""
        pace, ticket = self._tickets.pop(claimed.post.id)
        pace.answered(ticket, self.clock())

    def land(self, claimed: Claimed) -> bool:
        """Let the next post of the chat go; whether the one that landed was to be paid for."""
        self._busy.discard(claimed.chat_id)
        self._fetching.discard(claimed.post.rendered.image_url or "")
        was_paid = claimed.post.id in self._paying
        self._paying.discard(claimed.post.id)
        return was_paid

    def spend(self, chat_id: int) -> None:
        """Something else than a post goes to a chat now."""
        self._count(chat_id, self._free).answered_at = self.clock()

    def depart(self, chat_id: int) -> Ticket:
        """Something else than a post goes to a chat now; ``arrive`` when it was answered."""
        return self._count(chat_id, self._free)

    def arrive(self, ticket: Ticket) -> None:
        """Telegram answered what departed with ``ticket`` just now, or nobody will."""
        self._free.answered(ticket, self.clock())

    def free_in(self, chat_id: int) -> float:
        """Seconds until the chat may get something; 0 or less when it may now."""
        return self._record(chat_id).free_at(self.limits) - self.clock()

    def room_now(self) -> int:
        """How many messages that are no posts may go now."""
        return max(0, self._free.allowed(self.clock()) - self.reserved)

    async def room(self) -> None:
        """Wait for the pace of the bot; while somebody waits here, the posts leave room."""
        self.reserved += 1
        try:
            # Others may take the place that gets free, so it is looked for again.
            while (seconds := self.full_for()) > 0:  # noqa: ASYNC110
                await asyncio.sleep(seconds)
        finally:
            self.reserved -= 1

    def full_for(self) -> float:
        """Seconds until something else than a post may go; 0 or less when it may now."""
        at = self.clock()
        return self._free.next_at(at) - at

    def stop_paying(self, seconds: float) -> None:
        """Send only what is free for so long."""
        self._poor_until = self.clock() + seconds

    def pause(self, chat_id: int, seconds: float) -> None:
        """Leave one chat alone for so long."""
        self._chats[chat_id] = self._record(chat_id).paused(self.clock() + seconds)

    def is_open(self, chat_id: int) -> bool:
        """Whether the chat may get something now."""
        return self._record(chat_id).free_at(self.limits) <= self.clock()

    def take(self, chat_id: int) -> list[Claimed]:
        """Take the waiting posts of a chat out, in their order: they are not to be sent now."""
        taken = [one for one in self.waiting if one.chat_id == chat_id]
        if taken:
            self.waiting = deque(one for one in self.waiting if one.chat_id != chat_id)
        return taken

    def next_in(self) -> float:
        """Seconds until a waiting post may go, for as much as is known before another lands."""
        at = self.clock()
        free = [
            self._record(one.chat_id).free_at(self.limits)
            for one in self.waiting
            if len(self._busy) < self.width
            and one.chat_id not in self._busy
            and not self._unknown_picture(one) & self._fetching
        ]
        paced = self._free.next_at(at)
        if self.payable > 0 and at >= self._poor_until and len(free) > self.limits.per_second:
            paced = min(paced, self._paid.next_at(at))
        return max(min(free, default=at + HELD_SECONDS), paced) - at

    def unwatched(self, offer_ids: Collection[OfferId], seconds: float) -> set[OfferId]:
        """Those of the offers of which it was not written down for so long that they are posted."""
        at = self.clock()
        if len(self.watched) > WATCHED_KEPT:
            self.watched.clear()
        new = {each for each in offer_ids if self.watched.get(each, -seconds) + seconds <= at}
        self.watched.update(dict.fromkeys(new, at))
        return new

    def learn(self, image_url: str, file_id: str | None) -> None:
        """Keep what Telegram calls a picture, or that it refused it (None)."""
        if len(self.pictures) >= PICTURES_KEPT:
            self.pictures.clear()
        self.pictures[image_url] = file_id

    def tidy(self) -> None:
        """Forget chats of which nothing is left to know."""
        if len(self._chats) > CHATS_KEPT:
            at = self.clock()
            self._chats = {
                chat_id: record
                for chat_id, record in self._chats.items()
                if not record.is_forgettable(at)
            }

    def _count(self, chat_id: int, pace: Pace) -> Ticket:
        at = self.clock()
        self._chats[chat_id] = self._record(chat_id).after(at, self.limits)
        return pace.spend(at)

    def _record(self, chat_id: int) -> ChatRecord:
        return self._chats.get(chat_id, ChatRecord())

    def _never(self, claimed: Claimed, now: datetime, late: list[Claimed]) -> Mark | None:
        if claimed.is_lost:
            return Mark(claimed.post.id, PostState.CANCELLED, error="lost")
        if claimed.post.closes_at <= now:
            late.append(claimed)
            return Mark(claimed.post.id, PostState.SKIPPED, error="late")
        if claimed.is_paused:
            return Mark(claimed.post.id, PostState.PLANNED, due_at=now + PAUSE_LOOK)
        return None

    def _not_soon(self, claimed: Claimed, now: datetime, at: float) -> Mark | None:
        wait = self._record(claimed.chat_id).free_at(self.limits) - at
        if wait <= HELD_SECONDS:
            return None
        return Mark(claimed.post.id, PostState.PLANNED, due_at=now + timedelta(seconds=wait))

    def _is_free(self, claimed: Claimed, at: float, passed: set[int], taken: set[str]) -> bool:
        picture = self._unknown_picture(claimed)
        return (
            claimed.chat_id not in self._busy
            and claimed.chat_id not in passed
            and self._record(claimed.chat_id).free_at(self.limits) <= at
            and not picture & (self._fetching | taken)
        )

    def _unknown_picture(self, claimed: Claimed) -> set[str]:
        """The picture that Telegram has yet to fetch: once is enough, so the others wait for it."""
        image_url = claimed.post.rendered.image_url
        return {image_url} if image_url and image_url not in self.pictures else set()
