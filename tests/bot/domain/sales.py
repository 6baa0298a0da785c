"""Observations, links and conversions for the tests of what is judged about them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.books.attribution import Candidate
from bot.domain.programmes import Levels, Pool, Programme, Terms
from bot.domain.records import (
    Conversion,
    ConversionId,
    ConversionState,
    Credit,
    Currency,
    GroupId,
    Link,
    LinkCode,
    Observation,
    OfferId,
    PersonId,
)
from tests.cast import NOON

CNY, USD = Currency("CNY"), Currency("USD")
LIN, CHEN = PersonId(1), PersonId(2)
CODE = LinkCode("abcdefghij234")
EARLY, LATER = datetime(2019, 1, 1, tzinfo=UTC), NOON - timedelta(minutes=30)
OLD_TERMS = Terms("fenxiang", EARLY, Levels(5000, 1000), hold_days=15)
NEW_TERMS = Terms("fenxiang", LATER, Levels(4000, 500), hold_days=7)
POOL_TERMS = Terms("dongxiaodian", EARLY, Pool(3000, 3500, 3500), hold_days=15)

LINK = Link(CODE, OfferId(3), "feed", None, GroupId(4), CHEN, "https://s.example/p", EARLY)
CANDIDATE = Candidate(LINK, "fenxiang", LIN, joined_at=EARLY)
CREDIT = Credit(CODE, OfferId(3), GroupId(4), CHEN, LIN, OLD_TERMS, "order", None, ())


def programmes() -> dict[str, Programme]:
    """Fenxiang, with terms that changed half an hour before noon."""
    found = Programme(
        name="fenxiang",
        title={},
        source="",
        more_than_members=50,
        groups_limit=10,
        shortlist_size=40,
        picks_per_slot=1,
        repeat_days=7,
        freshness_hours=72,
        slots=(),
        terms=(OLD_TERMS, NEW_TERMS),
        weights={},
    )
    return {"fenxiang": found}


def observation(**changed: Any) -> Observation:
    """Order O-1 by Chen's link at noon, approved with a commission of 10.01."""
    found = Observation(
        marketplace="feed",
        order_id="O-1",
        row_id="1",
        sub_id=CODE,
        state=ConversionState.APPROVED,
        native_status="sale",
        commission_minor=1001,
        amount_minor=20000,
        currency=CNY,
        ordered_at=NOON,
        updated_at=NOON,
    )
    return replace(found, **changed)


def conversion(credit: Credit | None = CREDIT, **changed: Any) -> Conversion:
    """The conversion of ``observation``; other names go to the observation."""
    own = {"is_frozen": False, "is_released": False, "settled_at": None, "payable_at": None}
    fields = {name: changed.pop(name, value) for name, value in own.items()}
    return Conversion(
        id=ConversionId(7),
        observation=observation(**changed),
        credit=credit,
        received_at=NOON,
        **fields,
    )
