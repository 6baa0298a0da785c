"""What an answer of Telegram means for a post, its group and its promoter."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.delivery import Delivered, Lost, Moved, Outcome, Refused, Retry, Shut, Uncertain, Unpaid
from bot.domain.posts.notices import Notice, group_lost, post_failed, post_uncertain
from bot.domain.records import GroupId, OfferId, PostState
from bot.services.living import placing
from bot.services.posts.pacing import Pacing
from storage.database import Connection
from storage.living import watches
from storage.people import groups
from storage.posts import notices, outbox, pictures
from storage.posts.outbox import Claimed, Mark

MOVES_LIMIT = 5
"""A chat that moved this often within one post moves in a circle."""
BACKOFF_LIMIT = 5
"""Doublings of the wait while Telegram cannot be reached."""
POOR_SECONDS = 600.0
"""How long nothing is paid for after Telegram said that the bot has too few Stars."""

WATCHED_AFTER = timedelta(seconds=60)
"""So long after a post its offer is compared with what it says: others may follow till then."""


@dataclass
class Landing:
    """Answers of one turn, settled together in one transaction."""

    connection: Connection
    pacing: Pacing
    bot_id: int
    now: datetime
    marks: list[Mark] = field(default_factory=list)
    unspent: int = 0
    """Posts that were counted as paid for and certainly did not arrive."""
    _told: list[Notice] = field(default_factory=list)
    _pictures: dict[str, str] = field(default_factory=dict)
    _delays: dict[GroupId, datetime] = field(default_factory=dict)
    _carried: set[OfferId] = field(default_factory=set)

    async def settle(self, claimed: Claimed, outcome: Outcome) -> None:
        """Decide what ``outcome`` means for the post; groups are written at once."""
        was_paid = self.pacing.land(claimed)
        if was_paid and not isinstance(outcome, Delivered | Uncertain):
            self.unspent += 1
        post = claimed.post
        match outcome:
            case Delivered():
                self._delivered(claimed, outcome)
            case Retry():
                self._retry(claimed, outcome)
            case Unpaid():
                self.pacing.stop_paying(POOR_SECONDS)
                self._put_back(claimed, None)
            case Moved():
                await self._moved(claimed, outcome.chat_id)
            case Lost():
                await self._lost(claimed, outcome.reason)
            case Shut() if claimed.thread_id is not None and post.attempts < MOVES_LIMIT:
                await self._shut(claimed, claimed.thread_id)
            case Refused() | Shut():
                self._mark(claimed, PostState.FAILED, outcome.reason)
                self._told.append(post_failed(post, claimed.title, outcome.reason))
            case Uncertain():
                self._mark(claimed, PostState.UNCERTAIN, outcome.reason)
                self._told.append(post_uncertain(post, claimed.title))

    async def write(self, lease: str) -> None:
        """Write everything that was decided."""
        await outbox.mark(self.connection, self.marks, lease=lease)
        await notices.add(self.connection, self._told, self.now)
        await outbox.delay_groups(self.connection, self._delays)
        await pictures.set_known(self.connection, self._pictures, bot_id=self.bot_id)
        new = self.pacing.unwatched(self._carried, WATCHED_AFTER.total_seconds())
        await watches.arm(self.connection, self.bot_id, new, self.now + WATCHED_AFTER)

    def _mark(self, claimed: Claimed, state: PostState, reason: str) -> None:
        self.marks.append(Mark(claimed.post.id, state, chat_id=claimed.chat_id, error=reason))

    def _delivered(self, claimed: Claimed, outcome: Delivered) -> None:
        self.marks.append(
            Mark(
                claimed.post.id,
                PostState.SENT,
                chat_id=claimed.chat_id,
                message_id=outcome.message_id,
                sent_at=self.now,
            )
        )
        if claimed.post.offer_id is not None:
            self._carried.add(claimed.post.offer_id)
        image_url = claimed.post.rendered.image_url
        if image_url is None:
            return
        known = self.pacing.pictures.get(image_url)
        self.pacing.learn(image_url, outcome.file_id)
        if outcome.file_id is not None and outcome.file_id != known:
            self._pictures[image_url] = outcome.file_id

    def _retry(self, claimed: Claimed, outcome: Retry) -> None:
        post = claimed.post
        if outcome.is_flood:
            until = self.now + outcome.after
            self.pacing.pause(claimed.chat_id, outcome.after.total_seconds())
            self._delays[post.group_id] = until
        else:
            until = self.now + outcome.after * 2 ** min(post.attempts, BACKOFF_LIMIT)
        self._put_back(claimed, until)

    def _put_back(self, claimed: Claimed, until: datetime | None) -> None:
        # The posts behind it go back along with it, so that a chat's posts keep their order.
        for one in (claimed, *self.pacing.take(claimed.chat_id)):
            self.marks.append(Mark(one.post.id, PostState.PLANNED, due_at=until))

    async def _moved(self, claimed: Claimed, new_chat_id: int) -> None:
        await groups.move(self.connection, claimed.chat_id, new_chat_id, self.now)
        if claimed.post.attempts < MOVES_LIMIT:
            self._put_back(claimed, None)
        else:
            self._mark(claimed, PostState.FAILED, "the chat moves in a circle")

    async def _shut(self, claimed: Claimed, thread_id: int) -> None:
        """The topic takes nothing, which is certain: the post goes elsewhere, at its next turn."""
        post = claimed.post
        self._told += await placing.shut(
            self.connection,
            post.group_id,
            post.promoter_id,
            thread_id,
            title=claimed.title,
            slot=post.slot,
            now=self.now,
        )
        self._put_back(claimed, None)

    async def _lost(self, claimed: Claimed, reason: str) -> None:
        post = claimed.post
        self._mark(claimed, PostState.FAILED, reason)
        self.pacing.take(claimed.chat_id)
        await outbox.cancel_group(self.connection, post.group_id, "lost")
        if await groups.mark_lost(self.connection, claimed.chat_id, self.now):
            self._told.append(group_lost(post, claimed.title))
