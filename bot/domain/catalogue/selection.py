"""Offers in, ranked shortlist and picks out, each with its reasons."""

import heapq
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

from bot.domain.catalogue.assortments import is_own_stock, own_marketplace
from bot.domain.catalogue.factors import (
    HISTORY,
    NEUTRAL,
    VALUES,
    Candidate,
    Knowledge,
    PricePoint,
    all_values,
    candidate,
    varying,
)
from bot.domain.catalogue.matching import fold
from bot.domain.catalogue.reasons import explain
from bot.domain.programmes import BASIS_POINTS, FACTORS, Programme
from bot.domain.records import Offer, OfferId, PersonId, Ranked

PPM = 1_000_000
"""Scores are compared in millionths: what differs by less is a tie, on every machine."""

USUAL_LOSS = (0.2, 0.8, 0.5, 0.35, 0.7, 0.25, 0.3, 0.5)
"""What an offer usually lacks to the full value of each of FACTORS: which tell most, soonest.

Only the speed of the ranking rests on it, never its result.
"""

LEAD = timedelta(hours=1)
"""The ranking is frozen so long before the first slot opens: time to look at it and to pick."""

Best = list[tuple[int, int, Candidate]]
"""The best candidates so far as a heap of (score in millionths, minus the id, candidate)."""


class Unfit(StrEnum):
    """Why an offer may not be posted."""

    ENDED = "ended"
    SOLD_OUT = "sold_out"
    STALE = "stale"
    NOT_ALLOWED = "not_allowed"


def unfit(
    offer: Offer, programme: Programme, now: datetime, *, promoter_id: PersonId | None = None
) -> Unfit | None:
    """Why ``offer`` may not be posted under ``programme`` now; None when it may.

    Goods of a promoter's own go only into the groups of that one, ``promoter_id`` [S2].
    """
    if offer.ended_at is not None:
        return Unfit.ENDED
    if offer.facts.stock == 0:
        return Unfit.SOLD_OUT
    if offer.seen_at < fresh_since(programme, now):
        return Unfit.STALE
    if is_own_stock(offer.marketplace):
        is_owner = promoter_id is not None and offer.marketplace == own_marketplace(promoter_id)
        return None if is_owner and programme.has_own_stock else Unfit.NOT_ALLOWED
    return None if allowance(programme)(candidate(offer)) else Unfit.NOT_ALLOWED


def fresh_since(programme: Programme, now: datetime) -> datetime:
    """Data older than this is not posted under ``programme``."""
    return now - timedelta(hours=programme.freshness_hours)


def allowance(programme: Programme) -> Callable[[Candidate], bool]:
    """Whether a candidate is within what the programme names: marketplaces, price band, rates.

    A category is allowed when a name in the programme's list is part of its path. A price in
    another currency than the band's is not compared with it: nobody told the rate of exchange.
    Where commission has bounds, an offer that states none is outside: nobody knows better.
    """
    categories = tuple(fold(name) for name in programme.categories)
    brands = frozenset(fold(name) for name in programme.brands)
    least = programme.price_min_minor or 0
    most = programme.price_max_minor
    known: dict[str | None, bool] = {}

    def in_categories(path: str | None) -> bool:
        # Few paths, many offers: each path is judged once.
        if path not in known:
            known[path] = path is not None and any(name in fold(path) for name in categories)
        return known[path]

    def is_allowed(each: Candidate) -> bool:
        price = each.price_minor if each.sale_price_minor is None else each.sale_price_minor
        is_compared = programme.price_currency in (None, each.currency)
        return not (
            (is_compared and (price < least or (most is not None and price > most)))
            or (programme.marketplaces and each.marketplace not in programme.marketplaces)
            or is_own_stock(each.marketplace)
            or not _is_within(each.commission_bps, programme)
            or (brands and (each.brand is None or fold(each.brand) not in brands))
            or (categories and not in_categories(each.category))
        )

    return is_allowed


def _is_within(commission_bps: int | None, programme: Programme) -> bool:
    least, most = programme.rate_min_bps, programme.rate_max_bps
    if least is None and most is None:
        return True
    if commission_bps is None:
        return False
    return (least or 0) <= commission_bps <= (BASIS_POINTS if most is None else most)


# ---------------------------------------------------------------- ranking


def cut_off(programme: Programme, day: date, zone: ZoneInfo) -> datetime:
    """When the ranking of ``day`` is frozen: LEAD before the first slot that opens in ``zone``."""
    first = min(plan.opens for plan in programme.slots)
    return datetime.combine(day, time.fromisoformat(first), zone) - LEAD


def cut(
    best: Best,
    candidates: Iterable[Candidate],
    knowledge: Knowledge,
    weights: Mapping[str, float],
    size: int,
    *,
    is_allowed: Callable[[Candidate], bool] = lambda _: True,
) -> None:
    """Keep in ``best`` the ``size`` highest scores of it and of the allowed ``candidates``.

    A catalogue of any size goes through it piece by piece; a tie goes to the smaller offer id.
    """
    shares = _shares(weights)
    reach, steps = _steps(shares, knowledge)
    least = _least(best, size)
    for each in candidates:
        reachable = reach
        # Most offers drop out at the factors that tell most, before the others are looked at.
        for share, value_of in steps:
            reachable -= share * (1 - value_of(each, knowledge))
            if reachable < least:
                break
        else:
            entry = (_score(all_values(each, knowledge), shares), -each.id, each)
            _keep(best, entry, size, is_allowed)
            least = _least(best, size)


