"""Opening the chat door and fetching updates, whatever the network does meanwhile."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any
from urllib.parse import urlencode

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import BaseRequest, HTTPXRequest

from bot.errors import SettingsError
from handlers.chat import menus
from handlers.chat.context import SERVICES, ChatApplication
from handlers.chat.door import ALLOWED_UPDATES
from handlers.chat.wire.intake import Intake

log = logging.getLogger(__name__)

POLL_SECONDS = 25
"""How long Telegram may keep a poll open when there is nothing to tell."""

READ_MARGIN_SECONDS = 10
HANDLING_SECONDS = 5
"""So long the next poll waits for a batch to be handled: one slow answer must not stop all."""
GIVEN_UP_SECONDS = 60
"""What was handled for so long is confirmed all the same: Telegram shows a hundred at a time."""
AGAIN_SECONDS = 0.5
"""Between polls that bring only what is being handled."""
GOODBYE_SECONDS = 3

UNKNOWN_TOKEN = "TELEGRAM_BOT_TOKEN: Telegram does not know it."  # noqa: S105 - a sentence

FIRST_DELAY_SECONDS, LAST_DELAY_SECONDS = 1.0, 30.0


async def open_door(application: ChatApplication, stop: asyncio.Event) -> bool:
    """Make the bot known to itself, trying until Telegram answers; False when stopped first.

    Raises SettingsError when Telegram does not know the token.
    """

    async def introduce() -> None:
        await application.initialize()
        await menus.show_common(application.bot, application.bot_data[SERVICES])

    return await _insist(introduce, stop)


async def _insist(act: Callable[[], Awaitable[object]], stop: asyncio.Event) -> bool:
    """Do ``act`` until Telegram answers; False when stopped first."""
    delay = FIRST_DELAY_SECONDS
    while not stop.is_set():
        try:
            await act()
            return True
        except InvalidToken:
            # The error's own words carry the token.
            raise SettingsError([UNKNOWN_TOKEN]) from None
        except TelegramError as fault:
            await _pause(stop, _delay(fault, delay))
        delay = min(2 * delay, LAST_DELAY_SECONDS)
    return False


async def close_door(application: ChatApplication) -> None:
    """Close the connections to Telegram; handlers are done by then."""
    application.bot_data[SERVICES].following.close()
    await application.shutdown()
    # An application that Telegram never answered is none to shut down; its bot is.
    await application.bot.shutdown()


async def listen_by_webhook(
    application: ChatApplication, url: str, secret: str, stop: asyncio.Event
) -> bool:
    """Let Telegram send updates to ``url`` with ``secret`` in the header; False when stopped.

    Raises SettingsError when Telegram does not know the token.
    """
    kinds = list(ALLOWED_UPDATES)
    return await _insist(
        lambda: application.bot.set_webhook(url, secret_token=secret, allowed_updates=kinds), stop
    )


class Poller:
    """Fetches updates and confirms them after they were handled, so that a crash loses none."""

    def __init__(
        self,
        intake: Intake,
        request: BaseRequest | None = None,
        may_poll: Callable[[], bool] = lambda: True,
    ) -> None:
        """``request`` is for polls alone, PTB's own when None; ``may_poll`` is asked before each.

        Telegram answers two pollers of one token with 409, in turn.
        """
        self.intake = intake
        self.may_poll = may_poll
        self.request = request or HTTPXRequest(connection_pool_size=1)
        self.offset = 0
        self.patience_seconds: float = HANDLING_SECONDS
        self._begun: dict[int, tuple[asyncio.Task[None], float]] = {}
        """What is not confirmed yet, by update id, with the time when it was begun."""

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until ``stop`` is set; handlers that run then are waited for, within bounds.

        The token was good when the door was opened: what Telegram says later is tried again.
        """
        await self.request.initialize()
        try:
            await self._leave_webhook(stop)
            await self._poll(stop)
        finally:
            await self.request.shutdown()

    async def _poll(self, stop: asyncio.Event) -> None:
        delay = FIRST_DELAY_SECONDS
        while not stop.is_set():
            if not self.may_poll():
                await _pause(stop, FIRST_DELAY_SECONDS)
                continue
            try:
                documents = await _unless(stop, self._fetch(POLL_SECONDS))
                delay = FIRST_DELAY_SECONDS
            except (TelegramError, ValueError) as fault:
                await _pause(stop, _delay(fault, delay))
                delay = min(2 * delay, LAST_DELAY_SECONDS)
                continue
            await self._handle(documents or [])
        await self._confirm()

    async def _leave_webhook(self, stop: asyncio.Event) -> None:
        try:
            await _insist(self.intake.application.bot.delete_webhook, stop)
        except SettingsError:
            # PTB takes every 404 for a wrong token; this one was good a moment ago.
            log.info("this Bot API server knows no webhooks")

    async def _fetch(self, seconds: int) -> list[dict[str, Any]]:
        question = {
            "offset": self.offset,
            "timeout": seconds,
            "allowed_updates": json.dumps(ALLOWED_UPDATES),
        }
        bot = self.intake.application.bot
        answer = json.loads(
            await self.request.retrieve(
                f"{bot.base_url}/getUpdates?{urlencode(question)}",
                read_timeout=seconds + READ_MARGIN_SECONDS,
            )
        )
        return _updates(answer)

    async def _handle(self, documents: Sequence[dict[str, Any]]) -> None:
        fresh = [one for one in documents if one["update_id"] not in self._begun]
        if fresh:
            started = [self._begin(document) for document in fresh]
            await asyncio.wait(started, timeout=self.patience_seconds)
        elif at_work := self._at_work():
            await asyncio.wait(at_work.values(), timeout=AGAIN_SECONDS)
        self._advance()

    def _begin(self, document: dict[str, Any]) -> asyncio.Future[None]:
        """Begin to handle an update; done when it is handled or holds up nobody any more."""
        is_free: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def free(_: object = None) -> None:
            if not is_free.done():
                is_free.set_result(None)

        task = asyncio.create_task(self.intake.handle(document, free))
        task.add_done_callback(_done)
        task.add_done_callback(free)
        self._begun[document["update_id"]] = (task, time.monotonic())
        return is_free

    def _at_work(self) -> dict[int, asyncio.Task[None]]:
        """Updates that are being handled, and not for too long, by their ids."""
        since = time.monotonic() - GIVEN_UP_SECONDS
        begun = self._begun.items()
        return {id_: task for id_, (task, at) in begun if not task.done() and at > since}

    def _advance(self) -> None:
        """Confirm by the next poll what was handled, up to the first that still is."""
        if self._begun:
            self.offset = min(self._at_work(), default=max(self._begun) + 1)
            self._begun = {id_: one for id_, one in self._begun.items() if id_ >= self.offset}

    async def _confirm(self) -> None:
        """Tell Telegram what was handled, or it is delivered again at the next start."""
        try:
            if at_work := self._at_work():
                await asyncio.wait(at_work.values(), timeout=GOODBYE_SECONDS)
            self._advance()
            if self.offset and self.may_poll():
                await self._fetch(0)
        except (TelegramError, ValueError) as fault:
            log.info("the last updates were not confirmed: %s", fault)


