"""The day's shortlist fitted to one group: a taste in, the offers in its order with reasons out."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.catalogue.assortments import BRAND
from bot.domain.catalogue.factors import category_group
from bot.domain.catalogue.matching import fold
from bot.domain.catalogue.rankings import PPM
from bot.domain.decks.cards import Reason
from bot.domain.decks.tastes import Taste
from bot.domain.programmes import Programme
from bot.domain.records import Offer, OfferId, Ranked

CATEGORY_PPM, BRAND_PPM, BAND_PPM = 250_000, 100_000, 50_000
"""What a group's liking adds to a score of at most a million.

Scores of one shortlist lie within two or three tenths: the kind that a group buys most comes
ahead of what is only a little better for everybody, and no liking makes a poor offer a good one.
"""
REASONS_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Fitted:
    """An offer as it suits one group."""

    offer: Offer
    score_ppm: int
    reasons: tuple[Reason, ...]

    @property
    def offer_id(self) -> OfferId:
        """Which offer it is."""
        return self.offer.id


def fitted(
    rows: Iterable[Ranked], taste: Taste, within: Reason | None = None
) -> tuple[Fitted, ...]:
    """``rows`` in the order in which they suit a group of that ``taste``, the best first.

    ``within`` says what the group's assortment is narrowed to, where it is. A group without a
    history gets the plain ranking, and each reason says so.
    """
    found = [_fitted(row, taste, within) for row in rows]
    if taste.is_known:
        found.sort(key=lambda pair: (-pair[1].score_ppm, pair[0]))
    return tuple(each for _, each in found)


def narrower(programme: Programme, assortment: str) -> Reason | None:
    """What the name of an assortment of ``programme`` says of it; None for the whole of it."""
    chosen = assortment.partition("@")[2] or next(iter(programme.verticals), "")
    if chosen.startswith(BRAND):
        return Reason("own_brand", {"brand": chosen.removeprefix(BRAND)})
    vertical = programme.verticals.get(chosen)
    return None if vertical is None else Reason("vertical", dict(vertical.title))


def _fitted(row: Ranked, taste: Taste, within: Reason | None) -> tuple[int, Fitted]:
    facts, score = row.offer.facts, round(row.score * PPM)
    reasons: list[Reason] = []
    kind = taste.categories.get(category_group(facts.category) or "")
    if kind is not None:
        score += round(CATEGORY_PPM * kind.share)
        key, count = ("bought", kind.orders) if kind.orders else ("clicked", kind.clicks)
        reasons.append(Reason(key, {"kind": kind.name, "count": count}))
    brand = taste.brands.get(fold(facts.brand or ""))
    if brand is not None:
        score += round(BRAND_PPM * brand.share)
        reasons.append(Reason("brand", {"brand": brand.name}))
    band = taste.bands.get(facts.currency)
    if band is not None and band.low_minor <= row.offer.price_now_minor <= band.high_minor:
        score += BAND_PPM
        words: dict[str, str | int] = {"low": band.low_minor, "high": band.high_minor}
        words["currency"] = facts.currency
        reasons.append(Reason("band", words))
    reasons = reasons[:REASONS_SHOWN]
    if not reasons:
        reasons = [Reason("other" if taste.is_known else "plain", {"rank": row.rank})]
    if within is not None:
        reasons.insert(0, within)
    return row.rank, Fitted(row.offer, score, tuple(reasons))
