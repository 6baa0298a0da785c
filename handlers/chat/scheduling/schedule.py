"""/schedule: own slots, quiet hours and days off, seen and changed by buttons and by words."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.domain.posts import scripts
from bot.domain.records import Group, GroupId
from bot.domain.schedules import orders
from bot.domain.schedules.orders import MisreadError
from bot.domain.schedules.rules import Blackout, Quiet
from bot.domain.texts import Html
from bot.errors import InputError
from bot.services.schedules.outcomes import Changed, Refused, View
from bot.services.schedules.together import Schedules
from handlers.chat.context import Call
from handlers.chat.deck import slot_meant, slot_name
from handlers.chat.scheduling import wording
from handlers.chat.wire.callbacks import OldButtonError, field

STEPS = (-30, 30)
"""Minutes by which a button moves a slot."""


async def schedule(call: Call) -> None:
    """Answer /schedule [WORDS]: show, or change what the words say."""
    try:
        order = orders.read_order(call.words)
    except MisreadError as misread:
        key = f"schedule.misread_{misread.reason}"
        await call.say(call.texts.html(key, word=misread.word))
        return
    group = None
    number = getattr(order, "group", None)
    if number is not None:
        view = await _view(call)
        if not 1 <= number <= len(view.groups):
            await call.say(call.texts.html("schedule.refused_no_group"))
            return
        group = view.groups[number - 1]
    if isinstance(order, orders.Show):
        await _show(call, group.id if group else None)
        return
    try:
        await call.say(await _done(call, order, group))
    except InputError:
        # What is a window and no slot: its name.
        await call.say(call.texts.html("schedule.misread_slot", word=call.words[0]))


async def press(call: Call) -> str | None:
    """Change something by a button: fields what, group or 0, and what it needs."""
    what = call.words[0] if call.words else ""
    group_id = GroupId(field(call.words, 1)) or None
    changing, promoter_id = _room(call).changing, call.own.id
    match what, call.words[2:]:
        case "show", ():
            await _show(call, group_id)
            return None
        case "slot", (slot,):
            await _show_slot(call, group_id, slot)
            return None
        case "move", (slot, step) if step in {str(each) for each in STEPS}:
            name = await _slot_of(call, group_id, slot)
            found = await changing.move_slot(promoter_id, name, int(step), group_id=group_id)
            return await _pressed_slot(call, found, group_id, slot)
        case (("on" | "off"), (slot,)):
            name = await _slot_of(call, group_id, slot)
            found = await changing.switch_slot(
                promoter_id, name, is_off=what == "off", group_id=group_id
            )
            return await _pressed_slot(call, found, group_id, slot)
        case "quiet", ("off",):
            return await _pressed(
                call, await changing.set_quiet(promoter_id, None, group_id=group_id), group_id
            )
        case "quiet", (starts, ends) if starts.isdigit() and ends.isdigit():
            quiet = Quiet(f"{starts[:2]}:{starts[2:]}", f"{ends[:2]}:{ends[2:]}")
            if (starts, ends) != wording.QUIET_OFFERED:
                raise OldButtonError("There are no such quiet hours.")
            return await _pressed(
                call, await changing.set_quiet(promoter_id, quiet, group_id=group_id), group_id
            )
        case "skip", (ordinal,):
            day = _day(ordinal)
            skipped = await changing.add_blackout(
                promoter_id, Blackout(day, day), group_id=group_id
            )
            return await _pressed(call, skipped, group_id)
        case "unskip", (number,) if number.isascii() and number.isdigit() and len(number) < 18:
            undone = await changing.remove_blackout(promoter_id, int(number))
            found_ = undone if isinstance(undone, Refused) else undone[1]
            return await _pressed(call, found_, group_id)
    raise OldButtonError("That button cannot be read.")


async def press_thanks(call: Call) -> str | None:
    """Answer a tap on the thanks under a closed poll."""
    return call.texts("warmth.poll_over")


async def _done(call: Call, order: orders.Order, group: Group | None) -> Html:
    """Carry out what was written, and say what came of it."""
    changing, promoter_id = _room(call).changing, call.own.id
    group_id = group.id if group else None
    texts = call.texts
    match order:
        case orders.SetSlot():
            found = await changing.set_slot(
                promoter_id,
                slot_meant(call, order.slot),
                order.opens,
                order.closes,
                order.days,
                group_id=group_id,
            )
        case orders.Switch():
            found = await changing.switch_slot(
                promoter_id,
                slot_meant(call, order.slot),
                is_off=order.is_off,
                group_id=group_id,
            )
        case orders.SetQuiet():
            found = await changing.set_quiet(promoter_id, order.quiet, group_id=group_id)
            if isinstance(found, Changed):
                key = "schedule.quiet_set" if order.quiet else "schedule.quiet_off"
                return texts.html(key, hours=str(order.quiet or ""), count=found.groups)
        case orders.Skip():
            found = await changing.add_blackout(promoter_id, order.blackout, group_id=group_id)
            if isinstance(found, Changed):
                days = wording.days_of(texts, order.blackout)
                return texts.html("schedule.skip_set", days=days, count=found.groups)
        case orders.Unskip():
            return await _unskip(call, order.number)
        case _:
            raise OldButtonError("There is nothing to do.")
    if isinstance(found, Refused):
        return wording.refused(texts, found)
    return wording.changed(texts, found)


async def _unskip(call: Call, number: int) -> Html:
    """Take back the N-th of the listed days: of all own groups first, then of single ones."""
    view = await _view(call)
    listed = [each for _, each in view.scheme.blackouts]
    for group in view.differing:
        own = await _view(call, group.id)
        listed += [each for kind, each in own.scheme.blackouts if kind == "group"]
    wanted = listed[number - 1].id if 1 <= number <= len(listed) else 0
    undone = await _room(call).changing.remove_blackout(call.own.id, wanted)
    if isinstance(undone, Refused):
        return wording.refused(call.texts, undone)
    days = wording.days_of(call.texts, undone[0])
    return call.texts.html("schedule.skip_removed", days=days)


async def _show(call: Call, group_id: GroupId | None) -> None:
    view = await _view(call, group_id)
    zone = ZoneInfo(view.groups[0].timezone) if view.groups else call.services.zone
    tomorrow = call.services.now().astimezone(zone).date() + timedelta(days=1)
    text = wording.shown(call.texts, view, zone)
    await call.show(text, wording.buttons(call.texts, view, tomorrow))


async def _show_slot(call: Call, group_id: GroupId | None, slot: str) -> None:
    view = await _view(call, group_id)
    name = await _slot_of(call, group_id, slot)
    found = next(each for each in view.scheme.slots if each.plan.name == name)
    text = wording.slot_shown(call.texts, view, found)
    await call.show(text, wording.slot_buttons(call.texts, view, found, STEPS))


async def _pressed_slot(
    call: Call, found: Changed | Refused, group_id: GroupId | None, slot: str
) -> str:
    if isinstance(found, Refused):
        return wording.refused(call.texts, found)
    await _show_slot(call, group_id, slot)
    return _said(call, found)


async def _pressed(call: Call, found: Changed | Refused, group_id: GroupId | None) -> str:
    if isinstance(found, Refused):
        return wording.refused(call.texts, found)
    await _show(call, group_id)
    return _said(call, found)


def _said(call: Call, found: Changed) -> str:
    key = "schedule.answer_silent" if found.is_silent else "schedule.answer_done"
    slot = slot_name(call.texts, found.plan.name) if found.plan else ""
    return call.texts(key, slot=slot)


def _day(ordinal: str) -> date:
    number = int(ordinal) if ordinal.isascii() and ordinal.isdigit() and len(ordinal) < 8 else 0
    if not 0 < number <= date.max.toordinal():
        raise OldButtonError("There is no such day.")
    return date.fromordinal(number)


async def _slot_of(call: Call, group_id: GroupId | None, slot: str) -> str:
    """The slot behind a button: names may be longer than a button carries."""
    view = await _view(call, group_id)
    for each in view.scheme.slots:
        if str(scripts.digest(each.plan.name)) == slot:
            return each.plan.name
    raise OldButtonError("There is no such slot.")


async def _view(call: Call, group_id: GroupId | None = None) -> View:
    language = call.texts.language
    return await _room(call).viewing.view(call.own.id, group_id, language=language)


def _room(call: Call) -> Schedules:
    return call.services.rooms.schedules
