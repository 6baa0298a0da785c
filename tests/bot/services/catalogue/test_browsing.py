"""The eleven channels for one promoter: what is in them, numbered and turned."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, update

from bot.domain.catalogue.channels import CHANNELS, Channel
from bot.domain.records import OfferId, PersonId, Promoter
from bot.errors import NotFoundError
from bot.services.catalogue.browsing import PAGE, Browsing, Page
from bot.services.catalogue.shortlisting import Shortlisting
from storage.database import Database
from storage.people import people
from storage.tables import offers, prices
from tests.cast import NOON, Stage, add_offer, add_promoter, set_stage
from tests.schemes import PROGRAMMES
from tests.storage.catalogue.test_channels import add_link, click

ZONE = ZoneInfo("Asia/Shanghai")
SCHEMES = {
    **PROGRAMMES,
    "fenxiang": replace(
        PROGRAMMES["fenxiang"], price_min_minor=100, price_max_minor=50_000, price_currency="CNY"
    ),
}


@dataclass
class Clock:
    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Shop:
    """Lin before the channels."""

    database: Database
    stage: Stage
    clock: Clock
    service: Browsing

    async def lin(self) -> Promoter:
        return await self.promoter(self.stage.lin)

    async def promoter(self, person_id: PersonId) -> Promoter:
        async with self.database.read() as connection:
            found = await people.find_promoter(connection, person_id)
        assert found is not None
        return found

    async def offer(self, name: str, **changed: Any) -> OfferId:
        async with self.database.write() as connection:
            return await add_offer(connection, name, **changed)

    async def open(self, channel: Channel) -> Page:
        self.service._lists.clear()
        return await self.service.open(await self.lin(), channel)

    async def ids(self, channel: Channel) -> list[int]:
        return [line.offer.id for line in (await self.open(channel)).lines]


@pytest.fixture
async def shop(database: Database) -> Shop:
    clock = Clock()
    service = Browsing(database, SCHEMES, Shortlisting(database, SCHEMES, clock, ZONE), clock, ZONE)
    return Shop(database, await set_stage(database), clock, service)


async def test_an_empty_catalogue_leaves_every_channel_empty(shop: Shop) -> None:
    for channel in CHANNELS:
        if channel is not Channel.SEARCH:
            page = await shop.open(channel)
            assert (page.lines, page.total) == ((), 0)
    assert await shop.service.brands(await shop.lin()) == []


async def test_each_channel_holds_only_what_the_programme_may_post(shop: Shop) -> None:
    fine: dict[str, Any] = {
        "sales": 5, "delivery": "次日达", "rating_bps": 9700, "reviews": 90,
        "coupon": "11月23日截止", "price_minor": 1500, "sale_price_minor": 900, "brand": "Mill",
    }  # fmt: skip
    good = await shop.offer("good", **fine)
    bad = [
        await shop.offer("dear", **fine | {"price_minor": 90_000, "sale_price_minor": 80_000}),
        await shop.offer("out", **fine, stock=0),
        await shop.offer("ended", **fine, ended_at=NOON),
        await shop.offer("stale", **fine, seen_at=NOON - timedelta(days=30)),
        await shop.offer("mine", **fine, marketplace="own:1"),
    ]
    async with shop.database.write() as connection:
        for each in (good, *bad):
            await add_link(connection, shop.stage, f"link-{each}", each)
            await click(connection, f"link-{each}", [NOON - timedelta(minutes=5)])
    for channel in CHANNELS:
        if channel is Channel.BRANDS:
            page = await shop.service.open_brand(await shop.lin(), good)
            assert page is not None
            assert [line.offer.id for line in page.lines] == [good]
            assert page.brand == "Mill"
        elif channel is not Channel.SEARCH:
            assert await shop.ids(channel) == [good], channel
    assert [each.name for each in await shop.service.brands(await shop.lin())] == ["Mill"]


async def test_hot_is_of_two_hours_and_shared_of_three_days(shop: Shop) -> None:
    now, before = await shop.offer("now"), await shop.offer("before")
    async with shop.database.write() as connection:
        await add_link(connection, shop.stage, "now", now)
        await add_link(connection, shop.stage, "before", before)
        await click(connection, "now", [NOON - timedelta(minutes=119)])
        await click(connection, "before", [NOON - timedelta(minutes=121 + each) for each in (0, 1)])
    assert await shop.ids(Channel.HOT) == [now]
    assert await shop.ids(Channel.SHARED) == [before, now]
    shop.clock.at = NOON + timedelta(minutes=2)
    assert await shop.ids(Channel.HOT) == []


async def test_a_list_is_remembered_whole_and_turned_with_its_numbers(shop: Shop) -> None:
    ids = [await shop.offer(f"p-{number}", sales=100 - number) for number in range(PAGE + 3)]
    lin = await shop.lin()
    first = await shop.open(Channel.POPULAR)
    assert [line.place for line in first.lines] == list(range(1, PAGE + 1))
    assert (first.start, first.total) == (0, PAGE + 3)
    assert await shop.service.shortlisting.remembered(lin.id) == ids
    # Another order, and one is gone: the numbers mean what they meant.
    async with shop.database.write() as connection:
        await connection.execute(update(offers).where(offers.c.id == ids[-1]).values(sales=999))
        await connection.execute(update(offers).where(offers.c.id == ids[-2]).values(stock=0))
    second = await shop.service.turn(lin, Channel.POPULAR, PAGE)
    assert second is not None
    assert [(line.place, line.offer.id) for line in second.lines] == [
        (PAGE + 1, ids[-3]),
        (PAGE + 3, ids[-1]),
    ]
    assert await shop.service.turn(lin, Channel.HOT, PAGE) is None
    assert await shop.service.turn(lin, Channel.POPULAR, 99) is None


async def test_a_brands_list_is_turned_too(shop: Shop) -> None:
    ids = [await shop.offer(f"p-{number}", brand="Mill") for number in range(PAGE + 1)]
    lin = await shop.lin()
    assert await shop.service.open_brand(lin, ids[0]) is not None
    page = await shop.service.turn(lin, Channel.BRANDS, PAGE)
    assert page is not None
    assert [line.place for line in page.lines] == [PAGE + 1]
    nameless = await shop.offer("nameless")
    assert await shop.service.open_brand(lin, nameless) is None
    assert await shop.service.open_brand(lin, OfferId(999)) is None


async def test_a_list_is_lists_for_a_minute(shop: Shop) -> None:
    await shop.offer("p-1", sales=1)
    lin = await shop.lin()
    assert (await shop.service.open(lin, Channel.POPULAR)).total == 1
    await shop.offer("p-2", sales=2)
    assert (await shop.service.open(lin, Channel.POPULAR)).total == 1
    shop.clock.at += timedelta(minutes=1)
    assert (await shop.service.open(lin, Channel.POPULAR)).total == 2


async def test_lists_in_memory_are_bounded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.catalogue.browsing.KEPT_LISTS", 2)
    lin = await shop.lin()
    for channel in (Channel.POPULAR, Channel.NINE, Channel.FAST):
        await shop.service.open(lin, channel)
    assert [channel for channel, _ in shop.service._lists] == [Channel.NINE, Channel.FAST]


async def test_a_low_is_marked_only_where_thirty_days_of_history_show_it(shop: Shop) -> None:
    low, moved = await shop.offer("low", sales=2), await shop.offer("new", sales=1)
    rows = [(low, 2500, 40), (low, 1990, 2), (moved, 2500, 5), (moved, 1990, 2)]
    async with shop.database.write() as connection:
        await connection.execute(
            insert(prices),
            [
                {"offer_id": each, "price_minor": price, "at": NOON - timedelta(days=days)}
                for each, price, days in rows
            ],
        )
    page = await shop.open(Channel.POPULAR)
    assert [line.is_low for line in page.lines] == [True, False]


async def test_in_season_every_coupon_is_an_event_and_the_day_has_its_name(shop: Shop) -> None:
    eleven = datetime(2026, 11, 11, 4, tzinfo=UTC)
    coupon = await shop.offer("coupon", coupon="满20减10", seen_at=eleven)
    assert await shop.ids(Channel.EVENTS) == []
    shop.clock.at = eleven
    page = await shop.open(Channel.EVENTS)
    assert [line.offer.id for line in page.lines] == [coupon]
    assert page.season is not None
    assert page.season.title["zh"] == "双11"


async def test_a_shop_guide_of_one_brand_sees_that_brand_alone(shop: Shop) -> None:
    await shop.offer("other", brand="Brightway", sales=99)
    own = await shop.offer("own", brand="Old Mill", sales=1)
    async with shop.database.write() as connection:
        guide = await add_promoter(connection, 9009, "Guide", programme="yundian")
    lan = replace(await shop.promoter(guide), brand="Old Mill")
    page = await shop.service.open(lan, Channel.POPULAR)
    assert [line.offer.id for line in page.lines] == [own]


async def test_a_programme_that_does_not_run_has_no_channels(shop: Shop) -> None:
    gone = replace(await shop.lin(), programme="gone")
    assert shop.service.season(gone) is None
    with pytest.raises(NotFoundError):
        await shop.service.open(gone, Channel.POPULAR)
