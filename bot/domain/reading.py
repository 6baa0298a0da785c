"""Reading a programme from its parsed TOML file: every fault and every broken rule at once."""

from collections.abc import Mapping
from typing import Any

from bot.domain.cells import Cells, Table, part_of
from bot.domain.particulars import read_particulars
from bot.domain.places import line_of
from bot.domain.posts import rules, scripts
from bot.domain.posts.sends import SLOT
from bot.domain.posts.slots import parse_window
from bot.domain.programmes import (
    BASIS_POINTS,
    FACTORS,
    Community,
    Levels,
    Pool,
    Programme,
    Question,
    SlotPlan,
    Terms,
)
from bot.errors import InputError

TABLES = (
    "title", "groups", "shortlist", "catalogue", "slots", "weights", "training", "scripts",
    "joining", "recruiting", "members", "verticals", "festivals", "own_stock", "pools", "levels",
    "health", "schedule", "warmth",
)  # fmt: skip
OTHERS = ("source", "invitation", "terms", "scopes", "disclosure")
PARTS = {
    "groups": ("more_than_members", "limit"),
    "shortlist": ("size", "picks_per_slot", "repeat_days", "freshness_hours"),
    "catalogue": (
        "currency", "price_min_minor", "price_max_minor", "categories", "brands", "marketplaces",
        "rate_min_bps", "rate_max_bps",
    ),
    "joining": ("fee_minor",),
    "recruiting": ("coupon_minor", "currency"),
    "own_stock": ("is_allowed",),
    "training": ("is_required", "questions"),
}  # fmt: skip
"""What each table may hold: a word that nobody reads is a mistake, or hides something."""
OF_TERMS = ("from", "levels", "pool", "community", "hold_days", "is_self_purchase_paid")
INVITATIONS = ("person", "batch", "shop")
NAME_LIMIT = 32
"""Characters of a programme's name, as the database keeps it."""


def read_programme(name: str, document: Mapping[str, Any], text: str | None = None) -> Programme:
    """Read a parsed TOML ``document`` as the programme ``name``.

    Raises InputError naming every fault and every broken rule at once, one a line; with the
    ``text`` that was parsed, the line of each broken rule too.
    """
    reader = _Reader(name, document, text)
    programme = reader.programme()
    if reader.faults:
        raise InputError("\n".join(f"{name}: {fault}" for fault in reader.faults))
    return programme


