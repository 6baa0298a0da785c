"""Groups as their promoter sees them: connecting, listing, and the status asked in the group."""

from telegram import InlineKeyboardButton

from bot.domain.people.groups import missing_rights
from bot.domain.records import Group
from bot.domain.texts import Html, Texts
from bot.services.people.connections import (
    CapReached,
    Connected,
    NotPromoter,
    Outcome,
    TakenByOther,
)
from handlers.chat.context import Call, GroupCall, language_of
from handlers.chat.events.telling import connect_url, described, welcome
from handlers.chat.health.wording import standing
from handlers.chat.leaving import menu as leaving
from handlers.chat.wire.chats import is_admin, members_in, rights_in
from handlers.chat.wire.replies import keyboard, link_button, stacked


async def connect(call: Call) -> None:
    """Answer /connect: one tap that adds the bot to a group."""
    connecting = call.services.connecting
    payload = await connecting.payload(call.own.id)
    programme = call.services.programmes[call.own.programme]
    held = [group for group in await connecting.groups_of(call.own.id) if group.lost_at is None]
    text = call.texts.html(
        "group.connect",
        count=len(held),
        limit=programme.groups_limit,
        more_than=programme.more_than_members,
    )
    url = await connect_url(call.bot, payload)
    await call.say(text, keyboard([link_button(call.texts("button.connect"), url)]))


async def groups(call: Call) -> None:
    """Answer /groups: own groups, their state, members, and what is missing."""
    known = await call.services.rooms.health.overseeing.of(call.own.id)
    if not known:
        await call.say(call.texts.html("group.none"))
        return
    found, texts = [one.group for one in known], call.texts
    lines = [texts.html("group.head", count=len(found))]
    for one in known:
        own = [described(call.services, texts, one.group), *standing(texts, one.group, one.health)]
        lines.append(stacked(own))
    rows = [*await _mending(call, found), *leaving.buttons(call, found)]
    await call.say(stacked(lines, gap="\n\n"), keyboard(*rows))


async def _mending(call: Call, found: list[Group]) -> list[list[InlineKeyboardButton]]:
    """One button that adds the bot again with the rights it lacks, where it lacks some."""
    if not any(group.missing_rights or group.lost_at for group in found):
        return []
    url = await connect_url(call.bot, await call.services.connecting.payload(call.own.id))
    return [[link_button(call.texts("button.mend"), url)]]


async def status(call: GroupCall) -> None:
    """Answer /status in a group for its promoter and administrators, after looking anew."""
    if not await may_ask(call):
        await call.reply(call.texts.html("group.status_refused"))
        return
    if call.group is None:
        await call.reply(call.texts.html("group.not_connected"), keyboard([private_button(call)]))
        return
    chat_id = call.message.chat.id
    missing = missing_rights(await rights_in(call.bot, chat_id))
    await call.services.connecting.rights_changed(chat_id, missing)
    members = await members_in(call.bot, chat_id)
    group = await call.services.connecting.counted(chat_id, members)
    one = await call.services.rooms.health.overseeing.standing(group)
    lines = [described(call.services, call.texts, group), *standing(call.texts, group, one.health)]
    await call.reply(stacked(lines))


async def may_ask(call: GroupCall) -> bool:
    """Whether somebody has a say in a group: its promoter, administrators and operators."""
    if call.is_anonymous_admin:
        return True
    if call.telegram_id is None:
        return False
    if call.telegram_id in call.services.operator_ids:
        return True
    if call.group is not None:
        promoter = await call.services.enrolling.promoter(call.group.promoter_id)
        if promoter is not None and promoter.telegram_id == call.telegram_id:
            return True
    return await is_admin(call.bot, call.message.chat.id, call.telegram_id)


async def start_here(call: GroupCall) -> None:
    """Answer /start in a group: claim it by the payload of a connecting link."""
    chat = call.message.chat
    if not call.words:
        await status(call)
        return
    rights = await rights_in(call.bot, chat.id)
    members = await members_in(call.bot, chat.id)
    outcome = await call.services.connecting.claim(
        call.words[0],
        call.telegram_id,
        chat.id,
        chat.title or "",
        rights,
        members,
        call.services.bot_id,
    )
    if isinstance(outcome, Connected):
        await welcome(call.services, call.bot, outcome)
        return
    await call.reply(refused(call.texts, outcome), keyboard([private_button(call)]))


def refused(texts: Texts, outcome: Outcome) -> Html:
    """Why a group was not connected; nobody learns whose it is."""
    match outcome:
        case CapReached(limit):
            return texts.html("group.cap", limit=limit)
        case TakenByOther():
            return texts.html("group.taken")
        case NotPromoter():
            return texts.html("group.not_promoter")
    return texts.html("group.not_connected")


async def language_here(call: GroupCall) -> None:
    """Answer /language zh|en in a group: its promoter chooses what is spoken in it."""
    chosen = language_of(call.words)
    promoter = None
    if call.telegram_id is not None:
        promoter = await call.services.enrolling.promoter_by_telegram(call.telegram_id)
    if call.group is None or chosen is None or promoter is None:
        await call.reply(call.texts.html("group.language_usage"))
        return
    await call.services.connecting.set_language(call.group.id, chosen, by=promoter.id)
    await call.reply(call.services.texts_in(chosen).html("group.language_done"))


async def elsewhere(call: GroupCall) -> None:
    """Answer a private command in a group: quietly, with the way to the private chat."""
    await call.reply(call.texts.html("command.private"), keyboard([private_button(call)]))


def private_button(call: GroupCall) -> InlineKeyboardButton:
    """The button that opens the private chat."""
    return link_button(call.texts("button.private"), f"https://t.me/{call.bot.username}")
