"""Upkeep: members are counted once a day, old clicks and old keys go."""

import os
from datetime import timedelta

from sqlalchemy import text

from bot.domain.records import ClickClass, Link, LinkCode
from bot.services.filing import Filing
from bot.services.links.tracking import Tracking
from bot.services.questions.forgetting import Forgetting
from schedules import upkeep
from storage.database import Database
from storage.links import links
from tests.cast import NOON, add_offer, set_stage

CODE = LinkCode("aaaaaaaaaaaaa")


async def followed(database: Database) -> int | None:
    async with database.read() as connection:
        found: int | None = await connection.scalar(text("SELECT count(*) FROM clicks"))
    return found


async def test_old_clicks_and_old_keys_go(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        offer_id = await add_offer(connection)
        url = "https://shop.example.com/"
        link = Link(CODE, offer_id, "feed", None, stage.group, stage.lin, url, NOON)
        await links.add(connection, [link])
    moments = [NOON, NOON + upkeep.CLICKS_KEPT_FOR + timedelta(days=31)]
    tracking = Tracking(database, lambda: moments[0], os.urandom)
    await tracking.follow(CODE, kind=ClickClass.PERSON, address="203.0.113.9")
    assert await upkeep.forget_clicks(tracking) == 0
    assert await upkeep.rotate_visitor_key(tracking) == 0
    filing = Filing(database, lambda: moments[0])
    await upkeep.turn_months(filing)
    assert await followed(database) == 1
    moments.pop(0)
    if database.is_sqlite:
        assert await upkeep.forget_clicks(tracking) == 1
        assert await upkeep.turn_months(filing) == 0
    else:
        assert await upkeep.forget_clicks(tracking) == 0
        assert await upkeep.turn_months(filing) > 0
        assert await upkeep.turn_months(filing) == 0
    assert await followed(database) == 0
    assert await upkeep.rotate_visitor_key(tracking) == 1
    async with database.read() as connection:
        assert await connection.scalar(text("SELECT sum(people) FROM click_hours")) == 1


async def test_old_questions_go(database: Database) -> None:
    forgetting = Forgetting(database, lambda: NOON)
    assert await upkeep.forget_questions(forgetting) == 0
