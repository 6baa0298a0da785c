"""When the people of groups click, and what was suggested for it."""

from datetime import timedelta

from sqlalchemy import insert

from bot.domain.health.hours import Suggestion
from storage.database import Database
from storage.health import hours
from storage.tables import click_hours, links
from tests.cast import NOON, add_offer, add_post, set_stage

FOUND = Suggestion("noon", "16:00", "16:30", 16, 40, 12, "12:00", "12:30")


async def test_clicks_are_counted_by_slot_and_hour_utc(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        offer_id = await add_offer(connection)
        for number in (1, 2):
            post_id = await add_post(
                connection, stage.group, stage.lin, offer_id, sent_at=NOON, ordinal=number
            )
            code = f"code{number}"
            link = {
                "code": code,
                "offer_id": offer_id,
                "marketplace": "feed",
                "post_id": post_id,
                "group_id": stage.group,
                "promoter_id": stage.lin,
                "target_url": "https://shop.example.com",
                "created_at": NOON,
            }
            await connection.execute(insert(links).values(link))
            for later, people in ((0, 2), (4, 3), (5, 0)):
                at = NOON + timedelta(hours=later)
                row = {"code": code, "hour_at": at, "people": people, "bots": 1}
                await connection.execute(insert(click_hours).values(row))
    async with database.read() as connection:
        found = await hours.clicked(connection, [stage.group], NOON - timedelta(days=1))
        assert await hours.clicked(connection, [stage.group], NOON + timedelta(days=1)) == {}
    assert dict(found[stage.group].hours) == {("noon", 4): 4, ("noon", 8): 6}
    assert dict(found[stage.group].days) == {"noon": 1}


async def test_a_suggestion_is_decided_once(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        await hours.put(connection, {}, NOON)
        await hours.put(connection, {stage.group: FOUND}, NOON)
        decided = (connection, stage.group, "noon", hours.DECLINED, NOON)
        assert await hours.decide(*decided) == FOUND
        assert await hours.decide(*decided) is None
        assert await hours.list_declined(connection, [stage.group], NOON) == {stage.group: ["noon"]}
        await hours.put(connection, {stage.group: FOUND}, NOON)
        assert await hours.list_declined(connection, [stage.group], NOON) == {}
