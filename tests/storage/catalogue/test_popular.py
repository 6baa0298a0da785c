"""Offers for who names nothing but a price or a coupon."""

from bot.domain.records import Bounds, Currency, Wanted
from storage.catalogue.popular import list_popular
from storage.database import Database
from tests import cast
from tests.cast import NOON

CNY = Currency("CNY")


def under(minor: int, *, is_around: bool = False) -> Wanted:
    """Anything below a price."""
    return Wanted((), Bounds(None, minor, CNY, is_around=is_around))


async def test_the_best_sold_within_the_bounds_come_first(database: Database) -> None:
    async with database.write() as connection:
        few, many, dear = [
            await cast.add_offer(
                connection, name, sales=sales, price_minor=price, sale_price_minor=None
            )
            for name, sales, price in (("few", 1, 900), ("many", 9, 950), ("dear", 99, 9000))
        ]
        await cast.add_offer(connection, "gone", sales=50, price_minor=1000, sale_price_minor=None,
                             ended_at=NOON)  # fmt: skip
        await cast.add_offer(connection, "usd", sales=50, price_minor=900, sale_price_minor=None,
                             currency="USD")  # fmt: skip
        found = await list_popular(connection, under(1000))
        wide = await list_popular(connection, under(5000, is_around=True))
        above = await list_popular(connection, Wanted((), Bounds(5000, None, CNY)))
    assert [offer.id for offer in found] == [many, few]
    assert dear in [offer.id for offer in wide]
    assert [offer.id for offer in above] == [dear]


async def test_where_nobody_tells_sales_something_is_found_all_the_same(
    database: Database,
) -> None:
    async with database.write() as connection:
        plain = await cast.add_offer(connection, "plain", sale_price_minor=None)
        coupon = await cast.add_offer(connection, "coupon", sale_price_minor=None, coupon="满减")
        cut = await cast.add_offer(connection, "cut")
        everything = await list_popular(connection, Wanted(()))
        coupons = await list_popular(connection, Wanted((), has_coupon=True))
    assert [offer.id for offer in everything] == [plain, coupon, cut]
    assert [offer.id for offer in coupons] == [coupon, cut]
