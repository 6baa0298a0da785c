"""Setting up other groups like one: ticked, shown, confirmed, undone."""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.programmes import SlotPlan
from bot.domain.records import Group, GroupId
from bot.domain.texts import Html
from bot.services.leaving.outcomes import Changed, Copied, Fate, NoCopy, Plan, Row
from handlers.chat.context import Call
from handlers.chat.wire.callbacks import field
from handlers.chat.wire.replies import button, keyboard, stacked

PARTS = ("language", "timezone", "vertical", "slots", "quiet", "blackouts", "topics")
REFUSED = {
    NoCopy.OLD: "leaving.copy_old",
    NoCopy.NOBODY: "leaving.copy_nobody",
    NoCopy.LATE: "leaving.copy_late",
}


async def press_copy(call: Call) -> str | None:
    """Begin a copy from an own group: field group."""
    source_id = GroupId(field(call.words, 0))
    plan = await call.services.rooms.leaving.copying.begin(call.own.id, source_id)
    if not plan.rows:
        return call.texts("leaving.copy_none")
    await _choose(call, plan)
    return None


async def press_tick(call: Call) -> str | None:
    """Tick a group or take the tick away: fields copy and group, 0 for all of them."""
    number = field(call.words, 1)
    found = await call.services.rooms.leaving.copying.tick(
        call.own.id, field(call.words, 0), GroupId(number) if number else None
    )
    return await _chosen(call, found)


async def press_look(call: Call) -> str | None:
    """Show what the copy would change in each ticked group: fields copy, and "back" to choose."""
    copying = call.services.rooms.leaving.copying
    copy_id = field(call.words, 0)
    if call.words[1:2] == ("back",):
        found = await copying.tick(call.own.id, copy_id, GroupId(-1))
        return await _chosen(call, found)
    plan = await copying.look(call.own.id, copy_id)
    if isinstance(plan, NoCopy):
        return call.texts(REFUSED[plan])
    await _preview(call, plan)
    return None


async def press_go(call: Call) -> str | None:
    """Make the copy that was shown: fields copy and its sign."""
    found = await call.services.rooms.leaving.copying.apply(
        call.own.id, field(call.words, 0), call.words[1] if len(call.words) > 1 else ""
    )
    if isinstance(found, NoCopy):
        return call.texts(REFUSED[found])
    if isinstance(found, Changed):
        await _preview(call, found.plan)
        return call.texts("leaving.copy_changed")
    await _result(call, found, "leaving.copied_head")
    return None


async def press_undo(call: Call) -> str | None:
    """Let every group stand as before: field copy."""
    found = await call.services.rooms.leaving.copying.undo(call.own.id, field(call.words, 0))
    if isinstance(found, NoCopy):
        return call.texts(REFUSED[found])
    await _result(call, found, "leaving.undone_head")
    return None


async def _chosen(call: Call, found: Plan | NoCopy) -> str | None:
    if isinstance(found, NoCopy):
        return call.texts(REFUSED[found])
    await _choose(call, found)
    return None


async def _choose(call: Call, plan: Plan) -> None:
    texts = call.texts
    lines = [texts.html("leaving.copy_head", title=plan.source.title), Html("")]
    lines.append(texts.html("leaving.copy_has"))
    lines += [_has(call, plan, part) for part in PARTS if _counts(call, plan, part)]
    if any(row.group.programme != plan.source.programme for row in plan.rows):
        lines.append(texts.html("leaving.copy_other"))
    lines += [Html(""), texts.html("leaving.copy_which")]
    rows = []
    for row in plan.rows:
        key = "leaving.button_ticked" if row.is_ticked else "leaving.button_unticked"
        tick = button(texts(key, title=row.group.title), "copy_tick", plan.id, row.group.id)
        rows.append([tick])
    if len(plan.rows) > 1:
        rows.append([button(texts("leaving.button_all"), "copy_tick", plan.id, 0)])
    if plan.ticked:
        look = texts("leaving.button_look", count=len(plan.ticked))
        rows.append([button(look, "copy_look", plan.id)])
    await call.show(stacked(lines), keyboard(*rows))


