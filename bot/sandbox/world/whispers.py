"""Ephemeral messages: each is seen by one member of a group and stands in no history."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.world.people import Json

REPLY_SECONDS = 15.0
"""For how long what a member did lets a bot without rights answer that member alone."""


@dataclass
class Whisper:
    """One ephemeral message: who sees it, behind which message it came, when by real time."""

    message: Json
    person_id: int
    after: int
    at: float

    @property
    def id(self) -> int:
        """The number by which the bot edits it; its `message_id` is 0."""
        return int(self.message["ephemeral_message_id"])


@dataclass(frozen=True)
class Press:
    """Who pressed a button, where, and when by real time."""

    chat_id: int
    person_id: int
    at: float


@dataclass
class Whispers:
    """All ephemeral messages of a world, and the presses that may be answered by one."""

    now: Callable[[], float] = time.monotonic
    kept: dict[int, Whisper] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    _last_id: int = 29_000_000

    def keep(self, message: Json, *, person_id: int, after: int) -> Json:
        """Keep a message for one member under a new number, and return it as it then is."""
        self._last_id += 1
        numbered = {**message, "message_id": 0, "ephemeral_message_id": self._last_id}
        self.kept[self._last_id] = Whisper(numbered, person_id, after, self.now())
        return numbered

    def find(self, chat_id: int, person_id: int, number: int) -> Json | None:
        """Return what stands under a number in a chat for a person, None if nothing does."""
        found = self.kept.get(number)
        if found is None or found.person_id != person_id:
            return None
        return found.message if found.message["chat"]["id"] == chat_id else None

    def replace(self, message: Json) -> None:
        """Keep an edited message instead of what stood under its number."""
        self.kept[message["ephemeral_message_id"]].message = message

    def drop(self, number: int) -> None:
        """Forget a message."""
        del self.kept[number]

    def seen_by(self, chat_id: int, person_id: int) -> list[Whisper]:
        """Return what one person sees in a chat beside its history, the earliest first."""
        return [
            one
            for one in self.kept.values()
            if one.person_id == person_id and one.message["chat"]["id"] == chat_id
        ]

    def note_press(self, query_id: str, *, chat_id: int, person_id: int) -> None:
        """Remember who pressed: that one may be answered alone for a while."""
        self.presses[query_id] = Press(chat_id, person_id, self.now())

    def is_fresh_press(self, query_id: str, *, chat_id: int, person_id: int) -> bool:
        """Whether this member pressed this in this chat a moment ago."""
        press = self.presses.get(query_id)
        if press is None or (press.chat_id, press.person_id) != (chat_id, person_id):
            return False
        return self.now() - press.at <= REPLY_SECONDS

    def is_fresh_word(self, number: int, *, chat_id: int, person_id: int) -> bool:
        """Whether this member said this ephemerally in this chat a moment ago."""
        said = self.find(chat_id, person_id, number)
        if said is None or said["from"]["id"] != person_id:
            return False
        return self.now() - self.kept[number].at <= REPLY_SECONDS


def among(history: list[Json], whispers: list[Whisper]) -> list[Json]:
    """Return a chat's messages with one person's ephemeral ones where they came."""
    shown: list[Json] = []
    waiting = list(whispers)
    for message in history:
        while waiting and waiting[0].after < message["message_id"]:
            shown.append(waiting.pop(0).message)
        shown.append(message)
    return [*shown, *(one.message for one in waiting)]
