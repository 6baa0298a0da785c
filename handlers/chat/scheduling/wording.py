"""What a promoter reads of a schedule, and the buttons by which one is changed."""

from collections.abc import Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardMarkup

from bot.domain.posts import scripts
from bot.domain.posts.characters import cleaned, isolated, shortened
from bot.domain.records import Group
from bot.domain.schedules.rules import Blackout
from bot.domain.texts import Html, Texts
from bot.services.schedules.outcomes import Changed, Refused, SlotView, View
from handlers.chat.deck import slot_name
from handlers.chat.wire.replies import button, keyboard, stacked

QUIET_OFFERED = ("2200", "0800")
"""What the button for quiet hours sets."""
TITLE_LIMIT = 30
SLOTS_A_ROW = 2
BLACKOUTS_SHOWN = 8


def shown(texts: Texts, view: View, zone: ZoneInfo) -> Html:
    """A schedule: slots, quiet hours, days off, festivals, and how to change them."""
    if view.group is not None:
        head = texts.html("schedule.head_group", title=_title(view.group))
    else:
        head = texts.html("schedule.head", count=len(view.groups))
    parts = [stacked([head, *(_slot(texts, each) for each in view.scheme.slots)])]
    if view.next_at is not None and view.next_slot is not None:
        day = texts.day(view.next_at.astimezone(zone).date())
        clock = texts.clock(view.next_at, zone)
        slot = slot_name(texts, view.next_slot)
        parts.append(texts.html("schedule.next", slot=slot, day=day, clock=clock))
    if rest := list(_rest(texts, view)):
        parts.append(stacked(rest))
    if view.differing:
        names = texts("schedule.and").join(_title(group) for group in view.differing)
        parts.append(texts.html("schedule.differing", groups=names))
    if not view.bounds.may_change:
        parts.append(texts.html("schedule.refused_fixed"))
    else:
        earliest, latest = view.bounds.earliest, view.bounds.latest
        parts.append(
            texts.html(
                "schedule.usage", earliest=earliest, latest=latest, count=view.bounds.at_most
            )
        )
    return stacked(parts, gap="\n\n")


def buttons(texts: Texts, view: View, tomorrow: date) -> InlineKeyboardMarkup | None:
    """What can be changed by a tap; none where the programme allows nothing."""
    if not view.bounds.may_change:
        return None
    scope = view.group.id if view.group else 0
    own = "group" if view.group else "promoter"
    edits = [
        button(
            texts("schedule.button_slot", slot=slot_name(texts, each.plan.name)),
            "sched", "slot", scope, scripts.digest(each.plan.name),
        )
        for each in view.scheme.slots
    ]  # fmt: skip
    rows = [edits[start : start + SLOTS_A_ROW] for start in range(0, len(edits), SLOTS_A_ROW)]
    if any(kind == own for kind, _ in view.scheme.quiets):
        rows.append([button(texts("schedule.button_quiet_off"), "sched", "quiet", scope, "off")])
    else:
        rows.append(
            [button(texts("schedule.button_quiet"), "sched", "quiet", scope, *QUIET_OFFERED)]
        )
    dark = [(kind, each) for kind, each in view.scheme.blackouts if kind == own]
    if not any(each.holds(tomorrow) for _, each in view.scheme.blackouts):
        skip = texts("schedule.button_skip", day=texts.day(tomorrow))
        rows.append([button(skip, "sched", "skip", scope, tomorrow.toordinal())])
    for _, each in dark[:BLACKOUTS_SHOWN]:
        undo = texts("schedule.button_unskip", days=days_of(texts, each))
        rows.append([button(undo, "sched", "unskip", scope, each.id)])
    if view.group is not None:
        rows.append([button(texts("schedule.button_all"), "sched", "show", 0)])
    elif len(view.groups) > 1:
        rows += [
            [button(texts("schedule.button_group", number=number, title=_title(group)),
                    "sched", "show", group.id)]
            for number, group in enumerate(view.groups, start=1)
        ]  # fmt: skip
    return keyboard(*rows)


def slot_shown(texts: Texts, view: View, slot: SlotView) -> Html:
    """One slot before it is changed."""
    lines = [_slot(texts, slot)]
    if view.group:
        lines.append(texts.html("schedule.of_group", title=_title(view.group)))
    elif len(view.groups) > 1:
        lines.append(texts.html("schedule.of_all", count=len(view.groups)))
    return stacked(lines, gap="\n\n")


