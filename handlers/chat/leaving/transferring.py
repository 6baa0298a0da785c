"""Handing a group on: a link for the new promoter, who accepts; then its giver confirms."""

import logging
from collections.abc import Sequence

from telegram import Bot, InlineKeyboardButton
from telegram.error import BadRequest, Forbidden

from bot.domain.records import Group, GroupId, Promoter
from bot.domain.texts import Html
from bot.services.leaving.outcomes import Handover, Refused
from handlers.chat.context import Call
from handlers.chat.leaving.menu import own_group
from handlers.chat.wire.callbacks import OldButtonError, field
from handlers.chat.wire.chats import is_admin, username_of
from handlers.chat.wire.replies import button, keyboard, send

log = logging.getLogger(__name__)

GIVE = "give-"
"""How the payload of a hand-over link begins; no invitation does."""
NO = "no"


async def press_hand(call: Call) -> str | None:
    """Tell what handing an own group on means, and ask: field group."""
    group = await own_group(call, GroupId(field(call.words, 0)))
    go = button(call.texts("leaving.button_hand_go"), "hand_go", group.id)
    await call.show(call.texts.html("leaving.hand_ask", title=group.title), keyboard([go]))
    return None


async def press_go(call: Call) -> str | None:
    """Make the link for the new promoter: field group."""
    group_id = GroupId(field(call.words, 0))
    found = await call.services.rooms.leaving.transferring.offer(call.own.id, group_id)
    if isinstance(found, Refused):
        return _why(call, found)
    token = found.transfer.token
    link = f"https://t.me/{await username_of(call.bot)}?start={GIVE}{token}"
    end = button(call.texts("leaving.button_withdraw"), "hand_end", token)
    await call.show(call.texts.html("leaving.hand_link", link=link), keyboard([end]))
    return None


async def press_end(call: Call) -> str | None:
    """End an own link: field token."""
    await call.services.rooms.leaving.transferring.withdraw(call.own.id, _token(call))
    await call.show(call.texts.html("leaving.hand_withdrawn"))
    return None


async def offered(call: Call, payload: str) -> None:
    """Answer /start with a hand-over link: what is offered, or why it is not for this person."""
    token = payload.removeprefix(GIVE)
    found = await call.services.rooms.leaving.transferring.look(token, call.person.id)
    if isinstance(found, Refused):
        await call.say(Html(_why(call, found)))
        return
    text = call.texts.html(
        "leaving.hand_look",
        giver=found.giver.name,
        title=found.group.title,
        count=found.group.member_count,
    )
    await call.say(text, keyboard([button(call.texts("leaving.button_take"), "hand_take", token)]))


async def press_take(call: Call) -> str | None:
    """Accept a group, and let its giver be asked: field token."""
    transferring, token = call.services.rooms.leaving.transferring, _token(call)
    look = await transferring.look(token, call.person.id)
    if isinstance(look, Refused):
        return _why(call, look)
    # Only a promoter is offered one.
    is_vouched = await _vouched(call, look.group, look.giver, call.own)
    found = await transferring.accept(token, call.own.id, is_vouched=is_vouched)
    if isinstance(found, Refused):
        return _why(call, found)
    await call.show(call.texts.html("leaving.hand_taken", giver=found.giver.name))
    if found.is_new:
        await _ask_giver(call, found)
    return None


async def press_yes(call: Call) -> str | None:
    """Hand the group over to whoever accepted, or end the offer: fields token and "no"."""
    transferring, token = call.services.rooms.leaving.transferring, _token(call)
    if call.words[1:2] == (NO,):
        return await press_end(call)
    found = await transferring.confirm(token, call.own.id, is_vouched=await _still(call, token))
    if isinstance(found, Refused):
        return _why(call, found)
    assert found.receiver is not None  # noqa: S101 - only what was accepted is confirmed
    title, receiver = found.group.title, found.receiver
    text = call.texts.html("leaving.hand_done_giver", title=title, receiver=receiver.name)
    await call.show(text)
    if found.is_new:
        texts = call.services.texts_in(receiver.language)
        await _tell(call, receiver, texts.html("leaving.hand_done_receiver", title=title))
    return None


async def _still(call: Call, token: str) -> bool:
    """Whether one of the two still administers the group, after up to a day."""
    sides = await call.services.rooms.leaving.transferring.sides(token, call.own.id)
    if sides is None or sides.receiver is None:
        return False
    return await _vouched(call, sides.group, sides.giver, sides.receiver)


async def _ask_giver(call: Call, found: Handover) -> None:
    assert found.receiver is not None  # noqa: S101 - whoever accepted is known
    texts, token = call.services.texts_in(found.giver.language), found.transfer.token
    yes = button(texts("leaving.button_yes"), "hand_yes", token)
    no = button(texts("leaving.button_no"), "hand_yes", token, NO)
    text = texts.html("leaving.hand_confirm", receiver=found.receiver.name, title=found.group.title)
    await _tell(call, found.giver, text, [[yes], [no]])


async def _tell(
    call: Call, who: Promoter, text: Html, rows: Sequence[Sequence[InlineKeyboardButton]] = ()
) -> None:
    if who.telegram_id is None:
        return
    bot: Bot = call.services.bot_of(who.bot_id, call.bot)
    try:
        await send(bot, who.telegram_id, text, keyboard(*rows))
    except (Forbidden, BadRequest) as refusal:
        log.info("promoter %s was not told of a hand-over: %s", who.id, refusal.message)


async def _vouched(call: Call, group: Group, giver: Promoter, receiver: Promoter) -> bool:
    """Whether one of the two administers the group in Telegram."""
    bot = call.services.bot_of(group.bot_id, call.bot)
    for who in (giver, receiver):
        if who.telegram_id is not None and await is_admin(bot, group.chat_id, who.telegram_id):
            return True
    return False


def _why(call: Call, refused: Refused) -> str:
    return call.texts(f"leaving.refused_{refused.reason}", limit=refused.limit)


def _token(call: Call) -> str:
    if not call.words:
        raise OldButtonError("That button cannot be read.")
    return call.words[0]
