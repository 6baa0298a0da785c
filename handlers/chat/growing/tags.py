"""Tags beside members' names, where the server takes them; where it does not, the board is all."""

import logging

from telegram import Bot
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.domain.records import GroupId, PersonId
from bot.services.growth.outcomes import Tagging
from handlers.chat.context import Services
from handlers.chat.wire.replies import patiently

log = logging.getLogger(__name__)

OF_THE_CHAT = ("rights", "admin_required", "chat not found", "method is available")
"""Refusals that every member of the chat would meet alike."""


async def withdraw(
    services: Services, bot: Bot, person_id: PersonId, group_id: GroupId | None = None
) -> None:
    """Show somebody on no board any more, in one group or anywhere, nor by a tag."""
    for tagging in await services.rooms.growth.honouring.hide(person_id, group_id):
        await put(services, bot, tagging)


async def put(services: Services, bot: Bot, tagging: Tagging) -> bool:
    """Put a tag beside a member's name or take it away; whether Telegram did it.

    What was refused is not tried again for a day: for the server, for the chat or for the member.
    """
    honouring = services.rooms.growth.honouring
    own = services.bot_of(tagging.bot_id, bot)
    tag = services.texts_in(tagging.language)("board.tag") if tagging.is_helper else ""
    try:
        await patiently(lambda: own.set_chat_member_tag(tagging.chat_id, tagging.telegram_id, tag))
    except InvalidToken:
        # PTB's word for every 404: the server does not know the method.
        honouring.refused(tagging, is_server=True)
    except (BadRequest, Forbidden) as refusal:
        words = refusal.message.lower()
        is_chat = isinstance(refusal, Forbidden) or any(each in words for each in OF_THE_CHAT)
        honouring.refused(tagging, is_chat=is_chat)
        log.info("no tag in chat %s: %s", tagging.chat_id, refusal.message)
    except TelegramError as fault:
        log.warning("a tag was not set: %s", fault.message)
    else:
        await honouring.tagged(tagging, tag or None)
        return True
    return False


async def round_(bot: Bot, services: Services) -> int:
    """What the clock lets the chat do: tags of the next groups become what they should be."""
    found = await services.rooms.growth.honouring.to_tag()
    done = 0
    for tagging in found:
        if services.rooms.growth.honouring.may_tag(tagging):
            done += await put(services, bot, tagging)
    return done
