"""What people are told about a group: the group itself, and its promoter in private."""

import logging
from zoneinfo import ZoneInfo

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.domain.records import Group, GroupState
from bot.domain.texts import Html, Texts
from bot.services.people.connections import Connected
from handlers.chat.context import Services
from handlers.chat.wire.chats import username_of
from handlers.chat.wire.replies import keyboard, link_button, send, stacked

log = logging.getLogger(__name__)

ADMIN_RIGHTS = "invite_users+pin_messages"
"""Asked for when the bot is added as an administrator: as little as makes it one."""

STATES = {
    GroupState.WARMING: "group.warming",
    GroupState.ACTIVE: "group.active",
    GroupState.PROBATION: "group.probation",
    GroupState.CLOSED: "group.closed",
}
RIGHTS = {
    "post": "group.right_post",
    "pictures": "group.right_pictures",
    "joins": "group.right_joins",
}


async def connect_url(bot: Bot, payload: str) -> str:
    """The link that adds the bot to a group as an administrator."""
    return f"https://t.me/{await username_of(bot)}?startgroup={payload}&admin={ADMIN_RIGHTS}"


def described(services: Services, texts: Texts, group: Group) -> Html:
    """One group in a few lines: title, state, members, and what is missing."""
    lines = [texts.html("group.line", title=group.title, count=group.member_count)]
    more_than = services.programmes[group.programme].more_than_members
    if group.disconnected_at is not None:
        day = texts.day(group.disconnected_at.astimezone(ZoneInfo(group.timezone)).date())
        lines.append(texts.html("leaving.disconnected", day=day))
    elif group.lost_at is not None:
        lines.append(texts.html("group.lost"))
    elif group.is_paused:
        lines.append(texts.html("group.paused"))
    else:
        lack = max(0, more_than + 1 - group.member_count)
        lines.append(texts.html(STATES[group.state], more_than=more_than, lack=lack))
    if group.lost_at is None and group.missing_rights:
        lines.append(texts.html("group.missing", rights=named(texts, group.missing_rights)))
    return stacked(lines)


def named(texts: Texts, rights: tuple[str, ...]) -> str:
    """The names of rights in the reader's language."""
    return texts("group.and").join(texts(RIGHTS[right]) for right in rights)


async def welcome(services: Services, bot: Bot, connected: Connected) -> None:
    """Greet a group once in its life, and tell its promoter how it stands."""
    if connected.is_new:
        await tell_purpose(services, bot, connected.group)
        await tell_promoter(services, bot, connected.group, "group.connected")


async def tell_purpose(services: Services, bot: Bot, group: Group) -> None:
    """Tell a group what it is for and that links earn a commission [S1]."""
    if "post" in group.missing_rights:
        return
    text = services.texts_in(group.language).html("group.purpose")
    try:
        await send(bot, group.chat_id, text)
    except ChatMigrated as move:
        # Being made an administrator may have upgraded the group a moment ago.
        await services.connecting.moved(group.chat_id, move.new_chat_id)
        await send(bot, move.new_chat_id, text)
    except Forbidden:
        await services.connecting.lost(group.chat_id)
    except BadRequest as refusal:
        log.warning("group %s took no purpose notice: %s", group.id, refusal.message)


async def tell_promoter(services: Services, bot: Bot, group: Group, key: str) -> None:
    """Tell the group's promoter in private, where they started the chat, how it stands."""
    promoter = await services.enrolling.promoter(group.promoter_id)
    if promoter is None or promoter.telegram_id is None:
        return
    texts = services.texts_in(promoter.language)
    text = stacked([texts.html(key), described(services, texts, group)], gap="\n\n")
    markup = None
    if group.missing_rights or group.lost_at is not None:
        url = await connect_url(bot, await services.connecting.payload(promoter.id))
        markup = keyboard([link_button(texts("button.mend"), url)])
    try:
        # No bot may write to people who spoke with another one alone.
        await send(services.bot_of(promoter.bot_id, bot), promoter.telegram_id, text, markup)
    except (Forbidden, BadRequest) as refusal:
        # Only people who pressed Start can be told; /groups shows it when they do.
        log.info("promoter %s was not told: %s", promoter.id, refusal.message)
