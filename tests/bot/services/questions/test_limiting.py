"""The limits hold however questions come, and whoever is restarted."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select

from bot.services.questions.limiting import GROUP_A_MINUTE, PERSON_A_MINUTE
from bot.services.questions.outcomes import Limited, Reply
from storage.tables import questions
from tests.bot.services.questions.desk import Desk


async def test_questions_that_come_at_once_are_counted_one_after_the_other(desk: Desk) -> None:
    words = [f"kettle price {number}" for number in range(12)]
    found = await asyncio.gather(*(desk.hear(text, seconds=0) for text in words))
    assert sum(isinstance(each, Reply) for each in found) == PERSON_A_MINUTE
    async with desk.database.read() as connection:
        kept = await connection.scalar(select(func.count()).where(questions.c.state != "limited"))
    assert kept == PERSON_A_MINUTE


async def test_a_restart_frees_nobody(desk: Desk) -> None:
    for number in range(PERSON_A_MINUTE):
        await desk.hear(f"kettle {number}", seconds=1)
    desk.__post_init__()
    assert isinstance(await desk.hear("kettle price", seconds=1), Limited)


async def test_the_same_question_again_counts_too(desk: Desk) -> None:
    for _ in range(PERSON_A_MINUTE):
        assert isinstance(await desk.hear("kettle price", seconds=1), Reply)
    assert isinstance(await desk.hear("kettle price", seconds=1), Limited)


async def test_another_minute_is_told_again(desk: Desk) -> None:
    for minute in range(2):
        for number in range(PERSON_A_MINUTE):
            await desk.hear(f"kettle {minute} {number}", seconds=1)
        refused = await desk.hear("kettle price", seconds=1)
        assert isinstance(refused, Limited)
        assert refused.html is not None
        desk.at += timedelta(minutes=2)


async def test_what_many_ask_at_once_in_a_group_is_counted_one_after_the_other(desk: Desk) -> None:
    members = [await desk.member(100 + number) for number in range(GROUP_A_MINUTE + 10)]
    asking = (desk.hear("kettle price", person=each, seconds=0) for each in members)
    found = await asyncio.gather(*asking)
    assert sum(isinstance(each, Reply) for each in found) == GROUP_A_MINUTE
    assert sum(isinstance(each, Limited) and each.html is not None for each in found) == 1


async def test_an_update_that_two_processes_got_is_answered_once(desk: Desk) -> None:
    found = await asyncio.gather(*(desk.hear("kettle price", seconds=0) for _ in range(2)))
    assert sorted(isinstance(each, Reply) for each in found) == [False, True]
    async with desk.database.read() as connection:
        states = await connection.scalars(select(questions.c.state).order_by(questions.c.id))
        assert list(states) == ["answered", "repeated"]
