"""One-tap send in the chat: looked at, confirmed by a tap, taken back, told group by group."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from os import urandom

import pytest

from bot.delivery import Delivery, outward
from bot.domain.posts.budgets import Limits
from bot.services.posts.sending import Sending
from storage.database import Database
from tests.cast import CHEN, LIN
from tests.handlers.chat.conftest import BOT_ID, TOKEN, Json, Town, buttons
from tests.handlers.chat.test_groups import add_bot, enrol, new_group, payload, spoken
from tests.handlers.chat.test_picks import stock
from tests.schemes import TEXTS

FAST = Limits(per_second=10_000, chat_gap_seconds=0.0, group_per_minute=1_000)


@dataclass
class Street:
    """Lin's two groups, and the outbox of the bot that serves them."""

    town: Town
    sunny_court: int
    rose_lane: int
    outbox: Sending

    async def plan(self, number: int = 1) -> tuple[Json, Json]:
        """The post as it will look, and the message below with the buttons."""
        post, asked = await self.town.ask(LIN, f"/send {number}", 2)
        return post, asked

    async def press(self, message: Json, beginning: str) -> str:
        """Press the button whose data begins so; the answer over the chat."""
        return str((await self.town.press(LIN, message, data_of(message, beginning)))["text"])

    async def text(self, message: Json) -> str:
        """How a message reads now."""
        return str((await self.town.reread(LIN, message))["text"])

    async def comes(self, message: Json, words: str) -> str:
        """How a message reads once it says ``words`` by itself."""
        for _ in range(400):
            text = await self.text(message)
            if words in text:
                return text
            await asyncio.sleep(0.02)
        raise AssertionError(text)

    async def posts_in(self, chat_id: int) -> list[str]:
        """The advertisements that stand in a group."""
        return [
            text
            for text in await spoken(self.town, chat_id)
            if text.startswith(("「广告」", "Ad ·")) and "coffee" in text
        ]


def data_of(message: Json, beginning: str) -> str:
    """What is behind the button that begins so."""
    return next(one for one in buttons(message).values() if one.startswith(f"1:{beginning}:"))


@pytest.fixture
async def street(town: Town, database: Database) -> AsyncIterator[Street]:
    """Lin is unlocked, has two groups, and looked at the day's list."""
    await enrol(town, LIN)
    await stock(town, database)
    chats = []
    for title in ("Sunny Court", "Rose <Lane>"):
        group = await new_group(town, title=title)
        chats.append(await add_bot(town, group["id"], payload=await payload(town), rights=[]))
    await town.ask(LIN, "/today")
    town.services.following.seconds = town.services.following.longest = 0.05
    out = outward(TOKEN, str(town.client.base_url).rstrip("/"))
    await out.initialize()
    outbox = Sending(database, Delivery(out), TEXTS, town.clock.now, urandom, BOT_ID, FAST)
    yield Street(town, chats[0], chats[1], outbox)
    await out.shutdown()


async def test_an_offer_goes_to_all_own_groups_and_the_message_tells_how_it_went(
    street: Street,
) -> None:
    post, asked = await street.plan()
    assert post["text"].startswith("「广告」")
    assert "2 个群" in asked["text"]
    assert "Rose <Lane>" in asked["text"]
    assert set(buttons(asked)) == {"📣 发到 2 个群", "取消"}
    assert "2 个群" in await street.press(asked, "send_go")
    under_way = await street.town.reread(LIN, asked)
    assert "等待发送 2 个" in under_way["text"]
    assert set(buttons(under_way)) == {"↩️ 撤回还没发出的", "🔄 看结果"}
    await street.outbox.send_due()
    assert "已发出 2 个" in await street.comes(asked, "发完了")
    assert buttons(await street.town.reread(LIN, asked)) == {}
    for chat_id in (street.sunny_court, street.rose_lane):
        assert await street.posts_in(chat_id) == [post["text"]]


async def test_pressed_twice_it_is_sent_once(street: Street) -> None:
    _, asked = await street.plan()
    data = data_of(asked, "send_go")
    await street.press(asked, "send_go")
    again = await street.town.forge(LIN, await street.town.reread(LIN, asked), data)
    assert "已经发过" in again["text"]
    await street.outbox.send_due()
    again = await street.town.forge(LIN, await street.town.reread(LIN, asked), data)
    await street.outbox.send_due()
    assert len(await street.posts_in(street.sunny_court)) == 1


async def test_undone_while_it_is_unsent_nobody_gets_it(street: Street) -> None:
    _, asked = await street.plan()
    await street.press(asked, "send_go")
    under_way = await street.town.reread(LIN, asked)
    assert "2 个群已撤回" in await street.press(under_way, "send_undo")
    assert "已撤回 2 个" in await street.text(asked)
    await street.outbox.send_due()
    assert await street.posts_in(street.sunny_court) == []
    late = await street.town.forge(LIN, under_way, data_of(under_way, "send_undo"))
    assert "没有可以撤回的" in late["text"]


