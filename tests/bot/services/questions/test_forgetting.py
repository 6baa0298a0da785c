"""What was asked is forgotten, by time and when somebody asks for it."""

from datetime import timedelta
from os import urandom

import pytest
from sqlalchemy import inspect, select, text

from bot.services.people.enrolling import Enrolling
from storage.database import Database
from storage.questions import claims
from storage.tables import people, questions
from tests.bot.services.bookshop import PROGRAMMES
from tests.bot.services.questions.desk import Desk

SAID = "zebra-striped umbrella stand"


async def everything(database: Database) -> str:
    """Every value of every table, as one text."""
    async with database.read() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        rows: list[object] = []
        # The index of words is made of the offers alone, and SQLite's cannot be read through.
        for name in set(names) - {"offer_words"}:
            rows += (await connection.execute(text(f'SELECT * FROM "{name}"'))).all()
    return repr(rows)


@pytest.fixture
def enrolling(desk: Desk) -> Enrolling:
    return Enrolling(desk.database, PROGRAMMES, lambda: desk.at, urandom, "zh")


async def test_words_are_emptied_after_a_week_and_questions_go_after_a_month(desk: Desk) -> None:
    await desk.ask("kettle price")
    desk.at += timedelta(days=6)
    assert await desk.forgetting.forget_old() == 0
    desk.at += timedelta(days=2)
    assert await desk.forgetting.forget_old() == 1
    async with desk.database.read() as connection:
        assert list(await connection.scalars(select(questions.c.text))) == [""]
    desk.at += timedelta(days=23)
    await desk.forgetting.forget_old()
    async with desk.database.read() as connection:
        assert list(await connection.scalars(select(questions.c.text))) == []


async def test_nothing_of_an_asker_is_left_after_forget_me(
    desk: Desk, enrolling: Enrolling
) -> None:
    await desk.ask(SAID)
    await desk.ask(f"is it a {SAID}?", about=desk.kettle)
    await desk.ask("what material is it?", about=desk.kettle, is_private=True)
    await desk.wishing.want(desk.mei.id, desk.group, SAID)
    async with desk.database.write() as connection:
        await claims.add(connection, "O-1", desk.group.id, desk.mei.id, desk.at)
    assert "umbrella" in await everything(desk.database)
    await enrolling.forget(desk.mei.id)
    left = await everything(desk.database)
    assert "umbrella" not in left
    assert "what material" not in left
    async with desk.database.read() as connection:
        kept = (await connection.execute(select(questions))).all()
        group_id = await connection.scalar(
            select(people.c.group_id).where(people.c.id == desk.mei.id)
        )
        claimed = await claims.list_groups(connection, ["O-1"])
    assert {(row.person_id, row.chat_id, row.text) for row in kept} == {(None, 0, "")}
    assert group_id is None
    assert claimed == {"O-1": [desk.group.id]}, "the claim stays, without its person"


async def test_what_others_wait_for_still_reaches_them(desk: Desk, enrolling: Enrolling) -> None:
    first = await desk.ask("what material is it?", about=desk.kettle)
    other = await desk.ask("what material is it?", about=desk.kettle, person=await desk.member(77))
    await desk.speak(other)
    await enrolling.forget(desk.mei.id)
    assert first.question_id is not None
    passed = await desk.consulting.tell(desk.stage.lin, first.question_id, "Steel.")
    assert [each.question_id for each in getattr(passed, "deliveries", ())] == [other.question_id]


async def test_what_a_promoter_told_goes_with_the_promoter(
    desk: Desk, enrolling: Enrolling
) -> None:
    reply = await desk.ask("what material is it?", about=desk.kettle)
    assert reply.question_id is not None
    await desk.consulting.tell(desk.stage.lin, reply.question_id, "Brushed steel from Ulm.")
    assert "Ulm" in await everything(desk.database)
    await enrolling.forget(desk.stage.lin)
    assert "Ulm" not in await everything(desk.database)