def _done(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("an update was not handled", exc_info=task.exception())


def _updates(answer: Any) -> list[dict[str, Any]]:
    """The updates of an answer; ValueError for what is none, for nothing could be confirmed."""
    found = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise ValueError("an answer without updates")
    if not all(isinstance(one, dict) and isinstance(one.get("update_id"), int) for one in found):
        raise ValueError("an update without an id")
    return found


def _delay(fault: Exception, delay: float) -> float:
    if isinstance(fault, RetryAfter):
        told = fault.retry_after
        return told if isinstance(told, int) else told.total_seconds()
    if isinstance(fault, Conflict):
        log.error("another program polls with the same token")
        return delay
    # The words of a refused token carry it.
    log.warning("Telegram: %s", type(fault).__name__ if isinstance(fault, InvalidToken) else fault)
    return delay


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


async def _unless(
    stop: asyncio.Event, fetching: Coroutine[Any, Any, list[dict[str, Any]]]
) -> list[dict[str, Any]] | None:
    """The result of ``fetching``; None when ``stop`` is set first."""
    fetch = asyncio.ensure_future(fetching)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({fetch, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if fetch.done():
            found: list[dict[str, Any]] = fetch.result()
            return found
        return None
    finally:
        for task in (fetch, stopping):
            task.cancel()
        await asyncio.gather(fetch, stopping, return_exceptions=True)
