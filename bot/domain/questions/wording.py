"""An answer in plain words, every figure a stored one, within 900 characters."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from bot.domain.posts.characters import cleaned, isolated, shortened
from bot.domain.programmes import BASIS_POINTS
from bot.domain.records import (
    Answer,
    AnswerKind,
    Currency,
    Fact,
    Intent,
    Offer,
    OfferId,
    Question,
    Told,
    Topic,
)
from bot.domain.texts import Html, Texts

ANSWER_LIMIT = 900
"""Characters of a whole answer, which stays a short one."""
TITLE_LIMIT, LISTED_TITLE_LIMIT = 100, 60
WORDS_LIMIT, LISTED_WORDS_LIMIT = 160, 24
TOLD_LIMIT = 300
PLACE_LIMIT = 30
STARS = 5

_PRICED = frozenset({Topic.PRICE, Topic.COUPON, Topic.LOWEST, Topic.AGE})
"""What is of the price, whose time is said to be that of the price."""
_STATED = frozenset({Topic.DELIVERY, Topic.SIZE, Topic.MATERIAL, Topic.RETURNS, Topic.CONTENTS,
                     Topic.ABOUT})  # fmt: skip
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")

Known = dict[tuple[Topic, str], object]
"""(topic, column) → value of one offer's facts; of several sentences, joined."""


def worded(answer: Answer, question: Question, texts: Texts, zone: ZoneInfo) -> Html:
    """The plain answer as Telegram HTML, one fact a line, times on a clock in ``zone``.

    What does not fit into ANSWER_LIMIT is left out from the end; titles, the state of the price
    and its time always stand there.
    """
    match answer.kind:
        case AnswerKind.UNCLEAR:
            return texts.html("ask.unclear")
        case AnswerKind.NOTHING:
            is_search = question.intent in (Intent.FIND, Intent.COUPONS)
            return texts.html("ask.nothing" if is_search else "ask.nothing_known")
        case AnswerKind.FOUND:
            head, body = _found(answer, question, texts)
        case AnswerKind.COMPARED:
            head, body = _compared(answer, texts, zone)
        case _:
            head, body = _one(answer, texts, zone)
    note = [texts.html(answer.note, **answer.note_words)] if answer.note else []
    return _joined([*note, *head], body, _tail(answer, texts, zone))


def allowed_figures(answer: Answer, texts: Texts, zone: ZoneInfo) -> set[str]:
    """Every figure that words about ``answer`` may hold, as written by ``texts``, without commas.

    They stand in the offers' titles and facts, in what was told, and in the dates of both.
    """
    values: list[str] = [texts("ask.rating", stars=STARS), texts("ask.lowest_low")]
    for offer in answer.offers:
        values += [offer.facts.title, *_moment(offer.seen_at, texts, zone)]
    for fact in answer.facts:
        currency = next(o.facts.currency for o in answer.offers if o.id == fact.offer_id)
        values += _written(fact, currency, texts, zone)
    for told in answer.told:
        values += [told.text, told.promoter_name, *_moment(told.told_at, texts, zone)]
    values += [str(value) for value in answer.note_words.values()]
    return {figure.replace(",", "") for value in values for figure in _FIGURE.findall(value)}


def _written(fact: Fact, currency: Currency, texts: Texts, zone: ZoneInfo) -> list[str]:
    match fact.value:
        case datetime() as moment:
            return list(_moment(moment, texts, zone))
        case int() as number if fact.field.endswith("_minor"):
            return [texts.money(number, currency)]
        case int() as number if fact.field == "rating_bps":
            return [_stars(number)]
        case int() as number:
            return [texts.count(number)]
    return [cleaned(str(fact.value))]


def _moment(moment: datetime, texts: Texts, zone: ZoneInfo) -> tuple[str, str]:
    return texts.day(moment.astimezone(zone).date()), texts.clock(moment, zone)


# ---------------------------------------------------------------- kinds of answers

Lines = list[str]


def _one(answer: Answer, texts: Texts, zone: ZoneInfo) -> tuple[Lines, Lines]:
    offer = answer.offers[0]
    known = _known(answer.facts, offer.id)
    body = [*_lines(offer, known, texts, zone), *_told(answer.told, texts, zone)]
    if answer.unknown:
        names = [_named(topic, answer, texts) for topic in answer.unknown]
        body.append(texts.html("ask.unknown", topics=texts("ask.and").join(names)))
    return [_head(offer, texts), *_state(known, texts)], body


