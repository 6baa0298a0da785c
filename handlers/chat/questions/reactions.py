"""Signs under a question: seen, answered, being asked about. They never fail an answer."""

import logging
from collections.abc import Hashable
from dataclasses import dataclass

from telegram import Bot, Message, ReactionTypeEmoji
from telegram.error import BadRequest, TelegramError

from bot.domain.records import QuestionId
from handlers.chat.questions.learned import Learned

log = logging.getLogger(__name__)

SEEN, DONE, ASKING = "👀", "✅", "🤔"
DONE_INSTEAD = "👌"
"""Telegram's own list of reactions has no ✅; servers that take any emoji do."""

INVALID = "reaction_invalid"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question stands, and the bot that can put a sign under it."""

    bot: Bot
    chat_id: int
    message_id: int


class Reactions:
    """Puts the bot's reactions; remembers which chats and servers do not take them."""

    def __init__(self, learned: Learned[str] | None = None) -> None:
        """``learned`` is shared by tests that look at what is remembered."""
        self._learned = learned or Learned()
        self._waiting: Learned[Place] = Learned()

    async def seen(self, bot: Bot, message: Message) -> None:
        """Show that a question was heard."""
        await self._put(_place(bot, message), SEEN)

    async def asking(
        self, bot: Bot, message: Message, question_id: QuestionId | None = None
    ) -> None:
        """Show that somebody is being asked; the place is kept for ``settled``."""
        place = _place(bot, message)
        if question_id is not None:
            self._waiting.learn(question_id, place)
        await self._put(place, ASKING)

    async def dropped(self, bot: Bot, message: Message) -> None:
        """Take the sign back: there will be no answer."""
        await self._put(_place(bot, message), None)

    async def done(self, bot: Bot, message: Message) -> None:
        """Show that a question was answered."""
        await self._done(_place(bot, message))

    async def settled(self, question_id: QuestionId, *, is_answered: bool) -> None:
        """Show that a question that waited was answered, or will not be.

        Only the process that heard it knows where it stands; elsewhere the sign stays.
        """
        place = self._waiting.get(question_id)
        if place is None:
            return
        self._waiting.forget(question_id)
        if is_answered:
            await self._done(place)
        else:
            await self._put(place, None)

    async def _done(self, place: Place) -> None:
        emoji = self._learned.get(DONE) or DONE
        if not await self._put(place, emoji) and emoji == DONE:
            await self._put(place, DONE_INSTEAD)

    async def _put(self, place: Place, emoji: str | None) -> bool:
        """Whether the sign was put; a chat that takes none is left alone from then on."""
        quiet_here: Hashable = place.chat_id
        # What only the bot saw has no number to react to.
        if not place.message_id or self._learned.get(quiet_here) is not None:
            return True
        try:
            await place.bot.set_message_reaction(
                place.chat_id, place.message_id, ReactionTypeEmoji(emoji) if emoji else None
            )
        except BadRequest as refusal:
            if emoji == DONE and INVALID in refusal.message.lower():
                self._learned.learn(DONE, DONE_INSTEAD)
                return False
            self._learned.learn(quiet_here, refusal.message)
        except TelegramError as fault:
            log.info("no reaction in chat %s: %s", place.chat_id, fault.message)
        return True


def _place(bot: Bot, message: Message) -> Place:
    return Place(bot, message.chat.id, message.message_id)
