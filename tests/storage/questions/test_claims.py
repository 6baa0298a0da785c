"""Claims of orders: one a group, listed for the operator before other orphans."""

from datetime import timedelta

from storage.books import conversions
from storage.database import Database
from storage.questions import claims
from tests.bot.services.bookshop import open_shop
from tests.cast import NOON


async def test_a_claimed_orphan_is_listed_first_with_its_group(database: Database) -> None:
    shop = await open_shop(database)
    for number in range(3):
        await shop.report(txid=f"O-{number}", subid=None)
    async with database.write() as connection:
        group, person = shop.stage.group, shop.stage.zhao
        assert await claims.add(connection, "O-1", group, person, NOON)
        assert not await claims.add(connection, "O-1", group, person, NOON)
        assert await claims.count_of(connection, person, NOON - timedelta(days=1)) == 1
        assert await claims.count_of(connection, person, NOON) == 0
        (first,) = await conversions.list_claimed_orphans(connection, 10)
    assert first.observation.order_id == "O-1"
    found = await shop.crediting.orphans()
    assert [each.observation.order_id for each in found] == ["O-1", "O-2", "O-0"]
    claimed = await shop.crediting.claimants(found)
    assert {order: [each.id for each in several] for order, several in claimed.items()} == {
        "O-1": [group]
    }


async def test_an_order_that_was_credited_meanwhile_is_no_orphan(database: Database) -> None:
    shop = await open_shop(database)
    await shop.report(txid="O-1")
    async with database.write() as connection:
        await claims.add(connection, "O-1", shop.stage.group, shop.stage.zhao, NOON)
        assert await conversions.list_claimed_orphans(connection, 10) == []
        await claims.erase_of(connection, shop.stage.zhao)
        assert await claims.list_groups(connection, ["O-1"]) == {"O-1": [shop.stage.group]}
