"""What the clock does for the books."""

from datetime import timedelta

from bot.marketplaces import dialects
from bot.services.books.settling import Settling
from schedules import books
from storage.books import postbacks
from storage.books.postbacks import Postback
from storage.database import Database
from tests.bot.services.books.test_crediting import HELD, receive_file
from tests.bot.services.bookshop import CHENS, HOLD_DAYS, open_shop


async def test_what_was_kept_and_not_judged_is_judged(database: Database) -> None:
    shop = await open_shop(database)
    raw = dialects.envelope(f"txid=O-1&payout=10&subid={CHENS}", "", b"")
    async with database.write() as connection:
        await postbacks.append(connection, [Postback(0, "feed", "http", raw, shop.at)])
    assert await books.replay(shop.crediting) == 1
    assert await shop.balances() == HELD


async def test_what_was_held_long_enough_is_released(database: Database) -> None:
    shop = await open_shop(database)
    await receive_file(shop, f"O-1,{CHENS},settled,10.00,,\n")
    shop.at += timedelta(days=HOLD_DAYS)
    assert await books.release_due(Settling(database, lambda: shop.at)) == 1
    assert (await shop.balances())["chen:payable"] == 500
