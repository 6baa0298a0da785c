"""Counts of a group and day."""

from datetime import timedelta

from storage.database import Database
from storage.health import days
from storage.tables import group_days
from tests.cast import NOON, add_offer, add_post, set_stage

TODAY = NOON.date()


async def test_counts_are_added_up_in_one_row(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        await days.add(connection, stage.group, TODAY, leaves=1, leaves_after=1)
        await days.add(connection, stage.group, TODAY, leaves=1, leaves_after=0)
        await days.add(connection, stage.group, TODAY, downs=-1)
        await days.put(connection, TODAY, {stage.group: 120}, {stage.group: 3}, {})
        await days.put(connection, TODAY, {stage.group: 121}, {stage.group: 3}, {stage.group: 9})
    async with database.read() as connection:
        (row,) = (await connection.execute(group_days.select())).all()
    assert row[2:] == (121, 3, 9, 0, 2, 1, -1, 0)


async def test_only_sent_selling_posts_of_the_day_are_counted(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        offer_id = await add_offer(connection)
        post = (connection, stage.group, stage.lin)
        await add_post(*post, offer_id, sent_at=NOON, ordinal=1, message_id=7)
        await add_post(*post, offer_id, sent_at=NOON - timedelta(days=1), ordinal=2)
        await add_post(*post, offer_id, sent_at=None, state="planned", ordinal=3)
        await add_post(*post, None, sent_at=NOON, ordinal=4)
    async with database.read() as connection:
        sent, clicks = await days.count(connection, [stage.group], TODAY)
        assert (sent, clicks) == ({stage.group: 1}, {})
        assert await days.is_post(connection, stage.group, 7, TODAY)
        assert not await days.is_post(connection, stage.group, 8, TODAY)
        assert await days.is_after_post(connection, stage.group, NOON - timedelta(hours=1))
        assert not await days.is_after_post(connection, stage.group, NOON + timedelta(hours=1))
