"""Heads are read by the server's own parser, and whatever is unusual is no plain head."""

import pytest

from bot.domain.records import ClickClass
from handlers.web import heads
from handlers.web.heads import Head, read
from tests.handlers.web.conftest import PHONE

AGENT = f"User-Agent: {PHONE}\r\n"


def rest(lines: str, version: str = "HTTP/1.1") -> bytes:
    """What follows the target of a request with these header lines."""
    return f" {version}\r\n{lines}\r\n".encode("latin-1")


def test_a_browser_is_a_person_and_a_fetcher_none() -> None:
    assert read(rest(f"Host: x\r\n{AGENT}")) == Head(ClickClass.PERSON, None)
    assert read(rest("Host: x\r\n")) == Head(ClickClass.BOT, None)
    assert read(rest("User-Agent: TelegramBot (like TwitterBot)\r\n")) == Head(
        ClickClass.PREVIEW, None
    )


@pytest.mark.parametrize(
    "line", ["Sec-Purpose: prefetch;prerender", "PURPOSE: Preview", "x-moz:prefetch"]
)
def test_names_are_read_in_any_case_and_a_browser_may_look_ahead(line: str) -> None:
    assert read(rest(f"uSER-aGENT: {PHONE}\r\n{line}\r\n")) == Head(ClickClass.PREFETCH, None)


def test_of_two_agents_the_first_counts() -> None:
    assert read(rest(f"{AGENT}User-Agent: curl/8\r\n")) == Head(ClickClass.PERSON, None)
    assert read(rest(f"User-Agent: curl/8\r\n{AGENT}")) == Head(ClickClass.BOT, None)


def test_what_proxies_say_is_kept_in_their_order() -> None:
    lines = "X-Forwarded-For: 203.0.113.9\r\nx-forwarded-for: 198.51.100.1, 10.0.0.1\r\n"
    assert read(rest(AGENT + lines)) == Head(
        ClickClass.PERSON, "203.0.113.9, 198.51.100.1, 10.0.0.1"
    )


def test_a_connection_that_stays_anyway_is_nothing_unusual() -> None:
    assert read(rest(f"{AGENT}Connection: Keep-Alive\r\n")) is not None


@pytest.mark.parametrize(
    "line",
    [
        "Connection: close",
        "Connection: upgrade\r\nUpgrade: websocket",
        "Connection: keep-alive, x-forwarded-for",
        "Upgrade: h2c",
        "Expect: 100-continue",
        "Content-Length: 0",
        "Content-Length: 5",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: identity",
        "Trailer: x",
        "No colon here",
        "Bad Name: x",
        "X: a\x00b",
        " Folded: x",
        "",
    ],
)
def test_what_changes_how_a_request_is_read_is_left_to_the_server(line: str) -> None:
    lines = f"{AGENT}{line}\r\n" if line else f"\r\n{AGENT}"
    assert read(rest(lines)) is None


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "HTTP/1.1 x", "ICY", ""])
def test_only_the_usual_version_is_plain(version: str) -> None:
    assert read(rest(AGENT, version)) is None


def test_nothing_may_stand_between_the_target_and_the_version() -> None:
    assert read(b" /more" + rest(AGENT)) is None
    assert read(rest(AGENT).lstrip()) is None
    assert read(b"") is None
    assert read(rest(AGENT)[:-2]) is None


def test_two_requests_are_no_head() -> None:
    assert read(rest(AGENT) + b"GET / HTTP/1.1\r\n\r\n") is None


def test_the_memory_of_heads_is_bounded() -> None:
    assert read.cache_info().maxsize == heads.REMEMBERED
    assert heads.REMEMBERED * heads.LENGTH_LIMIT <= 8 * 1024 * 1024
