"""What the clock lets the chat door do for pools: tell each joiner once how it ended."""

import logging

from telegram import Bot
from telegram.error import TelegramError

from bot.services.pools.outcomes import Telling
from handlers.chat.context import Services
from handlers.chat.pools.words import told
from handlers.chat.questions.quiet import Listener

log = logging.getLogger(__name__)


async def tell(bot: Bot, services: Services) -> int:
    """Tell the joiners whose turn it is, alone; how many were taken, told or not.

    Who can be reached neither in the group alone nor in private reads it in the pool's message.
    ``bot`` speaks where a group's own is unknown.
    """
    found = await services.rooms.pools.joining.to_tell()
    for telling in found:
        try:
            await _tell(bot, services, telling)
        except TelegramError as fault:
            log.warning("a joiner of pool %s was not told: %s", telling.pool.id, fault.message)
    return len(found)


async def _tell(bot: Bot, services: Services, telling: Telling) -> None:
    person, group = telling.person, telling.group
    own = services.bot_of(group.bot_id, bot)
    private_bot = None
    if person.started_at is not None:
        private_bot = services.bot_of(person.bot_id, bot)
    text, markup = told(services.texts_in(person.language), telling)
    listener = Listener(group.chat_id, person.telegram_id, private_bot)
    await services.quiet.say(own, listener, text, markup, is_private=True)
