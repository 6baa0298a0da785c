"""Posts on their way to Telegram: started, landed with what became of them, and waited for."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.delivery import Outcome, Uncertain
from bot.domain.posts.notices import Tap
from bot.domain.records import Button, Rendered
from bot.services.posts.pacing import Pacing
from storage.posts.outbox import Claimed

logger = logging.getLogger(__name__)


class Sender(Protocol):
    """Puts things into chats: ``bot.delivery.Delivery``, or a stand-in."""

    async def send(
        self,
        chat_id: int,
        rendered: Rendered,
        file_id: str | None,
        *,
        is_paid: bool = False,
        thread_id: int | None = None,
    ) -> Outcome:
        """Put a post into a chat, or a topic; a paid one is above the free pace."""
        ...

    async def tell(
        self, telegram_id: int, html: str, buttons: Sequence[Sequence[Button | Tap]] = ()
    ) -> Outcome:
        """Tell a person something in private."""
        ...


@dataclass
class Flights:
    """What is on its way, and what came back of it and is not yet written down."""

    sender: Sender
    pacing: Pacing
    """Told at once when a post goes and when it lands: what became of it is written down later."""
    landed: list[tuple[Claimed, Outcome]] = field(default_factory=list)
    in_the_air: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def are_over(self) -> bool:
        """Whether nothing is on its way, and all that landed was taken."""
        return not (self.in_the_air or self.landed)

    def start(self, claimed: Claimed, *, is_paid: bool) -> None:
        """Let a fenced post go."""
        self.in_the_air += 1
        task = asyncio.create_task(self._fly(claimed, is_paid))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def nap(self, seconds: float) -> None:
        """Wait until a post lands, at most ``seconds``."""
        self._bell.clear()
        try:
            async with asyncio.timeout(max(seconds, 0.001)):
                await self._bell.wait()
        except TimeoutError:
            return

    async def end(self, timeout_seconds: float) -> None:
        """Wait until all have landed, but no longer."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_seconds)

    async def _fly(self, claimed: Claimed, is_paid: bool) -> None:
        rendered, pictures = claimed.post.rendered, self.pacing.pictures
        file_id = pictures.get(rendered.image_url) if rendered.image_url else None
        if file_id is None and rendered.image_url in pictures:
            rendered = replace(rendered, image_url=None)
        outcome: Outcome = Uncertain("the program was stopped")
        self.pacing.go(claimed)
        try:
            outcome = await self.sender.send(
                claimed.chat_id, rendered, file_id, is_paid=is_paid, thread_id=claimed.thread_id
            )
        except Exception as fault:
            # What a sender does not classify may have happened after the post was delivered.
            logger.exception("sending post %d", claimed.post.id)
            outcome = Uncertain(type(fault).__name__)
        finally:
            self.in_the_air -= 1
            self.pacing.answered(claimed)
            self.landed.append((claimed, outcome))
            self._bell.set()
