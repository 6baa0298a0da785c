"""Posts as they are sent, and offers as they stand later."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.living.parts import Parts, taken_apart
from bot.domain.living.renewing import Instead, Renewed, Scene, renewed
from bot.domain.posts.rendering import Card, render
from bot.domain.records import Currency, Factor, Offer, OfferFacts, OfferId, Rendered
from tests.schemes import TEXTS

SHANGHAI = ZoneInfo("Asia/Shanghai")
SENT = datetime(2026, 11, 22, 0, 5, tzinfo=UTC)
"""Five past eight in Shanghai."""
LATER = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
LINK = "https://haowu.example/r/abc"


def offer(**changed: Any) -> Offer:
    """Tissues at 59.90 after coupon, seen at SENT; ``changed`` are facts or fields of the offer."""
    fields = {name: changed.pop(name) for name in ("seen_at", "ended_at") if name in changed}
    facts = OfferFacts(
        external_id="p-1",
        title="抽纸 24 包整箱",
        url="https://shop.example/p-1",
        price_minor=9900,
        currency=Currency("CNY"),
        sale_price_minor=5990,
        image_url="https://shop.example/p-1.jpg",
        coupon="满 99 减 40",
        stock=100,
    )
    given: dict[str, Any] = {"seen_at": SENT, "ended_at": None} | fields
    return Offer(OfferId(7), "feed", replace(facts, **changed), **given)


def card(of: Offer, **changed: Any) -> Card:
    """What a post says of an offer."""
    given: dict[str, Any] = {
        "offer": of,
        "factors": (Factor("coupon", 0.9, 1.0, "x"),),
        "opening": "中午好，这个价格不错",
        "link_url": LINK,
        "zone": SHANGHAI,
        "is_chosen": True,
        "is_thirty_day_low": True,
    }
    return Card(**(given | changed))


def sent(of: Offer | None = None, language: str = "zh", **changed: Any) -> Rendered:
    """The post of an offer as it was sent."""
    return render(card(of or offer(), **changed), TEXTS[language])


def parts(base: Rendered) -> Parts:
    """A post taken apart."""
    found = taken_apart(base, TEXTS)
    assert found is not None
    return found


def now(
    base: Rendered,
    of: Offer,
    *,
    at: datetime = LATER,
    said: str = "live",
    instead: Instead | None = None,
) -> Renewed:
    """What a post ought to say of an offer as it stands."""
    own = parts(base)
    scene = Scene(of, at, SHANGHAI, SHANGHAI, said, instead)
    return renewed(base, own, scene, TEXTS[own.language])
