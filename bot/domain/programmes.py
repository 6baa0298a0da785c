"""A programme is data: its records, and reading one from a parsed TOML file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import InputError


@dataclass(frozen=True, slots=True)
class Levels:
    """Two-level terms [S1]: basis points to the promoter and to the direct inviter."""

    first_bps: int
    second_bps: int


@dataclass(frozen=True, slots=True)
class Pool:
    """Profit split terms, 三毛五 [S2]: partner (the promoter), team, company, in basis points."""

    partner_bps: int
    team_bps: int
    company_bps: int


@dataclass(frozen=True, slots=True)
class Terms:
    """The dated rules by which a programme's shares are made, from ``from_at`` on."""

    programme: str
    from_at: datetime
    split: Levels | Pool
    hold_days: int
    is_self_purchase_paid: bool = True


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """A slot as data: name, window in the group's own time, weekdays 0 = Monday … 6."""

    name: str
    opens: str
    """"HH:MM" local."""
    closes: str
    """"HH:MM" local; earlier than ``opens`` means the next day."""
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class Question:
    """A training question: texts by language, the right choice by index."""

    text: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]]
    answer: int


@dataclass(frozen=True, slots=True)
class Programme:
    """A scheme as data, read from ``bot/programmes/NAME.toml``."""

    name: str
    title: Mapping[str, str]
    source: str
    """Source documents, e.g. "[S0,S1]"."""
    more_than_members: int
    """Floor: picks are posted only above this number of members [S0]."""
    groups_limit: int
    """Groups a promoter may connect at most [S1]."""
    shortlist_size: int
    picks_per_slot: int
    repeat_days: int
    """An offer does not return to a group within this many days."""
    freshness_hours: int
    """An offer whose data is older is not posted."""
    slots: tuple[SlotPlan, ...]
    terms: tuple[Terms, ...]
    weights: Mapping[str, float]
    """Weight of each of the eight factors."""
    price_currency: str | None = None
    """The band's currency; an offer in another one is not compared with it."""
    price_min_minor: int | None = None
    price_max_minor: int | None = None
    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    marketplaces: tuple[str, ...] = ()
    is_training_required: bool = True
    questions: tuple[Question, ...] = ()
    scripts: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """slot name (or "any") → language → variants of the opening line (话术)."""
    invitation: str = "person"
    """Who may invite: "person", "batch" or "shop"."""


FACTORS = (
    "marketplace_rank",
    "bot_rank",
    "demand",
    "coupon",
    "commission",
    "stock",
    "quality",
    "value",
)
"""The eight factors [S1] in the order in which they are shown."""

BASIS_POINTS = 10_000


def read_programme(name: str, document: Mapping[str, Any]) -> Programme:
    """Read a parsed TOML ``document`` as the programme ``name``.

    Raises InputError naming every fault at once, one a line.
    """
    reader = _Reader(name, document)
    programme = reader.programme()
    if reader.faults:
        raise InputError("\n".join(f"{name}: {fault}" for fault in reader.faults))
    return programme


def terms_at(programme: Programme, moment: datetime) -> Terms:
    """The terms of ``programme`` in force at ``moment``; the earliest ones before their date."""
    in_force = [terms for terms in programme.terms if terms.from_at <= moment]
    return in_force[-1] if in_force else programme.terms[0]


