"""The promoter is asked what nobody knows, and one word of his reaches everybody who waits."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.records import Offer, QuestionId
from tests.cast import CHEN, LIN, MEI, WEI
from tests.handlers.chat.conftest import Json, buttons
from tests.handlers.chat.questions.conftest import Group
from tests.handlers.chat.test_groups import enrol

ASKED = "是什么材质的"


async def waiting(group: Group) -> QuestionId:
    """Mei asks about the tissues what the catalogue does not know; the question's number."""
    post = await group.posted("tissues")
    said = await group.says(ASKED, reply_to=post)
    await group.becomes(said, "🤔")
    (found,) = await group.town.services.consulting.waiting(group.promoter_id)
    return found.question_id


async def prompted(group: Group, question_id: QuestionId) -> Json:
    """Lin taps that she will answer; the message that she is to reply to."""
    before = await group.town.last_id(LIN)
    await group.town.forge(LIN, None, f"1:tell:{question_id}")
    shown, prompt = await group.town.said(LIN, before, 2)
    assert "本色抽纸" in shown["text"]
    assert ASKED in shown["text"]
    assert prompt["text"].startswith(f"💬 #{question_id} ")
    return prompt


async def tells(group: Group, words: str, prompt: Json | None = None, by: int = LIN) -> list[str]:
    """What the bot answers to a promoter's words."""
    before = await group.town.last_id(by)
    replied = {} if prompt is None else {"reply_to": prompt["message_id"]}
    await group.town.act("say", chat_id=by, person_id=by, text=words, **replied)
    found = await group.town.said(by, before)
    return [one["text"] for one in found]


async def test_a_reply_reaches_the_asker_where_the_answer_stands(group: Group) -> None:
    question_id = await waiting(group)
    before = await group.whispered()
    assert "群主" in before
    (thanks,) = await tells(group, "原生竹浆，不漂白", await prompted(group, question_id))
    assert "谢谢" in thanks
    for _ in range(400):
        if (now := await group.whispered()) != before:
            break
        await asyncio.sleep(0.02)
    assert "原生竹浆" in now
    assert len(await group.whispers()) == 1
    for action in ("tell", "decline"):
        answer = await group.town.forge(LIN, None, f"1:{action}:{question_id}")
        assert "已经回答过" in answer["text"]
    (again,) = await tells(group, "竹浆的", {"message_id": await group.town.last_id(LIN) - 2})
    assert "已经回答过" in again


async def test_the_sign_under_a_question_follows_the_promoter(group: Group) -> None:
    post = await group.posted("tissues")
    said = await group.says(ASKED, reply_to=post)
    await group.becomes(said, "🤔")
    (found,) = await group.town.services.consulting.waiting(group.promoter_id)
    await prompted(group, found.question_id)
    assert "谢谢" in (await tells(group, "原生竹浆"))[0]
    await group.becomes(said, "👌")
    other = await group.says("能退吗", reply_to=post)
    await group.becomes(other, "🤔")
    (found,) = await group.town.services.consulting.waiting(group.promoter_id)
    await group.town.forge(LIN, None, f"1:decline:{found.question_id}")
    for _ in range(400):
        if not await group.signs(other):
            break
        await asyncio.sleep(0.02)
    assert await group.signs(other) == []


@pytest.mark.parametrize("ephemeral", [True, False])
async def test_the_next_words_will_do_and_others_get_the_answer_at_once(
    group: Group, ephemeral: bool
) -> None:
    group.server(ephemeral=ephemeral)
    question_id = await waiting(group)
    await prompted(group, question_id)
    assert "谢谢" in (await tells(group, "原生竹浆"))[0]
    post = await group.posted("tissues")
    said = await group.says(ASKED, by=LIN, reply_to=post)
    await group.becomes(said, "👌")


async def test_after_a_while_words_are_a_question_again(group: Group) -> None:
    await prompted(group, await waiting(group))
    group.town.services.prompted._seconds = 0
    (answer,) = await tells(group, "有没有充电宝")
    assert "充电宝" in answer


async def test_refused_words_come_back_with_the_reason_and_another_try(group: Group) -> None:
    question_id = await waiting(group)
    prompt = await prompted(group, question_id)
    for words, reason in (("看 https://example.com", "链接"), ("竹" * 400, "短一些")):
        before = await group.town.last_id(LIN)
        await group.town.act(
            "say", chat_id=LIN, person_id=LIN, text=words, reply_to=prompt["message_id"]
        )
        refused, again = await group.town.said(LIN, before, 2)
        assert reason in refused["text"]
        assert again["text"].startswith(f"💬 #{question_id} ")
    assert "谢谢" in (await tells(group, "原生竹浆"))[0]


