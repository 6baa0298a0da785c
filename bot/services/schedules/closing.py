"""Closing polls a day after they were sent: thanks in one line under them, wishes where many."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Protocol

from bot.delivery import Outcome, Retry, Uncertain
from bot.domain.posts.notices import Tap
from bot.domain.programmes import Programme
from bot.domain.questions.keys import wish_key
from bot.domain.questions.reading import read_question
from bot.domain.records import Button, Currency
from bot.domain.schedules.rules import PollPlan
from bot.domain.texts import Texts
from bot.services.posts.pacing import Pacing
from storage.database import Connection, Database
from storage.questions import wishes
from storage.schedules import warmth
from storage.schedules.warmth import CLOSED, LOST, DuePoll

logger = logging.getLogger(__name__)

CLOSED_AT_ONCE = 20
LEASE = timedelta(minutes=10)
"""A poll that was taken and of which nothing was heard since is taken again."""
VOTERS = 3
"""As with wishes that are asked for: below that it is somebody's own affair."""
HINTS_LIMIT = 50
"""Votes of one answer that count as wishes; a large group is not the whole house."""
THANKS = "1:thanks"
"""What the button under a closed poll carries, in the form of the chat's door."""


class Closer(Protocol):
    """Closes polls and puts buttons under them: ``bot.delivery.Delivery``, or a stand-in."""

    async def stop_poll(self, chat_id: int, message_id: int) -> tuple[int, ...] | Outcome:
        """Voters of each answer, or why it could not be closed."""
        ...

    async def put_buttons(
        self, chat_id: int, message_id: int, rows: Sequence[Sequence[Button | Tap]]
    ) -> Outcome:
        """Put buttons under a message that stays as it is."""
        ...


@dataclass(frozen=True)
class Closing:
    """Polls of one bot that have been open for long enough."""

    database: Database
    closer: Closer
    texts: Mapping[str, Texts]
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]
    bot_id: int
    currency: Currency
    is_first: bool = True
    """Whether this bot also closes polls of which no bot is known."""
    pacing: Pacing | None = None
    """The outbox's, within which everything goes."""

    async def close_due(self) -> int:
        """Close what is due, each once; how many polls."""
        now = self.now()
        async with self.database.glance() as connection:
            if not await warmth.has_due_polls(connection, now):
                return 0
        async with self.database.write() as connection:
            due = await warmth.claim_polls(
                connection,
                now,
                CLOSED_AT_ONCE,
                until=now + LEASE,
                bot_id=self.bot_id,
                is_first=self.is_first,
            )
        for poll in due:
            await self._close(poll)
        return len(due)

    async def _close(self, due: DuePoll) -> None:
        await self._wait(due.chat_id)
        found = await self.closer.stop_poll(due.chat_id, due.message_id)
        if not isinstance(found, tuple):
            logger.info("poll %d: %s", due.post_id, found)
            if not isinstance(found, Retry | Uncertain):
                # Closed by somebody else, or out of reach: nothing depends on what it said.
                async with self.database.write() as connection:
                    await warmth.mark_poll(connection, due.post_id, LOST, None)
            return
        plan = self._plan(due)
        async with self.database.write() as connection:
            await warmth.mark_poll(connection, due.post_id, CLOSED, found)
            if plan is not None and plan.is_wish:
                await self._wish(connection, due, plan, found)
        thanks = plan and self._thanks(due, plan, found)
        if thanks:
            await self._wait(due.chat_id)
            await self.closer.put_buttons(due.chat_id, due.message_id, [[Tap(thanks, THANKS)]])

    def _plan(self, due: DuePoll) -> PollPlan | None:
        programme = self.programmes.get(due.programme)
        rules = programme.warmth if programme else None
        name = due.said.partition(":")[2]
        return next((each for each in (rules.polls if rules else ()) if each.name == name), None)

    def _thanks(self, due: DuePoll, plan: PollPlan, counts: Sequence[int]) -> str | None:
        """One line of thanks with what most chose; None where nobody voted."""
        options = plan.options.get(due.language, ())
        voters, most = sum(counts), max(counts, default=0)
        if not voters or len(options) != len(counts):
            return None
        texts = self.texts.get(due.language, self.texts["en"])
        first = options[list(counts).index(most)]
        return texts("warmth.poll_thanks", count=voters, option=first)

    async def _wish(
        self, connection: Connection, due: DuePoll, plan: PollPlan, counts: Sequence[int]
    ) -> None:
        """What at least VOTERS chose counts as their wishes; nobody can be told by it."""
        for option, count in zip(plan.options.get(due.language, ()), counts, strict=False):
            if count < VOTERS:
                continue
            question = read_question(option, currency=self.currency, language=due.language)
            key = wish_key(question)
            concepts = [concept for wanted in question.wanted for concept in wanted.concepts]
            for number in range(min(count, HINTS_LIMIT)) if key and concepts else ():
                voter = blake2b(f"{due.post_id}/{number}/{key}".encode(), digest_size=16)
                await wishes.add(connection, key, voter.hexdigest(), concepts, self.now())

    async def _wait(self, chat_id: int) -> None:
        if self.pacing is not None:
            await self.pacing.room()
            self.pacing.spend(chat_id)
