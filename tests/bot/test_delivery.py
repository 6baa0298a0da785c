"""Putting posts into chats by the real PTB over HTTP: what is certain, and what is not."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.delivery import (
    NOT_REACHED,
    Delivered,
    Delivery,
    Lost,
    Moved,
    Outcome,
    Refused,
    Retry,
    Shut,
    Uncertain,
    classify,
    outward,
)
from bot.domain.posts.notices import Tap
from bot.domain.records import Button, Poll, Rendered
from bot.sandbox.world.faults import Fault
from tests.bot.sandbox.stage import MEMBER, OUTSIDER, PROMOTER, TOKEN, Standing, build, ptb, served

POST = Rendered(
    "「广告」点链接购买\n<b>Fish &amp; chips</b> <s>¥99</s>",
    None,
    ((Button("¥59 去看看", "https://haowu.example/r/abcdefghijklm"),),),
)


@pytest.fixture
async def standing() -> AsyncIterator[Standing]:
    """A sandbox without flood limits."""
    async with (
        served(build) as (url, app),
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
        ptb(url) as bot,
    ):
        yield Standing(url, app.state.world, client, bot)


@pytest.fixture(params=["pyreqwest", "httpx"])
async def delivery(request: pytest.FixtureRequest, standing: Standing) -> AsyncIterator[Delivery]:
    """The real one, over our own request and over PTB's."""
    if request.param == "httpx":
        yield Delivery(standing.bot)
        return
    bot = outward(TOKEN, standing.url)
    yield Delivery(bot)
    await bot.request.shutdown()


def order(standing: Standing, kind: Any, **fields: Any) -> None:
    """Let the next call go wrong."""
    standing.world.faults.order(Fault(kind, **fields))


def delivered(standing: Standing, chat_id: int) -> int:
    """How many messages of the bot really reached a chat."""
    return standing.world.ledger.per_chat[chat_id]


async def test_a_post_without_a_picture_is_a_text_without_preview(
    standing: Standing, delivery: Delivery
) -> None:
    chat = await standing.group()
    outcome = await delivery.send(chat, POST, None)
    assert isinstance(outcome, Delivered)
    message = standing.world.chats[chat].messages[outcome.message_id]
    assert message["text"] == "「广告」点链接购买\nFish & chips ¥99"
    assert [entity["type"] for entity in message["entities"]] == ["bold", "strikethrough"]
    [[button]] = message["reply_markup"]["inline_keyboard"]
    assert button["url"] == POST.buttons[0][0].url
    assert message["link_preview_options"] == {"is_disabled": True}


async def test_a_picture_is_sent_by_address_and_then_by_file_id(
    standing: Standing, delivery: Delivery
) -> None:
    chat = await standing.group()
    [first, *_] = (await standing.client.get("/shop/feed.jsonl")).text.splitlines()
    picture = httpx.Response(200, text=first).json()["image"]
    post = replace(POST, image_url=picture)
    outcome = await delivery.send(chat, post, None)
    assert isinstance(outcome, Delivered)
    assert outcome.file_id
    message = standing.world.chats[chat].messages[outcome.message_id]
    assert message["photo"][-1]["file_id"] == outcome.file_id
    assert message["caption"].startswith("「广告」")
    again = await delivery.send(
        chat, replace(post, image_url="https://x.invalid/"), outcome.file_id
    )
    assert isinstance(again, Delivered)
    assert again.file_id == outcome.file_id


async def test_a_dead_picture_falls_back_to_text_once(
    standing: Standing, delivery: Delivery
) -> None:
    chat = await standing.group()
    outcome = await delivery.send(chat, replace(POST, image_url=f"{standing.url}/nothing"), None)
    assert isinstance(outcome, Delivered)
    assert outcome.file_id is None
    assert delivered(standing, chat) == 1


