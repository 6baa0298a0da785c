"""What the machine of the books draws from, and where it stands."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tests.bot.services.books.breaking import Breaking
from tests.bot.services.books.market import CODES, EXPONENTS, ORDERED_AT, SHOPS, STRANGE
from tests.bot.services.books.model import Key, Model

KEYS: tuple[Key, ...] = tuple(
    (shop, order, row) for shop in SHOPS for order in ORDERED_AT for row in ("1", "2")
)
STATUSES = ("created", "pending", "approved", "settled", "reversed")
NAMES = (*CODES.values(), None, STRANGE)

KEY = st.sampled_from((*KEYS[:4], *KEYS[:4], *KEYS[4:]))
"""Most of it happens in the shop that the links lead to."""
REPORT = st.tuples(
    KEY,
    st.sampled_from(STATUSES),
    st.one_of(st.integers(0, 3_000), st.sampled_from((1, 100, 999, 10**12))),
    st.sampled_from(("CNY", "CNY", "CNY", *EXPONENTS)),
    st.sampled_from((*CODES.values(), *NAMES)),
    st.integers(-300, 5),
)
"""Key, status, commission, currency, name, and how many minutes from now it is dated."""
PART = st.integers(0, 99)
FAULT = st.one_of(
    st.integers(1, 22).map(lambda n: {"statement": n}),
    st.integers(1, 2).map(lambda n: {"commit": n}),
    st.integers(1, 2).map(lambda n: {"commit": n, "is_answer_lost": True}),
)
PLACE = st.integers(0, 1_000)
QUIET = settings(
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
logging.getLogger("bot.services.links.batching").setLevel(logging.CRITICAL)


BALANCES = "SELECT account, currency, balance_minor FROM accounts WHERE balance_minor <> 0"
COUNTS = "SELECT (SELECT count(*) FROM postbacks), (SELECT count(*) FROM verdicts)"
OWED = (
    "SELECT marketplace, currency, sum(commission_minor) FROM conversions WHERE state IN "
    "('pending', 'approved', 'settled') AND commission_minor <> 0 GROUP BY marketplace, currency"
)
AT_ONCE = 8
"""Reports that are under way together, at most (but for a file more)."""


@dataclass
class Stand:
    """Where the machine works: a database, how it is made new, and a count of what happened."""

    loop: asyncio.AbstractEventLoop
    database: Breaking
    renew: Callable[[], Awaitable[None]]
    model: Callable[[], Model]
    look: Callable[[str], list[tuple[Any, ...]]]
    """The rows of a statement, as somebody with an SQL prompt sees them."""
    happened: Counter[str] = field(default_factory=Counter)
