"""The door for postbacks: what is answered to whom, and that bad ones do nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette

from bot.errors import ForgedError, InputError, NotFoundError
from handlers.web import postback
from handlers.web.errors import Answering
from storage.database import Database
from storage.tables import conversions, postbacks, verdicts
from tests.bot.services.bookshop import CHENS, Shop, open_shop
from tests.handlers.web.conftest import load_texts

KEY, OLD_KEY = "k3y-of-this-month", "k3y-of-last-month"
PATH = f"/postback/feed/{KEY}"
SALE = {"subid": CHENS, "txid": "T1", "payout": "10.00"}
SIGNING_SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
VECTOR_BODY = b'{"txid":"T1","status":"approved"}'
VECTOR_SIGNATURE = "v1,blg/o4VldmBPRxBGdcEuL7ObvOOIkWVJGDCxGkJagKk="
VECTOR_AT = 1763722805


@dataclass
class Door:
    """The door over a real database, spoken to by HTTP."""

    shop: Shop
    client: httpx.AsyncClient

    async def rows(self) -> tuple[int, int, int]:
        """How many postbacks, verdicts and conversions there are."""
        async with self.shop.database.read() as connection:
            found = [
                await connection.scalar(select(func.count()).select_from(table)) or 0
                for table in (postbacks, verdicts, conversions)
            ]
        return (found[0], found[1], found[2])


def client_of(shop: Shop, signing_secret: str | None = None) -> httpx.AsyncClient:
    routes = postback.routes(
        shop.crediting, (KEY, OLD_KEY), now=lambda: shop.at, signing_secret=signing_secret
    )
    handlers = Answering(load_texts(), "zh").handlers()
    app = Starlette(routes=routes, exception_handlers=handlers)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://haowu.test")


@pytest.fixture
async def door(database: Database) -> AsyncIterator[Door]:
    shop = await open_shop(database)
    async with client_of(shop) as client:
        yield Door(shop, client)


def result(answer: httpx.Response) -> tuple[int, object]:
    return answer.status_code, answer.json().get("result")


async def test_query_form_and_json_are_answered_after_the_commit(door: Door) -> None:
    answers = [
        await door.client.get(PATH, params=SALE),
        await door.client.post(PATH, data=SALE | {"txid": "T2"}),
        await door.client.post(PATH, json=SALE | {"txid": "T3"}),
        await door.client.post(PATH, params=SALE | {"txid": "T4"}),
        await door.client.get(PATH.replace(KEY, OLD_KEY), params=SALE | {"txid": "T5"}),
    ]
    assert [result(answer) for answer in answers] == [(200, "credited")] * 5
    assert await door.rows() == (5, 5, 5)
    assert (await door.shop.balances())["chen:held"] == 2500


async def test_duplicates_and_orphans_are_no_faults(door: Door) -> None:
    await door.client.get(PATH, params=SALE)
    assert result(await door.client.get(PATH, params=SALE)) == (200, "duplicate")
    orphan = await door.client.get(PATH, params={"txid": "T9", "payout": "1"})
    assert result(orphan) == (200, "orphan")
    assert orphan.json() == {"result": "orphan"}


async def test_an_unknown_status_is_422_and_kept(door: Door) -> None:
    answer = await door.client.get(PATH, params=SALE | {"status": "99"})
    assert result(answer) == (422, "quarantined")
    assert await door.rows() == (1, 1, 1)
    assert await door.shop.balances() == {}


async def test_a_wrong_key_or_marketplace_is_404_and_does_nothing(door: Door) -> None:
    for path in (
        "/postback/feed/wrong",
        f"/postback/feed/{KEY}x",
        f"/postback/feed/{KEY[:-1]}",
        "/postback/feed/钥匙",
        f"/postback/elsewhere/{KEY}",
        f"/postback/FEED/{KEY}",
        f"/postback/feed%00/{KEY}",
        "/postback/feed/",
        "/postback/feed",
    ):
        answer = await door.client.get(path, params=SALE)
        assert answer.status_code == 404, path
        assert KEY not in answer.text
    assert await door.rows() == (0, 0, 0)


def test_a_key_that_is_no_text_is_a_wrong_key() -> None:
    with pytest.raises(NotFoundError):
        postback.assert_key("\ud800", (KEY,))


IMPOSSIBLE: tuple[dict[str, str | list[str]], ...] = (
    {"payout": "NaN"},
    {"payout": "1e9"},
    {"payout": "-5"},
    {"payout": "1,50"},
    {"payout": "1.005"},
    {"currency": "XXX"},
    {"txid": ""},
    {"txid": "x" * 129},
    {"txid": "a\x00b"},
    {"time": "2099-01-01T00:00:00Z"},
    {"payout": ["10.00", "10.00"]},
    {"subid": [CHENS, "other"]},
)


async def test_what_can_never_be_right_is_400_and_does_nothing(door: Door) -> None:
    for changed in IMPOSSIBLE:
        answer = await door.client.get(PATH, params={**SALE, **changed})
        assert answer.status_code == 400, changed
        assert answer.json()["error"]
    assert await door.rows() == (0, 0, 0)


async def test_what_is_too_long_is_413_and_is_not_read_to_its_end(door: Door) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1_000):
            read += 1
            yield b"x" * 1024

    assert (await door.client.post(PATH, content=endless())).status_code == 413
    assert read < 100
    long = await door.client.get(PATH, params=SALE | {"goods": "x" * 17_000})
    assert long.status_code == 413
    assert await door.rows() == (0, 0, 0)


async def test_what_never_ends_is_408_and_does_nothing(door: Door) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"txid=T1&payout=1"
        await asyncio.Event().wait()

    loop = asyncio.get_running_loop()
    answering = asyncio.create_task(door.client.post(PATH, content=endless(), timeout=None))
    await asyncio.sleep(0.2)
    # Ten seconds pass at once for whoever waits by the loop's clock.
    began, loop.time = loop.time, lambda: began() + postback.BODY_WITHIN_SECONDS  # type: ignore[method-assign]
    assert (await answering).status_code == 408
    assert await door.rows() == (0, 0, 0)


async def test_exactly_16_kib_are_still_read(door: Door) -> None:
    body = json.dumps(SALE).encode()
    answer = await door.client.post(
        PATH,
        content=body + b" " * (16 * 1024 - len(body)),
        headers={"Content-Type": "application/json"},
    )
    assert result(answer) == (200, "credited")


async def test_looking_whether_somebody_is_there_credits_nothing(door: Door) -> None:
    assert (await door.client.head(PATH, params=SALE)).status_code == 405
    assert (await door.client.put(PATH, params=SALE)).status_code == 405
    assert await door.rows() == (0, 0, 0)


async def test_a_fault_of_ours_is_503_and_may_be_sent_again(door: Door) -> None:
    await door.shop.database.close()
    url, door.shop.database.engine = (
        door.shop.database.engine,
        Database("postgresql://nobody@127.0.0.1:9/nothing").engine,
    )
    assert (await door.client.get(PATH, params=SALE)).status_code == 503
    door.shop.database.engine = url
    assert result(await door.client.get(PATH, params=SALE)) == (200, "credited")


async def test_twenty_at_once_credit_once(door: Door) -> None:
    answers = await asyncio.gather(*(door.client.get(PATH, params=SALE) for _ in range(20)))
    results = sorted(answer.json()["result"] for answer in answers)
    assert results == ["credited"] + ["duplicate"] * 19


# ---------------------------------------------------------------- signatures


def test_the_signature_of_the_published_vector() -> None:
    key = postback.signing_key(SIGNING_SECRET)
    assert key == b"0123456789abcdef0123456789abcdef"
    found = postback.signature(key, message_id="msg_1", timestamp=str(VECTOR_AT), body=VECTOR_BODY)
    assert found == VECTOR_SIGNATURE


def test_a_signature_that_is_no_text_is_a_wrong_one() -> None:
    at = datetime(2026, 11, 22, 4, tzinfo=UTC)
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp()))}
    with pytest.raises(ForgedError):
        postback.assert_signed(headers | {"webhook-signature": "\ud800"}, b"", b"key", at)


@pytest.mark.parametrize("secret", ["whsec_not base64", "whsec_MDEy!MzQ1", "whsec_MDE"])
def test_a_secret_of_another_form_is_refused(secret: str) -> None:
    with pytest.raises(InputError):
        postback.signing_key(secret)


async def signed(shop: Shop, **changed: str) -> int:
    """The status of a signed postback, with some of its headers changed or left out ("")."""
    body = json.dumps(SALE).encode()
    timestamp = changed.get("webhook-timestamp", str(int(shop.at.timestamp())))
    key = postback.signing_key(SIGNING_SECRET)
    right = postback.signature(key, message_id="msg_1", timestamp=timestamp, body=body)
    headers = {
        "content-type": "application/json",
        "webhook-id": "msg_1",
        "webhook-timestamp": timestamp,
        "webhook-signature": right,
    } | changed
    sent = {name: value for name, value in headers.items() if value}
    async with client_of(shop, SIGNING_SECRET) as client:
        return (await client.post(PATH, content=body, headers=sent)).status_code


async def test_a_signed_postback_is_taken(database: Database) -> None:
    shop = await open_shop(database)
    assert await signed(shop) == 200
    rotated = f"v1,{'A' * 43}= {VECTOR_SIGNATURE}"
    assert await signed(shop, **{"webhook-signature": rotated}) == 401


async def test_a_wrong_signature_is_401_and_does_nothing(database: Database) -> None:
    shop = await open_shop(database)
    for name, value in (
        ("webhook-signature", ""),
        ("webhook-signature", VECTOR_SIGNATURE),
        ("webhook-signature", "v1,"),
        ("webhook-id", ""),
        ("webhook-id", "msg_2"),
        ("webhook-timestamp", ""),
        ("webhook-timestamp", "now"),
        ("webhook-timestamp", "9" * 40),
    ):
        assert await signed(shop, **{name: value}) == 401, (name, value)
    assert await shop.balances() == {}


async def test_a_signature_holds_for_five_minutes(database: Database) -> None:
    shop = await open_shop(database)
    shop.at = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
    for seconds, status in ((300, 200), (301, 401), (-300, 200), (-301, 401)):
        timestamp = int((shop.at + timedelta(seconds=seconds)).timestamp())
        assert await signed(shop, **{"webhook-timestamp": str(timestamp)}) == status, seconds


async def test_one_right_signature_among_several_is_enough(database: Database) -> None:
    shop = await open_shop(database)
    body = json.dumps(SALE).encode()
    right = postback.signature(
        postback.signing_key(SIGNING_SECRET),
        message_id="msg_1",
        timestamp=str(int(shop.at.timestamp())),
        body=body,
    )
    assert await signed(shop, **{"webhook-signature": f"{VECTOR_SIGNATURE} {right}"}) == 200
