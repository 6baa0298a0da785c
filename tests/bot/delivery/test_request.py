"""The HTTP under PTB over real sockets: what never left is told from what may have arrived."""

import asyncio
import json
import logging
import socket
import ssl
import traceback
import warnings
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO

import pytest
import trustme
from telegram import Bot, InputFile
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.delivery import (
    NOT_REACHED,
    Delivered,
    Delivery,
    Outcome,
    Retry,
    Uncertain,
    outward,
)
from bot.delivery.request import Request
from bot.domain.records import Button, Rendered
from tests.bot.delivery import servers
from tests.bot.delivery.servers import Behaviour, serving

TOKEN = "7000000001:canary-of-the-token"
POST = Rendered("「广告」x", None, ((Button("¥59", "https://haowu.example/r/a"),),))
NEVER_LEFT = Retry(NOT_REACHED, is_flood=False)
SHORT = 0.12


def bot_at(url: str, request: Request) -> Bot:
    """PTB's bot over our request."""
    return Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)


@pytest.fixture
async def request_() -> AsyncIterator[Request]:
    """Short of patience: a total of less than a second and a half."""
    request = Request(4, read_timeout=SHORT, connect_timeout=SHORT, pool_timeout=SHORT)
    yield request
    await request.shutdown()


async def send(url: str, request: Request) -> Outcome:
    """Send one post there."""
    return await Delivery(bot_at(url, request)).send(-100, POST, None)


