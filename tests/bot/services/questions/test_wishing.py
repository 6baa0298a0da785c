"""Wishes are counted by people, and only what three of them share is shown."""

from datetime import timedelta

from sqlalchemy import select

from storage.tables import wishes
from tests.bot.services.questions.desk import Desk


async def test_what_three_people_ask_for_is_shown_and_two_are_not(desk: Desk) -> None:
    for number in range(3):
        person = await desk.member(5_000 + number)
        wished = await desk.wishing.want(person.id, desk.group, "electric violin")
        assert wished is not None
        assert wished.is_new
        if number < 2:
            await desk.wishing.want(person.id, None, "left-handed scissors")
            assert await desk.wishing.inbox() == []
    (row,) = await desk.wishing.inbox()
    assert row.people == 3
    assert "violin" in row.words


async def test_one_person_counts_once_however_often(desk: Desk) -> None:
    for words in ("electric violin", "Electric  VIOLIN", "violin electric"):
        await desk.wishing.want(desk.mei.id, desk.group, words)
    async with desk.database.read() as connection:
        assert len((await connection.execute(select(wishes))).all()) == 1


async def test_a_question_that_found_nothing_is_a_wish(desk: Desk) -> None:
    for number in range(3):
        reply = await desk.ask("electric violin", person=await desk.member(5_000 + number))
        assert not reply.is_answered
    (row,) = await desk.wishing.inbox()
    assert row.people == 3


async def test_a_tap_counts_the_question_for_whoever_taps(desk: Desk) -> None:
    reply = await desk.ask("electric violin")
    assert reply.question_id is not None
    mine = await desk.wishing.want_asked(desk.mei.id, reply.question_id)
    assert mine is not None
    assert not mine.is_new, "the question itself was counted"
    other = await desk.wishing.want_asked((await desk.member(5_000)).id, reply.question_id)
    assert other is not None
    assert other.is_new


async def test_words_that_name_nothing_are_no_wish(desk: Desk) -> None:
    assert await desk.wishing.want(desk.mei.id, desk.group, "？！") is None


async def test_wishes_of_one_person_cannot_be_put_together(desk: Desk) -> None:
    await desk.wishing.want(desk.mei.id, desk.group, "electric violin")
    await desk.wishing.want(desk.mei.id, desk.group, "left-handed scissors")
    async with desk.database.read() as connection:
        found = list(await connection.scalars(select(wishes.c.person)))
    assert len(set(found)) == 2
    assert str(desk.mei.id) not in found


async def test_a_wish_is_over_after_thirty_days(desk: Desk) -> None:
    for number in range(3):
        await desk.wishing.want((await desk.member(5_000 + number)).id, None, "electric violin")
    desk.at += timedelta(days=31)
    assert await desk.wishing.inbox() == []
    await desk.forgetting.forget_old()
    async with desk.database.read() as connection:
        assert (await connection.execute(select(wishes))).all() == []
