"""What nobody knows is asked of the promoter, whose words serve all own groups while they hold."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot.domain.posts.characters import cleaned
from bot.domain.records import QuestionId, Topic
from bot.services.questions.consulting import refusal
from bot.services.questions.outcomes import Passed, RefusedTelling, Spoken, Telling, WaitingQuestion
from storage.people import groups, people
from storage.tables import notices, offers, told
from tests import cast
from tests.bot.services.questions.desk import Desk

WORDS = "Soft cotton, I have washed mine twenty times."


async def ask_material(desk: Desk, **given: object) -> QuestionId:
    """Ask what the kettle is made of, which nobody knows, and let the answer stand."""
    reply = await desk.ask("what material is it?", about=desk.kettle, **given)  # type: ignore[arg-type]
    return await desk.speak(reply)


async def noted(desk: Desk) -> list[tuple[int, int]]:
    """(person, question) of every notice, in the order they were made."""
    async with desk.database.read() as connection:
        rows = await connection.execute(select(notices).order_by(notices.c.created_at))
        return [(row.person_id, row.words["question_id"]) for row in rows]


async def count_notices(desk: Desk) -> int:
    """How many notices there are for anybody."""
    async with desk.database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(notices)) or 0


async def test_what_nobody_knows_is_asked_of_the_promoter_by_a_notice(desk: Desk) -> None:
    reply = await desk.ask("what material is it?", about=desk.kettle)
    assert not reply.is_answered
    assert "host" in reply.html
    async with desk.database.read() as connection:
        row = (await connection.execute(select(notices))).one()
    assert (row.person_id, row.text) == (desk.stage.lin, "notice.question")
    assert row.words["question_id"] == reply.question_id
    assert "what material" not in str(row.words), "the asker's words stay with the question"


async def test_several_askers_make_one_notice_and_one_question(desk: Desk) -> None:
    first = await ask_material(desk)
    await ask_material(desk, person=await desk.member(77))
    assert await count_notices(desk) == 1
    (waiting,) = await desk.consulting.waiting(desk.stage.lin)
    assert (waiting.question_id, waiting.askers, waiting.topic) == (first, 2, Topic.MATERIAL)
    assert waiting.text == "what material is it?"


async def test_the_answer_of_everybody_who_waited_is_renewed(desk: Desk) -> None:
    first = await ask_material(desk)
    second = await ask_material(desk, person=await desk.member(77))
    passed = await desk.consulting.tell(desk.stage.lin, first, WORDS)
    assert isinstance(passed, Passed)
    assert [each.question_id for each in passed.deliveries] == [first, second]
    delivery = passed.deliveries[0]
    assert delivery.spoken == Spoken(desk.group.chat_id, first + 100, "group")
    assert WORDS in delivery.html
    assert "Lin" in delivery.html
    assert (delivery.bot_id, delivery.telegram_id) == (cast.BOT, cast.MEI)
    assert len(delivery.buttons) == 1
    assert await desk.consulting.waiting(desk.stage.lin) == []


async def test_the_next_asker_is_told_at_once_in_every_own_group(desk: Desk) -> None:
    await desk.consulting.tell(desk.stage.lin, await ask_material(desk), WORDS)
    async with desk.database.write() as connection:
        made = await cast.add_group(connection, desk.stage.lin, -1001000000009)
        second = await groups.find(connection, made)
    reply = await desk.ask("material?", about=desk.kettle, group=second)
    assert WORDS in reply.html
    theirs = await desk.ask("material?", about=desk.kettle, group=desk.other)
    assert WORDS not in theirs.html, "another promoter's groups are not spoken for"


async def test_what_is_told_of_one_detail_answers_no_other(desk: Desk) -> None:
    first = await desk.speak(await desk.ask("is it genuine?", about=desk.kettle))
    second = await desk.speak(await desk.ask("can I get an invoice?", about=desk.kettle))
    assert await count_notices(desk) == 2
    passed = await desk.consulting.tell(desk.stage.lin, first, "Yes, it is genuine.")
    assert isinstance(passed, Passed)
    assert [each.question_id for each in passed.deliveries] == [first]
    assert "genuine" in passed.deliveries[0].html
    again = await desk.ask("is this genuine", about=desk.kettle, person=await desk.member(77))
    assert "it is genuine" in again.html
    other = await desk.ask("invoice?", about=desk.kettle, person=await desk.member(78))
    assert "genuine" not in other.html
    passed = await desk.consulting.tell(desk.stage.lin, second, "With every order.")
    assert isinstance(passed, Passed)
    assert "With every order" in passed.deliveries[0].html
    kept = await desk.ask("is it genuine?", about=desk.kettle, person=await desk.member(79))
    assert "it is genuine" in kept.html


async def test_a_new_price_leaves_the_word_alone_and_a_new_title_ends_it(desk: Desk) -> None:
    await desk.consulting.tell(desk.stage.lin, await ask_material(desk), WORDS)

    async def change(**columns: object) -> None:
        async with desk.database.write() as connection:
            await connection.execute(
                update(offers).where(offers.c.id == desk.kettle).values(**columns)
            )

    await change(price_minor=9900, sale_price_minor=5900, stock=3)
    assert WORDS in (await desk.ask("which material?", about=desk.kettle)).html
    await change(description="Steel inside.")
    assert WORDS not in (await desk.ask("the material?", about=desk.kettle)).html


async def test_what_is_fleeting_is_not_repeated_for_long(desk: Desk) -> None:
    reply = await desk.ask("is it in stock?", about=desk.kettle)
    question_id = await desk.speak(reply)
    await desk.consulting.tell(desk.stage.lin, question_id, "Two are left at my place.")
    assert "Two are left" in (await desk.ask("still in stock?", about=desk.kettle)).html
    desk.at += timedelta(days=4)
    assert "Two are left" not in (await desk.ask("in stock?", about=desk.kettle)).html


async def test_only_the_promoter_of_the_group_may_see_and_answer(desk: Desk) -> None:
    question_id = await ask_material(desk)
    assert await desk.consulting.waiting(desk.stage.chen) == []
    assert await desk.consulting.take(desk.stage.chen, question_id) == RefusedTelling(Telling.GONE)
    gone = RefusedTelling(Telling.GONE)
    assert await desk.consulting.tell(desk.stage.chen, question_id, WORDS) == gone
    refused = await desk.consulting.decline(desk.stage.chen, question_id)
    assert refused == RefusedTelling(Telling.GONE)
    taken = await desk.consulting.take(desk.stage.lin, question_id)
    assert isinstance(taken, WaitingQuestion)
    assert taken.title == "Travel kettle"


async def test_a_question_is_answered_once(desk: Desk) -> None:
    question_id = await ask_material(desk)
    await desk.consulting.tell(desk.stage.lin, question_id, WORDS)
    again = await desk.consulting.tell(desk.stage.lin, question_id, "Wool.")
    assert again == RefusedTelling(Telling.ANSWERED)
    async with desk.database.read() as connection:
        assert await connection.scalar(select(told.c.text)) == WORDS


async def test_who_declined_is_not_asked_again_for_a_week(desk: Desk) -> None:
    question_id = await ask_material(desk)
    passed = await desk.consulting.decline(desk.stage.lin, question_id)
    assert isinstance(passed, Passed)
    assert [each.question_id for each in passed.deliveries] == [question_id]
    assert "not know either" in passed.deliveries[0].html
    await ask_material(desk, person=await desk.member(77))
    assert await count_notices(desk) == 1
    desk.at += timedelta(days=8)
    await ask_material(desk, person=await desk.member(78))
    assert await count_notices(desk) == 2


async def test_promoters_are_not_asked_what_they_ask_themselves(desk: Desk) -> None:
    async with desk.database.read() as connection:
        lin = await people.find(connection, desk.stage.lin)
    await desk.ask("what material is it?", about=desk.kettle, person=lin)
    assert await count_notices(desk) == 0


async def test_an_answer_that_stands_nowhere_is_not_delivered(desk: Desk) -> None:
    reply = await desk.ask("what material is it?", about=desk.kettle)
    assert reply.question_id is not None
    passed = await desk.consulting.tell(desk.stage.lin, reply.question_id, WORDS)
    assert passed == Passed(())


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("", Telling.EMPTY),
        ("  \n\u200b ", Telling.EMPTY),
        ("x" * 301, Telling.LONG),
        ("see https://evil.example.com/a", Telling.LINK),
        ("go to shop.example", Telling.LINK),
        ("write @lin_shop to me", Telling.LINK),
        ("ｔ．ｍｅ/lin", Telling.LINK),
        ("加微信 abc123", Telling.LINK),
        ("有问题加我", Telling.LINK),
        ("WeChat: linjie88", Telling.LINK),
        ("打 138-0013-8000 问", Telling.LINK),
        ("跟着我躺赚", Telling.CLAIM),
        ("Get rich quick with this", Telling.CLAIM),
    ],
)
def test_words_that_are_not_passed_on(words: str, reason: Telling) -> None:
    found = refusal(cleaned(words))
    assert found is not None
    assert found.reason is reason


@pytest.mark.parametrize("words", [WORDS, "纯棉的，3.5mm 厚，洗过 20 次了。", "About 1.5 kg."])
def test_words_that_are_passed_on(words: str) -> None:
    assert refusal(words) is None


async def test_what_is_told_of_one_place_answers_no_other(desk: Desk) -> None:
    question_id = await desk.speak(await desk.ask("能寄到新疆吗", about=desk.kettle))
    passed = await desk.consulting.tell(desk.stage.lin, question_id, "能寄，七天左右。")
    assert isinstance(passed, Passed)
    assert "七天左右" in passed.deliveries[0].html
    same = await desk.ask("到新疆要几天", about=desk.kettle, person=await desk.member(77))
    assert "七天左右" in same.html
    other = await desk.ask("能寄到海南吗", about=desk.kettle, person=await desk.member(78))
    assert "七天左右" not in other.html
    assert "海南" in other.html


async def test_a_promoter_puts_an_own_answer_right_wherever_it_stands(desk: Desk) -> None:
    question_id = await ask_material(desk)
    await desk.consulting.tell(desk.stage.lin, question_id, WORDS)
    (mine,) = await desk.consulting.answered(desk.stage.lin)
    assert mine.question_id == question_id
    passed = await desk.consulting.correct(desk.stage.lin, question_id, "Titanium, sorry.")
    assert isinstance(passed, Passed)
    assert [each.question_id for each in passed.deliveries] == [question_id]
    assert "Titanium" in passed.deliveries[0].html
    assert WORDS not in passed.deliveries[0].html
    assert "Titanium" in (await desk.ask("which material?", about=desk.kettle)).html


async def test_nobody_puts_right_what_another_told_or_what_is_open(desk: Desk) -> None:
    question_id = await ask_material(desk)
    gone = RefusedTelling(Telling.GONE)
    assert await desk.consulting.correct(desk.stage.lin, question_id, "Wool.") == gone
    await desk.consulting.tell(desk.stage.lin, question_id, WORDS)
    assert await desk.consulting.correct(desk.stage.chen, question_id, "Wool.") == gone
    assert await desk.consulting.answered(desk.stage.chen) == []
    link = await desk.consulting.correct(desk.stage.lin, question_id, "see www.shop.example")
    assert link == RefusedTelling(Telling.LINK, "www.")
    async with desk.database.read() as connection:
        assert await connection.scalar(select(told.c.text)) == WORDS


async def test_the_same_words_once_more_reach_everybody_once_more(desk: Desk) -> None:
    """A process that stops between the two leaves the update to the next one."""
    question_id = await ask_material(desk)
    first = await desk.consulting.tell(desk.stage.lin, question_id, WORDS)
    assert await desk.consulting.tell(desk.stage.lin, question_id, f" {WORDS} ") == first
    other = await desk.consulting.tell(desk.stage.lin, question_id, "Wool.")
    assert other == RefusedTelling(Telling.ANSWERED)
    chens = await desk.consulting.tell(desk.stage.chen, question_id, WORDS)
    assert chens == RefusedTelling(Telling.GONE)


async def test_who_heard_the_wrong_words_at_once_hears_the_right_ones_too(desk: Desk) -> None:
    first = await ask_material(desk)
    await desk.consulting.tell(desk.stage.lin, first, WORDS)
    later = await desk.ask("material?", about=desk.kettle, person=await desk.member(77))
    second = await desk.speak(later)
    (mine,) = await desk.consulting.answered(desk.stage.lin)
    passed = await desk.consulting.correct(desk.stage.lin, mine.question_id, "Titanium, sorry.")
    assert isinstance(passed, Passed)
    assert [each.question_id for each in passed.deliveries] == [first, second]
    assert all("Titanium" in each.html for each in passed.deliveries)
