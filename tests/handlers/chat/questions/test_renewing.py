"""Answers in their new words reach who asked, wherever the chat and the message are by now."""

import asyncio
from typing import Any

import pytest
from telegram.error import TimedOut

from storage.database import Database
from tests.cast import LIN, MEI, WEI, add_offer
from tests.handlers.chat.conftest import Town
from tests.handlers.chat.questions.conftest import TISSUES, Group
from tests.handlers.chat.questions.test_telling import ASKED, prompted, tells, waiting
from tests.handlers.chat.test_groups import add_bot, enrol, payload


async def spoken_with(group: Group, words: str, chat_id: int) -> list[str]:
    """What was said in the open of a chat with ``words`` in it, once it was."""
    for _ in range(400):
        found = [str(one.get("text")) for one in await group.town.messages(chat_id)]
        if some := [one for one in found if words in one]:
            return some
        await asyncio.sleep(0.02)
    return []


async def test_who_asked_before_the_group_moved_is_answered_where_it_is_now(
    town: Town, database: Database
) -> None:
    town.world.supports_ephemeral = False
    await enrol(town, LIN)
    async with database.write() as connection:
        tissues = await add_offer(connection, seen_at=town.clock.now(), digest="t", **TISSUES)
    chat = await town.act("new_group", title="Sunny", owner_id=LIN, kind="group", member_ids=[MEI])
    chat_id = await add_bot(town, chat["id"], payload=await payload(town))
    found = await town.services.connecting.group_by_chat(chat_id)
    assert found is not None
    group = Group(town, database, chat_id, found.id, found.promoter_id, {"tissues": tissues})
    question_id = await waiting(group)
    prompt = await prompted(group, question_id)
    moved = await town.act("migrate", chat_id=chat_id)
    await town.settled()
    assert "谢谢" in (await tells(group, "原生竹浆", prompt))[0]
    assert len(await spoken_with(group, "原生竹浆", moved["id"])) == 1
    await town.forge(LIN, None, f"1:correct:{question_id}")
    await asyncio.sleep(0)
    last = {"message_id": await town.last_id(LIN)}
    await tells(group, "原生木浆，看错了", last)
    assert len(await spoken_with(group, "原生木浆", moved["id"])) == 1
    assert await spoken_with_now(group, "原生竹浆", moved["id"]) == []


async def spoken_with_now(group: Group, words: str, chat_id: int) -> list[str]:
    """The same without waiting."""
    found = [str(one.get("text")) for one in await group.town.messages(chat_id)]
    return [one for one in found if words in one]


async def test_one_asker_whom_telegram_does_not_reach_stops_nobodys_answer(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = await group.posted("tissues")
    await group.town.act("join", chat_id=group.chat_id, person_id=WEI)
    for each in (MEI, WEI):
        await group.says(ASKED, by=each, reply_to=post)
        await group.whispered(each)
    (found,) = await group.town.services.consulting.waiting(group.promoter_id)
    renew = group.town.services.quiet.renew

    async def broken(bot: Any, place: Any, telegram_id: int, *rest: Any) -> bool:
        if telegram_id == MEI:
            raise TimedOut
        return await renew(bot, place, telegram_id, *rest)

    monkeypatch.setattr(group.town.services.quiet, "renew", broken)
    assert "谢谢" in (await tells(group, "原生竹浆", await prompted(group, found.question_id)))[0]
    for _ in range(400):
        if "原生竹浆" in (now := await group.whispered(WEI)):
            break
        await asyncio.sleep(0.02)
    assert "原生竹浆" in now


async def test_an_answer_that_was_said_anew_is_put_right_there(group: Group) -> None:
    question_id = await waiting(group)
    (answer,) = await group.whispers()
    group.town.world.whispers.drop(answer["ephemeral_message_id"])
    await tells(group, "原生竹浆", await prompted(group, question_id))
    await group.whispered()
    before = await group.town.last_id(LIN)
    await group.town.forge(LIN, None, f"1:correct:{question_id}")
    (prompt,) = await group.town.said(LIN, before)
    await tells(group, "原生木浆，看错了", prompt)
    for _ in range(400):
        if "木浆" in (now := await group.whispered()):
            break
        await asyncio.sleep(0.02)
    assert "原生木浆" in now
    assert len(await group.whispers()) == 1
