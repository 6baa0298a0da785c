"""What the clock lets the chat door do: leave the chats of groups that were taken out."""

import logging

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.domain.people.handovers import Departure
from handlers.chat.context import Services
from handlers.chat.wire.replies import send

log = logging.getLogger(__name__)


async def leave(bot: Bot, services: Services) -> int:
    """Say goodbye where it is wanted, and leave; how many chats.

    ``bot`` acts where a group's own is unknown. A chat that cannot be left now is tried again.
    """
    disconnecting = services.rooms.leaving.disconnecting
    count = 0
    for departure in await disconnecting.leaving():
        own = services.bot_of(departure.bot_id, bot)
        if await disconnecting.goodbye(departure):
            await _say_goodbye(own, services, departure)
        if await _left(own, departure):
            await disconnecting.left(departure)
            count += 1
    return count


async def _say_goodbye(bot: Bot, services: Services, departure: Departure) -> None:
    text = services.texts_in(departure.language).html("leaving.goodbye")
    try:
        await send(bot, departure.chat_id, text)
    except TelegramError as fault:
        # It is said at most once: whether it arrived or not, the bot goes.
        log.info("no goodbye in group %s: %s", departure.group_id, fault.message)


async def _left(bot: Bot, departure: Departure) -> bool:
    try:
        await bot.leave_chat(departure.chat_id)
    except (BadRequest, Forbidden, ChatMigrated) as refusal:
        # It is out already, or there is no such chat any more.
        log.info("group %s needed no leaving: %s", departure.group_id, refusal.message)
    except TelegramError as fault:
        log.warning("group %s was not left yet: %s", departure.group_id, fault.message)
        return False
    return True