def _counts(call: Call, plan: Plan, part: str) -> bool:
    """Whether a part says anything in this programme, or in this group."""
    if part == "vertical":
        programme = call.services.programmes.get(plan.source.programme)
        return programme is not None and bool(programme.verticals)
    return part in ("language", "timezone", "slots") or bool(plan.settings[part])


def _has(call: Call, plan: Plan, part: str) -> Html:
    return call.texts.html(f"leaving.copy_{part}", value=_value(call, plan, part))


def _value(call: Call, plan: Plan, part: str) -> str:
    texts, value = call.texts, plan.settings[part]
    match part:
        case "language":
            return call.services.texts_in(value)("language.name")
        case "timezone":
            return str(value)
        case "vertical":
            return _vertical(call, plan.source)
        case "slots":
            return texts("leaving.and").join(_slot(call, slot) for slot in plan.slots)
        case "quiet":
            return texts("leaving.and").join(_quiet(call, row) for row in value)
    return texts("leaving.copy_some", count=len(value))


def _quiet(call: Call, row: Mapping[str, Any]) -> str:
    if row["starts"] is None:
        return call.texts("leaving.copy_default")
    return f"{row['starts']}–{row['ends']}"


def _slot(call: Call, slot: SlotPlan) -> str:
    name = call.texts.words.get(f"slot.{slot.name}", slot.name)
    return f"{name} {slot.opens}–{slot.closes}"


def _vertical(call: Call, group: Group) -> str:
    verticals = call.services.programmes[group.programme].verticals
    name = group.vertical or ""
    name = name if name in verticals else next(iter(verticals))
    return verticals[name].title.get(call.texts.language, name)


async def _preview(call: Call, plan: Plan) -> None:
    texts = call.texts
    lines = [texts.html("leaving.look_head", title=plan.source.title), Html("")]
    for row in plan.ticked:
        key = "leaving.look_line" if row.parts else "leaving.look_same"
        lines.append(texts.html(key, title=row.group.title, parts=_parts(call, row)))
    changes = any(row.parts for row in plan.ticked)
    lines += [Html(""), texts.html("leaving.look_foot" if changes else "leaving.look_nothing")]
    go = [button(texts("leaving.button_go"), "copy_go", plan.id, plan.fingerprint)]
    back = [button(texts("leaving.button_back"), "copy_look", plan.id, "back")]
    await call.show(stacked(lines), keyboard(go if changes else [], back))


def _parts(call: Call, row: Row) -> str:
    named = []
    for part in row.parts:
        before, after = row.before[part], row.after[part]
        if part == "language":
            before, after = (
                call.services.texts_in(each)("language.name") for each in (before, after)
            )
        named.append(call.texts(f"leaving.part_{part}", before=before, after=after))
    return call.texts("leaving.and").join(named)


async def _result(call: Call, found: Copied, head: str) -> None:
    texts = call.texts
    lines = [texts.html(head, title=found.source.title), Html("")]
    for fate in Fate:
        titles = _titles(found.groups[each] for each, what in found.fates.items() if what is fate)
        if titles:
            named = texts("leaving.and").join(titles)
            lines.append(texts.html(f"leaving.fate_{fate}", groups=named))
    rows = []
    if found.until is not None and found.until >= call.services.now():
        zone = ZoneInfo(found.source.timezone)
        lines += [Html(""), texts.html("leaving.undo_until", clock=texts.clock(found.until, zone))]
        rows.append([button(texts("leaving.button_undo"), "copy_undo", found.id)])
    await call.show(stacked(lines), keyboard(*rows))


def _titles(found: Iterable[Group]) -> list[str]:
    return [group.title for group in found]