async def test_a_closed_door_is_refused_or_lost(standing: Standing, delivery: Delivery) -> None:
    chat = await standing.group()
    await standing.act("remove_bot", chat_id=chat, by=PROMOTER)
    assert isinstance(await delivery.send(chat, POST, None), Lost)
    assert isinstance(await delivery.send(-1009999999999, POST, None), Lost)
    long = replace(POST, html="x" * 5000)
    other = await standing.group()
    assert isinstance(await delivery.send(other, long, None), Refused)


async def test_a_moved_group_says_where_it_is(standing: Standing, delivery: Delivery) -> None:
    chat = await standing.group(kind="group")
    moved = await standing.act("migrate", chat_id=chat)
    assert await delivery.send(chat, POST, None) == Moved(moved["id"])
    assert isinstance(await delivery.send(moved["id"], POST, None), Delivered)


async def test_a_429_is_certain_and_says_how_long(standing: Standing, delivery: Delivery) -> None:
    chat = await standing.group()
    order(standing, "retry_after", chat_id=chat, seconds=7)
    assert await delivery.send(chat, POST, None) == Retry(timedelta(seconds=7), is_flood=True)
    assert delivered(standing, chat) == 0


@pytest.mark.parametrize(
    ("kind", "when", "count"),
    [
        ("reset", "before", 0),
        ("reset", "after", 1),
        ("status", "before", 0),
        ("status", "after", 1),
        ("malformed", "after", 1),
    ],
)
async def test_a_lost_answer_is_uncertain_whether_it_arrived_or_not(
    standing: Standing, delivery: Delivery, kind: str, when: str, count: int
) -> None:
    chat = await standing.group()
    order(standing, kind, when=when, chat_id=chat)
    assert isinstance(await delivery.send(chat, POST, None), Uncertain)
    assert delivered(standing, chat) == count
    assert standing.world.faults.happened == 1


async def test_a_late_answer_is_uncertain_though_it_arrived(standing: Standing) -> None:
    chat = await standing.group()
    order(standing, "delay", when="after", chat_id=chat, seconds=2)
    async with ptb(standing.url) as bot:
        bot._request[1]._client.timeout = httpx.Timeout(0.3)  # type: ignore[attr-defined]
        assert isinstance(await Delivery(bot).send(chat, POST, None), Uncertain)
    assert delivered(standing, chat) == 1


async def test_a_telegram_that_is_not_there_is_certain() -> None:
    delivery = Delivery(ptb("http://127.0.0.1:9"))
    async with httpx.AsyncClient():
        await delivery.bot._request[1].initialize()
        assert await delivery.send(1, POST, None) == Retry(NOT_REACHED, is_flood=False)
        await delivery.bot._request[1].shutdown()


async def test_a_post_is_edited_and_an_unchanged_one_counts_as_done(
    standing: Standing, delivery: Delivery
) -> None:
    chat = await standing.group()
    outcome = await delivery.send(chat, POST, None)
    assert isinstance(outcome, Delivered)
    changed = replace(POST, html="「广告」ended")
    for _ in range(2):
        edited = await delivery.edit(chat, outcome.message_id, changed, is_picture=False)
        assert edited == Delivered(outcome.message_id, None)
    message = standing.world.chats[chat].messages[outcome.message_id]
    assert message["text"] == "「广告」ended"
    assert message["reply_markup"]["inline_keyboard"]
    assert isinstance(await delivery.edit(chat, 999, changed, is_picture=False), Refused)