def slot_buttons(
    texts: Texts, view: View, slot: SlotView, steps: Sequence[int]
) -> InlineKeyboardMarkup | None:
    """Earlier, later, off or on, and back."""
    scope, name = (view.group.id if view.group else 0), scripts.digest(slot.plan.name)
    keys = {step: "schedule.button_later" if step > 0 else "schedule.button_earlier"
            for step in steps}  # fmt: skip
    moves = [
        button(texts(keys[step], minutes=abs(step)), "sched", "move", scope, name, step)
        for step in steps
    ]
    what = "on" if slot.plan.is_off else "off"
    key = "schedule.button_on" if slot.plan.is_off else "schedule.button_off"
    return keyboard(
        [] if slot.plan.is_off else moves,
        [button(texts(key), "sched", what, scope, name)],
        [button(texts("schedule.button_back"), "sched", "show", scope)],
    )


def changed(texts: Texts, found: Changed) -> Html:
    """A slot as it is from now on."""
    if found.plan is None:
        return texts.html("schedule.answer_done", slot="")
    slot = slot_name(texts, found.plan.name)
    if found.plan.is_off:
        return texts.html("schedule.switched_off", slot=slot, count=found.groups)
    lines = [
        texts.html(
            "schedule.slot_set",
            slot=slot,
            opens=found.plan.opens,
            closes=found.plan.closes,
            days=texts.days(found.plan.days),
            count=found.groups,
        )
    ]
    if found.is_silent:
        lines.append(texts.html("schedule.set_silent"))
    return stacked(lines)


def refused(texts: Texts, found: Refused) -> Html:
    """Why nothing was changed, in one sentence."""
    bounds = found.bounds
    return texts.html(
        f"schedule.refused_{found.reason}",
        earliest=bounds.earliest,
        latest=bounds.latest,
        count=bounds.at_most,
        slot=found.slot,
    )


def days_of(texts: Texts, blackout: Blackout) -> str:
    """The days of a blackout as the reader writes them."""
    first = texts.day(blackout.starts_on)
    if blackout.starts_on == blackout.ends_on:
        return first
    return texts("schedule.from_to", first=first, last=texts.day(blackout.ends_on))


def _rest(texts: Texts, view: View) -> Iterator[Html]:
    """Quiet hours, days off and festivals, a line each."""
    for kind, quiet in view.scheme.quiets:
        source = texts(f"schedule.by_{kind}")
        yield texts.html("schedule.quiet", starts=quiet.starts, ends=quiet.ends, source=source)
    for number, (kind, each) in enumerate(view.scheme.blackouts[:BLACKOUTS_SHOWN], start=1):
        source = texts(f"schedule.by_{kind}")
        key = "schedule.blackout_why" if each.reason else "schedule.blackout"
        days = days_of(texts, each)
        yield texts.html(key, number=number, days=days, reason=each.reason, source=source)
    for season in view.seasons:
        days = texts(
            "schedule.from_to", first=texts.day(season.starts_on), last=texts.day(season.ends_on)
        )
        key = "schedule.festival_slots" if season.has_slots else "schedule.festival"
        yield texts.html(key, title=season.title, days=days)


def _slot(texts: Texts, slot: SlotView) -> Html:
    plan = slot.plan
    line = texts.html(
        "schedule.slot_off" if plan.is_off else "schedule.slot",
        slot=slot_name(texts, plan.name),
        opens=plan.opens,
        closes=plan.closes,
        # Such a slot is daily in its season, and not at all outside of it.
        days=texts("schedule.note_festival") if plan.during else texts.days(plan.days),
    )
    notes = []
    if slot.is_own:
        notes.append(texts("schedule.note_own"))
    if not plan.is_off and slot.is_silent:
        notes.append(texts("schedule.note_silent"))
    elif not plan.is_off and slot.is_cut:
        notes.append(texts("schedule.note_cut"))
    return Html(line + "".join(f" · {note}" for note in notes))


def _title(group: Group) -> str:
    return isolated(shortened(cleaned(group.title), TITLE_LIMIT)) or "—"
