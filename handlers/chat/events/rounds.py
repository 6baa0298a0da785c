"""What the clock lets the chat door do: greet newcomers, and count the groups again each day."""

import logging

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.domain.people.groups import missing_rights
from bot.domain.records import Group
from handlers.chat.context import Services
from handlers.chat.events.telling import tell_promoter, tell_purpose
from handlers.chat.wire.chats import rights_in

log = logging.getLogger(__name__)

RECHECKS_LIMIT = 20
"""Groups counted in one round: two calls each, far below Telegram's 30 a second."""


async def greet(bot: Bot, services: Services) -> int:
    """Send the purpose notices that are due, each at most once; how many.

    ``bot`` speaks where a group's own is unknown.
    """
    count = 0
    for group in await services.connecting.greetings_due():
        if await services.connecting.greeted(group.id):
            count += 1
            try:
                await tell_purpose(services, services.bot_of(group.bot_id, bot), group)
            except TelegramError as fault:
                log.warning("group %s was not greeted: %s", group.id, fault.message)
    return count


async def recheck(bot: Bot, services: Services, limit: int = RECHECKS_LIMIT) -> int:
    """Count members and test rights of the groups whose turn it is; how many."""
    found = await services.connecting.to_recheck(limit)
    for group in found:
        own = services.bot_of(group.bot_id, bot)
        try:
            await _recheck(own, services, group)
        except ChatMigrated as move:
            await services.connecting.moved(group.chat_id, move.new_chat_id)
        except (Forbidden, BadRequest) as refusal:
            await _missed(own, services, group, refusal)
        except TelegramError as fault:
            log.warning("group %s was not counted: %s", group.id, fault.message)
    return len(found)


async def _recheck(bot: Bot, services: Services, group: Group) -> None:
    members = await bot.get_chat_member_count(group.chat_id)
    await services.connecting.counted(group.chat_id, members)
    missing = missing_rights(await rights_in(bot, group.chat_id))
    if missing != group.missing_rights:
        await services.connecting.rights_changed(group.chat_id, missing)


async def _missed(bot: Bot, services: Services, group: Group, refusal: TelegramError) -> None:
    """The bot is out of the group and nobody told it."""
    if not isinstance(refusal, Forbidden) and "not found" not in refusal.message.lower():
        log.warning("group %s was not counted: %s", group.id, refusal.message)
        return
    lost = await services.connecting.lost(group.chat_id)
    if lost is not None:
        await tell_promoter(services, bot, lost, "group.was_lost")
