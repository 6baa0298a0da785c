"""Speaking in a chat: texts, keyboards and edits that never fail over a trifle."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from typing import TypeVar

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, RetryAfter

from bot.domain.posts.characters import shortened
from bot.domain.texts import Html
from handlers.chat.wire.callbacks import pack

TEXT_LIMIT = 3900
"""Telegram takes 4096 characters; this leaves room for what counts double."""

BUTTON_TEXT_LIMIT = 40

WAIT_SECONDS = 60.0
"""So long an answer may be held up by Telegram's limits."""

Answer = TypeVar("Answer")

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
"""A preview would follow a tracked link before any person does."""

UNCHANGED = "message is not modified"
OUT_OF_REACH = ("message to edit not found", "message can't be edited")
TOO_OLD = ("query is too old", "query id is invalid")


def button(text: str, action: str, *fields: str | int) -> InlineKeyboardButton:
    """A button that comes back to us with ``action`` and its ``fields``."""
    return InlineKeyboardButton(
        shortened(text, BUTTON_TEXT_LIMIT), callback_data=pack(action, *fields)
    )


def link_button(text: str, url: str) -> InlineKeyboardButton:
    """A button that opens ``url``."""
    return InlineKeyboardButton(shortened(text, BUTTON_TEXT_LIMIT), url=url)


def keyboard(*rows: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup | None:
    """Rows of buttons, empty rows left out; None when there is no button at all."""
    filled = [list(row) for row in rows if row]
    return InlineKeyboardMarkup(filled) if filled else None


def stacked(lines: Iterable[Html], *, gap: str = "\n") -> Html:
    """As many whole ``lines`` as one message takes, with a sign where some are left out."""
    kept: list[str] = []
    length = 0
    for line in lines:
        length += len(line) + len(gap)
        if length > TEXT_LIMIT:
            kept.append("…")
            break
        kept.append(line)
    return Html(gap.join(kept))


async def send(
    bot: Bot,
    chat_id: int,
    text: Html,
    markup: InlineKeyboardMarkup | None = None,
    *,
    reply_to: Message | None = None,
) -> Message:
    """Send HTML; as a silent reply in the same topic when ``reply_to`` is given."""
    return await patiently(
        lambda: bot.send_message(
            chat_id,
            text,
            parse_mode=ParseMode.HTML,
            reply_markup=markup,
            link_preview_options=NO_PREVIEW,
            disable_notification=reply_to is not None,
            reply_to_message_id=reply_to.message_id if reply_to else None,
            allow_sending_without_reply=True if reply_to else None,
            message_thread_id=topic_of(reply_to),
        )
    )


async def show_post(
    bot: Bot, chat_id: int, html: str, image_url: str | None, markup: InlineKeyboardMarkup | None
) -> None:
    """Show a message exactly as a group would see it, with its picture where that can be had."""
    if image_url is not None:
        try:
            await bot.send_photo(
                chat_id, image_url, html, parse_mode=ParseMode.HTML, reply_markup=markup
            )
        except BadRequest:
            # A dead picture: in the group it will go out as text, and so it does here.
            pass
        else:
            return
    await bot.send_message(
        chat_id, html, ParseMode.HTML, link_preview_options=NO_PREVIEW, reply_markup=markup
    )


async def patiently(call: Callable[[], Awaitable[Answer]]) -> Answer:
    """Make ``call``; where Telegram says to wait, wait and make it again: nothing was done yet.

    Raises RetryAfter when the waiting would be longer than a person waits for an answer.
    """
    left = WAIT_SECONDS
    while True:
        try:
            return await call()
        except RetryAfter as told:
            wait = told.retry_after
            seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
            left -= seconds
            if left < 0:
                raise
            await asyncio.sleep(seconds)


def topic_of(message: Message | None) -> int | None:
    """The forum topic in which a message stands, to answer it there."""
    if message is None or not message.is_topic_message:
        return None
    return message.message_thread_id


async def edit(message: Message, text: Html, markup: InlineKeyboardMarkup | None = None) -> bool:
    """Put ``text`` in place of a message's; False when that message cannot show it."""
    if message.photo:
        return False
    try:
        await patiently(
            lambda: message.edit_text(
                text, ParseMode.HTML, reply_markup=markup, link_preview_options=NO_PREVIEW
            )
        )
    except BadRequest as refusal:
        words = refusal.message.lower()
        if UNCHANGED in words:
            return True
        if any(reason in words for reason in OUT_OF_REACH):
            return False
        raise
    return True


async def answer_press(
    bot: Bot, query_id: str, text: str | None, *, is_alert: bool = False
) -> None:
    """Answer a callback query; one that is too old by now needs no answer."""
    try:
        await bot.answer_callback_query(query_id, text, show_alert=is_alert)
    except BadRequest as refusal:
        if not any(words in refusal.message.lower() for words in TOO_OLD):
            raise
