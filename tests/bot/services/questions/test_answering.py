"""Questions answered from what is stored, with links of the asker's own group."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update

from bot.domain.records import GroupState
from bot.services.questions.outcomes import Asked, Limited, Reply, Spoken
from storage.tables import links, offers, questions
from tests import cast
from tests.bot.services.questions.desk import URL, Desk


async def kept(desk: Desk, *columns: str) -> list[tuple[object, ...]]:
    """Some columns of every question."""
    async with desk.database.read() as connection:
        rows = await connection.execute(
            select(*(questions.c[name] for name in columns)).order_by(questions.c.id)
        )
        return [tuple(row) for row in rows]


async def test_a_fact_of_the_post_replied_to_is_told(desk: Desk) -> None:
    reply = await desk.ask("还有货吗", about=desk.cup)
    assert reply.is_answered
    assert not reply.is_private
    assert "40" in reply.html
    assert await kept(desk, "kind", "state", "offer_id", "text") == [
        ("facts", "answered", desk.cup, "还有货吗")
    ]


async def test_a_named_offer_is_found_and_bears_a_link_of_the_group(desk: Desk) -> None:
    reply = await desk.ask("how much is the travel kettle?")
    ((button,),) = reply.buttons
    code = button.url.removeprefix(f"{URL}/r/")
    async with desk.database.read() as connection:
        row = (await connection.execute(select(links))).one()
    assert (row.code, row.offer_id, row.group_id) == (code, desk.kettle, desk.group.id)
    assert (row.source, row.post_id, row.promoter_id) == ("answer", None, desk.stage.lin)
    assert row.target_url.endswith(f"subid={code}")
    assert "89" in button.text


async def test_a_link_is_used_again_for_a_day_and_then_minted_anew(desk: Desk) -> None:
    first = await desk.ask("kettle price")
    again = await desk.ask("what does the kettle cost")
    desk.at += timedelta(days=1)
    late = await desk.ask("kettle price")
    assert first.buttons == again.buttons
    assert late.buttons != first.buttons


async def test_the_other_group_has_a_link_of_its_own(desk: Desk) -> None:
    mine = await desk.ask("kettle price")
    theirs = await desk.ask("kettle price", group=desk.other)
    assert mine.buttons[0][0].url != theirs.buttons[0][0].url


async def test_a_private_question_is_answered_as_in_the_group_asked_in_last(desk: Desk) -> None:
    unknown = await desk.ask("kettle price", is_private=True)
    assert unknown.buttons[0][0].url == "https://shop.example.com/kettle"
    await desk.ask("cup price", group=desk.other)
    reply = await desk.ask("kettle price", is_private=True)
    async with desk.database.read() as connection:
        found = await connection.scalar(
            select(links.c.group_id).order_by(links.c.created_at.desc())
        )
    assert reply.buttons[0][0].url.startswith(URL)
    assert found == desk.other.id


async def test_who_came_from_a_group_is_answered_as_there(desk: Desk) -> None:
    assert await desk.answering.come_home(desk.mei.id, desk.group.id)
    assert not await desk.answering.come_home(desk.mei.id, 999)
    reply = await desk.ask("kettle price", is_private=True)
    assert reply.buttons[0][0].url.startswith(URL)


async def test_a_closed_group_has_plain_addresses(desk: Desk) -> None:
    closed = replace(desk.group, state=GroupState.CLOSED)
    reply = await desk.ask("kettle price", group=closed)
    assert reply.buttons[0][0].url == "https://shop.example.com/kettle"


async def test_two_offers_are_compared_with_a_button_each(desk: Desk) -> None:
    reply = await desk.ask("kettle or cup, which is cheaper?")
    assert len(reply.buttons) == 2
    assert await kept(desk, "kind") == [("compared",)]


async def test_two_chinese_characters_find_something(desk: Desk) -> None:
    reply = await desk.ask("抽纸", language="zh")
    assert "柔云抽纸" in reply.html


async def test_a_misspelt_word_is_understood(desk: Desk) -> None:
    reply = await desk.ask("travel ketle price")
    assert "Travel kettle" in reply.html


async def test_a_word_is_mended_by_what_goods_are_called(desk: Desk) -> None:
    for words in ("抽指多少钱", "抽指", "抽指有货吗"):
        reply = await desk.ask(words, language="zh")
        assert "柔云抽纸" in reply.html
        assert "「抽纸」" in reply.html
    missed = await desk.ask("小提亲多少钱", language="zh")
    assert not missed.is_answered


async def test_something_like_it_is_not_itself(desk: Desk) -> None:
    async with desk.database.write() as connection:
        glass = await cast.add_offer(
            connection, "glass", title="Glass cup 300 ml", category="Kitchen > Cups", sales=5
        )
    reply = await desk.ask("something like this under 50", about=desk.cup)
    assert await kept(desk, "kind", "offer_id") == [("found", glass)]
    assert "Paper cup" not in reply.html


async def test_a_price_alone_finds_what_sells_best_below_it(desk: Desk) -> None:
    reply = await desk.ask("有什么50块以内的", language="zh")
    assert "Travel kettle" not in reply.html
    assert await kept(desk, "kind", "offer_id") == [("found", desk.tissue)]


async def test_nothing_found_is_said_and_names_no_link(desk: Desk) -> None:
    reply = await desk.ask("violin")
    assert not reply.is_answered
    assert reply.buttons == ()
    assert reply.taps[0][0].data == f"1:want:{reply.question_id}"


async def test_an_answer_is_found_by_the_message_it_stands_in(desk: Desk) -> None:
    question_id = await desk.speak(await desk.ask("kettle price"))
    found = await desk.answering.offer_of_message(desk.group.chat_id, int(question_id) + 100)
    assert found == desk.kettle
    assert await desk.answering.offer_of_message(desk.group.chat_id, 7) is None
    assert await desk.answering.offer_of_message(-5, 7) is None


async def test_a_post_is_found_by_the_message_it_stands_in(desk: Desk) -> None:
    async with desk.database.write() as connection:
        await cast.add_post(
            connection, desk.group.id, desk.stage.lin, desk.cup,
            chat_id=desk.group.chat_id, message_id=55,
        )  # fmt: skip
    assert await desk.answering.offer_of_message(desk.group.chat_id, 55) == desk.cup
    assert await desk.answering.offer_of_message(desk.other.chat_id, 55) is None


async def test_the_same_question_within_a_minute_edits_the_answer(desk: Desk) -> None:
    first = await desk.ask("kettle price")
    place = Spoken(desk.group.chat_id, int(await desk.speak(first)) + 100, "group")
    again = await desk.ask("kettle price")
    assert again == replace(first, again=place)
    desk.at += timedelta(minutes=2)
    later = await desk.ask("kettle price")
    assert later.again is None
    assert later.question_id != first.question_id


async def test_a_sixth_question_in_a_minute_is_refused_once_and_then_passed_over(
    desk: Desk,
) -> None:
    words = ["kettle price", "cup price", "cup stock", "kettle stock", "cup material"]
    for text in words:
        await desk.hear(text, seconds=1)
    sixth = await desk.hear("kettle material", seconds=1)
    assert isinstance(sixth, Limited)
    assert sixth.html is not None
    assert await desk.hear("kettle size", seconds=1) == Limited(None)
    desk.at += timedelta(minutes=1)
    await desk.ask("kettle material")


async def test_forty_questions_a_day_are_enough(desk: Desk) -> None:
    for number in range(40):
        await desk.ask(f"kettle price {number}")
    refused = await desk.hear("kettle price")
    assert isinstance(refused, Limited)
    assert refused.html is not None
    assert await desk.hear("kettle price") == Limited(None)
    assert not isinstance(await desk.hear("cup price", person=await desk.member(77)), Limited)


async def test_thirty_questions_a_minute_are_enough_for_a_group(desk: Desk) -> None:
    people_ = [await desk.member(9_000 + number) for number in range(8)]
    for number in range(30):
        found = await desk.hear(f"kettle {number}", person=people_[number % 7], seconds=1)
        assert not isinstance(found, Limited)
    refused = await desk.hear("kettle", person=people_[7], seconds=1)
    assert isinstance(refused, Limited)
    assert refused.html is not None
    other = await desk.hear("kettle", person=people_[7], group=desk.other, seconds=1)
    assert not isinstance(other, Limited)


async def test_an_administrator_in_the_groups_name_is_answered(desk: Desk) -> None:
    asked = Asked("cup price", None, "en", desk.group, desk.group.chat_id, 1)
    reply = await desk.answering.ask(asked)
    assert isinstance(reply, Reply)
    assert await kept(desk, "person_id", "group_id") == [(None, desk.group.id)]


async def test_an_ended_offer_has_no_button(desk: Desk) -> None:
    async with desk.database.write() as connection:
        await connection.execute(
            update(offers).where(offers.c.id == desk.cup).values(ended_at=cast.NOON)
        )
    reply = await desk.ask("is it in stock?", about=desk.cup)
    assert reply.buttons == ()


async def test_who_asks_a_lot_at_once_is_told_so_once(desk: Desk) -> None:
    outcomes = await asyncio.gather(*(desk.hear(f"kettle {n} price", seconds=0) for n in range(12)))
    limited = [each for each in outcomes if isinstance(each, Limited)]
    assert len(limited) == 7
    assert len([each for each in limited if each.html]) == 1


async def test_talk_that_calls_nobody_is_neither_kept_nor_counted(desk: Desk) -> None:
    """Eight thanks under a post are no reason to be told to slow down."""
    for number in range(8):
        words = "谢谢" + "哈" * number
        asked = Asked(words, desk.mei, "zh", desk.group, desk.group.chat_id, number, desk.cup)
        reply = await desk.answering.ask(replace(asked, is_called=False))
        assert isinstance(reply, Reply)
        assert reply.is_talk
    assert await kept(desk, "text") == []
    heard = await desk.answering.ask(replace(asked, text="还有货吗", is_called=False))
    assert isinstance(heard, Reply)
    assert "40" in heard.html
