"""Clicks that are answered ahead of ASGI: as the plain route answers them, and in their order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text

from bot.services.links import clicking
from bot.services.links.tracking import Tracking
from handlers.web.heads import LENGTH_LIMIT
from tests.handlers.web.conftest import CODE, PHONE, TARGET, Site
from tests.handlers.web.test_redirect import NOWHERE, count, end_offer

PLAIN = f"GET /r/{CODE} HTTP/1.1\r\nHost: x\r\nUser-Agent: {PHONE}\r\n\r\n"
NO_LINK = "GET /r/bbbbbbbbbbbbb HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture(autouse=True)
async def warm(site: Site) -> None:
    """The link is in memory, by a look that is no click."""
    assert (await site.client.head(f"/r/{CODE}")).status_code == 302


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes that took the plain route from now on."""
    seen: list[str] = []
    for name in ("follow", "peek"):
        monkeypatch.setattr(Tracking, name, noting(getattr(Tracking, name), seen))
    return seen


def noting(asked: Callable[..., Any], seen: list[str]) -> Callable[..., Any]:
    """What the plain route asks, with a note of the code."""

    def noted(tracking: Tracking, code: str, **given: Any) -> Any:
        seen.append(code)
        return asked(tracking, code, **given)

    return noted


@asynccontextmanager
async def connected(
    site: Site,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection of a client that does as it likes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


async def answers_to(site: Site, *pieces: str, pause_seconds: float = 0.0) -> list[bytes]:
    """Every answer to requests sent in ``pieces``, of which the last ends the connection."""
    async with connected(site) as (reader, writer):
        for piece in pieces:
            writer.write(piece.encode("latin-1"))
            await writer.drain()
            await asyncio.sleep(pause_seconds)
        whole = await asyncio.wait_for(reader.read(), 10)
    return whole.split(b"HTTP/1.1 ")[1:]


def statuses(answers: list[bytes]) -> list[int]:
    """Their statuses."""
    return [int(answer[:3]) for answer in answers]


async def test_the_shortcut_answers_and_counts_as_the_plain_route_does(
    site: Site, plain: list[str]
) -> None:
    short = await site.client.get(f"/r/{CODE}")
    assert not plain
    by_route = await site.client.get(f"/r/{CODE}?a=b")
    assert plain == [CODE]
    assert short.status_code == by_route.status_code == 302
    assert short.headers.raw[0][0] == b"date"
    assert short.headers.raw[1:] == by_route.headers.raw[1:]
    assert short.content == by_route.content
    async with site.database.read() as connection:
        rows = await connection.execute(text("SELECT code, kind, visitor FROM clicks"))
        first, second = rows.all()
    assert tuple(first) == tuple(second)
    assert await count(site, "people") == 2


async def test_requests_in_one_piece_are_answered_in_their_order(
    site: Site, plain: list[str]
) -> None:
    mixed = [PLAIN, PLAIN, NO_LINK, PLAIN, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", PLAIN, LAST]
    answers = await answers_to(site, "".join(mixed))
    assert statuses(answers) == [302, 302, 404, 302, 200, 302, 404]
    assert await count(site, "people") == 4


async def test_many_requests_in_one_piece_are_each_a_click(site: Site, plain: list[str]) -> None:
    answers = await answers_to(site, PLAIN * 500 + LAST)
    assert statuses(answers) == [302] * 500 + [404]
    assert not plain
    assert await count(site, "people") == 500


@pytest.mark.parametrize("size", [1, 7, 60])
async def test_requests_in_pieces_of_any_size_are_answered_in_their_order(
    site: Site, size: int
) -> None:
    whole = PLAIN + NO_LINK + PLAIN + LAST
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    assert statuses(await answers_to(site, *pieces)) == [302, 404, 302, 404]
    assert await count(site, "people") == 2


async def test_a_request_sent_half_does_not_hold_up_the_others(site: Site) -> None:
    async with connected(site) as (reader, writer):
        writer.write(PLAIN[:40].encode())
        await writer.drain()
        assert (await site.client.get(f"/r/{CODE}")).status_code == 302
        writer.write((PLAIN[40:] + LAST).encode())
        answers = (await reader.read()).split(b"HTTP/1.1 ")[1:]
    assert statuses(answers) == [302, 404]


@pytest.mark.parametrize(
    "line", ["Connection: close", "connection: Close", "Content-Length: 0\r\nConnection: close"]
)
async def test_a_connection_that_is_to_be_closed_is_closed(site: Site, line: str) -> None:
    asked = PLAIN.replace("Host: x\r\n", f"Host: x\r\n{line}\r\n")
    (answer,) = await answers_to(site, asked)
    assert answer.startswith(b"302")
    assert b"connection: close" in answer
    assert await count(site, "people") == 1


async def test_an_old_client_is_answered_and_its_connection_closed(site: Site) -> None:
    (answer,) = await answers_to(site, PLAIN.replace("HTTP/1.1", "HTTP/1.0"))
    assert answer.startswith(b"302")
    assert await count(site, "people") == 1


async def test_head_takes_no_shortcut_and_is_not_counted(site: Site, plain: list[str]) -> None:
    head = PLAIN.replace("GET", "HEAD")
    assert statuses(await answers_to(site, head, PLAIN + head + PLAIN + LAST)) == [
        302, 302, 302, 302, 404,
    ]  # fmt: skip
    assert len(plain) >= 2
    assert await count(site, "people + bots") == 2


async def test_a_body_belongs_to_its_request_and_is_no_click(site: Site) -> None:
    smuggled = f"GET /r/{CODE} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(PLAIN)}\r\n\r\n{PLAIN}"
    assert statuses(await answers_to(site, smuggled + LAST)) == [302, 404]
    assert await count(site, "people + bots") == 1
    chunked = "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    asked = f"GET /r/{CODE} HTTP/1.1\r\nHost: x\r\n{chunked}"
    assert statuses(await answers_to(site, asked + PLAIN + LAST)) == [302, 302, 404]
    assert await count(site, "people + bots") == 3


async def test_whoever_expects_a_word_first_or_another_protocol_gets_the_plain_route(
    site: Site, plain: list[str]
) -> None:
    for line in ("Expect: 100-continue", "Upgrade: websocket\r\nConnection: upgrade"):
        asked = PLAIN.replace("Host: x\r\n", f"Host: x\r\n{line}\r\n")
        async with connected(site) as (reader, writer):
            writer.write(asked.encode())
            assert b"HTTP/1.1 302" in await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    assert plain == [CODE, CODE]


async def test_what_is_no_code_at_hand_is_a_page_and_never_a_redirect(site: Site) -> None:
    for path in (*NOWHERE, "/r/AAAAAAAAAAAAA", f"/r/{CODE}%0d%0aX:y", "/r/\t" + CODE):
        target = path.replace("<", "%3C").replace(">", "%3E").replace("\t", "%09")
        (answer,) = await answers_to(site, LAST.replace("/last", target))
        assert answer.startswith(b"404")
        assert b"location" not in answer.lower()


@pytest.mark.parametrize(
    "asked",
    [
        PLAIN.replace("Host: x", "Host: x\x00y"),
        PLAIN.replace("Host: x", "Ho st: x"),
        PLAIN.replace(f"/r/{CODE}", f"/r/{CODE}\x00"),
        PLAIN.replace(" HTTP/1.1", " HTTP/9.9"),
        f"GET /r/{CODE} \r\n\r\n",
    ],
)
async def test_bad_bytes_are_refused_and_no_click(site: Site, asked: str) -> None:
    answers = await answers_to(site, asked)
    assert statuses(answers) == [400]
    assert await count(site, "people + bots") == 0


async def test_clicks_before_bad_bytes_are_answered_first(site: Site) -> None:
    answers = await answers_to(site, PLAIN * 2 + "\x16\x03\x01\r\n\r\n")
    assert statuses(answers) == [302, 302, 400]
    assert await count(site, "people") == 2


async def test_a_long_head_takes_the_plain_route(site: Site, plain: list[str]) -> None:
    long = PLAIN.replace("Host: x", "Host: x\r\nX-Long: " + "y" * LENGTH_LIMIT)
    assert statuses(await answers_to(site, long + LAST)) == [302, 404]
    assert plain == [CODE]


async def test_an_answer_cannot_be_written_into_by_a_request(site: Site) -> None:
    asked = PLAIN.replace("Host: x", "Host: evil.example\r\nX-Forwarded-Host: evil.example")
    answer, _ = await answers_to(site, asked + LAST)
    assert f"location: {TARGET}\r\n".encode() in answer
    assert b"evil" not in answer


async def test_bots_and_browsers_that_look_ahead_are_answered_and_do_not_count(
    site: Site, plain: list[str]
) -> None:
    for headers in (
        {"User-Agent": "TelegramBot (like TwitterBot)"},
        {"User-Agent": ""},
        {"SEC-PURPOSE": "Prefetch"},
    ):
        assert (await site.client.get(f"/r/{CODE}", headers=headers)).status_code == 302
    assert not plain
    assert (await count(site, "people"), await count(site, "bots")) == (0, 3)


async def visitors(site: Site) -> list[str]:
    """The visitors of all clicks in order."""
    async with site.database.read() as connection:
        return list(await connection.scalars(text("SELECT visitor FROM clicks ORDER BY id")))


async def test_a_proxy_on_this_machine_is_believed_as_by_the_plain_route(
    site: Site, plain: list[str]
) -> None:
    for forwarded in ("203.0.113.9", "198.51.100.7", "evil, 203.0.113.9", "", "203.0.113.9:80"):
        headers = {"X-Forwarded-For": forwarded}
        await site.client.get(f"/r/{CODE}", headers=headers)
        await site.client.get(f"/r/{CODE}?", headers=headers)
    assert len(plain) == 5
    found = await visitors(site)
    assert found[::2] == found[1::2]
    assert found[0] == found[4] == found[8]
    assert len(set(found)) == 3


async def test_a_link_whose_offer_ended_has_its_page(site: Site) -> None:
    await end_offer(site)
    site.tracking._known.clear()
    for _twice in range(2):
        (answer,) = await answers_to(site, PLAIN.replace("Host: x", "Host: x\r\nConnection: close"))
        assert answer.startswith(b"410")
    assert await count(site, "people") == 2


async def break_clicks(site: Site, *, is_broken: bool = True) -> None:
    """Take the table of clicks away, or put it back."""
    old, new = ("clicks", "away") if is_broken else ("away", "clicks")
    async with site.database.write() as connection:
        await connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


async def test_when_clicks_cannot_be_kept_nobody_is_told_that_they_are(
    site: Site, plain: list[str]
) -> None:
    await break_clicks(site)
    english = PLAIN.replace("Host: x", "Host: x\r\nAccept-Language: en")
    answers = await answers_to(site, PLAIN + english + LAST)
    assert statuses(answers) == [503, 503, 404]
    assert all(b"retry-after: 5\r\n" in answer.lower() for answer in answers[:2])
    assert not any(b"location" in answer for answer in answers)
    assert b"Please try again in a minute." in answers[1]
    assert b"Please try again in a minute." not in answers[0]
    assert not plain
    await break_clicks(site, is_broken=False)
    assert statuses(await answers_to(site, PLAIN + LAST)) == [302, 404]
    assert await count(site, "people") == 1


async def test_too_many_clicks_at_once_are_sent_away(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clicking, "WAITING_LIMIT", 3)
    answers = statuses(await answers_to(site, PLAIN * 5 + LAST))
    assert answers[:3] == [302] * 3
    assert set(answers[3:5]) <= {302, 503}
    assert await count(site, "people") == answers.count(302)


async def test_a_click_whose_sender_went_away_is_kept_and_disturbs_nobody(site: Site) -> None:
    for _time in range(5):
        async with connected(site) as (_reader, writer):
            writer.write((PLAIN * 3).encode())
            await writer.drain()
    assert (await site.client.get(f"/r/{CODE}")).status_code == 302
    assert await count(site, "people") >= 1


async def test_a_stop_answers_what_was_taken_before_it_closes(site: Site) -> None:
    async with connected(site) as (reader, writer):
        async with site.database.write():
            # Nobody else can write meanwhile: on SQLite the click waits for this transaction.
            writer.write(PLAIN.encode())
            await writer.drain()
            await asyncio.sleep(0.2)
            site.stop.set()
            await asyncio.sleep(0.3)
        answer = await asyncio.wait_for(reader.read(), 10)
    assert answer.startswith(b"HTTP/1.1 302")
    assert await count(site, "people") == 1


async def test_an_idle_connection_is_closed_and_a_busy_one_is_not(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from handlers.web.shortcut import Shortcut

    made = Shortcut.connection_made

    def impatient(self: Shortcut, transport: asyncio.Transport) -> None:
        made(self, transport)
        self.timeout_keep_alive = 1

    monkeypatch.setattr(Shortcut, "connection_made", impatient)
    async with connected(site) as (reader, writer):
        for _time in range(5):
            writer.write(PLAIN.encode())
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 302")
            await asyncio.sleep(0.5)
        assert await asyncio.wait_for(reader.read(), 10) == b""
