"""Puts a rendered post into a chat, and says what is certain about it and what is not."""

import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
)
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.domain.posts.notices import Tap
from bot.domain.records import Button, Rendered

# From PTB 22.2 on, durations are timedeltas only where this is set, and warned of elsewhere.
os.environ.setdefault("PTB_TIMEDELTA", "1")

NOT_REACHED = timedelta(seconds=5)
"""How long to leave a post alone when no connection to Telegram could be made."""
_NEVER_SENT = frozenset({"ConnectTimeout", "ConnectError", "PoolTimeout"})
"""Faults of the HTTP client in which no byte of the request left the machine."""
_GONE = ("chat not found", "chat was deleted", "chat_id is empty", "peer_id_invalid")
"""What a 400 says, in lower case, of a chat that is no more."""
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
"""Preview fetchers follow a tracked link within seconds; they are not wanted."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """It is in the chat; ``file_id`` is what Telegram calls the picture."""

    message_id: int
    file_id: str | None


@dataclass(frozen=True, slots=True)
class Retry:
    """It is certainly not in the chat, and may be tried again ``after`` that long."""

    after: timedelta
    is_flood: bool
    """Whether Telegram told this chat to wait; otherwise it was not reached at all."""


@dataclass(frozen=True, slots=True)
class Moved:
    """It is not in the chat: the group lives under another id now."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class Lost:
    """It is not in the chat: we are not in it either, or the person does not want to hear us."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not in the chat, and trying the same again is of no use."""

    reason: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Nobody knows whether it is in the chat; never to be repeated by itself."""

    reason: str


Outcome = Delivered | Retry | Moved | Lost | Refused | Uncertain

CONNECTIONS = 64
ANSWER_WITHIN_SECONDS = 30.0
"""An answer that comes later is lost, and its post uncertain: patience costs less."""


def outward(token: str, api_url: str) -> Bot:
    """A bot that sends and does not listen; ``api_url`` is the Bot API's without "/bot"."""
    request = HTTPXRequest(
        connection_pool_size=CONNECTIONS,
        read_timeout=ANSWER_WITHIN_SECONDS,
        pool_timeout=ANSWER_WITHIN_SECONDS,
    )
    return Bot(token, base_url=f"{api_url}/bot", request=request)


@dataclass(frozen=True)
class Delivery:
    """Telegram, outward: every call answers with an outcome and raises nothing."""

    bot: Bot

    async def send(self, chat_id: int, rendered: Rendered, file_id: str | None) -> Outcome:
        """Put ``rendered`` into ``chat_id``, its picture by ``file_id`` where it is known.

        A picture that Telegram refuses (400: nothing was sent) is left out, once: the text goes.
        """
        picture = file_id or rendered.image_url
        if picture is not None:
            outcome = await _outcome(lambda: self._send_photo(chat_id, rendered, picture))
            if not isinstance(outcome, Refused):
                return outcome
        return await _outcome(lambda: self._send_text(chat_id, rendered))

    async def edit(
        self, chat_id: int, message_id: int, rendered: Rendered, *, is_picture: bool
    ) -> Outcome:
        """Put ``rendered`` in the place of what the message says; a repetition does no harm."""
        keyboard = _keyboard(rendered.buttons)

        async def change() -> Message | bool:
            if is_picture:
                return await self.bot.edit_message_caption(
                    chat_id,
                    message_id,
                    caption=rendered.html,
                    parse_mode=ParseMode.HTML,
                    reply_markup=keyboard,
                )
            return await self.bot.edit_message_text(
                rendered.html,
                chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard,
                link_preview_options=_NO_PREVIEW,
            )

        outcome = await _outcome(change)
        if isinstance(outcome, Refused) and "message is not modified" in outcome.reason.lower():
            return Delivered(message_id, None)
        return outcome

    async def tell(
        self, telegram_id: int, html: str, buttons: Sequence[Sequence[Button | Tap]] = ()
    ) -> Outcome:
        """Tell a person something in private; Lost when they never pressed Start or left."""
        return await _outcome(
            lambda: self.bot.send_message(
                telegram_id,
                html,
                parse_mode=ParseMode.HTML,
                reply_markup=_keyboard(buttons),
                link_preview_options=_NO_PREVIEW,
            )
        )

    async def _send_photo(self, chat_id: int, rendered: Rendered, picture: str) -> Message:
        return await self.bot.send_photo(
            chat_id,
            picture,
            caption=rendered.html,
            parse_mode=ParseMode.HTML,
            reply_markup=_keyboard(rendered.buttons),
        )

    async def _send_text(self, chat_id: int, rendered: Rendered) -> Message:
        return await self.bot.send_message(
            chat_id,
            rendered.html,
            parse_mode=ParseMode.HTML,
            reply_markup=_keyboard(rendered.buttons),
            link_preview_options=_NO_PREVIEW,
        )


async def _outcome(call: Callable[[], Awaitable[Message | bool]]) -> Outcome:
    try:
        message = await call()
    except TelegramError as fault:
        return classify(fault)
    if isinstance(message, bool):
        return Delivered(0, None)
    return Delivered(message.message_id, message.photo[-1].file_id if message.photo else None)


def classify(fault: TelegramError) -> Outcome:
    """What is certain after ``fault``: only a 4xx answer or a connection that never stood is.

    BadRequest is a NetworkError by inheritance, so the order of the cases matters.
    """
    match fault:
        case RetryAfter():
            return Retry(_duration(fault), is_flood=True)
        case ChatMigrated():
            return Moved(fault.new_chat_id)
        case Forbidden():
            return Lost(fault.message)
        case BadRequest():
            is_gone = any(word in fault.message.lower() for word in _GONE)
            return Lost(fault.message) if is_gone else Refused(fault.message)
        case InvalidToken() | Conflict():
            # The token's fault, not the post's: it may go out once that is mended.
            return Retry(NOT_REACHED, is_flood=False)
        case NetworkError() if type(fault.__cause__).__name__ in _NEVER_SENT:
            return Retry(NOT_REACHED, is_flood=False)
        case NetworkError() if "too many requests" in fault.message.lower():
            return Retry(NOT_REACHED, is_flood=True)
    return Uncertain(fault.message)


def _duration(fault: RetryAfter) -> timedelta:
    wait = fault.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def _keyboard(rows: Sequence[Sequence[Button | Tap]]) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup([[_key(button) for button in row] for row in rows])


def _key(button: Button | Tap) -> InlineKeyboardButton:
    if isinstance(button, Tap):
        return InlineKeyboardButton(button.text, callback_data=button.data)
    return InlineKeyboardButton(button.text, url=button.url)
