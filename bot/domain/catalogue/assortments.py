"""What a promoter's group may choose from: its programme, narrowed to a brand or a vertical.

An assortment has a name under which its shortlist is frozen: the programme's own, or with what
narrows it behind an "@". Goods of a promoter's own stand apart from all of them.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.programmes import Programme, Range, range_at
from bot.domain.records import PersonId

BRAND = "brand:"
OWN = "own:"
"""Marketplaces of promoters' own stock: "own:" and our id of the promoter."""


def assortment(
    programme: Programme, moment: datetime, *, brand: str | None = None, vertical: str | None = None
) -> str:
    """The name of the assortment of a group at ``moment``.

    ``brand`` is its promoter's (云店: own brand alone, until the scope opens), ``vertical`` the
    group's choice; one that there is not, or none, is the programme's first.
    """
    if range_at(programme, moment) is Range.OWN_BRAND:
        return f"{programme.name}@{BRAND}{brand or ''}"
    if vertical in list(programme.verticals)[1:]:
        return f"{programme.name}@{vertical}"
    return programme.name


def narrowed(programmes: Mapping[str, Programme], name: str) -> Programme | None:
    """The programme as the assortment ``name`` narrows it; None where there is no such one."""
    base, _, narrower = name.partition("@")
    programme = programmes.get(base)
    if programme is None:
        return None
    if narrower.startswith(BRAND):
        return replace(programme, name=name, brands=(narrower.removeprefix(BRAND),))
    chosen = narrower or next(iter(programme.verticals), "")
    if chosen in programme.verticals:
        return replace(programme, name=name, categories=programme.verticals[chosen].categories)
    return None if narrower else programme


def own_marketplace(promoter_id: PersonId) -> str:
    """The marketplace of a promoter's own stock."""
    return f"{OWN}{promoter_id}"


def is_own_stock(marketplace: str) -> bool:
    """Whether a marketplace is a promoter's own stock."""
    return marketplace.startswith(OWN)
