"""What an operator took out is in no answer, however it is asked for."""

import pytest
from sqlalchemy import select

from bot.domain.records import EVERYWHERE
from storage.choosing import bans
from storage.tables import links
from tests.bot.services.questions.desk import Desk

WAYS = ("how much is the travel kettle?", "anything with a kettle", "anything under 90 yuan?")


async def ban(desk: Desk, programme: str) -> None:
    async with desk.database.write() as connection:
        await bans.mark(connection, desk.kettle, {programme: "leaks"})


@pytest.mark.parametrize("programme", [EVERYWHERE, "fenxiang"])
@pytest.mark.parametrize("words", WAYS)
async def test_what_is_banned_is_not_found_by_name_likeness_or_price(
    desk: Desk, programme: str, words: str
) -> None:
    assert "kettle" in (await desk.ask(words)).html
    await ban(desk, programme)
    assert "Travel kettle" not in (await desk.ask(words)).html


async def test_a_ban_of_one_programme_holds_in_its_groups_alone(desk: Desk) -> None:
    await ban(desk, "yunji")
    assert "Travel kettle" in (await desk.ask(WAYS[0])).html


async def test_a_fact_of_a_banned_offer_s_post_is_told_without_a_way_to_buy_it(
    desk: Desk,
) -> None:
    await ban(desk, "fenxiang")
    reply = await desk.ask("多少钱", about=desk.kettle)
    assert "89" in reply.html
    assert reply.buttons == ()
    async with desk.database.read() as connection:
        assert list(await connection.execute(select(links))) == []
