"""Which script (话术) opens a slot's post: chosen by a stable hash, filled in, and checked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from bot.domain.links import chance
from bot.domain.places import line_of
from bot.domain.posts import rules
from bot.domain.posts.characters import units
from bot.domain.texts import LANGUAGES

Scripts = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Slot or festival name (or "any") → language → variants."""

ANY_SLOT = "any"
PLACEHOLDERS = frozenset({"group", "promoter", "festival", "count", "weekday", "day", "slot"})
"""What a script may hold in braces: the group's title, its promoter's name, the festival at the
time, how many posts the slot has, the weekday, the local day, and the slot's name."""
LENGTH_LIMIT = 80
"""UTF-16 units of an opening line: longer ones push the price off a small screen."""
_EXAMPLE = {"group": "Sunny Court", "promoter": "Lin", "festival": "11.11", "count": "2"}
_EXAMPLE |= {"weekday": "Wednesday", "day": "Wed 11 November", "slot": "evening"}

_PLACEHOLDER = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a script: where, in which words, and why."""

    at: tuple[str | int, ...]
    said: str
    reason: str
    rule: str
    """One of rules.RULES, or "placeholder", "length", "language", "shape"."""

    def told(self, text: str | None = None) -> str:
        """One line, with the line of ``text`` in which it stands."""
        line = line_of(text, self.at, self.said or None) if text else None
        where = f"line {line}: " if line else f"{'.'.join(map(str, self.at))}: "
        said = f"“{self.said}” " if self.said else ""
        return f"{where}{said}– {self.reason}"


def choose(
    scripts: Scripts,
    slot: str,
    language: str,
    seed: str,
    *,
    avoid: int | None = None,
    values: Mapping[str, str] | None = None,
) -> str | None:
    """One variant for ``slot`` in ``language``, the same for the same ``seed``.

    A slot without variants takes those of "any". Variants with a banned claim are passed over,
    and so are those that ask for what ``values`` have not; the one whose digest is ``avoid`` only
    comes where it is alone. None when no variant is left.
    """
    for name in (slot, ANY_SLOT):
        lawful = [
            (variant, known)
            for variant, known in _lawful(scripts.get(name, {}).get(language, ()))
            if values is None or is_fillable(variant, values)
        ]
        fresh = [one for one in lawful if one[1] != avoid] or lawful
        if fresh:
            return fresh[chance.number(f"script/{seed}") % len(fresh)][0]
    return None


@lru_cache(maxsize=1024)
def _lawful(variants: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Those of ``variants`` that break no rule, with their digests."""
    return tuple((each, digest(each)) for each in variants if not rules.broken_by(each))


@lru_cache(maxsize=4096)
def digest(script: str) -> int:
    """1 to 65535, by which a group's history knows a variant before it was filled in."""
    return int.from_bytes(blake2b(script.encode(), digest_size=2).digest(), "big") or 1


def is_fillable(script: str, values: Mapping[str, str]) -> bool:
    """Whether every placeholder has a value that says something."""
    return "{" not in script or all(values.get(name) for name in _PLACEHOLDER.findall(script))


def filled(script: str, values: Mapping[str, str]) -> str:
    """``script`` with its placeholders filled from ``values``; what has no value is left out."""
    return _PLACEHOLDER.sub(lambda found: values.get(found.group(1), ""), script)


def unknown_placeholders(script: str) -> tuple[str, ...]:
    """Names in braces that no value is ever given for, in the order of the script."""
    names = _PLACEHOLDER.findall(script)
    return tuple(name for name in names if name not in PLACEHOLDERS)


def lint(table: Any, *, under: tuple[str, ...] = ("scripts",)) -> Iterator[Fault]:
    """Everything wrong with a parsed table of scripts: names → language → variants."""
    if not isinstance(table, Mapping):
        yield Fault(under, "", "scripts are a table for each slot.", "shape")
        return
    for name, by_language in table.items():
        if not isinstance(by_language, Mapping):
            yield Fault((*under, name), "", "a slot needs variants for each language.", "shape")
            continue
        for language, variants in by_language.items():
            at = (*under, name, language)
            if language not in LANGUAGES:
                yield Fault(at, "", f"“{language}” is none of {', '.join(LANGUAGES)}.", "language")
            if not isinstance(variants, list | tuple):
                yield Fault(at, "", "variants are a list of texts.", "shape")
                continue
            for variant in variants:
                yield from faults_of(variant, at)


def faults_of(
    variant: Any, at: Sequence[str | int] = (), *, limit: int = LENGTH_LIMIT
) -> Iterator[Fault]:
    """Everything wrong with one ``variant`` that stands at ``at``."""
    place = tuple(at)
    if not isinstance(variant, str) or not variant.strip():
        yield Fault(place, str(variant), "a variant is a text.", "shape")
        return
    for refusal in rules.broken_by(variant):
        yield Fault(place, variant, refusal.reason, refusal.rule)
    for name in unknown_placeholders(variant):
        known = ", ".join(sorted(PLACEHOLDERS))
        reason = f"{{{name}}} is no placeholder; there are {known}."
        yield Fault(place, variant, reason, "placeholder")
    length = units(filled(variant, _EXAMPLE))
    if length > limit:
        yield Fault(place, variant, f"{length} characters; at most {limit} fit.", "length")
