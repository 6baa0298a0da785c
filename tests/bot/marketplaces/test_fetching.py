"""Fetching a feed from an address, the server being one of the tests' own at the wire."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from bot.errors import HaowuError, InputError, TemporaryError, TooLargeError
from bot.marketplaces.fetching import fetched, is_address

Answer = Callable[[httpx.Request], httpx.Response]


async def fetch(
    answer: Answer, address: str = "https://1.1.1.1/feed.csv", **limits: float
) -> bytes:
    transport = httpx.MockTransport(answer)
    async with fetched(address, transport=transport, **limits) as file:  # type: ignore[arg-type]
        return file.read()


async def test_the_content_is_given_as_a_file_also_when_packed_on_the_way() -> None:
    assert await fetch(lambda _: httpx.Response(200, content=b"a,b\n")) == b"a,b\n"
    packed = httpx.Response(
        200, content=gzip.compress(b"a,b\n"), headers={"content-encoding": "gzip"}
    )
    assert await fetch(lambda _: packed) == b"a,b\n"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, InputError), (403, InputError), (204, InputError), (304, InputError),
        (429, TemporaryError), (500, TemporaryError), (503, TemporaryError),
    ],
)  # fmt: skip
async def test_an_answer_without_a_feed_says_whether_to_try_again(
    status: int, error: type[HaowuError]
) -> None:
    with pytest.raises(error, match=f"https://1.1.1.1/feed.csv answers {status}"):
        await fetch(lambda _: httpx.Response(status))


@pytest.mark.parametrize(
    "address", ["ftp://a.example/x", "file:///etc/passwd", "https://", "http://[::1", "x://y"]
)
async def test_other_schemes_are_refused(address: str) -> None:
    with pytest.raises(InputError, match=r"address"):
        await fetch(lambda _: httpx.Response(200), address)


async def test_the_size_is_counted_after_unpacking() -> None:
    packed = httpx.Response(
        200, content=gzip.compress(b"x" * 100_000), headers={"content-encoding": "gzip"}
    )
    with pytest.raises(TooLargeError, match="larger than 50,000 bytes"):
        await fetch(lambda _: packed, size_limit=50_000)


async def test_a_server_that_drips_runs_into_the_limit_of_time() -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.01)

    with pytest.raises(TemporaryError, match="took too long"):
        await fetch(lambda _: httpx.Response(200, content=drip()), time_limit_seconds=0.1)


async def test_a_network_that_fails_is_worth_another_try() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(TemporaryError, match="could not be fetched: refused"):
        await fetch(answer)


def redirecting(target: str) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/feed.csv":
            return httpx.Response(302, headers={"location": target})
        return httpx.Response(200, content=b"there")

    return answer


@pytest.mark.parametrize("target", ["/other", "https://1.1.1.1/x", "https://8.8.8.8/x"])
async def test_a_redirect_to_the_same_or_a_public_host_is_followed(target: str) -> None:
    assert await fetch(redirecting(target)) == b"there"


@pytest.mark.parametrize(
    "target",
    [
        "https://127.0.0.1/x", "https://169.254.169.254/latest", "https://10.0.0.1/x",
        "https://[::1]/x", "https://[::ffff:127.0.0.1]/x", "http://1.1.1.1/x",
        "file:///etc/passwd", "gopher://1.1.1.1/x", "//192.168.0.1/x", "https://224.0.0.1/x",
        "https://[64:ff9b::7f00:1]/x", "https://[2002:7f00:1::]/x", "https://[2001::1]/x",
        "https://[::127.0.0.1]/x",
    ],
)  # fmt: skip
async def test_a_redirect_inwards_or_to_another_scheme_is_refused(target: str) -> None:
    with pytest.raises(InputError):
        await fetch(redirecting(target))


async def test_a_name_that_changes_its_mind_after_the_check_leads_where_it_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = iter(("8.8.8.8", "127.0.0.1", "127.0.0.1"))

    def lying(host: str, *_rest: object, **_more: object) -> list[tuple[object, ...]]:
        place = next(answers) if host == "rebinding.example" else host
        return [(0, 0, 0, "", (place, 0))]

    # The machine's resolver, not ours.
    monkeypatch.setattr("socket.getaddrinfo", lying)
    asked: list[tuple[str, str, object]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        name = request.extensions["sni_hostname"]
        asked.append((request.url.host, request.headers["host"], name))
        if request.url.path == "/feed.csv":
            return httpx.Response(302, headers={"location": "https://rebinding.example/x"})
        return httpx.Response(200, content=b"there")

    assert await fetch(answer) == b"there"
    assert asked[1] == ("8.8.8.8", "rebinding.example", "rebinding.example")


async def test_the_next_address_of_a_host_is_tried_where_one_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = [(0, 0, 0, "", (place, 0)) for place in ("2606:4700::1", "1.1.1.1")]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_given, **_named: both)

    def answer(request: httpx.Request) -> httpx.Response:
        if ":" in request.url.host:
            raise httpx.ConnectError("no route", request=request)
        return httpx.Response(200, content=b"there")

    assert await fetch(answer, "https://shop.example/feed.csv") == b"there"


async def test_redirects_without_end_are_refused() -> None:
    with pytest.raises(InputError, match="redirects more than 5 times"):
        await fetch(redirecting("/feed.csv"))


async def test_this_machine_may_be_named_by_the_operator() -> None:
    answer = redirecting("/other")
    assert await fetch(answer, "http://127.0.0.1:8080/feed.csv") == b"there"


async def test_no_message_repeats_what_may_be_secret() -> None:
    with pytest.raises(InputError) as caught:
        await fetch(lambda _: httpx.Response(404), "https://me:secret@1.1.1.1/f?token=secret")
    assert "secret" not in str(caught.value)


def test_an_address_is_told_from_a_file() -> None:
    assert is_address("https://a.example/x")
    assert not is_address("C:\\feeds\\a.csv")
    assert not is_address("feeds/a.csv")
