"""The questions with what a fair reader expects of their answers."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OPEN = ("chinese", "english", "mixed")
HELD_OUT = "held_out"
Outcome = str
"""One of facts, found, compare, nothing, unknown, unclear, coupons, next_post, my_order."""


@dataclass(frozen=True)
class Limits:
    """Prices that a member asked for, as typed."""

    currency: str
    min: str | None = None
    max: str | None = None


@dataclass(frozen=True)
class Expected:
    """What an answer must be; all that is empty does not matter."""

    intent: str
    outcomes: tuple[Outcome, ...]
    """Any of them is right."""
    offers: tuple[str, ...] = ()
    """One of these comes first; of a comparison all are named, of "Q001/Q002" either."""
    like: str = ""
    """Or one whose title or category holds this pattern."""
    tells: dict[str, dict[str, str | None]] = field(default_factory=dict)
    """Topic → column → what must be said; None is what the database holds."""
    unknown: tuple[str, ...] = ()
    """Topics that no column holds, to be admitted."""
    bounds: Limits | None = None
    never: tuple[str, ...] = ()
    """What must not be said."""


@dataclass(frozen=True)
class Asking:
    """One question as a member types it."""

    id: str
    language: str
    """zh, en or mixed."""
    kind: str
    text: str
    expected: Expected
    asker: str
    """The language that the member's Telegram is set to."""
    reply_to: str | None = None
    is_held_out: bool = False


def questions(*, is_held_out: bool = False) -> list[Asking]:
    """Those that everybody may read, or those that were held out."""
    names = (HELD_OUT,) if is_held_out else OPEN
    found: list[Asking] = []
    for name in names:
        for line in (HERE / f"{name}.jsonl").read_text("utf-8").splitlines():
            told = json.loads(line)
            if "head" not in told:
                found.append(_asking(told))
    return found


def _asking(told: dict[str, Any]) -> Asking:
    wish = dict(told["expected"])
    for name in ("outcomes", "offers", "unknown", "never"):
        wish[name] = tuple(wish.get(name, ()))
    if "bounds" in wish:
        wish["bounds"] = Limits(**wish["bounds"])
    return Asking(
        id=told["id"],
        language=told["language"],
        kind=told["kind"],
        text=told["text"],
        expected=Expected(**wish),
        asker=told.get("asker", told["language"]),
        reply_to=told.get("reply_to"),
        is_held_out=told.get("held_out", False),
    )