def _named(topic: Topic, answer: Answer, texts: Texts) -> str:
    if topic is Topic.DELIVERY and answer.place:
        return texts("ask.topic_delivery_to", place=_safe(answer.place, PLACE_LIMIT))
    return texts(f"ask.topic_{topic.value}")


def _compared(answer: Answer, texts: Texts, zone: ZoneInfo) -> tuple[Lines, Lines]:
    lines: Lines = []
    for offer in answer.offers:
        known = _known(answer.facts, offer.id)
        state = _state(known, texts)
        lines += [_head(offer, texts), *state, *_lines(offer, known, texts, zone), ""]
    return lines[:-1], ["", *differences] if (differences := _differences(answer, texts)) else []


def _found(answer: Answer, question: Question, texts: Texts) -> tuple[Lines, Lines]:
    head = texts.html("ask.coupons" if question.intent is Intent.COUPONS else "ask.found")
    return [head], [
        _listed(offer, _known(answer.facts, offer.id), offer.id in answer.stale, texts)
        for offer in answer.offers
    ]


def _listed(offer: Offer, known: Known, is_stale: bool, texts: Texts) -> str:
    title = _safe(offer.facts.title, LISTED_TITLE_LIMIT)
    before = texts.money(offer.facts.price_minor, offer.facts.currency)
    now = texts.money(offer.price_now_minor, offer.facts.currency)
    if (Topic.PRICE, "sale_price_minor") in known:
        line = texts.html("ask.line_lowered", title=title, now=now, before=before)
    else:
        line = texts.html("ask.line", title=title, price=before)
    coupon = known.get((Topic.COUPON, "coupon"))
    if coupon:
        line = Html(
            line + texts.html("ask.line_coupon", words=_safe(str(coupon), LISTED_WORDS_LIMIT))
        )
    if known.get((Topic.STOCK, "stock")) == 0:
        line = Html(line + texts.html("ask.line_sold_out"))
    return Html(line + texts.html("ask.line_stale")) if is_stale else line


def _differences(answer: Answer, texts: Texts) -> Lines:
    """Which one is cheaper or better rated, only where all of them tell, and one alone is."""
    lines: Lines = []
    offers = answer.offers
    topics = {fact.topic for fact in answer.facts}
    if Topic.PRICE in topics and len({offer.facts.currency for offer in offers}) == 1:
        prices = [offer.price_now_minor for offer in offers]
        if len(set(prices)) == 1:
            lines.append(texts.html("ask.same_price"))
        elif prices.count(min(prices)) == 1:
            lines.append(_winner("cheaper", offers[prices.index(min(prices))], texts))
    ratings = [offer.facts.rating_bps for offer in offers]
    told = [_stars(rating) for rating in ratings if rating is not None]
    if Topic.RATING in topics and len(told) == len(offers) and told.count(max(told)) == 1:
        lines.append(_winner("better_rated", offers[told.index(max(told))], texts))
    return lines


def _winner(key: str, offer: Offer, texts: Texts) -> str:
    return texts.html(f"ask.{key}", title=_safe(offer.facts.title, TITLE_LIMIT))


# ---------------------------------------------------------------- lines of one offer


def _known(facts: Sequence[Fact], offer_id: OfferId) -> Known:
    known: Known = {}
    for fact in facts:
        if fact.offer_id == offer_id:
            key = (fact.topic, fact.field)
            known[key] = f"{known[key]} · {fact.value}" if key in known else fact.value
    return known


def _head(offer: Offer, texts: Texts) -> Html:
    return texts.html("ask.head", title=_safe(offer.facts.title, TITLE_LIMIT))


def _state(known: Known, texts: Texts) -> Lines:
    """That it cannot be bought, which is said whatever was asked."""
    if (Topic.STOCK, "ended_at") in known:
        return [texts.html("ask.ended")]
    return [texts.html("ask.sold_out")] if known.get((Topic.STOCK, "stock")) == 0 else []