def _keep(
    best: Best,
    entry: tuple[int, int, Candidate],
    size: int,
    is_allowed: Callable[[Candidate], bool],
) -> None:
    if len(best) < size:
        if is_allowed(entry[2]):
            heapq.heappush(best, entry)
    elif best and entry[:2] > best[0][:2] and is_allowed(entry[2]):
        heapq.heapreplace(best, entry)


def _least(best: Best, size: int) -> float:
    """A score that is surely too low to be among the best; below any while there is room."""
    # Two millionths of slack: sums in another order differ in their last digits.
    return best[0][0] / PPM - 2 / PPM if best and len(best) >= size else -1.0


def _steps(
    shares: Sequence[float], knowledge: Knowledge
) -> tuple[float, list[tuple[float, Callable[[Candidate, Knowledge], float]]]]:
    """The highest score that any offer can reach, and the factors that tell, most first."""
    telling = [index for index in varying(knowledge) if shares[index]]
    telling.sort(key=lambda index: shares[index] * USUAL_LOSS[index], reverse=True)
    neutral = 1 - sum(shares[index] for index in telling)
    return 1 - neutral * (1 - NEUTRAL), [(shares[index], VALUES[index]) for index in telling]


def hurdle(
    best: Best, knowledge: Knowledge, weights: Mapping[str, float], size: int
) -> tuple[dict[str, float], float]:
    """What an offer must reach to come among the ``size`` best: (shares of factors, least sum).

    The sum is that of each factor's value by its share; a value that nobody knows yet counts 1.
    Only factors that tell have a share. While there is room, the least sum is below any.
    """
    shares = _shares(weights)
    telling = {FACTORS[index]: shares[index] for index in varying(knowledge) if shares[index]}
    return telling, _least(best, size) - (1 - sum(telling.values())) * NEUTRAL


def in_order(best: Best) -> list[Candidate]:
    """The candidates of ``best``, the highest score first."""
    return [each for _, _, each in sorted(best, key=lambda entry: entry[:2], reverse=True)]


def rank(
    offers: Sequence[Offer], knowledge: Knowledge, weights: Mapping[str, float], size: int
) -> tuple[Ranked, ...]:
    """The ``size`` best of ``offers`` by the eight weighted factors [S1], with their reasons."""
    by_id = {offer.id: offer for offer in offers}
    best: Best = []
    cut(best, map(candidate, by_id.values()), knowledge, weights, size)
    shares = _shares(weights)
    return tuple(
        Ranked(
            rank=place,
            offer=by_id[OfferId(each.id)],
            score=_score(all_values(each, knowledge), shares) / PPM,
            factors=explain(each, knowledge, weights),
        )
        for place, each in enumerate(in_order(best), start=1)
    )


def _shares(weights: Mapping[str, float]) -> tuple[float, ...]:
    given = [max(0.0, weights.get(name, 0.0)) for name in FACTORS]
    total = sum(given)
    # Without any weight all factors count alike, rather than none.
    return tuple(each / total if total else 1 / len(FACTORS) for each in given)


def _score(values: Sequence[float], shares: Sequence[float]) -> int:
    return round(sum(map(float.__mul__, values, shares)) * PPM)


# ---------------------------------------------------------------- picking


def autopilot(
    candidates: Iterable[OfferId],
    *,
    posted_on: Mapping[OfferId, date],
    taken: Collection[OfferId],
    repeat_days: int,
    day: date,
    size: int,
) -> list[OfferId]:
    """The safe choice for a group: the first ``size`` of ``candidates`` that are new to it.

    ``candidates`` may all be posted now (see ``unfit``), the best first. ``posted_on`` is the
    last local day on which an offer was posted or planned in this group; ``taken`` are the offers
    that the promoter's other groups have today or that the promoter skipped.
    """
    fresh = (
        each
        for each in candidates
        if each not in taken and not is_repeat(posted_on.get(each), day, repeat_days)
    )
    return list(islice(fresh, size))


def is_repeat(posted_on: date | None, day: date, repeat_days: int) -> bool:
    """Whether an offer last posted on ``posted_on`` would return too early on ``day``.

    Within ``repeat_days`` it would; on one day it never comes twice, whatever they are.
    """
    return posted_on is not None and (day - posted_on).days < max(1, repeat_days)


def true_low(history: Sequence[PricePoint], now: datetime) -> bool:
    """Whether the present price is the lowest of the last 30 days, shown by stored history.

    ``history`` is the earliest first, its last point the present price. It must reach back the
    whole 30 days, and the price must have been higher at some time in them: a price that never
    moved is no low.
    """
    since = now - HISTORY
    if not history or history[0].at > since:
        return False
    ends = [point.at for point in history[1:]] + [now]
    before = [
        point.price_minor for point, end in zip(history[:-1], ends, strict=False) if end > since
    ]
    price = history[-1].price_minor
    return bool(before) and price <= min(before) and price < max(before)
