"""Which script (话术) opens a slot's post: chosen by a stable hash, filled in, and checked."""

import re
from collections.abc import Mapping

from bot.domain.links import chance
from bot.domain.posts import rules

Scripts = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Slot name (or "any") → language → variants."""

ANY_SLOT = "any"
PLACEHOLDERS = frozenset({"group", "day", "slot"})
"""What a script may hold in braces: the group's title, its local day, the slot's name."""

_PLACEHOLDER = re.compile(r"\{(\w*)\}")


def choose(scripts: Scripts, slot: str, language: str, seed: str) -> str | None:
    """One variant for ``slot`` in ``language``, the same for the same ``seed``.

    A slot without variants takes those of "any". Variants with a banned claim are passed over;
    None when no variant is left.
    """
    for name in (slot, ANY_SLOT):
        variants = scripts.get(name, {}).get(language, ())
        lawful = [variant for variant in variants if not rules.broken_by(variant)]
        if lawful:
            return lawful[chance.number(f"script/{seed}") % len(lawful)]
    return None


def filled(script: str, values: Mapping[str, str]) -> str:
    """``script`` with its placeholders filled from ``values``; what has no value is left out."""
    return _PLACEHOLDER.sub(lambda found: values.get(found.group(1), ""), script)


def unknown_placeholders(script: str) -> tuple[str, ...]:
    """Names in braces that no value is ever given for, in the order of the script."""
    names = _PLACEHOLDER.findall(script)
    return tuple(name for name in names if name not in PLACEHOLDERS)