def _lines(offer: Offer, known: Known, texts: Texts, zone: ZoneInfo) -> Iterator[str]:
    """What is known of it, one fact a line, in the order in which it was asked."""
    for topic, field in known:
        value = known[topic, field]
        match topic, field:
            case (Topic.PRICE, "price_minor") if (Topic.PRICE, "sale_price_minor") not in known:
                yield texts.html("ask.price", now=_money(offer, value, texts))
            case (Topic.PRICE, "sale_price_minor"):
                before = _money(offer, offer.facts.price_minor, texts)
                now = _money(offer, value, texts)
                yield texts.html("ask.price_lowered", now=now, before=before)
            case (Topic.COUPON, "coupon"):
                yield texts.html("ask.coupon", words=_safe(str(value), WORDS_LIMIT))
            case (Topic.COUPON, "sale_price_minor") if (
                Topic.PRICE, "sale_price_minor",
            ) not in known:  # fmt: skip
                yield texts.html("ask.coupon_price", now=_money(offer, value, texts))
            case (Topic.LOWEST, _):
                yield from _lowest(offer, field, value, texts, zone)
            case _:
                yield from _plain(topic, field, value, texts)


def _plain(topic: Topic, field: str, value: object, texts: Texts) -> Iterator[str]:
    match topic, field, value:
        case (Topic.STOCK, "stock", int(count)) if count > 0:
            yield _counted("ask.stock", count, texts)
        case (Topic.RATING, "rating_bps", int(bps)):
            yield texts.html("ask.rating", stars=_stars(bps))
        case (Topic.RATING, ("reviews" | "sales"), int(count)):
            yield _counted(f"ask.{field}", count, texts)
        case _ if topic in _STATED:
            words = _safe(str(value), WORDS_LIMIT)
            if field in ("description", "title"):
                words = texts.html(f"ask.of_{field}", words=words)
            is_stated = topic is Topic.ABOUT and field in ("contents", "material")
            yield texts.html(f"ask.{field if is_stated else topic.value}", words=words)


def _lowest(offer: Offer, field: str, value: object, texts: Texts, zone: ZoneInfo) -> Iterator[str]:
    match field, value:
        case ("known_since", datetime() as since):
            yield texts.html("ask.lowest_since", day=texts.day(since.astimezone(zone).date()))
        case ("lowest", ("low" | "same") as how):
            yield texts.html(f"ask.lowest_{how}")
        case ("lowest_minor", _):
            yield texts.html("ask.lowest_higher", low=_money(offer, value, texts))


def _told(told: Sequence[Told], texts: Texts, zone: ZoneInfo) -> Iterator[str]:
    for each in told:
        name = _safe(each.promoter_name, LISTED_TITLE_LIMIT)
        day = texts.day(each.told_at.astimezone(zone).date())
        words = _safe(each.text, TOLD_LIMIT)
        if name:
            yield texts.html("ask.told", name=name, day=day, words=words)
        else:
            yield texts.html("ask.told_unnamed", day=day, words=words)


def _tail(answer: Answer, texts: Texts, zone: ZoneInfo) -> Lines:
    """When all this was checked [§8], and that it was long ago for a price."""
    if not answer.facts:
        return []
    is_priced = any(fact.topic in _PRICED for fact in answer.facts)
    key = "ask.age" if is_priced else "ask.checked"
    times = [offer.seen_at for offer in answer.offers]
    day, clock = _moment(min(times), texts, zone)
    is_one = {_moment(each, texts, zone) for each in times} == {(day, clock)}
    lines = [texts.html(key if is_one else f"{key}_oldest", day=day, clock=clock)]
    if answer.stale and is_priced:
        is_listed = answer.kind is AnswerKind.FOUND
        lines.append(texts.html("ask.stale_some" if is_listed else "ask.stale"))
    return ["", *lines]


def _joined(head: Lines, body: Lines, tail: Lines) -> Html:
    """Head and tail whole, and as much of the body as the limit leaves room for."""
    kept = list(body)
    if len(head) + len(body) < 2:
        tail = tail[1:]
    while kept and len("\n".join([*head, *kept, *tail])) > ANSWER_LIMIT:
        kept.pop()
    return Html("\n".join([*head, *kept, *tail]))


def _counted(key: str, count: int, texts: Texts) -> Html:
    # The measure word follows its number without a blank: 3.8 万件.
    return Html(texts.html(key, count=texts.count(count)).replace("万 ", "万"))


def _money(offer: Offer, minor: object, texts: Texts) -> str:
    return texts.money(minor if isinstance(minor, int) else 0, offer.facts.currency)


def _stars(bps: int) -> str:
    return f"{bps * STARS / BASIS_POINTS:.1f}"


def _safe(text: str, limit: int) -> Html:
    return Html(escape(isolated(shortened(cleaned(text), limit)), quote=False))
