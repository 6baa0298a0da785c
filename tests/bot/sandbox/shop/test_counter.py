"""The shop: its feed, its pictures, and orders that are told to the bot."""

import csv
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from typing import Any

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.shop.catalogue import FEED_FIELDS, load_offers
from bot.sandbox.shop.orders import REPORT_FIELDS
from bot.sandbox.shop.pictures import MOTIFS, picture
from tests.bot.sandbox.stage import Standing, build, served

JSON = {"accept": "application/json"}


@dataclass(frozen=True)
class Taken:
    """What the bot says of a month's report."""

    credited: int = 0
    duplicate: int = 0
    orphan: int = 0


@dataclass
class Books:
    """The bot's side: what was told, and what is answered next."""

    told: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        """Take one postback."""
        async with request.form() as form:
            self.told.append({name: str(value) for name, value in form.items()})
        self.paths.append(request.url.path)
        status, body = self.answers.pop(0) if self.answers else (200, {"result": "credited"})
        return JSONResponse(body, status_code=status)


@asynccontextmanager
async def market(**options: Any) -> AsyncIterator[tuple[Books, httpx.AsyncClient]]:
    """Serve a shop, and the side of a bot that takes its postbacks."""
    books = Books()
    taking = Starlette(routes=[Route("/postback/{shop}/{key}", books.take, methods=["POST"])])
    async with (
        served(lambda _url: taking) as (bot_url, _),
        served(lambda url: build(url, bot_url=bot_url, **options)) as (url, _),
        httpx.AsyncClient(base_url=url, trust_env=False, headers=JSON) as client,
    ):
        yield books, client


async def buy(client: httpx.AsyncClient, **fields: object) -> dict[str, Any]:
    """Buy rice and return the answer."""
    given = {"offer": "H1001", "subid": "tok123", "quantity": "1"} | fields
    answer = await client.post("/shop/buy", data=given)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_the_feed_tells_every_offer_in_two_forms(standing: Standing) -> None:
    lines = (await standing.client.get("/shop/feed.jsonl")).text.splitlines()
    rows = [json.loads(line) for line in lines]
    assert len({row["id"] for row in rows}) == len(rows) == 88
    assert all(list(row) == FEED_FIELDS for row in rows)
    assert all(float(row["sale_price"]) < float(row["price"]) for row in rows)
    assert all(5 <= float(row["commission_rate"].rstrip("%")) <= 40 for row in rows)
    assert {row["category"] for row in rows} == set(MOTIFS)
    table = (await standing.client.get("/shop/feed.tsv")).text
    read = list(csv.DictReader(StringIO(table), delimiter="\t"))
    assert [row["url"] for row in read] == [row["url"] for row in rows]
    page = await standing.client.get(rows[0]["url"], params={"subid": "tok123"})
    assert "tok123" in page.text
    assert rows[0]["title"] in page.text


async def test_most_offers_tell_more_than_the_shop_must_and_some_leave_it_out(
    standing: Standing,
) -> None:
    lines = (await standing.client.get("/shop/feed.jsonl")).text.splitlines()
    rows = [json.loads(line) for line in lines]
    for name in ("size", "material", "returns", "contents"):
        told = sum(1 for row in rows if row[name])
        assert 25 <= told < len(rows), name
    assert [row["id"] for row in rows if not row["delivery"]] == ["H1087"]
    assert [row["id"] for row in rows if not row["coupon"]] == ["H1067", "H1082"]
    page = await standing.client.get("/shop/p/H1020?lang=en")
    assert "316 stainless steel" in page.text
    assert "Material" not in (await standing.client.get("/shop/p/H1001?lang=en")).text


async def test_the_picture_of_an_offer_is_a_png_of_800_by_800(standing: Standing) -> None:
    answer = await standing.client.get("/shop/pictures/H1001.png")
    with Image.open(BytesIO(answer.content)) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (800, 800))
    assert (await standing.client.get("/shop/pictures/H9.png")).status_code == 404


def test_every_category_has_its_own_picture() -> None:
    firsts = {offer.category: offer for offer in reversed(load_offers().values())}
    drawn = {picture(offer.id, category) for category, offer in firsts.items()}
    assert len(drawn) == len(MOTIFS)


def test_kinds_that_the_shop_has_several_of_are_told_apart() -> None:
    titles = ["Power Bank", "USB-C Cable", "电饭煲", "洗发水", "抽纸", "充电头", "Earbuds", "别的"]
    assert len({picture("H1061", "digital", title) for title in titles}) == len(titles)


