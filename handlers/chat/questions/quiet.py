"""Speaking to one person of a group without disturbing the others, as well as the server can."""

import logging
from dataclasses import dataclass
from typing import Any

from telegram import Bot, InlineKeyboardMarkup, Message
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from bot.domain.texts import Html
from bot.services.questions.outcomes import Spoken
from handlers.chat.questions.learned import Learned
from handlers.chat.wire.replies import NO_PREVIEW, UNCHANGED, patiently, send, topic_of

log = logging.getLogger(__name__)

PRIVATE, GROUP, EPHEMERAL = "private", "group", "ephemeral:"
"""How an answer was spoken; an ephemeral one's own id follows."""

UNSUPPORTED = ("unknown parameter", "receiver_user_id", "ephemeral_message_parameters")
"""What a 400 says, in lower case, where the server does not know ephemeral messages."""
PLAIN, WRAPPED = "receiver_user_id", "ephemeral_message_parameters"
SPELLINGS = (PLAIN, WRAPPED)
"""How the receiver is named: in Bot API 10.2, and from 10.3 on."""
UNREACHABLE = ("chat not found", "user not found", "peer_id_invalid")
EDIT_EPHEMERAL = "editEphemeralMessageText"


@dataclass(frozen=True, slots=True)
class Listener:
    """Whom an answer is for, and where the question was asked."""

    chat_id: int
    """Of the group or, in private, the person's own."""
    telegram_id: int | None
    """None for an administrator who writes in the group's name."""
    private_bot: Bot | None = None
    """The bot that the person opened a private chat with."""
    asked: Message | None = None
    """The question's message, to reply to."""
    query_id: str | None = None
    """The press that it follows: a bot that is no admin may then answer within seconds."""

    @property
    def is_private(self) -> bool:
        """Whether the question was asked in the private chat."""
        return self.chat_id == self.telegram_id

    @property
    def pair(self) -> tuple[int, int | None]:
        """This person in this chat, where the bot may lack the right to speak to one alone."""
        return self.chat_id, self.telegram_id

    @property
    def is_fresh(self) -> bool:
        """Whether a press or a whispered word lets any bot answer this one alone."""
        is_whispered = self.asked is not None and ephemeral_id(self.asked) is not None
        return self.query_id is not None or is_whispered


def ephemeral_id(message: Message) -> int | None:
    """By what number an ephemeral message is known (its ``message_id`` is 0); None for others."""
    number = message.api_kwargs.get("ephemeral_message_id")
    return number if isinstance(number, int) else None


def key_of(message: Message) -> int:
    """By what a message is remembered in its chat: ephemeral ones are counted downwards."""
    number = ephemeral_id(message)
    return message.message_id if number is None else -number


