"""Which of the offers found fit what is wanted: words, price, measure and coupon, best first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from bot.domain.catalogue.matching import fold, phrase
from bot.domain.questions import measures
from bot.domain.questions.parts import is_part
from bot.domain.questions.vocabulary.lexicon import NAMES, Kind, Piece, pieces
from bot.domain.records import Bounds, Measure, Offer, Wanted

AROUND_PERCENT = 20
"""How far off a price "around 50" may be."""
DIGEST_WORDS = 2
"""Goods of a title that make something like it."""


@dataclass(frozen=True, slots=True)
class _Words:
    """A title as its words: what it names, and its folded text."""

    names: frozenset[str]
    text: str


def fitting(
    wanted: Wanted, offers: Iterable[Offer], *, now: datetime, enough: int | None = None
) -> list[Offer]:
    """Those of ``offers`` that fit ``wanted`` at ``now``, best first, always in the same order.

    Sold out ones stand last, ended ones are left out. Where ``offers`` come the most popular
    first, looking may stop after ``enough`` that are in stock, unless the cheapest is wanted.
    """
    fit: Iterable[Offer] = (
        offer for offer in offers if _is_live(offer, now) and fits(wanted, offer)
    )
    if enough is not None and not wanted.is_cheapest:
        fit = _first(fit, enough)
    return sorted(fit, key=lambda offer: _order(wanted, offer))


def _first(fit: Iterable[Offer], enough: int) -> Iterator[Offer]:
    """The first of ``fit``, until ``enough`` of them are in stock."""
    for offer in fit:
        yield offer
        enough -= not is_sold_out(offer)
        if enough <= 0:
            return


def closest(wanted: Wanted, offers: Sequence[Offer], *, now: datetime) -> list[Offer]:
    """Those that meet price, measure, coupon, some of the words and of the goods, most first.

    A nappy is not near to a pram because both are for babies.
    """
    goods = [each for each in wanted.concepts if _is_goods(each[0])]
    bare = replace(wanted, concepts=())
    met = [
        (sum(_meets(concept, offer) for concept in wanted.concepts), offer)
        for offer in offers
        if _is_live(offer, now) and fits(bare, offer)
        if not goods or any(_meets(each, offer) for each in goods)
    ]
    ranked = sorted(
        (pair for pair in met if pair[0]), key=lambda pair: (-pair[0], _order(wanted, pair[1]))
    )
    return [offer for _, offer in ranked]


def fits(wanted: Wanted, offer: Offer) -> bool:
    """Whether one offer is what is wanted, live or not."""
    return (
        offer.id not in wanted.excluded
        and (not wanted.has_coupon or has_coupon(offer))
        and (wanted.bounds is None or _is_within(wanted.bounds, offer))
        and (wanted.measure is None or _measures(wanted.measure, offer))
        and all(_meets(concept, offer) for concept in wanted.concepts)
    )


def alike(wanted: Wanted, offer: Offer) -> Wanted:
    """What to look for when something like ``offer`` is wanted, cheaper where that is asked."""
    facts = offer.facts
    goods = [piece for piece in _pieces(facts.title) if piece.kind is Kind.GOOD][-DIGEST_WORDS:]
    if goods:
        concepts: tuple[tuple[str, ...], ...] = (goods[-1].alternatives,)
    else:
        concepts = ((fold(facts.category or facts.title),),)
    bounds = wanted.bounds
    if wanted.is_cheapest and bounds is None:
        bounds = Bounds(None, offer.price_now_minor - 1, facts.currency)
    return replace(
        wanted,
        concepts=(*concepts, *wanted.concepts),
        bounds=bounds,
        excluded=(*wanted.excluded, offer.id),
    )


def has_coupon(offer: Offer) -> bool:
    """Whether it states a coupon or a price after one."""
    return bool(offer.facts.coupon) or offer.price_now_minor < offer.facts.price_minor


def is_sold_out(offer: Offer) -> bool:
    """Whether the feed says that none is left."""
    return offer.facts.stock == 0


# ---------------------------------------------------------------- each condition


def _is_live(offer: Offer, now: datetime) -> bool:
    return offer.ended_at is None or offer.ended_at > now


def _is_within(bounds: Bounds, offer: Offer) -> bool:
    if bounds.currency != offer.facts.currency:
        return False
    low, high = bounds.min_minor, bounds.max_minor
    slack = AROUND_PERCENT if bounds.is_around else 0
    price = offer.price_now_minor * 100
    return (low is None or price >= low * (100 - slack)) and (
        high is None or price <= high * (100 + slack)
    )


def _measures(measure: Measure, offer: Offer) -> bool:
    """By the first of size, title and description that states this kind of measure at all."""
    facts = offer.facts
    for text in (facts.size, facts.title, facts.description):
        same = [span for span in measures.spans(text or "") if span.unit == measure.unit]
        if same:
            return any(span.meets(measure) for span in same)
    return False


def _meets(concept: Sequence[str], offer: Offer) -> bool:
    return _meets_title(concept, offer) or (
        not _is_goods(concept[0]) and _stands_in(concept, fold(offer.facts.description or ""))
    )


def _meets_title(concept: Sequence[str], offer: Offer) -> bool:
    """Goods by what the title names, so that a phone stand is no phone; others by the letters."""
    facts = offer.facts
    words = _words(facts.title, facts.brand or "", facts.category or "")
    if not words.names.isdisjoint(concept):
        return True
    return not _is_goods(concept[0]) and _stands_in(concept, words.text)


def _order(wanted: Wanted, offer: Offer) -> tuple[object, ...]:
    facts = offer.facts
    in_title = sum(_meets_title(concept, offer) for concept in wanted.concepts)
    return (
        is_sold_out(offer),
        offer.price_now_minor if wanted.is_cheapest else 0,
        -in_title,
        -(facts.sales or 0),
        -(facts.rating_bps or 0),
        offer.id,
    )


# ---------------------------------------------------------------- words of a title


@lru_cache(maxsize=8_192)
def _pieces(text: str) -> tuple[Piece, ...]:
    return tuple(pieces(text))


@lru_cache(maxsize=8_192)
def _words(title: str, brand: str, category: str) -> _Words:
    named: list[str] = []
    for text in (title, brand, category):
        named += _named(_pieces(text))
    return _Words(frozenset(named), fold(f"{title} {brand} {category}"))


def _named(found: Sequence[Piece]) -> Iterable[str]:
    """Each name that is not the first part of another English one: a desk planner is no desk."""
    for at, piece in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else None
        if piece.kind in NAMES and not is_part(piece, following):
            yield piece.text


@lru_cache(maxsize=8_192)
def _is_goods(word: str) -> bool:
    found = _pieces(word)
    return len(found) == 1 and found[0].kind is Kind.GOOD


def _stands_in(concept: Sequence[str], text: str) -> bool:
    return any(
        made.stands_in(text) for alternative in concept if (made := phrase(alternative)) is not None
    )
