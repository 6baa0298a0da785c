"""Brands among the offers that sell best, and the offers of one brand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.catalogue.channels import LIST_SIZE, Chosen, Glance, told
from bot.domain.catalogue.factors import Candidate
from bot.domain.catalogue.matching import fold
from bot.domain.records import OfferId

BRANDS_SIZE = 30
"""Buttons of one message that somebody still reads."""


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand among the best sold, and its best sold offer to know it by."""

    name: str
    offer_id: OfferId


def brands(glances: Iterable[Glance]) -> list[Brand]:
    """The brands of ``glances``, those first that are sold most; spelt as by their best seller."""
    spelt: dict[str, list[Candidate]] = {}
    for one in glances:
        if one.each.brand and one.each.brand.strip():
            spelt.setdefault(one.each.brand, []).append(one.each)
    found: dict[str, list[Candidate]] = {}
    for name, own in spelt.items():
        found.setdefault(fold(name), []).extend(own)
    ordered = sorted(found.values(), key=_brand_order)
    return [_brand(own) for own in ordered[:BRANDS_SIZE]]


def _brand_order(own: Sequence[Candidate]) -> tuple[int, int]:
    return -sum(each.sales or 0 for each in own), own[0].id


def _brand(own: Sequence[Candidate]) -> Brand:
    best = min(own, key=lambda each: (-(each.sales or 0), each.id))
    return Brand((best.brand or "").strip(), OfferId(best.id))


def of_brand(brand: str, glances: Iterable[Glance]) -> Chosen:
    """The offers of one brand, the best sold first; what sales nobody tells comes last."""
    own = [one for one in glances if one.each.brand and fold(one.each.brand) == fold(brand)]
    own.sort(key=lambda one: (-(one.each.sales or 0), one.each.id))
    return {OfferId(one.each.id): told(one) for one in own[:LIST_SIZE]}