class Quiet:
    """Ephemeral first, else in private, else as a silent reply; decided by the server's answers.

    Servers ignore parameters that they do not know: an answer that does not say to whom it is
    visible means that a public message was sent.
    """

    def __init__(self, learned: Learned[bool] | None = None) -> None:
        """``learned`` is shared by tests that look at what is remembered."""
        self._learned = learned or Learned()

    async def say(
        self,
        bot: Bot,
        listener: Listener,
        text: Html,
        markup: InlineKeyboardMarkup | None = None,
        *,
        is_private: bool = False,
    ) -> Spoken | None:
        """Say ``text`` once; where it stands. None where it is private and cannot be said so.

        ``is_private`` is never said in the open.
        """
        if listener.is_private:
            message = await send(bot, listener.chat_id, text, markup)
            return Spoken(listener.chat_id, message.message_id, PRIVATE)
        place = await self._ephemeral(bot, listener, text, markup, is_private=is_private)
        place = place or await self._in_private(listener, text, markup)
        if place is not None or is_private:
            return place
        # A word that only the bot saw cannot be replied to in the open.
        asked = listener.asked
        is_open = asked is not None and ephemeral_id(asked) is None
        reply_to = asked if is_open else None
        message = await send(bot, listener.chat_id, text, markup, reply_to=reply_to)
        return Spoken(listener.chat_id, message.message_id, GROUP)

    async def renew(
        self,
        bot: Bot,
        place: Spoken,
        telegram_id: int | None,
        text: Html,
        markup: InlineKeyboardMarkup | None = None,
    ) -> bool:
        """Put ``text`` where an answer to ``telegram_id`` stands; False where that is over."""
        call = self._edit_ephemeral if place.how.startswith(EPHEMERAL) else self._edit
        try:
            await patiently(lambda: call(bot, place, telegram_id, text, markup))
        except BadRequest as refusal:
            return UNCHANGED in refusal.message.lower()
        except (ChatMigrated, Forbidden, EndPointNotFound, InvalidToken) as refusal:
            log.info("an answer was not renewed: %s", type(refusal).__name__)
            return False
        return True

    async def _edit(
        self,
        bot: Bot,
        place: Spoken,
        _: int | None,
        text: Html,
        markup: InlineKeyboardMarkup | None,
    ) -> None:
        await bot.edit_message_text(
            text,
            place.chat_id,
            place.message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=markup,
            link_preview_options=NO_PREVIEW,
        )

    async def _edit_ephemeral(
        self,
        bot: Bot,
        place: Spoken,
        telegram_id: int | None,
        text: Html,
        markup: InlineKeyboardMarkup | None,
    ) -> None:
        fields: dict[str, Any] = {
            "chat_id": place.chat_id,
            "receiver_user_id": telegram_id,
            "ephemeral_message_id": int(place.how.removeprefix(EPHEMERAL)),
            "text": text,
            "parse_mode": ParseMode.HTML,
            "link_preview_options": NO_PREVIEW,
        }
        if markup is not None:
            fields["reply_markup"] = markup
        await bot.do_api_request(EDIT_EPHEMERAL, api_kwargs=fields)

    async def _ephemeral(
        self,
        bot: Bot,
        listener: Listener,
        text: Html,
        markup: InlineKeyboardMarkup | None,
        *,
        is_private: bool,
    ) -> Spoken | None:
        """Say it to one member alone; None where nothing was said that may stand."""
        if listener.telegram_id is None:
            return None
        for spelling in SPELLINGS:
            if not listener.is_fresh and self._learned.get(listener.pair) is False:
                return None
            is_known = self._learned.get(spelling)
            # Where it is not proven, the whole group might read it.
            if is_known is False or (is_private and not is_known):
                continue
            sent = await self._tried(bot, listener, text, markup, spelling)
            if sent is None:
                continue
            number = ephemeral_id(sent)
            is_ephemeral = number is not None and "receiver_user" in sent.api_kwargs
            self._learned.learn(spelling, is_ephemeral)
            if is_ephemeral:
                return Spoken(listener.chat_id, key_of(sent), f"{EPHEMERAL}{number}")
            if not is_private:
                return Spoken(listener.chat_id, sent.message_id, GROUP)
            # The server knew it yesterday and not any more: nobody else may go on reading it.
            await bot.delete_message(listener.chat_id, sent.message_id)
        return None

    async def _tried(
        self,
        bot: Bot,
        listener: Listener,
        text: Html,
        markup: InlineKeyboardMarkup | None,
        spelling: str,
    ) -> Message | None:
        try:
            return await patiently(lambda: _send_to_one(bot, listener, text, markup, spelling))
        except (EndPointNotFound, InvalidToken):
            # PTB takes every 404 for a wrong token; with one, the next way says so.
            self._learned.learn(spelling, False)
        except BadRequest as refusal:
            is_unknown = _is_any(refusal, UNSUPPORTED)
            self._learned.learn(spelling if is_unknown else listener.pair, False)
            log.info("not said to one member alone: %s", refusal.message)
        return None

    async def _in_private(
        self, listener: Listener, text: Html, markup: InlineKeyboardMarkup | None
    ) -> Spoken | None:
        person = listener.telegram_id
        if person is None or listener.private_bot is None or self._learned.get(person):
            return None
        try:
            message = await send(listener.private_bot, person, text, markup)
        except (Forbidden, BadRequest) as refusal:
            is_shut = isinstance(refusal, Forbidden) or _is_any(refusal, UNREACHABLE)
            if not is_shut:
                raise
            self._learned.learn(person, True)
            log.info("a private chat is closed: %s", refusal.message)
            return None
        return Spoken(person, message.message_id, PRIVATE)


def _is_any(refusal: TelegramError, words: tuple[str, ...]) -> bool:
    return any(one in refusal.message.lower() for one in words)


async def _send_to_one(
    bot: Bot,
    listener: Listener,
    text: Html,
    markup: InlineKeyboardMarkup | None,
    spelling: str,
) -> Message:
    """Send to one member; a server that cannot makes a silent reply of it."""
    asked = listener.asked
    receiver: dict[str, Any] = {"receiver_user_id": listener.telegram_id}
    if listener.query_id is not None:
        receiver["callback_query_id"] = listener.query_id
    fields = receiver if spelling == PLAIN else {WRAPPED: receiver}
    number = ephemeral_id(asked) if asked else None
    if number is not None:
        # Such a word is answered within seconds also by a bot without rights.
        fields = {**fields, "reply_parameters": {"ephemeral_message_id": number}}
        asked = None
    return await bot.send_message(
        listener.chat_id,
        text,
        parse_mode=ParseMode.HTML,
        reply_markup=markup,
        link_preview_options=NO_PREVIEW,
        disable_notification=True,
        reply_to_message_id=asked.message_id if asked else None,
        allow_sending_without_reply=True if asked else None,
        message_thread_id=topic_of(listener.asked),
        api_kwargs=fields,
    )
