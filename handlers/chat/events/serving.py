"""Of several bots of ours in one group one serves it; the others hear nothing there."""

from telegram import Bot, Chat, Update
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.domain.records import Group
from bot.services.people.connections import Connected
from handlers.chat.context import Context, Services
from handlers.chat.wire.chats import members_in, rights_in

GROUPS = (Chat.GROUP, Chat.SUPERGROUP)


def is_ours(services: Services, group: Group) -> bool:
    """Whether the bot behind this door serves the group."""
    return services.bot_id is None or group.bot_id in (None, services.bot_id)


def is_free(services: Services, group: Group) -> bool:
    """Whether the next bot of ours that is in the group takes it up."""
    if group.lost_at is not None:
        return True
    return not is_ours(services, group) and services.connecting.is_free(group)


async def pass_by(update: Update, context: Context) -> None:
    """Stop an update of a group that another bot of ours answers for.

    A group whose own bot is out of it is taken up by the one that still hears it. Raises
    ApplicationHandlerStop, PTB's way of saying that no other handler is asked.
    """
    chat, services = update.effective_chat, context.services
    if chat is None or chat.type not in GROUPS:
        return
    # The bot's own coming and going decides for itself; every press must be answered.
    if update.my_chat_member is not None or update.callback_query is not None:
        return
    group = await services.connecting.group_by_chat(chat.id)
    if group is None or is_ours(services, group):
        return
    if not (is_free(services, group) and await _taken_up(services, context.bot, chat, group)):
        raise ApplicationHandlerStop


async def _taken_up(services: Services, bot: Bot, chat: Chat, group: Group) -> bool:
    promoter = await services.enrolling.promoter(group.promoter_id)
    # Its promoter took it out: only its promoter brings it back.
    is_out = group.disconnected_at is not None
    if promoter is None or promoter.telegram_id is None or is_out:
        return False
    try:
        rights, members = await rights_in(bot, chat.id), await members_in(bot, chat.id)
    except TelegramError:
        return False
    outcome = await services.connecting.added(
        chat.id, chat.title or "", promoter.telegram_id, rights, members, services.bot_id
    )
    return isinstance(outcome, Connected) and is_ours(services, outcome.group)
