"""A member's words in, the question that they ask out: in Chinese, English or both at once."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.catalogue.matching import fold
from bot.domain.questions import bounds, measures, quoting
from bot.domain.questions.keys import detail_key, place_key
from bot.domain.questions.parts import (
    Parts,
    concepts_of,
    is_against,
    is_context,
    is_which,
    measured,
    sides_of,
    understood,
    with_heads,
)
from bot.domain.questions.vocabulary import places
from bot.domain.questions.vocabulary.lexicon import NAMES, Kind, is_han, pieces, simplified
from bot.domain.questions.vocabulary.talk import CHATTER, is_talk
from bot.domain.records import Currency, Intent, Question, Topic, Wanted

TEXT_LIMIT = 500
"""Characters of a question that are read."""
SIDES_LIMIT = 4
"""Things that one answer compares."""
CHATTER_HAN = 5
"""Unknown Chinese characters of one run from which on such a sentence is talk."""

_ORDER_ID = re.compile(
    r"(?:订单号?|單號|訂單號?|单号|order(?:\s*(?:number|no\.?|id|#))?)(?:\s*(?:是|is|was))?"
    r"[\s:：#]*([a-z0-9][a-z0-9_-]*\d[a-z0-9_-]*)",
    re.IGNORECASE,
)
_LONG_ID = re.compile(r"(?<![\w-])([a-z]{0,6}-?\d[\d-]{3,})(?![\w-])", re.IGNORECASE)
_ASKING = re.compile(r"[?？吗呢嘛]|什么|多少|几|哪")
_CONFIRMED = re.compile(
    r"吧|是不是|(?:这|那)(?:个|款|件)|(?<![a-z])(?:is|was) (?:it|this|that)(?![a-z])"
    r"|^[^有]*吗"
)
"""Whether the price of what was shown is in a range; "有50以内的吗" is a search."""
_SELVES = frozenset({"我", "我们", "i", "im", "we", "he", "she", "他", "她"})
"""Who speaks of somebody and names nothing known is not searching."""
_PER_UNIT = re.compile(r"一(?:斤|公斤|克|升|片|包|袋|只|双|支|瓶|卷|张|米)|per |每")
_COMPARED = (Kind.GOOD, Kind.BRAND, Kind.COMPARE, Kind.PAIR, Kind.CHEAPER)
"""What a comparison in reply to an offer has: "plastic or glass?" is of that offer."""
_SPEAKING = frozenset((Kind.FILLER, Kind.TOPIC, Kind.FIND, Kind.COMPARE, Kind.CONTEXT))
"""Words of these kinds show in which language somebody speaks."""
_NAMING = frozenset((Kind.BRAND, Kind.TRAIT, Kind.UNKNOWN))
"""Words of these kinds are the same in both."""
_VAGUE = frozenset({Topic.PRICE, Topic.RATING, Topic.COUPON})
"""Topics that every found offer is told with anyway."""


def read_question(
    text: str, *, currency: Currency, language: str, is_reply: bool = False
) -> Question:
    """What ``text`` asks; a price without a currency is in ``currency``.

    ``language`` is the asker's, kept unless the words are all of the other one. ``is_reply``
    says that it answers a post or an answer about one offer: then words that name no goods ask
    for a detail of that offer.
    """
    kept = text[:TEXT_LIMIT].strip()
    folded = simplified(fold(kept))
    measure, rest = measures.asked(folded)
    price, rest = bounds.asked(rest, currency)
    place, rest = places.asked(rest)
    found = understood(pieces(rest))
    topics = tuple(dict.fromkeys(piece.topic for piece in found if piece.topic is not None))
    if place and Topic.DELIVERY not in topics:
        topics = (Topic.DELIVERY, *topics)
    parts = Parts(folded, found, topics, price, measure, is_reply)
    to = _as_written(place, kept)
    spoken = _language(parts, language)
    question = Question(kept, spoken, Intent.UNCLEAR, place=to, place_key=place_key(to))
    order_id = _order_id(kept, is_of_order=parts.has(Kind.MY_ORDER))
    if order_id or parts.has(Kind.MY_ORDER):
        return replace(question, intent=Intent.MY_ORDER, order_id=order_id)
    if parts.has(Kind.NEXT_POST):
        return replace(question, intent=Intent.NEXT_POST)
    return (
        _by_measure(question, parts, currency)
        or _compared(question, parts)
        or _similar(question, parts)
        or _named(question, parts)
    )


# ---------------------------------------------------------------- kinds of questions


def _as_written(place: str | None, text: str) -> str:
    found = re.search(re.escape(place), text, re.IGNORECASE) if place else None
    return found[0] if found else place or ""


def _by_measure(question: Question, parts: Parts, currency: Currency) -> Question | None:
    """A comparison of goods by how large they are: "rice cooker 3 L or 5 L?"; None when none."""
    if not parts.measure or not parts.has(Kind.COMPARE, Kind.SPLIT_ALWAYS):
        return None
    if parts.has(Kind.CONTEXT) or not concepts_of(parts.pieces):
        return None
    known, rest = measures.signed(parts.text)
    found = understood(pieces(bounds.asked(rest, currency)[1]))
    parting = {Kind.SPLIT_ALWAYS, Kind.SPLIT, Kind.BREAK}
    wanted = tuple(
        Wanted(concepts_of(side), measure=measure)
        for side, measure in measured(sides_of(found, parting), known)
    )
    amounts = {each.measure.amount for each in wanted if each.measure}
    units = {each.measure.unit for each in wanted if each.measure}
    if len(amounts) < 2 or len(units) > 1 or not all(each.concepts for each in wanted):
        return None
    topics = tuple(topic for topic in parts.topics if topic is not Topic.ABOUT)
    wanted = wanted[:SIDES_LIMIT]
    return replace(question, intent=Intent.COMPARE, topics=topics, wanted=wanted)


def _compared(question: Question, parts: Parts) -> Question | None:
    """A comparison of what its sides name, or of what was shown; None when it is none."""
    if parts.is_reply and not parts.has(*_COMPARED):
        return None
    is_marked = (
        parts.has(Kind.COMPARE, Kind.PAIR)
        or (parts.has(Kind.CHEAPER, Kind.CHEAPEST) and any(map(is_against, parts.pieces)))
        or (parts.has(Kind.SPLIT) and any(map(is_which, parts.pieces)))
    )
    if not is_marked and not parts.has(Kind.SPLIT_ALWAYS):
        return None
    parting = {Kind.SPLIT_ALWAYS} | ({Kind.SPLIT, Kind.BREAK} if is_marked else set())
    sides = sides_of(parts.pieces, parting)
    named = [side for side in sides if concepts_of(side)]
    if len(named) < 2:
        named = [side for side in sides if concepts_of(side) or any(map(is_context, side))]
    topics = tuple(topic for topic in parts.topics if topic is not Topic.ABOUT)
    if len(named) >= 2:
        wanted = tuple(Wanted(concepts_of(side)) for side in with_heads(named)[:SIDES_LIMIT])
        wanted = tuple(replace(each, measure=parts.measure) if each.concepts else each
                       for each in wanted)  # fmt: skip
        return replace(question, intent=Intent.COMPARE, topics=topics, wanted=wanted)
    if is_marked and not concepts_of(parts.pieces):
        return replace(question, intent=Intent.COMPARE, topics=topics)
    return None


def _similar(question: Question, parts: Parts) -> Question | None:
    """Something like the offer in context, or a cheaper one; None when goods are named."""
    if not parts.has(Kind.SIMILAR, Kind.CHEAPER) or parts.has(Kind.GOOD):
        return None
    if any(topic not in _VAGUE for topic in parts.topics):
        return None
    wanted = Wanted(
        concepts_of(parts.pieces), parts.bounds, parts.measure, is_cheapest=parts.has(Kind.CHEAPER)
    )
    return replace(question, intent=Intent.FIND, wanted=(wanted,), is_similar=True)


def _named(question: Question, parts: Parts) -> Question:
    """Facts, coupons or a search, by what is named and what is asked of it."""
    if (
        parts.is_reply
        and not parts.topics
        and not parts.bounds
        and is_talk(parts.pieces, parts.text)
    ):
        return question
    if _is_price_of_context(parts):
        parts = replace(parts, topics=parts.topics or (Topic.PRICE,), bounds=None)
    topics, concepts, details = _detailed(parts)
    if Topic.COUPON in topics and _is_of_coupons(parts, concepts):
        wanted = Wanted(concepts, parts.bounds, parts.measure, has_coupon=True)
        return replace(question, intent=Intent.COUPONS, topics=(Topic.COUPON,), wanted=(wanted,))
    if _is_search(parts, topics, concepts):
        wanted = Wanted(
            concepts,
            parts.bounds,
            parts.measure,
            has_coupon=Topic.COUPON in topics,
            is_cheapest=parts.has(Kind.CHEAPEST, Kind.CHEAPER, Kind.COMPARE),
        )
        return replace(question, intent=Intent.FIND, wanted=(wanted,))
    if not topics:
        topics = _topics_without_words(parts)
    if not topics:
        return question
    is_rate = Topic.PRICE in topics and _PER_UNIT.search(parts.text)
    measure = None if is_rate else parts.measure
    about = (Wanted(concepts, measure=measure),) if concepts else ()
    return replace(
        question,
        intent=Intent.FACTS,
        topics=topics,
        wanted=about,
        details=details,
        detail=detail_key(details),
    )


def _detailed(
    parts: Parts,
) -> tuple[tuple[Topic, ...], tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
    """The topics, what is looked for, and the details asked of it."""
    topics, concepts = parts.topics, concepts_of(parts.pieces)
    details = tuple(piece.alternatives for piece in parts.pieces if piece.kind is Kind.DETAIL)
    if _asks_details(parts, concepts):
        if any(not quoting.materials().isdisjoint(concept) for concept in concepts):
            topics = (Topic.MATERIAL,)
        else:
            details += concepts
        concepts = ()
    if details:
        # "How many colours" is of the colours.
        topics = (*(each for each in topics if each is not Topic.SIZE), Topic.ABOUT)
    is_of_offer = parts.has(Kind.CONTEXT) or not parts.has(Kind.GOOD, Kind.BRAND)
    if parts.is_reply and (topics and is_of_offer or parts.has(Kind.CONTEXT)):
        concepts = ()
    return topics, concepts, details


def _is_price_of_context(parts: Parts) -> bool:
    """Whether a price is named to ask if it is that of what was shown: "this is 30, right?"."""
    if not parts.is_of_context or parts.has(Kind.GOOD, Kind.FIND, Kind.SIMILAR):
        return False
    if parts.bounds is not None:
        return parts.bounds.is_around or _CONFIRMED.search(parts.text) is not None
    has_words = parts.topics or parts.measure or parts.has(*NAMES, Kind.UNKNOWN, Kind.DETAIL)
    return not has_words and any(map(str.isdigit, parts.text))


def _asks_details(parts: Parts, concepts: Sequence[tuple[str, ...]]) -> bool:
    """Whether the words ask of the offer in context whether they hold for it."""
    if not concepts or parts.topics or parts.bounds or not parts.is_of_context:
        return False
    if parts.has(Kind.GOOD, Kind.BRAND, Kind.CHEAPEST) or is_talk(parts.pieces, parts.text):
        return False
    # "Do you have it in black?" is of the offer replied to.
    is_of_trait = parts.is_reply and parts.has(Kind.TRAIT) and not parts.has(Kind.UNKNOWN)
    return is_of_trait or not parts.has(Kind.FIND)


def _is_of_coupons(parts: Parts, concepts: Sequence[tuple[str, ...]]) -> bool:
    if any(topic is not Topic.COUPON for topic in parts.topics) or parts.bounds:
        return False
    return bool(concepts) or (parts.has(Kind.FIND) and not parts.is_of_context)


def _is_search(parts: Parts, topics: Sequence[Topic], concepts: Sequence[tuple[str, ...]]) -> bool:
    if parts.bounds is not None:
        return True
    if concepts and parts.has(Kind.CHEAPEST, Kind.COMPARE):
        return True
    if concepts and topics and parts.has(Kind.FIND) and set(topics) <= _VAGUE - {Topic.PRICE}:
        return True
    if topics or (parts.measure and parts.is_of_context):
        return False
    if not concepts:
        return parts.measure is not None
    return not _is_chatter(parts)


def _is_chatter(parts: Parts) -> bool:
    """Whether it is talk that asks for nothing: unknown words, and no sign of a question."""
    if parts.has(*NAMES, Kind.FIND) or parts.measure or _ASKING.search(parts.text):
        return False
    if any(piece.text in _SELVES for piece in parts.pieces):
        return True
    unknown = [piece.text for piece in parts.pieces if piece.kind is Kind.UNKNOWN]
    return len(unknown) >= CHATTER or any(
        len(run) >= CHATTER_HAN and is_han(run[0]) for run in unknown
    )


def _topics_without_words(parts: Parts) -> tuple[Topic, ...]:
    if parts.has(Kind.CHEAPEST):
        return (Topic.PRICE,)
    return (Topic.SIZE,) if parts.measure else ()


def _order_id(text: str, *, is_of_order: bool) -> str | None:
    folded = unicodedata.normalize("NFKC", text)
    found = _ORDER_ID.search(folded) or (_LONG_ID.search(folded) if is_of_order else None)
    return found[1] if found else None


def _language(parts: Parts, own: str) -> str:
    """Chinese for Chinese characters alone, English for English words alone, else the asker's."""
    english = [piece for piece in parts.pieces if piece.text and piece.text.isascii()]
    if any(map(is_han, parts.text)):
        return own if any(piece.kind in _SPEAKING for piece in english) else "zh"
    return "en" if any(piece.kind not in _NAMING for piece in english) else own
