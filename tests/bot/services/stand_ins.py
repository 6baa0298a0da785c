"""A clock that is set by hand, and a sender that answers as it is told and keeps what it got."""

import asyncio
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import bot
from bot.delivery import Delivered, Outcome, Unpaid
from bot.domain.posts.notices import Tap
from bot.domain.programmes import Programme
from bot.domain.reading import read_programme
from bot.domain.records import Button, Rendered
from bot.domain.texts import Texts, read_texts

LOCALES = Path(bot.__file__).parent / "locales"

TEXTS: dict[str, Texts] = {
    path.stem: read_texts(path.stem, tomllib.loads(path.read_text("utf-8")))
    for path in LOCALES.glob("*.toml")
}
"""The texts that ship."""

PROGRAMMES: dict[str, Programme] = {
    path.stem: read_programme(path.stem, tomllib.loads(path.read_text("utf-8")))
    for path in Path(bot.__file__).parent.joinpath("programmes").glob("*.toml")
}
"""The programmes that ship."""

HANGS = "hangs"
"""In the place of an answer: none comes before ``Sender.let_go``."""


@dataclass
class Clock:
    """What the services take for the time."""

    at: datetime

    def __call__(self) -> datetime:
        """The present moment."""
        return self.at

    def pass_(self, **duration: float) -> None:
        """Let time pass: ``pass_(minutes=5)``."""
        self.at += timedelta(**duration)


@dataclass
class Sender:
    """Telegram as a sender sees it: answers by chat, in the order in which they were scripted."""

    script: dict[int, list[Outcome | Exception | str]] = field(default_factory=dict)
    got: list[tuple[int, str, str | None]] = field(default_factory=list)
    """Every call: chat, text, and ``file_id`` or else the image's address."""
    threads: list[int | None] = field(default_factory=list)
    """The topic of every call."""
    paid: int = 0
    too_poor: set[int] = field(default_factory=set)
    """Chats in which a paid post is refused for want of Stars."""
    told: list[tuple[int, str]] = field(default_factory=list)
    taps: list[str] = field(default_factory=list)
    answers: dict[int, Outcome] = field(default_factory=dict)
    """What ``tell`` answers, by person."""
    file_ids: dict[str, str] = field(default_factory=dict)
    _free: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(
        self,
        chat_id: int,
        rendered: Rendered,
        file_id: str | None,
        *,
        is_paid: bool = False,
        thread_id: int | None = None,
    ) -> Outcome:
        """Take a post and answer by the script, or else with a new message."""
        self.got.append((chat_id, rendered.html, file_id or rendered.image_url))
        self.paid += is_paid
        self.threads.append(thread_id)
        if is_paid and chat_id in self.too_poor:
            return Unpaid()
        scripted = self.script.get(chat_id)
        answer = scripted.pop(0) if scripted else None
        if answer == HANGS:
            await self._free.wait()
            answer = None
        await asyncio.sleep(0)
        if isinstance(answer, Exception):
            raise answer
        if answer is None or isinstance(answer, str):
            return Delivered(len(self.got), self.file_ids.get(rendered.image_url or ""))
        return answer

    async def tell(
        self, telegram_id: int, html: str, buttons: Sequence[Sequence[Button | Tap]] = ()
    ) -> Outcome:
        """Take a notice."""
        self.told.append((telegram_id, html))
        self.taps += [one.data for row in buttons for one in row if isinstance(one, Tap)]
        return self.answers.get(telegram_id, Delivered(len(self.told), None))

    def let_go(self) -> None:
        """Answer everybody who hangs."""
        self._free.set()

    def chats(self) -> list[int]:
        """Chats that were sent to, in order."""
        return [chat_id for chat_id, _, _ in self.got]