class _Reader:
    """Reads a document and collects faults instead of stopping at the first."""

    def __init__(self, name: str, document: Mapping[str, Any]) -> None:
        self.name = name
        self.document = document
        self.faults: list[str] = []

    def programme(self) -> Programme:
        """The programme as far as it can be read; valid only when ``faults`` stays empty."""
        known = {
            "title", "source", "groups", "shortlist", "catalogue", "slots", "terms", "weights",
            "training", "scripts", "invitation",
        }  # fmt: skip
        self.faults += [
            f"“{key}” is not a part of a programme." for key in self.document if key not in known
        ]
        groups = self._table("groups")
        shortlist = self._table("shortlist")
        catalogue = self._table("catalogue")
        training = self._table("training")
        return Programme(
            name=self.name,
            title=self._table("title"),
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
            price_currency=catalogue.get("currency"),
            price_min_minor=catalogue.get("price_min_minor"),
            price_max_minor=catalogue.get("price_max_minor"),
            categories=tuple(catalogue.get("categories", ())),
            brands=tuple(catalogue.get("brands", ())),
            marketplaces=tuple(catalogue.get("marketplaces", ())),
            is_training_required=bool(training.get("is_required", True)),
            questions=self._questions(training),
            scripts={
                slot: {language: tuple(texts) for language, texts in by_language.items()}
                for slot, by_language in self._table("scripts").items()
            },
            invitation=str(self.document.get("invitation", "person")),
        )

    def _table(self, key: str) -> Mapping[str, Any]:
        value = self.document.get(key, {})
        if isinstance(value, Mapping):
            return value
        self.faults.append(f"“{key}” must be a table.")
        return {}

    def _number(self, table: Mapping[str, Any], key: str, default: int, least: int = 0) -> int:
        value = table.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self.faults.append(f"“{key}” must be a whole number of at least {least}, not {value!r}.")
        return default

    def _slots(self) -> tuple[SlotPlan, ...]:
        slots = []
        for name, table in self._table("slots").items():
            opens, closes = str(table.get("opens", "")), str(table.get("closes", ""))
            days = tuple(table.get("days", range(7)))
            if not (_is_clock(opens) and _is_clock(closes)) or opens == closes:
                self.faults.append(f"slot “{name}” needs opens and closes as HH:MM, apart.")
            if not days or any(day not in range(7) for day in days):
                self.faults.append(f"slot “{name}” has days outside 0 (Monday) to 6 (Sunday).")
            slots.append(SlotPlan(name, opens, closes, days))
        if not slots:
            self.faults.append("a programme needs at least one slot.")
        return tuple(slots)

    def _terms(self) -> tuple[Terms, ...]:
        found = []
        for table in self.document.get("terms", ()):
            split = self._split(table)
            if split is None:
                continue
            start = datetime.fromisoformat(str(table.get("from", "2019-01-01")))
            found.append(
                Terms(
                    programme=self.name,
                    from_at=start.replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
                    if start.tzinfo is None
                    else start.astimezone(UTC),
                    split=split,
                    hold_days=self._number(table, "hold_days", 15),
                    is_self_purchase_paid=bool(table.get("is_self_purchase_paid", True)),
                )
            )
        if not found:
            self.faults.append("a programme needs at least one [[terms]].")
        return tuple(sorted(found, key=lambda terms: terms.from_at))

    def _split(self, table: Mapping[str, Any]) -> Levels | Pool | None:
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
        self.faults.append(
            "terms need levels = [first, second] in basis points, second not above first, "
            "or pool = [partner, team, company] that make 10000."
        )
        return None

    def _weights(self) -> Mapping[str, float]:
        given = self._table("weights")
        self.faults += [
            f"“{name}” is none of the eight factors." for name in given if name not in FACTORS
        ]
        return {name: float(given.get(name, 1.0)) for name in FACTORS}

    def _questions(self, training: Mapping[str, Any]) -> tuple[Question, ...]:
        questions = []
        for table in training.get("questions", ()):
            choices = {language: tuple(texts) for language, texts in table["choices"].items()}
            if any(table["answer"] not in range(len(texts)) for texts in choices.values()):
                self.faults.append("a training question's answer names no choice.")
            questions.append(Question(table["text"], choices, table["answer"]))
        return tuple(questions)


def _is_clock(text: str) -> bool:
    hours, colon, minutes = text.partition(":")
    return (
        bool(colon)
        and len(hours) == len(minutes) == 2
        and (hours + minutes).isascii()
        and (hours + minutes).isdigit()
        and int(hours) < 24
        and int(minutes) < 60
    )
