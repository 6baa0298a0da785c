"""Singles' Day from the rates of this run: 4,000,000 orders, 500,000 groups, 100,000,000 members.

Orders are really credited, on books that hold hundreds of thousands of rows already; that the
last tenth costs what the first did is what allows to multiply. The rest is arithmetic, each
figure with its formula where it is made.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from statistics import median

from bot.domain.records import ClickClass
from bot.services.links.tracking import Tracking
from tests.bench import ENGINES, Bench, Figure, at_least, at_most, told
from tests.bench.orders import ORDERED_AT, Cost, Stand, mixed, settle, stand

GROUPS, MEMBERS = 500_000, 100_000_000
ORDERS, BUSIEST_DAY, DAYS = 4_000_000, 1_000_000, 11
SLOTS_A_DAY, POSTS_A_SLOT = 3, 1
SLOT_SECONDS = 2 * 3600
"""A slot that opens at nine and closes at eleven."""
FREE_A_SECOND, PAID_A_SECOND, STARS_A_POST = 30, 1_000, 0.1
"""What Telegram allows a token, without and with paid broadcasts, and what the latter cost."""
CLICKS_A_MEMBER = 0.05
"""Assumed: of a hundred members five follow a link that day."""
PEAK_SHARE, PEAK_SECONDS = 0.1, 600
"""Assumed: a tenth of the busiest day's orders, and of its clicks, in its first ten minutes."""
PROMOTERS = GROUPS // 50
TENTHS, AT_ONCE = 10, 1_000
GROWTH = 1.2
HOUR = 3600.0


async def simulation(bench: Bench) -> AsyncIterator[Figure]:
    """Per engine: what the books do as they grow, and what follows for the day; then the posts."""
    for engine in ENGINES:
        url = await bench.database_url(engine, "day")
        shop = await stand(url, count=bench.of(PROMOTERS, 400), children=400)
        name = f"simulation.{engine}"
        # Some eleven rows a conversion lie in the books before anything is measured.
        await shop.credit(list(mixed(shop.codes, 50_000_000, bench.of(30_000, 1_000))))
        await settle(shop.database)
        costs = await _day(shop, bench.of(60_000, 4_000))
        for figure in _books(name, costs, bench.of(60_000, 4_000)):
            yield figure
        yield _clicks(name, await _followed(shop, bench.of(5_000, 500)))
        await shop.database.close()
    for figure in _posts():
        yield figure


async def _day(shop: Stand, count: int) -> list[list[Cost]]:
    """Credit ``count`` rows as a day has them: the cost of each report in each tenth."""
    piece = min(AT_ONCE, count // TENTHS)
    costs = []
    for tenth in range(TENTHS):
        start = tenth * (count // TENTHS)
        costs.append(
            [
                await shop.credit(list(mixed(shop.codes, at, piece)))
                for at in range(start, start + count // TENTHS, piece)
            ]
        )
    return costs


def _books(name: str, costs: Sequence[Sequence[Cost]], count: int) -> list[Figure]:
    """What the costs come to.

    growth: processor time of the last tenth's reports over the first's, medians
    rate: orders over seconds by the wall; hours: 4,000,000 over it, and over a core of its own
    room at the peak: the rate over (busiest day x a tenth / ten minutes)
    """
    piece = count / sum(len(tenth) for tenth in costs)
    processor = [[cost.cpu_seconds for cost in tenth] for tenth in costs]
    wall = [piece * len(tenth) / sum(cost.wall_seconds for cost in tenth) for tenth in costs]
    core = [piece * len(tenth) / sum(tenth) for tenth in processor]
    peak = BUSIEST_DAY * PEAK_SHARE / PEAK_SECONDS
    return [
        at_most(f"{name}.growth", [median(processor[-1]) / median(processor[0])], "ratio", GROWTH),
        told(f"{name}.orders", wall, "1/s"),
        told(f"{name}.orders_of_a_core", core, "1/s"),
        told(f"{name}.four_million", [ORDERS / rate / HOUR for rate in wall], "h"),
        told(f"{name}.four_million_of_a_core", [ORDERS / rate / HOUR for rate in core], "h"),
        told(f"{name}.busiest_day", [BUSIEST_DAY / rate / HOUR for rate in wall], "h"),
        at_least(f"{name}.room_at_the_peak", [rate / peak for rate in wall], "ratio", 1.0),
    ]


async def _followed(shop: Stand, count: int) -> list[float]:
    """Clicks kept a second, many at a time, in some rounds: what follows the HTTP of a redirect."""
    tracking = Tracking(shop.database, lambda: ORDERED_AT, os.urandom)
    rates = []
    for _round in range(3):
        codes = [shop.codes[number % 100] for number in range(count)]
        began = time.perf_counter()
        await asyncio.gather(
            *(
                tracking.follow(code, kind=ClickClass.PERSON, address="203.0.113.9")
                for code in codes
            )
        )
        rates.append(count / (time.perf_counter() - began))
    await tracking.close()
    return rates


def _clicks(name: str, rates: Sequence[float]) -> Figure:
    """Room at the peak: clicks kept a second over members x clicks each x a tenth / ten minutes."""
    peak = MEMBERS * CLICKS_A_MEMBER * PEAK_SHARE / PEAK_SECONDS
    return at_least(f"{name}.clicks_room_at_the_peak", [rate / peak for rate in rates], "ratio", 1)


def _posts() -> list[Figure]:
    """What Telegram's limits ask for; nothing here is ours to be faster at.

    posts a day: groups x slots x posts of a slot; orders a second: over the eleven days
    tokens: groups x posts of a slot over what one token may send while a slot is open
    paid: seconds for one slot with one token at 1,000 a second, and Stars beyond the free 30
    """
    a_slot = GROUPS * POSTS_A_SLOT
    paid_seconds = a_slot / PAID_A_SECOND
    stars = (a_slot - FREE_A_SECOND * paid_seconds) * STARS_A_POST
    tokens = -(-a_slot // (FREE_A_SECOND * SLOT_SECONDS))
    return [
        told("simulation.posts_a_day", [a_slot * SLOTS_A_DAY], ""),
        told("simulation.tokens_for_a_slot", [tokens], ""),
        told("simulation.slot_with_one_token", [a_slot / FREE_A_SECOND / HOUR], "h"),
        told("simulation.slot_paid", [paid_seconds / HOUR], "h"),
        told("simulation.stars_a_paid_slot", [stars], "Stars"),
        told("simulation.orders_a_second", [ORDERS / DAYS / (24 * HOUR)], "1/s"),
        told("simulation.clicks_a_day", [MEMBERS * CLICKS_A_MEMBER], ""),
    ]


SUBJECTS = {"simulation": simulation}
