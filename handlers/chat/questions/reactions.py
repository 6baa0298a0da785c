"""Signs under a question: seen, answered, being asked about. They never fail an answer."""

import logging
from collections.abc import Hashable

from telegram import Bot, Message, ReactionTypeEmoji
from telegram.error import BadRequest, TelegramError

from handlers.chat.questions.learned import Learned

log = logging.getLogger(__name__)

SEEN, DONE, ASKING = "👀", "✅", "🤔"
DONE_INSTEAD = "👌"
"""Telegram's own list of reactions has no ✅; servers that take any emoji do."""

INVALID = "reaction_invalid"


class Reactions:
    """Puts the bot's reactions; remembers which chats and servers do not take them."""

    def __init__(self, learned: Learned[str] | None = None) -> None:
        """``learned`` is shared by tests that look at what is remembered."""
        self._learned = learned or Learned()

    async def seen(self, bot: Bot, message: Message) -> None:
        """Show that a question was heard."""
        await self._put(bot, message, SEEN)

    async def asking(self, bot: Bot, message: Message) -> None:
        """Show that somebody is being asked."""
        await self._put(bot, message, ASKING)

    async def dropped(self, bot: Bot, message: Message) -> None:
        """Take the sign back: there will be no answer."""
        await self._put(bot, message, None)

    async def done(self, bot: Bot, message: Message) -> None:
        """Show that a question was answered."""
        emoji = self._learned.get(DONE) or DONE
        if not await self._put(bot, message, emoji) and emoji == DONE:
            await self._put(bot, message, DONE_INSTEAD)

    async def _put(self, bot: Bot, message: Message, emoji: str | None) -> bool:
        """Whether the sign was put; a chat that takes none is left alone from then on."""
        quiet_here: Hashable = message.chat.id
        # What only the bot saw has no number to react to.
        if not message.message_id or self._learned.get(quiet_here) is not None:
            return True
        try:
            await bot.set_message_reaction(
                message.chat.id, message.message_id, ReactionTypeEmoji(emoji) if emoji else None
            )
        except BadRequest as refusal:
            if emoji == DONE and INVALID in refusal.message.lower():
                self._learned.learn(DONE, DONE_INSTEAD)
                return False
            self._learned.learn(quiet_here, refusal.message)
        except TelegramError as fault:
            log.info("no reaction in chat %s: %s", message.chat.id, fault.message)
        return True