async def test_a_post_is_one_json_object(request_: Request) -> None:
    async with serving(servers.answers) as server:
        assert await send(server.url, request_) == Delivered(7, None)
    [(head, body)] = server.asked
    assert head.startswith(f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\n".encode())
    assert b"content-type: application/json" in head.lower()
    assert json.loads(body) == {
        "chat_id": -100,
        "text": "「广告」x",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {
            "inline_keyboard": [[{"text": "¥59", "url": "https://haowu.example/r/a"}]]
        },
    }


async def test_a_paid_post_says_so(request_: Request) -> None:
    async with serving(servers.answers) as server:
        delivery = Delivery(bot_at(server.url, request_))
        await delivery.send(-100, POST, None, is_paid=True)
    assert json.loads(server.asked[0][1])["allow_paid_broadcast"] is True


MAY_HAVE_ARRIVED: list[Behaviour] = [
    servers.resets,
    servers.hangs_up,
    servers.says_nothing,
    servers.stops_in_the_head,
    servers.stops_in_the_body,
    servers.stalls_in_the_body,
    servers.says_garbage,
    servers.sends_away,
    servers.is_overloaded,
]


@pytest.mark.parametrize("behaviour", MAY_HAVE_ARRIVED, ids=lambda one: one.__name__)
async def test_what_was_written_is_uncertain_and_never_written_again(
    request_: Request, behaviour: Behaviour
) -> None:
    async with serving(behaviour) as server:
        for number in (1, 2, 3):
            assert isinstance(await send(server.url, request_), Uncertain)
            await asyncio.sleep(0.01)
            assert len(server.asked) == number


@pytest.mark.parametrize(
    "behaviour",
    [servers.resets_the_second, servers.hangs_up_on_the_second],
    ids=lambda b: b.__name__,
)
async def test_a_kept_connection_that_breaks_under_a_request_is_not_retried(
    request_: Request, behaviour: Behaviour
) -> None:
    async with serving(behaviour) as server:
        for number in (1, 2):
            assert await send(server.url, request_) == Delivered(7, None)
            assert isinstance(await send(server.url, request_), Uncertain)
            await asyncio.sleep(0.01)
            assert len(server.asked) == 2 * number


async def test_a_connection_that_was_closed_while_idle_costs_no_post(request_: Request) -> None:
    async with serving(servers.closes_after_the_answer) as server:
        for number in range(1, 20):
            outcome = await send(server.url, request_)
            # Whoever closes may do so just as we write: then it is in doubt, but never twice.
            assert outcome == Delivered(7, None) or isinstance(outcome, Uncertain)
            assert len(server.asked) <= number


async def test_posts_on_connections_that_reset_at_any_moment_never_arrive_twice() -> None:
    request = Request(8, read_timeout=SHORT)
    async with serving(servers.resets_the_second) as server:
        delivery = Delivery(bot_at(server.url, request))
        outcomes = await asyncio.gather(
            *(delivery.send(chat_id, POST, None) for chat_id in range(1, 200))
        )
        chats = [json.loads(body)["chat_id"] for _, body in server.asked]
    await request.shutdown()
    assert len(chats) == len(set(chats))
    assert {type(outcome) for outcome in outcomes} == {Delivered, Uncertain}
    assert outcomes.count(NEVER_LEFT) == 0


async def test_nobody_listening_is_certain(request_: Request) -> None:
    assert await send("http://127.0.0.1:9", request_) == NEVER_LEFT


async def test_a_name_that_does_not_exist_is_certain(request_: Request) -> None:
    assert await send("http://telegram.invalid", request_) == NEVER_LEFT


async def test_a_connection_that_is_never_taken_is_certain(request_: Request) -> None:
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for one in (first, second):
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        port = full.getsockname()[1]
        assert await send(f"http://127.0.0.1:{port}", request_) == NEVER_LEFT


async def test_a_handshake_that_fails_is_certain(request_: Request) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    greeted: list[object] = []
    stranger = await asyncio.start_server(lambda *_: greeted.append(1), "127.0.0.1", 0, ssl=context)
    port = stranger.sockets[0].getsockname()[1]
    assert await send(f"https://localhost:{port}", request_) == NEVER_LEFT
    stranger.close()
    assert greeted == []


async def test_a_handshake_that_hangs_is_certain(request_: Request) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert await send(f"https://127.0.0.1:{silent.getsockname()[1]}", request_) == NEVER_LEFT


async def test_waiting_in_vain_for_a_free_connection_is_certain() -> None:
    request = Request(1, read_timeout=4 * SHORT, connect_timeout=SHORT, pool_timeout=SHORT)
    async with serving(servers.says_nothing) as server:
        outcomes = await asyncio.gather(*(send(server.url, request) for _ in range(3)))
        assert len(server.asked) == 1
    await request.shutdown()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Retry", "Retry", "Uncertain"]


async def test_a_closed_request_sends_nothing_until_it_is_opened_again(request_: Request) -> None:
    async with serving(servers.answers) as server:
        await request_.shutdown()
        await request_.shutdown()
        assert await send(server.url, request_) == NEVER_LEFT
        await request_.initialize()
        assert await send(server.url, request_) == Delivered(7, None)


async def test_an_answer_of_another_shape_is_uncertain(request_: Request) -> None:
    async def says_less(line: servers.Line) -> bool:
        body = (b"[]", b"{}", b'{"ok":true,"result":{}}', b"null", b"\xff")[line.number - 1]
        return await line.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    async with serving(says_less) as server:
        for _ in range(5):
            assert isinstance(await send(server.url, request_), Uncertain)


@pytest.mark.parametrize(
    "behaviour", [*MAY_HAVE_ARRIVED, servers.answers], ids=lambda one: one.__name__
)
async def test_neither_an_error_nor_the_log_tells_the_token(
    request_: Request, behaviour: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(behaviour) as server:
        told = await told_of(server.url, request_)
    told += await told_of("http://127.0.0.1:9", request_)
    assert "NetworkError" in told
    assert "canary" not in told + caplog.text


async def told_of(url: str, request: Request) -> str:
    """All that is said of what goes wrong there, with the tracebacks of all causes."""
    try:
        await request.retrieve(f"{url}/bot{TOKEN}/getMe")
    except TelegramError as fault:
        causes = (repr(fault), repr(fault.__cause__), repr(fault.__context__))
        return "".join([*traceback.format_exception(fault), *causes])
    return ""


async def test_a_timeout_of_ptbs_own_holds_for_the_whole_answer() -> None:
    request = Request(1, read_timeout=30.0, connect_timeout=0.1, pool_timeout=0.1)
    async with serving(servers.says_nothing) as server:
        bot = bot_at(server.url, request)
        with pytest.raises(TimedOut):
            await bot.get_updates(timeout=timedelta(0), read_timeout=0.1)
        with pytest.raises(NetworkError):
            await bot.get_me(read_timeout=0.1)
    await request.shutdown()


async def test_a_poll_that_is_given_up_leaves_its_connection_to_the_next() -> None:
    request = Request(1, read_timeout=30.0, pool_timeout=SHORT)
    async with serving(servers.says_nothing) as silent, serving(servers.answers) as server:
        poll = asyncio.create_task(bot_at(silent.url, request).get_updates(timeout=25))
        while not silent.asked:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        poll.cancel()
        await asyncio.gather(poll, return_exceptions=True)
        assert await send(server.url, request) == Delivered(7, None)
    await request.shutdown()


async def test_a_file_goes_up_in_parts(request_: Request) -> None:
    async with serving(servers.answers) as server:
        bot = bot_at(server.url, request_)
        for photo in (
            InputFile(b"from memory", "one.jpg"),
            InputFile(BytesIO(b"from a stream"), "two.jpg", read_file_handle=False),
        ):
            await Delivery(bot).bot.do_api_request(
                "send_Photo", {"chat_id": -100, "photo": photo, "reply_markup": {"a": [1]}}
            )
    contents = [b"from memory", b"from a stream"]
    for (head, body), content in zip(server.asked, contents, strict=True):
        assert b"multipart/form-data; boundary=" in head
        assert b'name="photo"; filename="' in body
        assert b"image/jpeg" in body
        assert content in body
        assert b'{"a": [1]}' in body


async def test_the_outbox_asks_ptb_for_nothing_that_it_warns_of() -> None:
    bot = outward(TOKEN, "http://127.0.0.1:9")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert await Delivery(bot).send(-100, POST, None) == NEVER_LEFT
    await bot.request.shutdown()