async def test_a_poll_is_asked_anonymously_closed_and_thanked_for(
    standing: Standing, delivery: Delivery
) -> None:
    chat = await standing.group()
    asked = Rendered("📊 明天看什么？", None, poll=Poll("明天看什么？", ("水果", "零食")))
    outcome = await delivery.send(chat, asked, None)
    assert isinstance(outcome, Delivered)
    message = standing.world.chats[chat].messages[outcome.message_id]
    assert message["poll"]["question"] == "明天看什么？"
    assert message["poll"]["is_anonymous"]
    standing.world.vote(chat, outcome.message_id, 1)
    assert await delivery.stop_poll(chat, outcome.message_id) == (0, 1)
    assert isinstance(await delivery.stop_poll(chat, outcome.message_id), Refused)
    line = [[Tap("谢谢 1 位！", "1:thanks")]]
    for _ in range(2):
        put = await delivery.put_buttons(chat, outcome.message_id, line)
        assert isinstance(put, Delivered)
    message = standing.world.chats[chat].messages[outcome.message_id]
    assert message["reply_markup"]["inline_keyboard"][0][0]["text"] == "谢谢 1 位！"
    assert message["poll"]["is_closed"]


@pytest.mark.parametrize(
    ("question", "options"),
    [
        (" ", ("a", "b")),
        ("?" * 301, ("a", "b")),
        ("Which?", ("a",) * 13),
        ("Which?", ("a", " ")),
        ("Which?", ("a", "b" * 101)),
    ],
)
async def test_a_poll_beyond_telegrams_limits_is_refused_for_certain(
    standing: Standing, delivery: Delivery, question: str, options: tuple[str, ...]
) -> None:
    chat = await standing.group()
    outcome = await delivery.send(chat, Rendered("", None, poll=Poll(question, options)), None)
    assert isinstance(outcome, Refused)
    assert delivered(standing, chat) == 0


async def test_a_person_is_told_in_private_only_after_start(
    standing: Standing, delivery: Delivery
) -> None:
    await standing.started(MEMBER)
    tap = Tap("It is there", "1:post:arrived:5")
    outcome = await delivery.tell(MEMBER, "<b>hello</b>", [[tap]])
    assert isinstance(outcome, Delivered)
    message = standing.world.chats[MEMBER].messages[outcome.message_id]
    assert message["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == tap.data
    assert isinstance(await delivery.tell(OUTSIDER, "hello"), Lost)


def caused(fault: TelegramError, name: str) -> TelegramError:
    """``fault`` as PTB raises it from one of httpx."""
    fault.__cause__ = getattr(httpx, name)("x")
    return fault


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        (RetryAfter(timedelta(seconds=3)), Retry(timedelta(seconds=3), is_flood=True)),
        (ChatMigrated(-100), Moved(-100)),
        (Forbidden("Forbidden: bot was kicked"), Lost("Forbidden: bot was kicked")),
        (BadRequest("Chat not found"), Lost("Chat not found")),
        (BadRequest("TOPIC_CLOSED"), Shut("TOPIC_CLOSED")),
        (InvalidToken("Unauthorized"), Retry(NOT_REACHED, is_flood=False)),
        (Conflict("Conflict"), Retry(NOT_REACHED, is_flood=False)),
        (caused(TimedOut(), "PoolTimeout"), Retry(NOT_REACHED, is_flood=False)),
        (caused(TimedOut(), "ConnectTimeout"), Retry(NOT_REACHED, is_flood=False)),
        (caused(NetworkError("x"), "ConnectError"), Retry(NOT_REACHED, is_flood=False)),
        (NetworkError("Too Many Requests (429)"), Retry(NOT_REACHED, is_flood=True)),
        (caused(TimedOut(), "ReadTimeout"), Uncertain("Timed out")),
        (caused(TimedOut(), "WriteTimeout"), Uncertain("Timed out")),
        (caused(NetworkError("x"), "ReadError"), Uncertain("x")),
        (caused(NetworkError("x"), "RemoteProtocolError"), Uncertain("x")),
        (NetworkError("Bad Gateway"), Uncertain("Bad Gateway")),
        (TelegramError("Invalid server response"), Uncertain("Invalid server response")),
    ],
)
def test_only_what_was_never_sent_may_be_repeated(fault: TelegramError, wanted: Outcome) -> None:
    assert classify(fault) == wanted