async def test_who_does_not_know_either_is_not_asked_again(group: Group) -> None:
    question_id = await waiting(group)
    before = await group.whispered()
    last = await group.town.last_id(LIN)
    await group.town.forge(LIN, None, f"1:tell:{question_id}")
    shown, _ = await group.town.said(LIN, last, 2)
    assert f"1:decline:{question_id}" in buttons(shown).values()
    await group.town.press(LIN, shown, f"1:decline:{question_id}")
    assert "不再问你" in (await group.town.reread(LIN, shown))["text"]
    for _ in range(400):
        if (now := await group.whispered()) != before:
            break
        await asyncio.sleep(0.02)
    assert now != before
    answer = await group.town.forge(LIN, None, f"1:tell:{question_id}")
    assert "不用回答" in answer["text"]
    assert "不用回答" in (await tells(group, "竹浆", {"message_id": shown["message_id"] + 1}))[0]


async def test_nobody_else_can_answer_or_decline(group: Group) -> None:
    question_id = await waiting(group)
    await enrol(group.town, CHEN)
    assert "不用回答" in (await group.town.forge(CHEN, None, f"1:tell:{question_id}"))["text"]
    for action in ("tell", "decline"):
        answer = await group.town.forge(WEI, None, f"1:{action}:{question_id}")
        assert "不是给你的" in answer["text"]
    assert await group.town.services.consulting.waiting(group.promoter_id)


async def test_a_member_who_blocked_the_bot_stops_nobodys_answer(group: Group) -> None:
    group.server(ephemeral=False)
    await group.town.act("start", person_id=MEI)
    await group.town.settled()
    question_id = await waiting(group)
    await group.town.act("block", person_id=MEI)
    prompt = await prompted(group, question_id)
    assert "谢谢" in (await tells(group, "原生竹浆", prompt))[0]
    await group.town.settled()
    assert "/today" in await group.town.hear(LIN, "/help")


async def test_the_answer_ends_with_the_offer_that_it_was_about(group: Group) -> None:
    """A question of yesterday is still answered; the marks live in the message."""
    question_id = await waiting(group)
    prompt = await prompted(group, question_id)
    group.town.clock.advance(timedelta(hours=1))
    group.town.services.prompted.forget(LIN)
    assert "谢谢" in (await tells(group, "原生竹浆", prompt))[0]
    found = await group.town.services.shortlisting.offers_by_ids([group.offers["tissues"]])
    assert isinstance(found[0], Offer)


async def test_what_waits_can_be_looked_up_and_answered_from_the_list(group: Group) -> None:
    assert "没有群友在等" in await group.town.hear(LIN, "/questions")
    question_id = await waiting(group)
    (listed,) = await group.town.ask(LIN, "/questions")
    assert "1. 本色抽纸" in listed["text"]
    assert f"1:tell:{question_id}" in buttons(listed).values()
    before = await group.town.last_id(LIN)
    await group.town.press(LIN, listed, f"1:tell:{question_id}")
    (prompt,) = await group.town.said(LIN, before)
    assert prompt["text"].startswith("💬 #")


async def test_an_answer_that_is_gone_is_said_anew(group: Group) -> None:
    prompt = await prompted(group, await waiting(group))
    (answer,) = await group.whispers()
    group.town.world.whispers.drop(answer["ephemeral_message_id"])
    assert "谢谢" in (await tells(group, "原生竹浆", prompt))[0]
    assert "原生竹浆" in await group.whispered()


@pytest.mark.parametrize("is_listed", [True, False])
async def test_an_answer_is_put_right_and_everybody_sees_the_right_one(
    group: Group, is_listed: bool
) -> None:
    question_id = await waiting(group)
    await tells(group, "原生竹浆", await prompted(group, question_id))
    before = await group.town.last_id(LIN)
    if is_listed:
        listed = await group.town.ask(LIN, "/questions")
        assert "有要改的吗" in listed[0]["text"]
        assert f"1:correct:{question_id}" in buttons(listed[0]).values()
        before = await group.town.last_id(LIN)
    await group.town.forge(LIN, None, f"1:correct:{question_id}")
    (prompt,) = await group.town.said(LIN, before)
    assert prompt["text"].startswith(f"✏️ #{question_id} ")
    (refused, again) = await tells_twice(group, "www.shop.example", prompt)
    assert "✏️" in again
    assert refused
    (thanks,) = await tells(group, "原生木浆，刚才看错了", prompt)
    assert "谢谢" in thanks
    for _ in range(400):
        if "木浆" in (now := await group.whispered()):
            break
        await asyncio.sleep(0.02)
    assert "原生木浆" in now
    assert "竹浆" not in now


async def tells_twice(group: Group, words: str, prompt: Json) -> list[str]:
    """What the bot answers when it answers with two messages."""
    before = await group.town.last_id(LIN)
    replied = {"reply_to": prompt["message_id"]}
    await group.town.act("say", chat_id=LIN, person_id=LIN, text=words, **replied)
    return [one["text"] for one in await group.town.said(LIN, before, 2)]
