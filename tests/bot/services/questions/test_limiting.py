"""The limits hold however questions come, and whoever is restarted."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select

from bot.services.questions.limiting import PERSON_A_MINUTE
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
