"""What Telegram tells of a group by itself: the bot's coming and going, moves, and who joins."""

import logging

from telegram import ChatMemberUpdated, Update
from telegram.error import BadRequest, Forbidden

from bot.domain.people.groups import missing_rights
from bot.domain.records import Group
from bot.domain.texts import Html
from bot.services.leaving.arriving import Step
from bot.services.people.connections import Connected, NotPromoter
from handlers.chat.context import Context
from handlers.chat.events.serving import GROUPS, is_free, is_ours
from handlers.chat.events.telling import tell_promoter, welcome
from handlers.chat.groups import refused
from handlers.chat.health.hearing import came_or_left
from handlers.chat.wire.chats import is_inside, members_in, rights_in
from handlers.chat.wire.replies import send

log = logging.getLogger(__name__)


async def bot_stands(update: Update, context: Context) -> None:
    """The bot was added, promoted, demoted or removed."""
    change = update.my_chat_member
    if change is None or change.chat.type not in GROUPS:
        return
    if not is_inside(change.new_chat_member):
        await _left(change, context)
        return
    group = await context.services.connecting.group_by_chat(change.chat.id)
    if group is not None and group.disconnected_at and is_inside(change.old_chat_member):
        # Taken out, and the bot is still on its way out: that it may more there changes nothing.
        return
    if group is None or is_free(context.services, group):
        await _arrived(change, context)
    elif not is_ours(context.services, group):
        await _keep_quiet(change, context, group)
    elif group.chat_id == change.chat.id:
        await _rights_changed(change, context, group)


async def _left(change: ChatMemberUpdated, context: Context) -> None:
    services = context.services
    group = await services.connecting.lost(change.chat.id, services.bot_id)
    if group is not None:
        await tell_promoter(services, context.bot, group, "group.was_lost")


async def _keep_quiet(change: ChatMemberUpdated, context: Context, group: Group) -> None:
    """Another bot of ours serves the group: its promoter is told, once, and nobody else."""
    promoter = await context.services.enrolling.promoter(group.promoter_id)
    if is_inside(change.old_chat_member) or promoter is None:
        return
    if promoter.telegram_id == change.from_user.id:
        texts = context.services.texts_in(promoter.language)
        await _tell_adder(change, context, texts.html("group.has_bot", title=group.title))


async def _arrived(change: ChatMemberUpdated, context: Context) -> None:
    chat, services = change.chat, context.services
    rights = await rights_in(context.bot, chat.id, change.new_chat_member)
    members = await members_in(context.bot, chat.id)
    outcome = await services.connecting.added(
        chat.id, chat.title or "", change.from_user.id, rights, members, services.bot_id
    )
    if isinstance(outcome, Connected):
        await welcome(services, context.bot, outcome)
    elif not isinstance(outcome, NotPromoter):
        promoter = await services.enrolling.promoter_by_telegram(change.from_user.id)
        language = promoter.language if promoter else services.default_language
        await _tell_adder(change, context, refused(services.texts_in(language), outcome))


async def _tell_adder(change: ChatMemberUpdated, context: Context, text: Html) -> None:
    try:
        await send(context.bot, change.from_user.id, text)
    except (Forbidden, BadRequest) as refusal:
        log.info("whoever added the bot was not told: %s", refusal.message)


async def _rights_changed(change: ChatMemberUpdated, context: Context, group: Group) -> None:
    rights = await rights_in(context.bot, change.chat.id, change.new_chat_member)
    missing = missing_rights(rights)
    if missing == group.missing_rights:
        return
    changed = await context.services.connecting.rights_changed(change.chat.id, missing)
    if changed is not None and not set(missing) <= set(group.missing_rights):
        await tell_promoter(context.services, context.bot, changed, "group.rights_lost")


async def moved(update: Update, context: Context) -> None:
    """A basic group became a supergroup: either of its two service messages will do."""
    message = update.effective_message
    if message is None:
        return
    here = message.chat.id
    if message.migrate_to_chat_id is not None:
        await context.services.connecting.moved(here, message.migrate_to_chat_id)
    elif message.migrate_from_chat_id is not None:
        await context.services.connecting.moved(message.migrate_from_chat_id, here)


async def people_came(update: Update, context: Context) -> None:
    """A service message tells of new members: they are told the purpose, all at once."""
    message = update.effective_message
    if message is not None and any(not user.is_bot for user in message.new_chat_members):
        arriving = context.services.rooms.leaving.arriving
        await arriving.note(Step(message.chat.id, None, came=True, at=message.date))


async def member_stands(update: Update, context: Context) -> None:
    """Somebody came or left: who came is greeted and counted by link, who left not shown."""
    change = update.chat_member
    if change is None or change.new_chat_member.user.is_bot:
        return
    came = is_inside(change.new_chat_member)
    if came == is_inside(change.old_chat_member):
        return
    await came_or_left(update, context, change)
    rooms, who = context.services.rooms, change.new_chat_member.user.id
    url = change.invite_link.invite_link if change.invite_link is not None else None
    await rooms.leaving.arriving.note(Step(change.chat.id, who, came, change.date, url))
    if not came:
        await rooms.growth.honouring.left(change.chat.id, who)
