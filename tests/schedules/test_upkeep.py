"""Upkeep: members are counted once a day, old clicks and old keys go."""

import os
from datetime import timedelta

from sqlalchemy import text

from bot.app import load_programmes
from bot.domain.records import ClickClass, GroupState, Link, LinkCode
from bot.services.connecting import Connecting
from bot.services.tracking import Tracking
from schedules import upkeep
from storage import links
from storage.database import Database
from tests.cast import NOON, SUNNY_COURT, add_offer, set_stage

CODE = LinkCode("aaaaaaaaaaaaa")


async def test_members_are_counted_once_a_day_and_the_floor_is_applied(
    database: Database,
) -> None:
    await set_stage(database)
    today = NOON + timedelta(days=2)
    connecting = Connecting(
        database=database,
        programmes=load_programmes(),
        now=lambda: today,
        entropy=os.urandom,
        default_timezone="Asia/Shanghai",
        default_language="zh",
    )
    asked: list[int] = []

    async def count(chat_id: int) -> int | None:
        asked.append(chat_id)
        return 12

    assert await upkeep.recount_members(connecting, count) == 1
    assert await upkeep.recount_members(connecting, count) == 0
    assert asked == [SUNNY_COURT]
    group = await connecting.group_by_chat(SUNNY_COURT)
    assert group is not None
    assert group.member_count == 12
    assert group.state is not GroupState.ACTIVE


async def test_a_count_that_telegram_does_not_tell_changes_nothing(database: Database) -> None:
    await set_stage(database)
    connecting = Connecting(
        database=database,
        programmes=load_programmes(),
        now=lambda: NOON + timedelta(days=2),
        entropy=os.urandom,
        default_timezone="Asia/Shanghai",
        default_language="zh",
    )

    async def count(_chat_id: int) -> int | None:
        return None

    assert await upkeep.recount_members(connecting, count) == 0
    group = await connecting.group_by_chat(SUNNY_COURT)
    assert group is not None
    assert group.member_count == 120


async def test_old_clicks_and_old_keys_go(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        offer_id = await add_offer(connection)
        url = "https://shop.example.com/"
        link = Link(CODE, offer_id, "feed", None, stage.group, stage.lin, url, NOON)
        await links.add(connection, [link])
    moments = [NOON, NOON + upkeep.CLICKS_KEPT_FOR + timedelta(hours=1)]
    tracking = Tracking(database, lambda: moments[0], os.urandom)
    await tracking.follow(CODE, kind=ClickClass.PERSON, address="203.0.113.9")
    assert await upkeep.forget_clicks(tracking) == 0
    assert await upkeep.rotate_visitor_key(tracking) == 0
    moments.pop(0)
    assert await upkeep.forget_clicks(tracking) == 1
    assert await upkeep.rotate_visitor_key(tracking) == 1
    async with database.read() as connection:
        assert await connection.scalar(text("SELECT sum(people) FROM click_hours")) == 1
