"""R5: bad postbacks do nothing."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from urllib.parse import urlencode

from handlers.web.postback import signature, signing_key
from tests.evidence import ENGINES, Line, World, at_least, exactly
from tests.evidence.doors.reports import FORM, PATH, SALE, by_hand, drawn, good
from tests.evidence.doors.site import (
    SIGNING_SECRET,
    Answer,
    Site,
    opened,
    post,
    read_answer,
    request,
)

GOOD_EVERY = 100
"""One report in so many is a good one: a door that refuses everybody proves nothing."""


async def do_nothing(world: World) -> AsyncIterator[Line]:
    """R5 on both engines, then over a site that wants signatures."""
    for engine in ENGINES:
        async with opened(world, engine, "postbacks") as site:
            bad = list(by_hand())[:: world.of(1, 6)] + drawn(world.of(700, 40), world.seed)
            async for line in _judged(site, f"R5.{engine}", bad, world):
                yield line
    async with opened(world, "sqlite", "signed", WEBHOOK_SIGNING_SECRET=SIGNING_SECRET) as site:
        async for line in _signed(site):
            yield line


async def _judged(site: Site, name: str, bad: Sequence[bytes], world: World) -> AsyncIterator[Line]:
    mixed: list[tuple[bool, bytes]] = [(False, one) for one in bad]
    ways = ("query", "form", "json")
    count = len(bad) // GOOD_EVERY + 3
    mixed += [(True, good(number, ways[number % 3])) for number in range(count)]
    random.Random(world.seed).shuffle(mixed)  # noqa: S311 - their order, not a secret
    slow = asyncio.create_task(_slow(site))
    answers = await site.ask_all(each for _, each in mixed)
    told = Counter(answer.status for (is_good, _), answer in zip(mixed, answers, strict=True)
                   if not is_good)  # fmt: skip
    dripped = await slow
    right = sum(
        answer.body == b'{"result":"credited"}'
        for (is_good, _), answer in zip(mixed, answers, strict=True)
        if is_good
    )
    told.update(answer.status for answer in dripped)
    yield at_least(f"{name}.bad_reports", told.total(), world.of(1000, 100))
    yield exactly(f"{name}.not_answered_4xx", _outside(told), 0)
    yield exactly(f"{name}.answered_5xx", sum(told[each] for each in told if each >= 500), 0)
    yield Line(f"{name}.answers", _worded(told), "told", is_met=True)
    held = await site.books()
    yield exactly(f"{name}.rows_in_conversions", held["conversions"] - count, 0)
    yield exactly(f"{name}.rows_in_entries", held["entries"] - count, 0)
    yield exactly(f"{name}.kept_beside_quarantine", held["postbacks"] - told[422] - count, 0)
    yield Line(f"{name}.kept_in_quarantine", told[422], "told", is_met=True)
    yield exactly(f"{name}.control.good_ones_credited", right, count)


async def _slow(site: Site) -> list[Answer]:
    """Bad reports whose bodies drip, and bodies that never end."""
    body = urlencode(SALE | {"payout": "-5"}).encode()
    head = post(PATH, body, content_type=FORM)[: -len(body)]
    endless = request(b"POST", PATH, {"content_length": "1000", "content_type": FORM})

    async def drip(start: bytes, rest: bytes) -> Answer:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        writer.write(start)
        for place in range(len(rest)):
            await asyncio.sleep(0.02)
            writer.write(rest[place : place + 1])
        try:
            async with asyncio.timeout(60):
                return await read_answer(reader)
        finally:
            writer.close()

    drips = [drip(head, body) for _ in range(4)]
    return list(await asyncio.gather(*drips, drip(endless, b"txid="), drip(endless, b"")))


async def _signed(site: Site) -> AsyncIterator[Line]:
    now = int(time.time())
    forged = list(_forged(now))
    told = Counter(answer.status for answer in await site.ask_all(forged))
    yield at_least("R5.signed.forged_or_replayed", len(forged), 100)
    yield exactly("R5.signed.not_answered_4xx", _outside(told), 0)
    yield Line("R5.signed.answers", _worded(told), "told", is_met=True)
    held = await site.books()
    yield exactly("R5.signed.rows", held["postbacks"] + held["entries"], 0)
    right = await site.ask(signed(now, urlencode(SALE).encode()))
    yield exactly("R5.signed.control.good_one_credited", right.status, 200)


def signed(at: int, body: bytes, secret: str = SIGNING_SECRET, **changed: str) -> bytes:
    """A report signed at ``at``, unix seconds; headers may be changed, or left out by ""."""
    key = signing_key(secret)
    right = signature(key, message_id="msg_1", timestamp=str(at), body=body)
    headers = {
        "content_type": FORM,
        "webhook_id": "msg_1",
        "webhook_timestamp": str(at),
        "webhook_signature": right,
    } | changed
    return post(PATH, body, **{name: value for name, value in headers.items() if value})


def _forged(now: int) -> Iterator[bytes]:
    body = urlencode(SALE).encode()
    other = "whsec_" + "A" * 43 + "="
    yield signed(now, body, other)
    for seconds in (301, 302, 600, 3600, 86_400, 10**6, 10**8):
        # A message that was right once, sent again later, or made for a time to come.
        yield signed(now - seconds - 5, body)
        yield signed(now + seconds + 60, body)
        right = signature(signing_key(SIGNING_SECRET), message_id="msg_1",
                          timestamp=str(now - seconds - 5), body=body)  # fmt: skip
        yield signed(now, body, webhook_signature=right)
    for name in ("webhook_id", "webhook_timestamp", "webhook_signature"):
        for value in (
            "",
            " ",
            "x",
            "v1,",
            "v1",
            "0",
            "-1",
            "1e9",
            "9" * 40,
            "null",
            "٣",
            "v2,AAAA",
        ):
            yield signed(now, body, **{name: value})
    whole = signed(now, body)
    start = whole.index(b"\r\n\r\n") + 4
    for place in range(start, len(whole)):
        for flipped in (1, 2, 128):
            yield whole[:place] + bytes([whole[place] ^ flipped]) + whole[place + 1 :]


def _outside(told: Counter[int]) -> int:
    return sum(count for status, count in told.items() if not 400 <= status < 500)


def _worded(told: Counter[int]) -> str:
    return " ".join(f"{status}:{count}" for status, count in sorted(told.items()))
