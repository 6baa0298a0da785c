"""A pool, its offer and its group as records, for tests that need no database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.pools.pools import Joiner, Pool, PoolId, PoolState
from bot.domain.records import (
    Currency,
    Group,
    GroupId,
    GroupState,
    LinkCode,
    Offer,
    OfferFacts,
    OfferId,
    PersonId,
)

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)

POOL = Pool(
    id=PoolId(7),
    group_id=GroupId(1),
    promoter_id=PersonId(1),
    offer_id=OfferId(1),
    state=PoolState.OPEN,
    target=3,
    seats=3,
    joined=1,
    together_minor=1990,
    alone_minor=2990,
    currency=Currency("CNY"),
    seen_at=NOON,
    opened_at=NOON,
    closes_at=NOON + timedelta(hours=24),
    ended_at=None,
    together_code=LinkCode("together"),
    alone_code=LinkCode("alone"),
    has_pickup=False,
)
GROUP = Group(
    id=GroupId(1),
    chat_id=-1001,
    title="阳光小区",
    promoter_id=PersonId(1),
    programme="tuangou",
    state=GroupState.ACTIVE,
    is_paused=False,
    lost_at=None,
    member_count=120,
    timezone="Asia/Shanghai",
    language="zh",
    missing_rights=(),
    connected_at=NOON,
)


def pool(**changed: Any) -> Pool:
    """A pool of three, one of whom is in; ``changed`` are other fields."""
    return replace(POOL, **changed)


def offer(**changed: Any) -> Offer:
    """Coffee at 29.90, after coupon 19.90; ``changed`` are other facts."""
    facts = OfferFacts(
        external_id="p-1",
        title="云南咖啡",
        url="https://shop.example.com/p-1",
        price_minor=2990,
        currency=Currency("CNY"),
        sale_price_minor=1990,
    )
    return Offer(OfferId(1), "feed", replace(facts, **changed), NOON, None)


def joiner(name: str | None = "Mei", **changed: Any) -> Joiner:
    """Somebody in the pool; ``changed`` are other fields."""
    person = Joiner(POOL.id, PersonId(9), name, 1, None, NOON)
    return replace(person, **changed)
