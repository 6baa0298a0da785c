"""When the next post comes, by the group's own clock."""

from datetime import timedelta

import pytest

from bot.domain.posts.slots import Opening
from storage.posts import slots
from tests.bot.services.questions.desk import Desk
from tests.cast import NOON


@pytest.fixture
async def planned(desk: Desk) -> Desk:
    """Lin's group with a slot this evening at eight in Shanghai."""
    opens = NOON + timedelta(hours=8)
    evening = Opening(desk.group.id, "evening", NOON.date(), opens, opens + timedelta(hours=1))
    async with desk.database.write() as connection:
        await slots.set_openings(connection, [evening])
    return desk


async def test_todays_slot_is_told_by_its_hour(planned: Desk) -> None:
    reply = await planned.ask("when is the next post?")
    assert "20:00" in reply.html
    assert "22 Nov" not in reply.html
    assert reply.buttons == ()


async def test_another_days_slot_is_told_with_its_day(planned: Desk) -> None:
    planned.at -= timedelta(days=1)
    assert "Sun 22 Nov 20:00" in (await planned.ask("when is the next post?")).html


async def test_a_group_without_openings_is_told_so(planned: Desk) -> None:
    none = await planned.ask("when is the next post?", group=planned.other)
    planned.at += timedelta(days=1)
    over = await planned.ask("when is the next post?", person=await planned.member(77))
    assert none.html == over.html
