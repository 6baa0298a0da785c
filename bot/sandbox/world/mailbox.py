"""The updates that wait for the bot: numbered, confirmed by the next poll, or pushed."""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

Json = dict[str, Any]

ONLY_WHEN_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
REMEMBERED = 5000


class Superseded(Exception):
    """A poll that was ended because another poller came."""


@dataclass
class Webhook:
    """Where updates are pushed to, and how the last attempt went."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    last_error_at: int | None = None
    last_error: str = ""


@dataclass
class Mailbox:
    """The bot's waiting updates, oldest first."""

    last_id: int = 700_000_000
    waiting: OrderedDict[int, Json] = field(default_factory=OrderedDict)
    again: list[Json] = field(default_factory=list)
    past: OrderedDict[int, Json] = field(default_factory=OrderedDict)
    allowed: tuple[str, ...] = ()
    webhook: Webhook = field(default_factory=Webhook)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _poller: object | None = None

    def put(self, kind: str, payload: Json) -> Json | None:
        """Add an update; return it, or None if the bot did not ask for this kind."""
        if not self.wants(kind):
            return None
        self.last_id += 1
        update = {"update_id": self.last_id, kind: payload}
        self.waiting[self.last_id] = update
        self.past[self.last_id] = update
        if len(self.past) > REMEMBERED:
            self.past.popitem(last=False)
        self.arrived.set()
        return update

    def wants(self, kind: str) -> bool:
        """Whether updates of this kind are delivered under the present settings."""
        if self.allowed:
            return kind in self.allowed
        return kind not in ONLY_WHEN_ASKED

    def repeat(self, update_id: int, *, under_new_id: bool) -> Json | None:
        """Deliver an old update once more; return it, or None if it is not remembered."""
        update = self.past.get(update_id)
        if update is None:
            return None
        if under_new_id:
            kind = next(key for key in update if key != "update_id")
            return self.put(kind, update[kind])
        self.again.append(update)
        self.arrived.set()
        return update

    def confirm(self, offset: int) -> None:
        """Forget what the bot has seen: everything below `offset`, or all but the last ones."""
        if offset < 0:
            while len(self.waiting) > -offset:
                self.waiting.popitem(last=False)
            return
        while self.waiting and next(iter(self.waiting)) < offset:
            self.waiting.popitem(last=False)

    async def poll(self, *, offset: int, limit: int, timeout_seconds: float) -> list[Json]:
        """Return up to `limit` updates, waiting for the first; raises `Superseded`."""
        me = object()
        self._poller = me
        self.arrived.set()  # wakes an older poll, which then finds itself superseded
        await asyncio.sleep(0)
        self.confirm(offset)
        ends = time.monotonic() + timeout_seconds
        while self._poller is me and not (self.waiting or self.again):
            self.arrived.clear()
            left = ends - time.monotonic()
            if left <= 0:
                break
            await self._wait(left)
        if self._poller is not me:
            raise Superseded
        self._poller = None
        return self.taken(limit)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.arrived.wait()
        except TimeoutError:
            return

    def taken(self, limit: int) -> list[Json]:
        """Return the next updates without confirming them; repeated ones only this once."""
        repeated, self.again = self.again[:limit], self.again[limit:]
        return [*repeated, *islice(self.waiting.values(), limit - len(repeated))]