async def test_buying_tells_the_bot_who_bought_what_through_which_link() -> None:
    async with market() as (books, client):
        told = await buy(client)
        assert told["report"]["answer"] == "credited"
        assert books.paths == ["/postback/demo/key"]
        (postback,) = books.told
        assert postback == {
            "subid": "tok123",
            "txid": "D20261122000001",
            "row": "1",
            "status": "lead",
            "payout": "5.99",
            "amount": "49.90",
            "currency": "CNY",
            "time": "2026-11-22T01:00:00Z",
        }


async def test_receiving_and_returning_are_told_with_the_amounts_that_remain() -> None:
    async with market() as (books, client):
        order = (await buy(client, quantity="2"))["order"]["txid"]
        for act in ("receive", "return_half", "return_all"):
            assert (await client.post(f"/shop/orders/{order}/{act}")).status_code == 200
        told = [(one["status"], one["amount"], one["payout"]) for one in books.told]
        assert told == [
            ("lead", "99.80", "11.98"),
            ("sale", "99.80", "11.98"),
            ("sale", "49.90", "5.99"),
            ("rejected", "49.90", "5.99"),
        ]
        assert (await client.post(f"/shop/orders/{order}/return_all")).status_code == 409
        assert (await client.post(f"/shop/orders/{order}/dance")).status_code == 404


async def test_a_postback_is_repeated_until_the_bot_can_take_it() -> None:
    async with market() as (books, client):
        books.answers = [(503, {}), (503, {}), (200, {"result": "duplicate"})]
        assert (await buy(client))["report"]["answer"] == "duplicate"
        assert len(books.told) == 3
        books.answers = [(422, {"error": "unknown status"})]
        refused = (await buy(client))["report"]
        assert (refused["is_delivered"], refused["answer"][:3]) == (False, "422")


async def test_an_unreachable_bot_does_not_keep_anybody_from_buying(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.sandbox.shop.reporting.FIRST_PAUSE_SECONDS", 0.001)
    async with (
        served(lambda url: build(url, bot_url="http://127.0.0.1:1")) as (url, _),
        httpx.AsyncClient(base_url=url, trust_env=False, headers=JSON) as client,
    ):
        report = (await buy(client))["report"]
        assert (report["is_delivered"], report["answer"]) == (False, "ConnectError")


async def test_closing_the_month_hands_over_a_report_of_what_is_finished() -> None:
    handed: list[bytes] = []

    async def on_report(report: bytes) -> Taken:
        handed.append(report)
        return Taken(credited=2)

    async with market(on_report=on_report) as (_, client):
        kept, returned, _open = [(await buy(client))["order"]["txid"] for _ in range(3)]
        await client.post(f"/shop/orders/{kept}/receive")
        await client.post(f"/shop/orders/{returned}/return_all")
        assert "2" in (await client.post("/shop/settle")).json()["sentence"]
        served_report = (await client.get("/shop/orders.csv")).content
        assert handed == [served_report]
        rows = list(csv.DictReader(StringIO(handed[0].decode())))
        assert list(rows[0]) == REPORT_FIELDS
        assert [(row["order_id"], row["status"], row["commission"]) for row in rows] == [
            (kept, "settled", "5.99"),
            (returned, "rejected", "5.99"),
        ]
        page = await client.post("/shop/settle", headers={"accept": "text/html"})
        assert "更新 2 行" in page.text
        assert (await client.get("/shop/settle")).status_code == 200


async def test_the_pages_speak_two_languages_and_escape_what_they_are_given() -> None:
    async with market() as (_, client):
        html = {"accept": "text/html"}
        page = await client.get("/shop/p/H1001?subid=<script>&lang=en", headers=html)
        assert "<script>" not in page.text
        assert "Buy now" in page.text
        answer = await client.post("/shop/buy", data={"offer": "H1001"}, headers=html)
        assert answer.status_code == 303
        orders = await client.get("/shop/orders", headers=html)
        assert "Confirm received" in orders.text
        assert "确认收货" in (await client.get("/shop/orders?lang=zh", headers=html)).text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"offer": "H9"}, 404),
        ({"offer": "H1010"}, 404),
        ({"quantity": "x"}, 400),
        ({"quantity": "0"}, 400),
    ],
)
async def test_what_cannot_be_bought_is_not_sold(fields: dict[str, str], status: int) -> None:
    async with market() as (books, client):
        given = {"offer": "H1001"} | fields
        assert (await client.post("/shop/buy", data=given)).status_code == status
        assert books.told == []
