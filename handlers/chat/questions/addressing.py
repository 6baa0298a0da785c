"""What is addressed to the bot: a message in, the words meant for it out, or nothing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from telegram import Message, MessageEntity

ENCODING = "utf-16-le"
"""Telegram counts the places of entities in its units."""
UNIT_BYTES = 2

COMMAND = re.compile(r"/ask(?:@(\w+))?", re.IGNORECASE)
LOOSE_ENDS = " \t\r\n,，:：、"
"""What stays around a question when the bot's name is taken out of it."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """Words that are meant for the bot; they may be empty."""

    words: str
    replied: Message | None
    """The message of the bot that they reply to."""
    is_called: bool
    """By name or by command; otherwise only replying to what the bot said."""


def addressed(message: Message, bot_id: int, username: str) -> Addressed | None:
    """What ``message`` of a group says to the bot; None where it speaks to somebody else.

    ``username`` is the bot's, without "@".
    """
    if not _is_own_word(message):
        return None
    text = message.text or message.caption or ""
    replied = replied_to(message, bot_id)
    asked = _commanded(text, username)
    if asked is not None:
        return Addressed(asked, replied, is_called=True)
    if text.startswith("/"):
        return None
    rest = _uncalled(message, text, bot_id, username)
    if rest is not None:
        return Addressed(rest, replied, is_called=True)
    if replied is None or not any(sign.isalnum() for sign in text):
        return None
    return Addressed(tidy(text), replied, is_called=False)


def spoken_in_private(message: Message, username: str) -> str:
    """The words of a message to the bot alone; a command that is not set apart is left out."""
    text = message.text or message.caption or ""
    asked = _commanded(text, username)
    return tidy(text) if asked is None else asked


def replied_to(message: Message, bot_id: int) -> Message | None:
    """The message of the bot that this one replies to, if it is such a reply."""
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.from_user.id != bot_id:
        return None
    # In a forum's topic every message is a reply to the one that opened it.
    return None if replied.forum_topic_created is not None else replied


def tidy(text: str) -> str:
    """``text`` in one line, without loose commas at its ends."""
    return " ".join(text.split()).strip(LOOSE_ENDS)


def _is_own_word(message: Message) -> bool:
    """Whether a person wrote it here, perhaps as an administrator in the group's name."""
    if message.is_automatic_forward or message.forward_origin is not None:
        return False
    if message.via_bot is not None:
        return False
    if message.sender_chat is not None:
        return message.sender_chat.id == message.chat.id
    return message.from_user is not None and not message.from_user.is_bot


def _commanded(text: str, username: str) -> str | None:
    """What follows /ask, also where nothing sets it apart or it stands under a picture.

    None without the command, or when it calls another bot.
    """
    command = COMMAND.match(text)
    if command is None:
        return None
    called, rest = command.group(1), text[command.end() :]
    if called and called.lower() != username.lower():
        return None
    is_longer_word = rest[:1].isascii() and (rest[:1].isalnum() or rest[:1] == "_")
    return None if is_longer_word else tidy(rest)


def _uncalled(message: Message, text: str, bot_id: int, username: str) -> str | None:
    """``text`` without the bot's name; None where it does not stand there.

    Telegram marks no name that touches a Chinese word, and Chinese is written without blanks.
    """
    accounts = [
        entity
        for entity in message.entities or message.caption_entities or ()
        if entity.type == MessageEntity.TEXT_MENTION
        and entity.user is not None
        and entity.user.id == bot_id
    ]
    rest = _without(text, accounts)
    name = rf"(?<![\w.@/-])@{re.escape(username)}(?!\w)"
    rest, count = re.subn(name, " ", rest, flags=re.IGNORECASE | re.ASCII)
    return tidy(rest) if count or accounts else None


def _without(text: str, entities: Iterable[MessageEntity]) -> str:
    """``text`` with the entities taken out."""
    units = text.encode(ENCODING)
    for entity in sorted(entities, key=lambda one: one.offset, reverse=True):
        start, end = entity.offset, entity.offset + entity.length
        units = units[: start * UNIT_BYTES] + " ".encode(ENCODING) + units[end * UNIT_BYTES :]
    return units.decode(ENCODING, "replace")
