"""Members ask, and are answered: in the group as quietly as it goes, in private, in any form."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.phrasing import Phrasing
from storage.database import Database
from storage.tables import metadata
from tests.bot.sandbox.stage import served
from tests.cast import LIN, MEI, WEI
from tests.handlers.chat.conftest import Town, buttons
from tests.handlers.chat.questions.conftest import Group
from tests.handlers.chat.test_groups import new_group

BANK, TISSUES = "充电宝 10000mAh", "本色抽纸"
NAME = "@haowu_demo_bot"


async def everything(database: Database) -> str:
    """Every row of every table, as one text."""
    async with database.read() as connection:
        rows = [(await connection.execute(select(each))).all() for each in metadata.sorted_tables]
    return repr(rows)


async def test_a_question_is_answered_to_the_asker_alone(group: Group) -> None:
    before = await group.spoken()
    said = await group.says("/ask 有没有50元以内的充电宝")
    assert BANK in await group.whispered()
    await group.becomes(said, "👌")
    (answer,) = await group.whispers()
    assert any("/r/" in behind for behind in buttons(answer).values())
    assert answer["text"].startswith("「广告」"), "ahead of a link that earns a commission"
    assert await group.spoken() == before
    assert await group.whispers(LIN) == []


@pytest.mark.parametrize(
    "text", [f"{NAME} 有没有充电宝", f"请问{NAME.upper()}，有没有充电宝？", "/ask有没有充电宝"]
)
async def test_its_name_calls_it_in_any_form(group: Group, text: str) -> None:
    await group.says(text)
    assert BANK in await group.whispered()


async def test_words_under_a_picture_are_words(group: Group) -> None:
    world = group.town.world
    chat, mei = world.chat(group.chat_id), world.person(MEI).user()
    picture = {"file_id": "a", "file_unique_id": "a", "width": 9, "height": 9}
    content = {"photo": [picture], "caption": f"{NAME} 有没有充电宝"}
    world.hear(chat, world.place(chat, mei, content))
    assert BANK in await group.whispered()


async def test_a_reply_to_a_post_asks_about_its_offer(group: Group) -> None:
    post = await group.posted("tissues")
    await group.says("多少钱", reply_to=post)
    assert TISSUES in await group.whispered()
    await group.says("/ask 还有货吗", reply_to=post)
    assert TISSUES in await group.whispered(count=2)
    await group.says("/ask", reply_to=post)
    assert TISSUES in await group.whispered(count=3)


async def test_a_reply_to_an_answer_asks_about_its_offer(group: Group) -> None:
    await group.says("/ask 有没有充电宝")
    await group.whispered()
    (answer,) = await group.whispers()
    await group.town.settled()
    await group.says("多少钱", reply_to_ephemeral=answer["ephemeral_message_id"])
    assert BANK in await group.whispered(count=2)


async def test_a_reply_to_an_open_answer_asks_about_its_offer(group: Group) -> None:
    group.server(ephemeral=False)
    await group.says("/ask 有没有充电宝")
    for _ in range(400):
        if len(found := await group.spoken()) == 2:
            break
        await asyncio.sleep(0.02)
    await group.town.settled()
    await group.says("多少钱", by=LIN, reply_to=found[-1]["message_id"])
    for _ in range(400):
        if BANK in (told := (await group.town.messages(LIN))[-1]).get("text", ""):
            break
        await asyncio.sleep(0.02)
    assert BANK in told["text"]


async def test_a_reply_to_any_other_word_of_the_bot_is_an_ordinary_question(group: Group) -> None:
    purpose = (await group.spoken())[0]
    await group.says("有没有抽纸", reply_to=purpose["message_id"])
    assert TISSUES in await group.whispered()


async def test_what_is_not_addressed_to_the_bot_is_neither_answered_nor_kept(
    group: Group, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "金丝雀在唱歌"
    caplog.set_level(logging.INFO)
    before = len(await group.spoken())
    own = await group.says(f"{canary}，有没有充电宝？")
    await group.says(f"{canary}？", by=LIN, reply_to=own["message_id"])
    await group.says(f"{canary} @somebody_else 多少钱")
    await group.says(f"/nonsense {canary}")
    await group.town.settled()
    assert len(await group.spoken()) == before
    assert await group.whispers() == []
    assert canary not in await everything(database)
    assert canary not in caplog.text
    assert str(MEI) not in await everything(database), "nobody is met for talking"


async def test_an_edited_message_is_no_new_question(group: Group) -> None:
    said = await group.says("大家好")
    await group.town.act(
        "edit",
        chat_id=group.chat_id,
        message_id=said["message_id"],
        text=f"{NAME} 有没有充电宝",
    )
    await group.town.settled()
    assert await group.whispers() == []


async def test_an_administrator_in_the_groups_name_is_answered_by_a_reply(group: Group) -> None:
    before = len(await group.spoken())
    said = await group.says("/ask 有没有充电宝", by=LIN, anonymous=True)
    await group.becomes(said, "👌")
    found = await group.spoken()
    assert len(found) == before + 1, [one["text"] for one in found]
    assert BANK in found[-1]["text"]
    assert found[-1]["reply_to_message"]["message_id"] == said["message_id"]


async def test_a_channel_in_the_group_is_nobody_to_answer(group: Group, database: Database) -> None:
    channel = {"id": -1009, "type": "channel", "title": "c"}
    entity = {"type": "bot_command", "offset": 0, "length": 4}
    chat = group.town.world.chat(group.chat_id)
    sender = {"id": 136817688, "is_bot": True, "first_name": "Channel"}
    content = {"text": "/ask 充电宝", "entities": [entity], "sender_chat": channel}
    before = await group.spoken()
    said = group.town.world.place(chat, sender, content)
    group.town.world.hear(chat, said)
    await group.town.settled()
    assert await group.spoken() == before
    assert "136817688" not in await everything(database)


async def test_nothing_asked_is_answered_by_how_to_ask(group: Group) -> None:
    await group.says("/ask")
    assert "/ask 有没有" in await group.whispered()
    await group.says(NAME)
    assert "/ask 有没有" in await group.whispered(count=2)


async def test_a_group_without_a_promoter_gets_one_helpful_sentence(town: Town) -> None:
    other = await new_group(town, title="nobody's")
    await town.act("add_bot", chat_id=other["id"], by=LIN, rights=[])
    await town.settled()
    said = await town.act("say", chat_id=other["id"], person_id=MEI, text="/ask 充电宝")
    (answer,) = await town.said(other["id"], said["message_id"])
    assert "/connect" in answer["text"]


async def test_the_same_again_changes_the_answer_that_stands(group: Group) -> None:
    await group.says("/ask 有没有充电宝")
    await group.whispered()
    await group.town.settled()
    said = await group.says("/ask 有没有充电宝")
    await group.becomes(said, "👌")
    assert len(await group.whispers()) == 1


async def test_too_many_questions_meet_one_kind_sentence(group: Group) -> None:
    for number in range(5):
        await group.says(f"/ask 有没有充电宝 {number}")
        await group.whispered(count=number + 1)
    await group.town.settled()
    await group.says("/ask 有没有抽纸")
    assert "歇一分钟" in await group.whispered(count=6)
    said = await group.says("/ask 有没有抽纸呢")
    await group.town.settled()
    assert len(await group.whispers()) == 6
    assert await group.signs(said) == []


# ---- without ephemeral messages


async def test_whoever_opened_the_private_chat_is_answered_there(group: Group) -> None:
    group.server(ephemeral=False)
    before = await group.spoken()
    await group.town.act("start", person_id=MEI)
    await group.town.settled()
    last = await group.town.last_id(MEI)
    said = await group.says("/ask 有没有充电宝")
    (answer,) = await group.town.said(MEI, last)
    assert BANK in answer["text"]
    await group.becomes(said, "👌")
    assert await group.spoken() == before


async def test_whoever_did_not_gets_one_silent_reply(group: Group) -> None:
    group.server(ephemeral=False)
    said = await group.says("/ask 有没有充电宝")
    await group.becomes(said, "👌")
    answer = (await group.spoken())[-1]
    assert answer["reply_to_message"]["message_id"] == said["message_id"]


@pytest.mark.parametrize("strict", [True, False])
async def test_somebodys_order_is_never_told_in_the_open(group: Group, strict: bool) -> None:
    group.server(ephemeral=False, strict=strict)
    before = len(await group.spoken())
    said = await group.says("/ask 我的订单 D12345 记上了吗")
    await group.becomes(said, "👌")
    (hint,) = (await group.spoken())[before:]
    assert "D12345" not in hint["text"]
    (url,) = buttons(hint).values()
    assert url == f"https://t.me/haowu_demo_bot?start=ask_{group.group_id}"
    (welcome,) = await group.town.ask(MEI, f"/start ask_{group.group_id}")
    assert "直接写给我" in welcome["text"]
    assert "D12345" in await group.town.hear(MEI, "我的订单 D12345 记上了吗")


# ---- in private


async def test_plain_words_in_private_are_a_question_of_the_group_one_comes_from(
    group: Group,
) -> None:
    await group.town.ask(MEI, f"/start ask_{group.group_id}")
    (answer,) = await group.town.ask(MEI, "有没有充电宝")
    assert BANK in answer["text"]
    assert any("/r/" in behind for behind in buttons(answer).values())
    (more,) = await group.town.ask(MEI, "/ask 有没有抽纸")
    assert TISSUES in more["text"]
    before = await group.town.last_id(MEI)
    await group.town.act(
        "say", chat_id=MEI, person_id=MEI, text="多少钱", reply_to=answer["message_id"]
    )
    (about,) = await group.town.said(MEI, before)
    assert BANK in about["text"]


@pytest.mark.parametrize("payload", ["ask_", "ask_x", "ask_999", "ask_-1"])
async def test_a_link_of_no_group_is_a_welcome_all_the_same(group: Group, payload: str) -> None:
    (answer,) = await group.town.ask(MEI, f"/start {payload}")
    assert "直接写给我" in answer["text"]


async def test_a_hand_made_link_leads_into_no_group(group: Group, database: Database) -> None:
    await group.town.ask(WEI, f"/start ask_{group.group_id}")
    wei = await group.town.services.enrolling.meet(WEI, "Wei", "zh")
    people = metadata.tables["people"]
    async with database.read() as connection:
        found = await connection.scalar(select(people.c.group_id).where(people.c.id == wei.id))
    assert found is None


async def test_in_private_nothing_asked_is_answered_by_how_to_ask(group: Group) -> None:
    assert "直接写给我" in await group.town.hear(MEI, "/ask")


async def test_what_is_passed_on_in_private_is_nobodys_question(group: Group) -> None:
    town, world = group.town, group.town.world
    await town.ask(MEI, f"/start ask_{group.group_id}")
    chat, mei, lin = world.chat(MEI), world.person(MEI).user(), world.person(LIN).user()
    origin = {"type": "user", "date": 1, "sender_user": lin}
    passed_on = world.place(chat, mei, {"text": "有没有充电宝", "forward_origin": origin})
    world.hear(chat, passed_on)
    (answer,) = await town.said(MEI, passed_on["message_id"])
    assert "直接写给我" in answer["text"]


# ---- a language model that takes its time


@pytest.fixture
async def gate() -> asyncio.Event:
    """Opens when the language model may answer."""
    return asyncio.Event()


class Slow:
    """Tests with a language model that answers when it may."""

    @pytest.fixture
    async def phrasing(self, gate: asyncio.Event) -> AsyncIterator[Phrasing]:
        """A model on a local port."""

        async def complete(_: Request) -> Response:
            await gate.wait()
            choice: dict[str, Any] = {"message": {"role": "assistant", "content": "有的"}}
            return JSONResponse({"choices": [choice]})

        routes = [Route("/{path:path}", complete, methods=["POST"])]
        async with served(lambda _: Starlette(routes=routes)) as (url, _):
            model = Phrasing(f"{url}/v1", "key", "slow")
            yield model
            gate.set()
            await model.close()


class TestSlow(Slow):
    """One waits; the others do not."""

    async def test_the_others_of_the_group_do_not_wait(
        self, group: Group, gate: asyncio.Event
    ) -> None:
        question = await group.says("/ask 有没有充电宝")
        await group.becomes(question, "👀")
        started = time.monotonic()
        said = await group.says("/deals", by=LIN)
        found = await group.town.said(group.chat_id, said["message_id"])
        assert "好物" in found[-1]["text"]
        assert time.monotonic() - started < 3
        assert await group.whispers() == []
        gate.set()
        assert await group.whispered()
        await group.becomes(question, "👌")


async def test_mere_talk_in_reply_is_passed_over(group: Group) -> None:
    post = await group.posted("tissues")
    said = await group.says("谢谢", reply_to=post)
    await group.says("多少钱", reply_to=post)
    assert "27.90" in await group.whispered()
    assert len(await group.whispers()) == 1
    assert await group.signs(said) == []
