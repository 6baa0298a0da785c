"""Updates as they arrive, by polling or webhook: parsed one by one, each handled on its own."""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from telegram import Update

from handlers.chat.context import ChatApplication
from handlers.chat.wire.order import Turn, begin

log = logging.getLogger(__name__)

REMEMBERED_UPDATES = 2_000
"""An update that Telegram delivers again soon is not answered again; effects hold regardless."""


class Intake:
    """The one way in for updates; ``application`` is initialized."""

    def __init__(
        self, application: ChatApplication, on_heard: Callable[[datetime], None] | None = None
    ) -> None:
        """Nothing is fetched or handled yet; ``on_heard`` gets the time of each new message."""
        self.application = application
        self._on_heard = on_heard
        self._recent: deque[int] = deque(maxlen=REMEMBERED_UPDATES)

    async def handle(
        self, document: Mapping[str, Any], on_aside: Callable[[], None] | None = None
    ) -> None:
        """Handle one update as Telegram wrote it; what cannot be read is logged and passed by.

        ``on_aside`` is called when what is left to do holds up nobody else any more.
        """
        update = self._read(document)
        if update is None or update.update_id in self._recent:
            return
        self._recent.append(update.update_id)
        if self._on_heard is not None and update.message is not None:
            self._on_heard(update.message.date)
        begin(Turn(on_aside))
        work = self.application.process_update(update)
        await self.application.update_processor.process_update(update, work)

    def _read(self, document: Mapping[str, Any]) -> Update | None:
        try:
            return Update.de_json(dict(document), self.application.bot)
        except Exception:
            # A new kind of update, or a broken one: the next one must not wait for it.
            log.exception("update %s cannot be read", _id_of(document))
            return None


def _id_of(document: Mapping[str, Any]) -> object:
    return document.get("update_id") if isinstance(document, Mapping) else None