async def test_half_way_an_undo_says_how_many_have_it(street: Street) -> None:
    await street.town.act(
        "faults", kind="retry_after", seconds=60, method="sendMessage", chat_id=street.rose_lane
    )
    _, asked = await street.plan()
    await street.press(asked, "send_go")
    under_way = await street.town.reread(LIN, asked)
    await street.outbox.send_due()
    assert "1 个群已撤回；已经发出 1 个" in await street.press(under_way, "send_undo")
    text = await street.comes(asked, "发完了")
    assert "已发出 1 个" in text
    assert "已撤回 1 个" in text


async def test_cancelled_nothing_is_sent(street: Street) -> None:
    _, asked = await street.plan()
    await street.press(asked, "send_no")
    assert "什么都没发" in await street.text(asked)
    await street.outbox.send_due()
    assert await street.posts_in(street.sunny_court) == []


async def test_a_cancel_that_comes_too_late_says_so(street: Street) -> None:
    _, asked = await street.plan()
    data = data_of(asked, "send_no")
    await street.press(asked, "send_go")
    answer = await street.town.forge(LIN, await street.town.reread(LIN, asked), data)
    assert "已经发过" in answer["text"]
    assert "等待发送 2 个" in await street.text(asked)


async def test_after_a_restart_a_press_tells_how_it_went(street: Street) -> None:
    _, asked = await street.plan()
    await street.press(asked, "send_go")
    street.town.services.following.close()
    under_way = await street.town.reread(LIN, asked)
    await street.outbox.send_due()
    assert "等待发送 2 个" in await street.text(asked)
    assert "都发完了" in await street.press(under_way, "send_result")
    assert "已发出 2 个" in await street.text(asked)


async def test_groups_left_out_are_named_with_the_reason(street: Street) -> None:
    groups = await street.town.services.connecting.all_groups()
    sunny = next(group for group in groups if group.chat_id == street.sunny_court)
    await street.town.services.connecting.set_paused(sunny.id, True, by="test")
    _, asked = await street.plan()
    assert "这 1 个群不发（已暂停）：Sunny Court" in asked["text"]
    await street.press(asked, "send_go")
    await street.outbox.send_due()
    text = await street.comes(asked, "发完了")
    assert "已发出 1 个" in text
    assert "已暂停" in text


async def test_what_is_stale_shows_no_button(street: Street) -> None:
    _, asked = await street.plan()
    street.town.clock.advance(timedelta(days=3))
    answer = await street.press(asked, "send_go")
    assert "有变化" in answer
    shown = (await street.town.messages(LIN, asked["message_id"]))[-1]
    assert "价格太久没更新" in shown["text"]
    assert buttons(shown) == {}
    assert "没有发" in await street.text(asked)
    assert "价格太久没更新" in await street.town.hear(LIN, "/send 1")


@pytest.mark.parametrize("said", ["/send", "/send x"])
async def test_it_is_said_how_to_send(street: Street, said: str) -> None:
    assert "/send 3" in await street.town.hear(LIN, said)
    assert "换个序号" in await street.town.hear(LIN, "/send 99")


async def test_a_card_of_the_deck_is_sent_by_a_tap(street: Street) -> None:
    (card,) = await street.town.ask(LIN, "/today")
    before = await street.town.last_id(LIN)
    await street.town.press(LIN, card, buttons(card)["📣 一键群发…"])
    post, asked = await street.town.said(LIN, before, 2)
    assert "Yunnan coffee p-1" in post["text"]
    await street.press(asked, "send_go")
    await street.outbox.send_due()
    assert len(await street.posts_in(street.sunny_court)) == 1
    assert "没有找到这件好物" in str(await street.town.forge(LIN, card, "1:send:404"))


async def test_nobody_touches_anothers_send(street: Street) -> None:
    _, asked = await street.plan()
    await street.press(asked, "send_go")
    under_way = await street.town.reread(LIN, asked)
    await enrol(street.town, CHEN)
    for beginning in ("send_undo", "send_result"):
        forged = await street.town.forge(CHEN, None, data_of(under_way, beginning))
        assert forged["text"] == "没有找到。"
    forged = await street.town.forge(CHEN, None, "1:send_go:1:2")
    assert forged["text"]
    await street.town.ask(CHEN, "/today")
    assert "/groups" in await street.town.hear(CHEN, "/send 1")
    await street.outbox.send_due()
    assert len(await street.posts_in(street.rose_lane)) == 1


async def test_it_is_said_in_english_too(street: Street) -> None:
    await street.town.ask(LIN, "/language en")
    post, asked = await street.plan()
    assert post["text"].startswith("「广告」")
    assert "Will get it: 2" in asked["text"]
    assert "On its way" in await street.press(asked, "send_go")
    await street.outbox.send_due()
    assert "Sent: 2" in await street.comes(asked, "is through")
