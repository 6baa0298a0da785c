"""R10: whoever cannot prove who they are is refused, by one byte as by all."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

from starlette.applications import Starlette

from handlers.web.errors import Answering
from handlers.web.postback import signature, signing_key
from handlers.web.webhook import Inlet, route
from tests.bot.services.bookshop import CHENS
from tests.evidence import Line, World, at_least, exactly
from tests.evidence.doors.postbacks import signed
from tests.evidence.doors.presses import of_somebody_else
from tests.evidence.doors.reports import FORM, PATH, SALE
from tests.evidence.doors.site import KEY, SIGNING_SECRET, Site, get, opened, post, statuses
from tests.handlers.web.conftest import load_texts, served

SECRET = "7d1f5c0f9a3be64c2d80b4a6e57c1938f2ab40d6c95e7381d0f4a2b6c8e91357"
CARRIED = [*range(0x20, 0x7F), *range(0x80, 0x100)]
"""Bytes that a header can carry; with another one it is no request at all."""
STALE_SECONDS = (301, 302, 310, 360, 600, 1800, 3600, 7200, 86_400, 7 * 86_400, 10**7, 10**9)


async def are_refused(world: World) -> AsyncIterator[Line]:
    """R10: the webhook, the postback's key and signature, links, and presses in the chat."""
    every = world.of(1, 25)
    async with _webhook() as (port, taken):
        forged = [_update(one) for one in changed(SECRET.encode(), CARRIED, every)]
        for line in _all("R10.webhook_secret", 401, await statuses(port, forged)):
            yield line
        yield exactly("R10.webhook_secret.updates_taken", len(taken), 0)
        right = await statuses(port, [_update(SECRET.encode())])
        yield exactly("R10.webhook_secret.control.right_one_taken", right[200], 1)
    async with opened(world, "sqlite", "keys") as site:
        async for line in _keys(site, every):
            yield line
    async with opened(world, "sqlite", "signing", WEBHOOK_SIGNING_SECRET=SIGNING_SECRET) as site:
        async for line in _signatures(site, every):
            yield line
    async for line in of_somebody_else(world):
        yield line
    yield Line("R10.telegram_login_and_console", "no such door", "told", is_met=True)


# ---------------------------------------------------------------- the webhook


@asynccontextmanager
async def _webhook() -> AsyncIterator[tuple[int, list[Mapping[str, Any]]]]:
    """The webhook's port, and the updates that it took."""
    taken: list[Mapping[str, Any]] = []

    async def take(update: Mapping[str, Any]) -> None:
        taken.append(update)

    handlers = Answering(load_texts(), "zh").handlers()
    routes = [route(Inlet("/telegram", SECRET, take))]
    async with served(Starlette(routes=routes, exception_handlers=handlers)) as port:
        yield port, taken


def _update(secret: bytes) -> bytes:
    return post("/telegram", b'{"update_id":1}', x_telegram_bot_api_secret_token=secret)


# ---------------------------------------------------------------- the postback


async def _keys(site: Site, every: int) -> AsyncIterator[Line]:
    query = urlencode(SALE)
    keys = (quote_from_bytes(key, safe="") for key in changed(KEY.encode(), range(256), every))
    told = await site.statuses(get(f"/postback/feed/{key}?{query}") for key in keys)
    for line in _all("R10.postback_key", 404, told):
        yield line
    held = await site.books()
    yield exactly("R10.postback_key.rows", held["postbacks"] + held["entries"], 0)
    codes = {
        quote_from_bytes(code, safe="")
        for code in changed(CHENS.encode(), range(256), every)
        if code.lower() != CHENS.encode()
    }
    told = await site.statuses(get(f"/r/{code}") for code in sorted(codes))
    for line in _all("R10.link_code", 404, told):
        yield line
    right = await site.statuses([get(f"{PATH}?{query}"), get(f"/r/{CHENS}")])
    yield exactly("R10.control.right_key_and_code_taken", right[200] + right[302], 2)


async def _signatures(site: Site, every: int) -> AsyncIterator[Line]:
    at, body = int(time.time()), urlencode(SALE).encode()
    right: dict[str, str | bytes] = {
        "webhook_id": b"msg_1",
        "webhook_timestamp": str(at).encode(),
        "webhook_signature": _right(at, body).encode(),
    }
    for name, value in right.items():
        assert isinstance(value, bytes)
        forged = (
            post(PATH, body, content_type=FORM, **(right | {name: one}))
            for one in changed(value, CARRIED, every)
        )
        for line in _all(f"R10.{name}", 401, await site.statuses(forged)):
            yield line
    bodies = changed(body, range(256), every)
    forged = (post(PATH, one, content_type=FORM, **right) for one in bodies)
    for line in _all("R10.signed_body", 401, await site.statuses(forged)):
        yield line
    stale = [signed(int(time.time()) + sign * (seconds + 1), body)
             for seconds in STALE_SECONDS for sign in (-1, 1)]  # fmt: skip
    stale = [one for one in stale if b"webhook-timestamp: -" not in one]
    for line in _all("R10.stale_signature", 401, await site.statuses(stale)):
        yield line
    naive = sum(_is_signed_naively(one, body) for one in stale)
    yield at_least("R10.control.signature_without_its_time.stale_taken", naive, 1)
    held = await site.books()
    yield exactly("R10.signature.rows", held["postbacks"] + held["entries"], 0)
    taken = await site.statuses([signed(int(time.time()), body)])
    yield exactly("R10.control.right_signature_taken", taken[200], 1)


def _right(at: int, body: bytes) -> str:
    return signature(signing_key(SIGNING_SECRET), message_id="msg_1", timestamp=str(at), body=body)


def _is_signed_naively(request: bytes, body: bytes) -> bool:
    """A check that forgets to ask when a message was signed."""
    headers = dict(line.split(b": ", 1) for line in request.split(b"\r\n") if b": " in line)
    right = _right(int(headers[b"webhook-timestamp"]), body)
    return headers[b"webhook-signature"] == right.encode()


# ---------------------------------------------------------------- changes


def changed(valid: bytes, into: Iterable[int], every: int) -> Iterator[bytes]:
    """Every change of one byte of ``valid`` into another; of them one in ``every``."""
    values = list(into)
    changes = (
        valid[:place] + bytes([value]) + valid[place + 1 :]
        for place in range(len(valid))
        for value in values
        if value != valid[place]
    )
    return islice(changes, 0, None, every)


def _all(name: str, wanted: int, told: Counter[int]) -> Iterator[Line]:
    yield Line(f"{name}.forged", told.total(), ">=1", told.total() >= 1)
    yield exactly(f"{name}.not_answered_{wanted}", told.total() - told[wanted], 0)
