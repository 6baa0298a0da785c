"""/health: how own groups are, having every post again, opening a closed one, other times."""

from telegram import InlineKeyboardMarkup
from telegram.error import TelegramError

from bot.domain.records import GroupId, GroupState
from bot.domain.texts import Html
from bot.services.health.outcomes import Refusal, Refused, Reopened, View
from bot.services.schedules.outcomes import Refused as NotMoved
from handlers.chat.context import Call
from handlers.chat.health import wording
from handlers.chat.scheduling.wording import refused
from handlers.chat.wire.callbacks import field, number
from handlers.chat.wire.chats import members_in
from handlers.chat.wire.replies import button, keyboard

KEEP = "keep"
ACCEPTED, DECLINED = "accepted", "declined"
BUTTONS_LIMIT = 20
BY_PROMOTER = "by its promoter, above the floor again"


async def health(call: Call) -> None:
    """Answer /health, /health GROUP and /health GROUP keep."""
    overseeing = call.services.rooms.health.overseeing
    if not call.words:
        found = await overseeing.of(call.own.id)
        known = wording.listed(call.texts, found) if found else call.texts.html("health.none")
        rows = [[button(f"#{one.group.id} {one.group.title}", "health", one.group.id)]
                for one in found[:BUTTONS_LIMIT]]  # fmt: skip
        await call.say(known, keyboard(*rows))
        return
    group_id = number(call.words, 0) or number((call.words[0].removeprefix("#"),), 0)
    if group_id is None or len(call.words) > 1 and call.words[1].lower() != KEEP:
        await call.say(call.texts.html("health.usage"))
    elif len(call.words) > 1:
        await call.say(await _kept(call, GroupId(group_id)))
    else:
        await _show(call, GroupId(group_id))


async def press_health(call: Call) -> str | None:
    """Show one group: field group."""
    await _show(call, GroupId(field(call.words, 0)))
    return None


async def press_keep(call: Call) -> str | None:
    """Every post again: field group."""
    await call.say(await _kept(call, GroupId(field(call.words, 0))))
    return None


async def press_reopen(call: Call) -> str | None:
    """Open a closed group again: field group."""
    await call.say(await _reopened(call, GroupId(field(call.words, 0))))
    return None


async def press_hour(call: Call) -> str | None:
    """The answer to a suggested time: fields yes or no, group, slot."""
    group_id = GroupId(field(call.words, 1))
    word, slot = call.words[0], call.words[2] if len(call.words) > 2 else ""
    state = ACCEPTED if word == "yes" else DECLINED
    overseeing = call.services.rooms.health.overseeing
    found = await overseeing.decide(group_id, slot, state, by=call.own.id)
    if found is None:
        return call.texts("health.hour_gone")
    if state == DECLINED:
        await call.show(call.texts.html("health.hour_no"))
        return None
    changing = call.services.rooms.schedules.changing
    moved = await changing.set_slot(call.own.id, slot, found.opens, found.closes, group_id=group_id)
    if isinstance(moved, NotMoved):
        await call.show(refused(call.texts, moved))
        return None
    name = call.texts.words.get(f"slot.{slot}", slot)
    new = f"{found.opens}–{found.closes}"
    await call.show(call.texts.html("health.hour_done", slot=name, new=new))
    return None


async def _show(call: Call, group_id: GroupId) -> None:
    overseeing = call.services.rooms.health.overseeing
    view = await overseeing.view(group_id, of=call.own.id)
    if view is None:
        await call.say(call.texts.html("health.unknown"))
        return
    await call.say(wording.viewed(call.texts, view), _buttons(call, view))


def _buttons(call: Call, view: View) -> InlineKeyboardMarkup | None:
    if view.health is None:
        return None
    if view.group.state == GroupState.CLOSED:
        return keyboard([button(call.texts("health.button_reopen"), "group_reopen", view.group.id)])
    if view.health.rest.level:
        return keyboard([button(call.texts("health.button_keep"), "rest_keep", view.group.id)])
    return None


async def _kept(call: Call, group_id: GroupId) -> Html:
    overseeing = call.services.rooms.health.overseeing
    view = await overseeing.view(group_id, of=call.own.id)
    if view is None:
        return call.texts.html("health.unknown")
    level = view.health.rest.level if view.health else 0
    if level == 0:
        is_tried = view.group.state == GroupState.PROBATION
        return call.texts.html(f"health.keep_{'probation' if is_tried else 'idle'}")
    until = await overseeing.keep(group_id, by=call.own.id)
    if until is None:
        return call.texts.html("health.unknown")
    return call.texts.html("health.keep_done", day=call.texts.day(until))


async def _reopened(call: Call, group_id: GroupId) -> Html:
    overseeing = call.services.rooms.health.overseeing
    view = await overseeing.view(group_id, of=call.own.id)
    if view is None:
        return call.texts.html("health.unknown")
    try:
        bot = call.services.bot_of(view.group.bot_id, call.bot)
        members = await members_in(bot, view.group.chat_id)
    except TelegramError:
        return call.texts.html("health.reopen_unseen")
    done = await overseeing.reopen(
        group_id, of=call.own.id, by=call.actor, reason=BY_PROMOTER, members=members
    )
    match done:
        case Reopened(group):
            return call.texts.html("health.reopen_done", title=group.title)
        case Refused(Refusal.SMALL, bound):
            return call.texts.html("health.reopen_small", bound=bound, members=members)
        case Refused(Refusal.FULL, bound):
            return call.texts.html("health.reopen_full", bound=bound)
    return call.texts.html("health.reopen_not_closed")
