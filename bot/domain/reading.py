"""Reading a programme from its parsed TOML file: every fault and every broken rule at once."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.domain import money
from bot.domain.posts import rules
from bot.domain.posts.slots import parse_window
from bot.domain.programmes import (
    BASIS_POINTS,
    FACTORS,
    Levels,
    Pool,
    Programme,
    Question,
    SlotPlan,
    Terms,
)
from bot.errors import InputError

TERMS_ZONE = ZoneInfo("Asia/Shanghai")
"""A date of terms without a time begins at midnight there: the documents are Chinese."""

TABLES = (
    "title", "groups", "shortlist", "catalogue", "slots", "weights", "training", "scripts",
    "joining", "recruiting",
)  # fmt: skip
OTHERS = ("source", "invitation", "terms", "disclosure")

Item = TypeVar("Item")


def read_programme(name: str, document: Mapping[str, Any]) -> Programme:
    """Read a parsed TOML ``document`` as the programme ``name``.

    Raises InputError naming every fault and every broken rule at once, one a line.
    """
    reader = _Reader(name, document)
    programme = reader.programme()
    if reader.faults:
        raise InputError("\n".join(f"{name}: {fault}" for fault in reader.faults))
    return programme


class _Reader:
    """Reads a document and collects faults instead of stopping at the first."""

    def __init__(self, name: str, document: Mapping[str, Any]) -> None:
        self.name = name
        self.document = document
        self.faults: list[str] = []

    def programme(self) -> Programme:
        """The programme as far as it can be read; valid only while ``faults`` is empty."""
        self._known(self.document, (*TABLES, *OTHERS), "a programme")
        groups, shortlist = self._table("groups"), self._table("shortlist")
        catalogue, training = self._table("catalogue"), self._table("training")
        programme = Programme(
            name=self.name,
            title=self._texts(self._table("title"), "title"),
            source=str(self.document.get("source", "")),
            more_than_members=self._number(groups, "more_than_members", 50),
            groups_limit=self._number(groups, "limit", 10, least=1),
            shortlist_size=self._number(shortlist, "size", 40, least=1),
            picks_per_slot=self._number(shortlist, "picks_per_slot", 1, least=1),
            repeat_days=self._number(shortlist, "repeat_days", 7),
            freshness_hours=self._number(shortlist, "freshness_hours", 72, least=1),
            slots=self._slots(),
            terms=self._terms(),
            weights=self._weights(),
            price_currency=self._currency(catalogue),
            price_min_minor=self._optional_number(catalogue, "price_min_minor"),
            price_max_minor=self._optional_number(catalogue, "price_max_minor"),
            categories=self._words(catalogue, "categories"),
            brands=self._words(catalogue, "brands"),
            marketplaces=self._words(catalogue, "marketplaces"),
            is_training_required=bool(training.get("is_required", True)),
            questions=self._each(training.get("questions", ()), "questions", self._question),
            scripts=self._scripts(),
            invitation=str(self.document.get("invitation", "person")),
        )
        self._check_rules()
        return programme

    def _check_rules(self) -> None:
        self.faults += [
            f"{refusal.reason} Rule “{refusal.rule}”, {refusal.source}."
            for refusal in rules.lint(self.document)
        ]

    def _known(self, table: Mapping[str, Any], names: tuple[str, ...], what: str) -> None:
        self.faults += [f"“{key}” is not a part of {what}." for key in table if key not in names]

    def _table(self, key: str) -> Mapping[str, Any]:
        return self._as_table(self.document.get(key, {}), key)

    def _as_table(self, value: Any, what: str) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return value
        self.faults.append(f"“{what}” must be a table.")
        return {}

    def _each(
        self, value: Any, what: str, read: Callable[[Mapping[str, Any]], Item | None]
    ) -> tuple[Item, ...]:
        """What ``read`` makes of each table of a list; faulty ones are told and left out."""
        if not isinstance(value, list | tuple) or not all(
            isinstance(one, Mapping) for one in value
        ):
            self.faults.append(f"“{what}” must be a list of tables.")
            return ()
        return tuple(found for one in value if (found := read(one)) is not None)

    def _number(self, table: Mapping[str, Any], key: str, default: int, least: int = 0) -> int:
        value = table.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self.faults.append(f"“{key}” must be a whole number of at least {least}, not {value!r}.")
        return default

    def _optional_number(self, table: Mapping[str, Any], key: str) -> int | None:
        return self._number(table, key, 0) if key in table else None

    def _currency(self, table: Mapping[str, Any]) -> str | None:
        if "currency" not in table:
            return None
        try:
            return money.currency(str(table["currency"]))
        except InputError as fault:
            self.faults.append(str(fault))
            return None

    def _words(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, ())
        if isinstance(value, list | tuple) and all(isinstance(word, str) for word in value):
            return tuple(value)
        self.faults.append(f"“{key}” must be a list of words.")
        return ()

    def _texts(self, table: Mapping[str, Any], what: str) -> Mapping[str, str]:
        if all(isinstance(text, str) for text in table.values()):
            return table
        self.faults.append(f"“{what}” must hold a text for each language.")
        return {}

    def _scripts(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        scripts = {}
        for slot, value in self._table("scripts").items():
            by_language = self._as_table(value, f"scripts.{slot}")
            scripts[slot] = {each: self._words(by_language, each) for each in by_language}
        return scripts

    def _slots(self) -> tuple[SlotPlan, ...]:
        slots = []
        for name, value in self._table("slots").items():
            table = self._as_table(value, f"slots.{name}")
            days = table.get("days", list(range(7)))
            if not isinstance(days, list) or not days or any(day not in range(7) for day in days):
                self.faults.append(f"slot “{name}” has days outside 0 (Monday) to 6 (Sunday).")
                days = []
            try:
                opens, closes = parse_window(f"{table.get('opens')}-{table.get('closes')}")
            except InputError:
                self.faults.append(f"slot “{name}” needs opens and closes as HH:MM, apart.")
                continue
            slots.append(SlotPlan(name, opens, closes, tuple(days)))
        if not slots:
            self.faults.append("a programme needs at least one slot.")
        return tuple(slots)

    def _terms(self) -> tuple[Terms, ...]:
        found = self._each(self.document.get("terms", []), "terms", self._one_terms)
        if not found:
            self.faults.append("a programme needs at least one [[terms]].")
        return tuple(sorted(found, key=lambda terms: terms.from_at))

    def _one_terms(self, table: Mapping[str, Any]) -> Terms | None:
        split = _split(table)
        if split is None:
            self.faults.append(
                "terms need levels = [first, second] in basis points, second not above first, "
                "or pool = [partner, team, company] that make 10000."
            )
        from_at = _instant(table.get("from", date(2019, 1, 1)))
        if from_at is None:
            self.faults.append(f"terms begin “from” a date, not {table['from']!r}.")
        if split is None or from_at is None:
            return None
        return Terms(
            programme=self.name,
            from_at=from_at,
            split=split,
            hold_days=self._number(table, "hold_days", 15),
            is_self_purchase_paid=bool(table.get("is_self_purchase_paid", True)),
        )

    def _weights(self) -> Mapping[str, float]:
        given = self._table("weights")
        self._known(given, FACTORS, "the eight factors")
        weights = {name: given.get(name, 1.0) for name in FACTORS}
        for name, weight in weights.items():
            if isinstance(weight, bool) or not isinstance(weight, int | float) or weight < 0:
                self.faults.append(f"the weight of “{name}” must be a number of at least 0.")
                weights[name] = 1.0
        return {name: float(weight) for name, weight in weights.items()}

    def _question(self, table: Mapping[str, Any]) -> Question | None:
        text = self._texts(self._as_table(table.get("text"), "text"), "text")
        by_language = self._as_table(table.get("choices"), "choices")
        choices = {language: self._words(by_language, language) for language in by_language}
        answer = self._number(table, "answer", 0)
        if not choices or any(answer not in range(len(texts)) for texts in choices.values()):
            self.faults.append("a training question's answer names no choice.")
            return None
        return Question(text, choices, answer)


def _split(table: Mapping[str, Any]) -> Levels | Pool | None:
    match table:
        case {"levels": [int(first), int(second)]} if (
            0 <= second <= first and first + second <= BASIS_POINTS
        ):
            return Levels(first, second)
        case {"levels": [int(first)]} if 0 <= first <= BASIS_POINTS:
            return Levels(first, 0)
        case {"pool": [int(partner), int(team), int(company)]} if (
            min(partner, team, company) >= 0 and partner + team + company == BASIS_POINTS
        ):
            return Pool(partner, team, company)
    return None


def _instant(value: Any) -> datetime | None:
    """A TOML date or date-time as an aware instant; None for anything else."""
    if isinstance(value, datetime):
        local = value if value.tzinfo else value.replace(tzinfo=TERMS_ZONE)
        return local.astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(0), TERMS_ZONE).astimezone(UTC)
    return None
