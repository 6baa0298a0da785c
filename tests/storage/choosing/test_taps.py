"""What promoters' taps say of offers."""

from datetime import timedelta

from bot.domain.posts.slots import SlotKey
from storage.catalogue import shortlists
from storage.choosing import taps
from storage.database import Database
from tests.cast import NOON, add_group, add_offer, set_stage

DAY = NOON.date()


async def test_promoters_are_counted_once_whatever_they_tap(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        cup, kite = [await add_offer(connection, name) for name in ("cup", "kite")]
        second = await add_group(connection, stage.lin, -77)
        third = await add_group(connection, stage.chen, -78)
        for slot in ("noon", "evening"):
            keys = [SlotKey(group, DAY, slot) for group in (stage.group, second, third)]
            await shortlists.add_picks(connection, keys, cup, NOON)
        for back in range(3):
            day = DAY - timedelta(days=back)
            await shortlists.add_skip(connection, stage.lin, kite, day)
        assert await taps.count_chosen(connection, DAY) == {cup: 2}
        assert await taps.count_chosen(connection, DAY + timedelta(days=1)) == {}
        assert await taps.count_passed(connection, DAY - timedelta(days=2)) == {kite: 1}
        assert await taps.count_passed(connection, DAY + timedelta(days=1)) == {}
