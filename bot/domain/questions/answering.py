"""A question and the offers that fit it in, what is known in answer out: stored facts alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.catalogue.factors import HISTORY, PricePoint
from bot.domain.catalogue.matching import fold
from bot.domain.catalogue.selection import true_low
from bot.domain.questions import quoting
from bot.domain.questions.keys import detail_of
from bot.domain.records import (
    Answer,
    AnswerKind,
    Fact,
    Intent,
    Offer,
    OfferId,
    Question,
    Told,
    Topic,
)

FOUND_LIMIT = 5
"""Offers that one answer lists."""
COMPARED_LIMIT = 3
COMPARED_TOPICS = (Topic.PRICE, Topic.STOCK, Topic.DELIVERY, Topic.RATING)
"""What is set side by side when a comparison names nothing."""

Value = tuple[str, object]
"""A stored column and what it says."""


def answer(
    question: Question,
    found: Sequence[Sequence[Offer]],
    *,
    histories: Mapping[OfferId, Sequence[PricePoint]],
    told: Sequence[Told],
    now: datetime,
    freshness: timedelta,
    digests: Mapping[OfferId, str] | None = None,
) -> Answer:
    """What answers ``question`` at ``now``.

    ``found`` holds, best first, the offers that fit each of ``question.wanted``; of a question
    that names nothing, the offer in context alone. ``histories`` are prices, the earliest first.
    ``told`` counts only while its digest is the offer's in ``digests``, where that is given.
    """
    valid = [each for each in told if not digests or digests.get(each.offer_id) == each.digest]
    match question.intent:
        case Intent.FACTS:
            made = _facts(question, found, histories, valid, now)
        case Intent.COMPARE:
            made = _compared(question, found, histories, now)
        case Intent.FIND | Intent.COUPONS:
            made = _found(question, found, now)
        case _:
            return Answer(AnswerKind.UNCLEAR, ())
    stale = tuple(each.id for each in made.offers if now - each.seen_at > freshness)
    return replace(made, stale=stale)


# ---------------------------------------------------------------- kinds of answers


def _facts(
    question: Question,
    found: Sequence[Sequence[Offer]],
    histories: Mapping[OfferId, Sequence[PricePoint]],
    told: Sequence[Told],
    now: datetime,
) -> Answer:
    offer = next((each for several in found for each in several), None)
    if offer is None:
        # Of a question that names nothing there was nothing in context either.
        return Answer(AnswerKind.NOTHING if question.wanted else AnswerKind.UNCLEAR, ())
    facts: list[Fact] = []
    unknown: list[Topic] = []
    used: list[Told] = []
    for topic in question.topics:
        known = _known(topic, offer, question, histories.get(offer.id, ()), now)
        facts += [Fact(offer.id, topic, field, value, offer.seen_at) for field, value in known]
        subject = (offer.id, topic, detail_of(question, topic))
        own = _newest(each for each in told if (each.offer_id, each.topic, each.detail) == subject)
        is_answered = bool(known) and _names_place(topic, question, known)
        if not is_answered and own:
            used.append(own)
        elif not is_answered:
            unknown.append(topic)
    kind = AnswerKind.FACTS if facts or used else AnswerKind.UNKNOWN
    if Topic.STOCK not in question.topics:
        facts += _gone(offer, now)
    place = question.place if Topic.DELIVERY in unknown else ""
    return Answer(kind, (offer,), tuple(facts), tuple(unknown), tuple(used), place=place)


def _names_place(topic: Topic, question: Question, known: Sequence[Value]) -> bool:
    """Whether what is known is of the place that was asked for, if one was.

    "All over the country" leaves out remote places often enough to be no answer for one.
    """
    if topic is not Topic.DELIVERY or not question.place:
        return True
    return any(fold(question.place) in fold(str(value)) for _, value in known)


def _compared(
    question: Question,
    found: Sequence[Sequence[Offer]],
    histories: Mapping[OfferId, Sequence[PricePoint]],
    now: datetime,
) -> Answer:
    offers = _sides(found)
    topics = question.topics or COMPARED_TOPICS
    facts = [
        Fact(offer.id, topic, field, value, offer.seen_at)
        for offer in offers
        for topic in topics
        for field, value in _known(topic, offer, question, histories.get(offer.id, ()), now)
    ]
    if Topic.STOCK not in topics:
        facts += [fact for offer in offers for fact in _gone(offer, now)]
    if not offers:
        return Answer(AnswerKind.NOTHING, ())
    known = {fact.topic for fact in facts}
    unknown = tuple(topic for topic in question.topics if topic not in known)
    if len(offers) == 1:
        return Answer(AnswerKind.FACTS, offers, tuple(facts), unknown, note="ask.note_one")
    return Answer(AnswerKind.COMPARED, offers, tuple(facts), unknown)


def _sides(found: Sequence[Sequence[Offer]]) -> tuple[Offer, ...]:
    """The best offer of each side, no offer twice; of one side, its first offers."""
    if len(found) == 1:
        return tuple({each.id: each for each in found[0]}.values())[:COMPARED_LIMIT]
    sides: dict[OfferId, Offer] = {}
    for several in found:
        best = next((each for each in several if each.id not in sides), None)
        if best is not None:
            sides[best.id] = best
    return tuple(sides.values())[:COMPARED_LIMIT]


def _found(question: Question, found: Sequence[Sequence[Offer]], now: datetime) -> Answer:
    offers = tuple({each.id: each for several in found for each in several}.values())[:FOUND_LIMIT]
    if not offers:
        return Answer(AnswerKind.NOTHING, ())
    topics = (Topic.PRICE, Topic.STOCK) if question.intent is Intent.FIND else (
        Topic.PRICE, Topic.COUPON, Topic.STOCK,
    )  # fmt: skip
    facts = tuple(
        Fact(offer.id, topic, field, value, offer.seen_at)
        for offer in offers
        for topic in topics
        for field, value in _known(topic, offer, question, (), now)
    )
    return Answer(AnswerKind.FOUND, offers, facts)


def _newest(told: Iterator[Told]) -> Told | None:
    return max(told, key=lambda each: each.told_at, default=None)


# ---------------------------------------------------------------- one topic of one offer


def _known(
    topic: Topic,
    offer: Offer,
    question: Question,
    history: Sequence[PricePoint],
    now: datetime,
) -> Sequence[Value]:
    """What the stored columns say of ``topic``; nothing is nothing known."""
    match topic:
        case Topic.PRICE:
            return _price(offer)
        case Topic.COUPON:
            return _coupon(offer)
        case Topic.STOCK:
            return _stock(offer, now)
        case Topic.RATING:
            return _rating(offer)
        case Topic.AGE:
            return [("seen_at", offer.seen_at)]
        case Topic.LOWEST:
            return _lowest(offer, history, now)
        case Topic.DELIVERY:
            return _stated("delivery", offer.facts.delivery)
        case Topic.ABOUT:
            return _about(offer, question)
    stated = _stated(topic.value, getattr(offer.facts, topic.value))
    if topic is Topic.SIZE and stated:
        return [*stated, *quoting.other_sizes(offer.facts)]
    return stated or quoting.quoted(topic, offer.facts)


def _price(offer: Offer) -> list[Value]:
    facts = offer.facts
    if offer.price_now_minor < facts.price_minor:
        return [("price_minor", facts.price_minor), ("sale_price_minor", offer.price_now_minor)]
    return [("price_minor", facts.price_minor)]


def _coupon(offer: Offer) -> list[Value]:
    found = _stated("coupon", offer.facts.coupon)
    if offer.price_now_minor < offer.facts.price_minor:
        found.append(("sale_price_minor", offer.price_now_minor))
    return found


def _stock(offer: Offer, now: datetime) -> list[Value]:
    if offer.ended_at is not None and offer.ended_at <= now:
        return [("ended_at", offer.ended_at)]
    return [] if offer.facts.stock is None else [("stock", offer.facts.stock)]


def _gone(offer: Offer, now: datetime) -> list[Fact]:
    """That it cannot be bought any more, which is said whatever was asked."""
    return [
        Fact(offer.id, Topic.STOCK, field, value, offer.seen_at)
        for field, value in _stock(offer, now)
        if field == "ended_at" or value == 0
    ]


def _rating(offer: Offer) -> list[Value]:
    facts = offer.facts
    columns = ("rating_bps", facts.rating_bps), ("reviews", facts.reviews), ("sales", facts.sales)
    return [(field, value) for field, value in columns if value is not None]


def _lowest(offer: Offer, history: Sequence[PricePoint], now: datetime) -> list[Value]:
    """Only from a history that ends at the present price; a short one says how far it reaches."""
    if not history or history[-1].price_minor != offer.price_now_minor:
        return []
    since = now - HISTORY
    if history[0].at > since:
        return [("known_since", history[0].at)]
    if true_low(history, now):
        return [("lowest", "low")]
    ends = [point.at for point in history[1:]] + [now]
    inside = [point.price_minor for point, end in zip(history, ends, strict=True) if end > since]
    if min(inside) == max(inside):
        return [("lowest", "same")]
    return [("lowest", "higher"), ("lowest_minor", min(inside))]


def _about(offer: Offer, question: Question) -> Sequence[Value]:
    if question.details:
        return quoting.told_of(question.details, offer.facts)
    return _stated("description", offer.facts.description)


def _stated(column: str, words: str | None) -> list[Value]:
    return [(column, words)] if words and words.strip() else []
