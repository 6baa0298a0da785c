"""Reading what a programme's file says of its schedule, its festivals' slots and warm posts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.domain.cells import Cells, Table, part_of
from bot.domain.posts import scripts
from bot.domain.posts.characters import units
from bot.domain.posts.rules import RULES
from bot.domain.posts.sends import SLOT
from bot.domain.posts.slots import EVERY_DAY, parse_window
from bot.domain.programmes import SlotPlan
from bot.domain.schedules.blackouts import parse_blackout
from bot.domain.schedules.rules import PLAIN, Blackout, Bounds, PollPlan, Quiet, Warmth
from bot.errors import InputError

WARM_LIMIT = 300
"""UTF-16 units of a text that sells nothing: a group reads it in passing."""
QUESTION_LIMIT, OPTION_LIMIT = 300, 100
OPTIONS = range(2, 11)
"""Limits of a poll (Bot API): the question, an answer, and how many answers we give."""


def read_schedule(cells: Cells, document: Table) -> dict[str, Any]:
    """The fields of a Programme about its schedule; faults go into ``cells``."""
    table = part_of(document, "schedule")
    names = ("may_change", "earliest", "latest", "at_most", "quiet", "blackouts")
    cells.known(table, names, "schedule")
    return {
        "bounds": _bounds(cells, table),
        "quiet": _quiet(cells, table),
        "blackouts": _blackouts(cells, table),
        "warmth": _warmth(cells, document),
    }


def read_slots(cells: Cells, table: Table, *, during: tuple[str, str]) -> tuple[SlotPlan, ...]:
    """The slots that only a festival has, under ``slots`` of its ``table``."""
    found = []
    for name, value in part_of(table, "slots").items():
        slot = cells.table(value, f"slots.{name}")
        try:
            opens, closes = parse_window(f"{slot.get('opens')}-{slot.get('closes')}")
        except InputError:
            cells.faults.append(f"festival slot “{name}” needs opens and closes as HH:MM, apart.")
            continue
        if name == SLOT:
            cells.faults.append(f"slot “{name}” has the name of what is sent by a tap.")
        found.append(SlotPlan(name, opens, closes, EVERY_DAY, during))
    return tuple(found)


def check_day(text: str) -> bool:
    """Whether "MM-DD" is a day of some year."""
    try:
        date.fromisoformat(f"2024-{text}")
    except ValueError:
        return False
    return True


def _bounds(cells: Cells, table: Table) -> Bounds:
    usual = Bounds()
    try:
        earliest, latest = parse_window(
            f"{table.get('earliest', usual.earliest)}-{table.get('latest', usual.latest)}"
        )
    except InputError:
        cells.faults.append("“earliest” and “latest” of schedule are times such as 06:30.")
        earliest, latest = usual.earliest, usual.latest
    if earliest > latest:
        cells.faults.append("“earliest” of schedule is after its “latest”.")
    return Bounds(
        may_change=cells.flag(table, "may_change", default=True),
        earliest=earliest,
        latest=latest,
        at_most=cells.number(table, "at_most", usual.at_most, least=1),
    )


def _quiet(cells: Cells, table: Table) -> Quiet | None:
    if "quiet" not in table:
        return None
    try:
        return Quiet(*parse_window(str(table["quiet"])))
    except InputError as fault:
        cells.faults.append(f"“quiet” of schedule: {fault}")
        return None


def _blackouts(cells: Cells, table: Table) -> tuple[Blackout, ...]:
    def one(value: Table) -> Blackout | None:
        cells.known(value, ("on", "reason"), "a blackout")
        try:
            return parse_blackout(str(value.get("on")), str(value.get("reason", "")))
        except InputError as fault:
            cells.faults.append(f"blackouts: {fault}")
            return None

    return cells.each(table.get("blackouts", ()), "blackouts of schedule", one)


def _warmth(cells: Cells, document: Table) -> Warmth | None:
    if "warmth" not in document:
        return None
    table = part_of(document, "warmth")
    names = ("one_in", "polls_days", "after_days", "polls", *PLAIN)
    cells.known(table, names, "warmth")
    return Warmth(
        one_in=cells.number(table, "one_in", 6, least=2),
        polls_days=cells.number(table, "polls_days", 7, least=7),
        after_days=cells.number(table, "after_days", 3),
        texts={kind: _texts(cells, table, kind) for kind in PLAIN},
        polls=cells.each(table.get("polls", ()), "polls of warmth", lambda one: _poll(cells, one)),
    )


def _texts(cells: Cells, table: Table, kind: str) -> Mapping[str, tuple[str, ...]]:
    by_language = part_of(table, kind)
    found = {language: cells.words(by_language, language) for language in by_language}
    for language, variants in found.items():
        for variant in variants:
            faults = scripts.faults_of(variant, ("warmth", kind, language), limit=WARM_LIMIT)
            # Broken rules are told with the rest of the document's.
            cells.faults += [fault.told() for fault in faults if fault.rule not in RULES]
            if "://" in variant or "t.me/" in variant:
                cells.faults.append(f"“{variant}” has a link; warm posts have none.")
    return found


def _poll(cells: Cells, table: Table) -> PollPlan | None:
    cells.known(table, ("name", "question", "options", "is_wish"), "a poll")
    name = str(table.get("name", ""))
    question = cells.texts(table.get("question", {}), "question")
    by_language = cells.table(table.get("options", {}), "options")
    options = {language: cells.words(by_language, language) for language in by_language}
    if not _is_whole(name, question, options):
        cells.faults.append(
            f"poll “{name}” needs a plain name, a question of up to {QUESTION_LIMIT} characters "
            f"and 2 to 10 answers of up to {OPTION_LIMIT}, as many in each language."
        )
        return None
    for text in (*question.values(), *(each for own in options.values() for each in own)):
        faults = scripts.faults_of(text, ("warmth", "polls", name), limit=QUESTION_LIMIT)
        cells.faults += [fault.told() for fault in faults]
    return PollPlan(name, question, options, cells.flag(table, "is_wish"))


def _is_whole(
    name: str, question: Mapping[str, str], options: Mapping[str, tuple[str, ...]]
) -> bool:
    return (
        name.isidentifier()
        and name.isascii()
        and len(name) <= 32
        and bool(question)
        and set(question) == set(options)
        and len({len(own) for own in options.values()}) == 1
        and all(0 < units(text) <= QUESTION_LIMIT for text in question.values())
        and all(
            len(own) in OPTIONS
            and len(set(own)) == len(own)
            and all(0 < units(each) <= OPTION_LIMIT for each in own)
            for own in options.values()
        )
    )
