"""The web side as a whole: strange requests, the webhook's secret, and no word of our inside."""

import asyncio
import json
import os
import signal

import httpx
import pytest

from bot.errors import InputError
from handlers.web.serve import listener, serve
from tests.handlers.web.conftest import SECRET, Site, served

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


async def test_an_unknown_path_is_not_found_in_json_or_as_a_page(site: Site) -> None:
    for path in ("/", "/admin", "/.env", "/.git/config", "/r", "/healthz/", "/a/../bot/app.py"):
        answer = await site.client.get(path)
        assert answer.status_code == 404
        assert answer.json() == {"error": "Not Found"}
        answer = await site.client.get(path, headers={"Accept": "text/html,*/*"})
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")


async def test_a_wrong_method_is_not_allowed_and_the_right_ones_are_named(site: Site) -> None:
    for method, path, allowed in (
        ("POST", "/r/aaaaaaaaaaaaa", ["GET", "HEAD"]),
        ("DELETE", "/healthz", ["GET", "HEAD"]),
        ("PUT", "/metrics", ["GET", "HEAD"]),
        ("GET", "/telegram", ["POST"]),
    ):
        answer = await site.client.request(method, path)
        assert answer.status_code == 405
        assert sorted(answer.headers["allow"].split(", ")) == allowed


async def test_an_update_without_the_secret_is_refused(site: Site) -> None:
    for secret in ("", "x", SECRET[:-1], SECRET + "x", SECRET.upper(), "ÿ"):
        headers = {SECRET_HEADER.encode(): secret.encode("latin-1")}
        answer = await site.client.post("/telegram", json={"update_id": 1}, headers=headers)
        assert answer.status_code == 401
    assert (await site.client.post("/telegram", json={})).status_code == 401
    assert not site.updates


async def test_every_changed_byte_of_the_secret_is_noticed(site: Site) -> None:
    for place in range(len(SECRET)):
        wrong = SECRET[:place] + chr(ord(SECRET[place]) ^ 1) + SECRET[place + 1 :]
        answer = await site.client.post("/telegram", json={}, headers={SECRET_HEADER: wrong})
        assert answer.status_code == 401
    assert not site.updates


async def test_an_update_with_the_secret_is_handed_on(site: Site) -> None:
    update = {"update_id": 7, "message": {"text": "好"}}
    answer = await site.client.post("/telegram", json=update, headers={SECRET_HEADER: SECRET})
    assert answer.status_code == 200
    assert site.updates == [update]


async def test_what_is_no_update_is_refused(site: Site) -> None:
    for body in (b"", b"{", b"[]", b"\xff", b'"x"', b" " * 1_100_000):
        answer = await site.client.post("/telegram", content=body, headers={SECRET_HEADER: SECRET})
        assert answer.status_code == (413 if len(body) > 1_000_000 else 400)
    assert not site.updates


async def test_a_fault_of_ours_says_nothing_of_our_inside(site: Site) -> None:
    answer = await site.client.post("/telegram", json={"boom": 1}, headers={SECRET_HEADER: SECRET})
    assert answer.status_code == 503
    assert answer.json() == {"error": "Service Unavailable"}
    assert "canary" not in str(answer.headers) + answer.text


async def test_a_request_that_is_no_http_does_not_stop_the_others(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
    await writer.drain()
    assert (await reader.read()).startswith(b"HTTP/1.1 400")
    writer.close()
    await writer.wait_closed()
    assert (await site.client.get("/healthz")).status_code == 200


async def test_pipelined_requests_are_answered_in_their_order(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    for path in ("/r/aaaaaaaaaaaaa", "/r/bbbbbbbbbbbbb", "/r/aaaaaaaaaaaaa"):
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    writer.write(b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answers = (await reader.read()).split(b"HTTP/1.1 ")[1:]
    assert [answer[:3] for answer in answers] == [b"302", b"404", b"302", b"404"]
    writer.close()
    await writer.wait_closed()


async def test_a_taken_port_is_said_in_one_sentence(site: Site) -> None:
    with pytest.raises(InputError, match=f"Cannot listen on 127.0.0.1:{site.port}"):
        await serve(None, host="127.0.0.1", port=site.port, stop=asyncio.Event())


async def test_the_server_leaves_signals_alone_and_ends_requests_under_way() -> None:
    heard: list[str] = []
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, heard.append, "term")

    async def slow(scope: object, receive: object, send: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0.3)
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": json.dumps(heard).encode()})  # type: ignore[operator]

    try:
        async with httpx.AsyncClient() as client:
            async with served(slow) as port:
                asked = asyncio.create_task(client.get(f"http://127.0.0.1:{port}/"))
                await asyncio.sleep(0.1)
            answer = await asked
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
    assert answer.json() == ["term"]


def test_several_servers_share_a_port_when_they_may() -> None:
    first = listener("127.0.0.1", 0, is_shared=True)
    port = first.getsockname()[1]
    second = listener("127.0.0.1", port, is_shared=True)
    with pytest.raises(InputError):
        listener("127.0.0.1", port)
    first.close()
    second.close()
