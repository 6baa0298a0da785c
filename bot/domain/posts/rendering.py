"""Picks and a script in, post text and buttons out, within Telegram's limits for any title."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from zoneinfo import ZoneInfo

from bot.domain.posts.characters import cleaned, isolated, shortened
from bot.domain.records import Button, Factor, Offer, Rendered
from bot.domain.texts import Html, Texts

CAPTION_LIMIT = 1024
"""Of a picture's caption, UTF-16 units after parsing entities (Bot API); texts may have 4096."""

TITLE_LIMIT = 300
OPENING_LIMIT = 200
COUPON_LIMIT = 120
"""Together with the fixed lines these stay below the caption's limit whatever is put in."""
BUTTON_LIMIT = 64
"""Longer labels are cut by Telegram's apps."""

REASONS_SHOWN = 2
GOOD_FACTOR = 0.6
"""A factor speaks for an offer from here on; 0.5 is what a missing one counts."""
# The commission speaks to the promoter; to a member it is no reason to buy.
_REASONS_FOR_MEMBERS = frozenset(
    {"marketplace_rank", "bot_rank", "demand", "coupon", "stock", "quality", "value"}
)


@dataclass(frozen=True, slots=True)
class Card:
    """What one selling post says."""

    offer: Offer
    factors: tuple[Factor, ...]
    """Of the shortlist; empty where the offer is on none."""
    opening: str | None
    """The script, filled in; None for a post without one."""
    link_url: str
    zone: ZoneInfo
    is_chosen: bool = False
    """Whether the promoter picked it, which is said."""
    is_thirty_day_low: bool = False


def render(card: Card, texts: Texts) -> Rendered:
    """The post that ``card`` makes in the language of ``texts``: disclosure first [§9]."""
    lines = [
        texts.html("post.disclosure"),
        *_opening(card),
        "",
        f"<b>{_safe(card.offer.facts.title, TITLE_LIMIT)}</b>",
        _price(card.offer, texts),
        *_extras(card, texts),
        "",
        _as_of(card, texts),
    ]
    return Rendered("\n".join(lines), card.offer.facts.image_url, buttons(card, texts))


def opened(rendered: Rendered, opening: str | None) -> Rendered:
    """A post that was rendered without a script, under the script ``opening``."""
    words = _safe_opening(opening or "")
    if not words:
        return rendered
    return replace(rendered, html=rendered.html.replace("\n", f"\n{words}\n", 1))


def buttons(card: Card, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    """The tracked link under the post, with the price on it."""
    price = texts.money(card.offer.price_now_minor, card.offer.facts.currency)
    label = shortened(texts("post.buy", price=price), BUTTON_LIMIT)
    return ((Button(label, card.link_url),),)


def reasons(factors: Sequence[Factor]) -> tuple[str, ...]:
    """Names of the factors that speak most for an offer, the strongest first."""
    speaking = [
        factor
        for factor in factors
        if factor.value >= GOOD_FACTOR and factor.weight > 0 and factor.name in _REASONS_FOR_MEMBERS
    ]
    speaking.sort(key=lambda factor: (-factor.value * factor.weight, factor.name))
    return tuple(factor.name for factor in speaking[:REASONS_SHOWN])


def _opening(card: Card) -> list[str]:
    words = _safe_opening(card.opening or "")
    return [words] if words else []


@lru_cache(maxsize=1024)
def _safe_opening(words: str) -> str:
    return _safe(words, OPENING_LIMIT)


def _price(offer: Offer, texts: Texts) -> Html:
    before_minor, now_minor = offer.facts.price_minor, offer.price_now_minor
    now = texts.money(now_minor, offer.facts.currency)
    percent = (before_minor - now_minor) * 100 // before_minor if before_minor else 0
    if percent < 1:
        return texts.html("post.price_alone", now=now)
    before = texts.money(before_minor, offer.facts.currency)
    return texts.html("post.price", before=before, now=now, percent=percent)


def _extras(card: Card, texts: Texts) -> list[str]:
    lines: list[str] = []
    coupon = _safe(card.offer.facts.coupon or "", COUPON_LIMIT)
    if coupon:
        lines.append(texts.html("post.coupon", coupon=Html(coupon)))
    if card.is_thirty_day_low:
        lines.append(texts.html("post.low"))
    names = ("promoter",) * card.is_chosen + reasons(card.factors)
    if names:
        words = texts("post.and").join(texts(f"post.why_{name}") for name in names)
        lines.append(texts.html("post.why", reasons=words))
    return lines


def _as_of(card: Card, texts: Texts) -> Html:
    seen_at = card.offer.seen_at
    day = texts.day(seen_at.astimezone(card.zone).date())
    return texts.html("post.as_of", day=day, clock=texts.clock(seen_at, card.zone))


def _safe(text: str, limit: int) -> str:
    return escape(isolated(shortened(cleaned(text), limit)), quote=False)
