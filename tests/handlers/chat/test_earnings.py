"""What a promoter is told of money, row by row."""

import json

import pytest

from bot.domain.links.subids import mint
from bot.domain.records import Link
from storage.database import Database
from storage.links import links
from tests.cast import CHEN, LIN, MEI, OUYANG, add_offer, add_post
from tests.handlers.chat.conftest import Town
from tests.handlers.chat.test_groups import enrol
from tests.handlers.chat.test_picks import connect


@pytest.fixture
async def lin(town: Town) -> Town:
    """Lin with one served group."""
    await enrol(town, LIN)
    await connect(town, "Sunny Court")
    return town


async def test_nothing_earned_is_said_kindly(lin: Town) -> None:
    assert "还没有佣金" in await lin.hear(LIN, "/earnings")
    assert "没有记录" in await lin.hear(LIN, "/statement")
    assert "2026年3月没有记录。" in await lin.hear(LIN, "/statement 2026-03")
    assert "没有找到" in await lin.hear(LIN, "/why A-1")
    assert "/why" in await lin.hear(LIN, "/why")
    assert "/statement 2026-11" in await lin.hear(LIN, "/statement someday")


async def sell(town: Town, database: Database) -> None:
    """An order on a link of Lin's post, as the marketplace reports it."""
    (own,) = await town.services.connecting.all_groups()
    async with database.write() as connection:
        offer_id = await add_offer(connection, "coffee")
        post_id = await add_post(
            connection, own.id, own.promoter_id, offer_id, day=town.services.today()
        )
        link = Link(
            code=mint(bytes(8)),
            offer_id=offer_id,
            marketplace="feed",
            post_id=post_id,
            group_id=own.id,
            promoter_id=own.promoter_id,
            target_url="https://shop.example.com/coffee",
            created_at=town.clock.now(),
        )
        await links.add(connection, [link])
    body = {
        "subid": link.code,
        "txid": "A-1",
        "status": "approved",
        "payout": "10.00",
        "amount": "100.00",
        "currency": "CNY",
        "time": town.clock.now().isoformat(),
    }
    await town.services.crediting.receive(
        "feed", query="", content_type="application/json", body=json.dumps(body).encode()
    )


async def test_an_order_is_explained_to_its_promoter_alone(lin: Town, database: Database) -> None:
    await sell(lin, database)
    assert "¥5.00" in await lin.hear(LIN, "/earnings")
    text = await lin.hear(LIN, "/why A-1")
    for part in ("¥100.00", "¥10.00", "50%", "¥5.00", "Sunny Court", "coffee"):
        assert part in text
    assert "¥5.00" in await lin.hear(LIN, "/statement")
    await enrol(lin, CHEN)
    assert "没有找到" in await lin.hear(CHEN, "/why A-1")
    assert "推手" in await lin.hear(MEI, "/why A-1")
    text = await lin.hear(OUYANG, "/why A-1")
    assert "Sunny Court" in text
    assert "平台：50% = ¥5.00" in text
