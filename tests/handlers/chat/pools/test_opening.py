"""A promoter opens a pool: the words, the group, a look, and one confirmation."""

import pytest
from sqlalchemy import update

from storage.tables import offers
from tests.cast import LIN
from tests.handlers.chat.conftest import buttons
from tests.handlers.chat.pools.conftest import Pools
from tests.handlers.chat.test_picks import DEAD


async def test_it_is_seen_before_it_is_sent_and_a_second_press_sends_nothing(
    pools: Pools,
) -> None:
    town = pools.town
    await pools.connect("Sunny Court", "pinduoduo")
    await town.ask(LIN, "/search coffee")
    preview, question = await town.ask(LIN, "/pool 1 5 12", 2)
    assert preview["text"].startswith("「广告」")
    assert "还差 5 人" in preview["text"]
    assert "「Sunny Court」" in question["text"]
    assert "5 人" in question["text"]
    go = next(iter(buttons(question).values()))
    await town.press(LIN, question, go)
    await town.forge(LIN, question, go)
    await pools.ticks()
    assert len(await pools.boards()) == 1
    assert "已经有这个好物的拼团" in (await town.messages(LIN))[-1]["text"]


async def test_with_several_groups_one_is_chosen(pools: Pools) -> None:
    town = pools.town
    await pools.connect("Sunny Court", "pinduoduo")
    second = await pools.connect("Rose Lane", "pinduoduo")
    await town.ask(LIN, "/search coffee")
    (which,) = await town.ask(LIN, "/pool 1")
    assert set(buttons(which)) == {"Sunny Court", "Rose Lane"}
    before = await town.last_id(LIN)
    await town.press(LIN, which, buttons(which)["Rose Lane"])
    _, question = await town.said(LIN, before, 2)
    await town.press(LIN, question, next(iter(buttons(question).values())))
    await pools.ticks()
    assert (await pools.boards(), len(await pools.boards(second))) == ([], 1)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("/pool", "写上第几个"),
        ("/pool 1 many", "写上第几个"),
        ("/pool 9", "1"),
        ("/pool 1 1", "2 到 500"),
        ("/pool 1 99999", "2 到 500"),
        ("/pool 1 3 100", "1 到 72"),
    ],
)
async def test_wrong_words_get_one_helpful_sentence(pools: Pools, words: str, answer: str) -> None:
    await pools.connect("Sunny Court", "pinduoduo")
    await pools.town.ask(LIN, "/search coffee")
    assert answer in await pools.town.hear(LIN, words)


async def test_who_has_no_group_with_pools_is_told_what_is_missing(pools: Pools) -> None:
    await pools.connect("Sunny Court", "fenxiang")
    await pools.town.ask(LIN, "/search coffee")
    assert "没有可以开拼团的群" in await pools.town.hear(LIN, "/pool 1")


async def test_without_a_coupon_there_is_no_pool(pools: Pools) -> None:
    await pools.connect("Sunny Court", "pinduoduo")
    async with pools.database.write() as connection:
        await connection.execute(update(offers).values(sale_price_minor=None))
    await pools.town.ask(LIN, "/search coffee")
    assert "没有券后价" in await pools.town.hear(LIN, "/pool 1")


@pytest.mark.parametrize("is_dead", [False, True])
async def test_a_picture_is_shown_and_a_dead_one_left_out(pools: Pools, is_dead: bool) -> None:
    town = pools.town
    await pools.connect("Sunny Court", "pinduoduo")
    url = DEAD if is_dead else f"{town.client.base_url}/shop/pictures/H1001.png"
    async with pools.database.write() as connection:
        await connection.execute(update(offers).values(image_url=url))
    await town.ask(LIN, "/search coffee")
    preview, question = await town.ask(LIN, "/pool 1", 2)
    assert ("photo" in preview) is not is_dead
    await town.press(LIN, question, next(iter(buttons(question).values())))
    await pools.ticks()
    sent = [one for one in await town.messages(pools.chats[0]) if "reply_markup" in one][-1]
    assert ("photo" in sent) is not is_dead
    assert "已有" in await pools.taps(LIN, sent)
    await pools.ticks()
    shown = await town.reread(pools.chats[0], sent)
    assert "已有 1 人" in str(shown.get("caption") or shown.get("text"))