class _Reader(Cells):
    """Reads a document and collects faults instead of stopping at the first."""

    def __init__(self, name: str, document: Mapping[str, Any], text: str | None) -> None:
        super().__init__()
        self.name = name
        self.document = document
        self.text = text

    def programme(self) -> Programme:
        """The programme as far as it can be read; valid only while ``faults`` is empty."""
        self.known(self.document, (*TABLES, *OTHERS), "a programme")
        if not 0 < len(self.name) <= NAME_LIMIT or not self.name.isidentifier():
            self.faults.append(f"a programme's name is one plain word of up to {NAME_LIMIT}.")
        self._check_rules()
        for key in TABLES:
            # Told here once; whoever reads a part takes none for what is no table.
            self.table(self.document.get(key, {}), key)
        for part, names in PARTS.items():
            self.known(self._table(part), names, part)
        groups, shortlist = self._table("groups"), self._table("shortlist")
        catalogue, training = self._table("catalogue"), self._table("training")
        return Programme(
            name=self.name,
            title=self.texts(self._table("title"), "title"),
            source=str(self.document.get("source", "")),
            more_than_members=self.number(groups, "more_than_members", 50),
            groups_limit=self.number(groups, "limit", 10, least=1),
            shortlist_size=self.number(shortlist, "size", 40, least=1),
            picks_per_slot=self.number(shortlist, "picks_per_slot", 1, least=1),
            repeat_days=self.number(shortlist, "repeat_days", 7),
            freshness_hours=self.number(shortlist, "freshness_hours", 72, least=1),
            slots=self._slots(),
            terms=self._terms(),
            weights=self._weights(),
            price_currency=self.currency(catalogue),
            price_min_minor=self.optional_number(catalogue, "price_min_minor"),
            price_max_minor=self.optional_number(catalogue, "price_max_minor"),
            categories=self.words(catalogue, "categories"),
            brands=self.words(catalogue, "brands"),
            marketplaces=self.words(catalogue, "marketplaces"),
            is_training_required=self.flag(training, "is_required", default=True),
            questions=self.each(training.get("questions", ()), "questions", self._question),
            scripts=self._scripts(),
            invitation=self._invitation(),
            **read_particulars(self, self.document),
        )

    def _check_rules(self) -> None:
        for refusal in rules.lint(self.document):
            line = self.text and line_of(self.text, refusal.at, refusal.said)
            where = f"line {line}: " if line else ""
            self.faults.append(f"{where}{refusal.reason} Rule “{refusal.rule}”, {refusal.source}.")

    def _table(self, key: str) -> Table:
        return part_of(self.document, key)

    def _invitation(self) -> str:
        kind = self.document.get("invitation", "person")
        if kind not in INVITATIONS:
            self.faults.append(f"“invitation” is one of {', '.join(INVITATIONS)}, not {kind!r}.")
        return str(kind)

    def _scripts(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        found = {}
        for slot, value in self._table("scripts").items():
            by_language = self.table(value, f"scripts.{slot}")
            found[slot] = {each: self.words(by_language, each) for each in by_language}
        # Broken rules are told with the rest of the document's.
        self.faults += [
            fault.told(self.text) for fault in scripts.lint(found) if fault.rule not in rules.RULES
        ]
        return found

    def _slots(self) -> tuple[SlotPlan, ...]:
        slots = []
        for name, value in self._table("slots").items():
            table = self.table(value, f"slots.{name}")
            if name == SLOT:
                self.faults.append(f"slot “{name}” has the name of what is sent by a tap.")
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
        found = self.each(self.document.get("terms", []), "terms", self._one_terms)
        if not found:
            self.faults.append("a programme needs at least one [[terms]].")
        return tuple(sorted(found, key=lambda terms: terms.from_at))

    def _one_terms(self, table: Table) -> Terms | None:
        self.known(table, OF_TERMS, "terms")
        split = _split(table)
        if split is None:
            self.faults.append(
                "terms need levels = [first, second] in basis points, second not above first, "
                "or pool = [partner, team, company] or community = [owner, gold] that make 10000; "
                "one of them."
            )
        from_at = self.since(table, "terms")
        if split is None or from_at is None:
            return None
        return Terms(
            programme=self.name,
            from_at=from_at,
            split=split,
            hold_days=self.number(table, "hold_days", 15),
            is_self_purchase_paid=self.flag(table, "is_self_purchase_paid", default=True),
        )

    def _weights(self) -> Mapping[str, float]:
        given = self._table("weights")
        self.known(given, FACTORS, "the eight factors")
        weights = {name: given.get(name, 1.0) for name in FACTORS}
        for name, weight in weights.items():
            if isinstance(weight, bool) or not isinstance(weight, int | float) or weight < 0:
                self.faults.append(f"the weight of “{name}” must be a number of at least 0.")
                weights[name] = 1.0
        return {name: float(weight) for name, weight in weights.items()}

    def _question(self, table: Table) -> Question | None:
        text = self.texts(table.get("text"), "text")
        by_language = self.table(table.get("choices"), "choices")
        choices = {language: self.words(by_language, language) for language in by_language}
        answer = self.number(table, "answer", 0)
        if not choices or any(answer not in range(len(texts)) for texts in choices.values()):
            self.faults.append("a training question's answer names no choice.")
            return None
        return Question(text, choices, answer)


def _split(table: Table) -> Levels | Pool | Community | None:
    """The one split that ``table`` names; None for none, for several, and for what is off."""
    if sum(kind in table for kind in ("levels", "pool", "community")) != 1:
        return None
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
        case {"community": [int(owner), int(gold)]} if (
            0 <= gold <= owner and owner + gold == BASIS_POINTS
        ):
            return Community(owner, gold)
    return None
