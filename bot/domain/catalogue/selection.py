"""Which offers may be posted, how many are ranked, and which go out where nobody picked."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

from bot.domain.catalogue.assortments import is_own_stock, own_marketplace
from bot.domain.catalogue.factors import HISTORY, Candidate, PricePoint, candidate
from bot.domain.catalogue.matching import fold
from bot.domain.programmes import BASIS_POINTS, Programme
from bot.domain.records import EVERYWHERE, Ban, Offer, OfferId, PersonId

LEAD = timedelta(hours=1)
"""The ranking is frozen so long before the first slot opens: time to look at it and to pick."""

RESERVE_LIMIT = 100
"""Offers behind those that are shown: enough for a promoter's ten groups in a whole day."""


class Unfit(StrEnum):
    """Why an offer may not be posted."""

    ENDED = "ended"
    SOLD_OUT = "sold_out"
    BANNED = "banned"
    """An operator took it out."""
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
    if ban_of(offer.bans, programme) is not None:
        return Unfit.BANNED
    if offer.facts.stock == 0:
        return Unfit.SOLD_OUT
    if offer.seen_at < fresh_since(programme, now):
        return Unfit.STALE
    if is_own_stock(offer.marketplace):
        is_owner = promoter_id is not None and offer.marketplace == own_marketplace(promoter_id)
        return None if is_owner and programme.has_own_stock else Unfit.NOT_ALLOWED
    return None if allowance(programme)(candidate(offer)) else Unfit.NOT_ALLOWED


def ban_of(bans: Iterable[Ban], programme: Programme) -> Ban | None:
    """The one of an offer's ``bans`` that keeps it out of ``programme``, or of all; or None."""
    base = programme.name.partition("@")[0]
    return next((ban for ban in bans if ban.programme in (base, EVERYWHERE)), None)


def is_banned(offer: Offer, programme: str | None) -> bool:
    """Whether ``offer`` is kept out of a programme's groups or of all; None is no group."""
    return any(ban.programme in (programme, EVERYWHERE) for ban in offer.bans)


def reserve(programme: Programme) -> int:
    """How many offers are ranked behind the shortlist: what all groups of one promoter may need.

    Groups of one promoter never get the same offer on one day by themselves, and the shortlist
    alone is soon used up.
    """
    posts = programme.groups_limit * len(programme.slots) * programme.picks_per_slot
    return min(RESERVE_LIMIT, posts)


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


def usual_price(history: Sequence[PricePoint], now: datetime) -> int | None:
    """The median price of the last 30 days by how long each was in force; None unknown.

    Half of the time the offer was as cheap or cheaper: a short jump before a sale moves nothing.
    ``history`` is the earliest first.
    """
    since = now - HISTORY
    ends = [point.at for point in history[1:]] + [now]
    spans = sorted(
        (point.price_minor, span)
        for point, end in zip(history, ends, strict=False)
        if (span := (min(end, now) - max(point.at, since)).total_seconds()) > 0
    )
    left = sum(span for _, span in spans) / 2
    for price, span in spans:
        left -= span
        if left <= 0:
            return price
    return None


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
