"""How long a promoter's word about an offer holds: until the facts that it rests on change."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import blake2b

from bot.domain.records import Offer, OfferFacts, Told, Topic

IDENTITY = ("title", "brand", "category")
"""When these change it may be another product, and nothing that was told of it holds."""

RESTS_ON: Mapping[Topic, tuple[str, ...]] = {
    Topic.PRICE: ("price_minor", "sale_price_minor", "currency", "coupon"),
    Topic.COUPON: ("price_minor", "sale_price_minor", "currency", "coupon"),
    Topic.STOCK: ("stock",),
    Topic.DELIVERY: ("delivery",),
    Topic.SIZE: ("size", "description"),
    Topic.MATERIAL: ("material", "description"),
    Topic.RATING: ("rating_bps",),
    Topic.RETURNS: ("returns",),
    Topic.CONTENTS: ("contents", "description"),
    Topic.AGE: ("price_minor", "sale_price_minor", "currency"),
    Topic.LOWEST: ("price_minor", "sale_price_minor", "currency"),
    Topic.ABOUT: ("description", "contents", "material"),
}
"""The stored fields beside the identity: a new price says nothing against the material."""

FLEETING = frozenset({Topic.PRICE, Topic.COUPON, Topic.STOCK, Topic.AGE, Topic.LOWEST})
FLEETING_HOLDS = timedelta(days=3)
"""What changes without the feed's telling is not repeated for longer than this."""


def digest(topic: Topic, facts: OfferFacts) -> str:
    """32 characters that stay the same as long as everything does that ``topic`` rests on."""
    values = [getattr(facts, name) for name in (*IDENTITY, *RESTS_ON[topic])]
    return blake2b(repr(values).encode(), digest_size=16).hexdigest()


def holds(told: Told, offer: Offer, now: datetime) -> bool:
    """Whether what was told of ``offer`` may be repeated at ``now``."""
    if told.topic in FLEETING and now - told.told_at > FLEETING_HOLDS:
        return False
    return told.digest == digest(told.topic, offer.facts)
