"""The channels as a promoter uses them: eleven buttons, a numbered list, pages, a pick."""

from datetime import timedelta

import pytest

from storage.database import Database
from tests.cast import LIN, MEI, add_offer
from tests.handlers.chat.conftest import Town, buttons
from tests.handlers.chat.test_groups import enrol
from tests.handlers.chat.test_picks import connect, picks_of_lin, stock


@pytest.fixture
async def lin(town: Town, database: Database) -> Town:
    """Lin with a served group and twelve offers."""
    await enrol(town, LIN)
    await stock(town, database)
    await connect(town, "Sunny Court")
    return town


async def opened(town: Town, name: str) -> dict[str, object]:
    """The channel ``name`` in place of the eleven."""
    [menu] = await town.ask(LIN, "/channels")
    await town.press(LIN, menu, buttons(menu)[name])
    return await town.reread(LIN, menu)


async def test_a_channel_is_opened_turned_picked_from_and_left(lin: Town) -> None:
    [menu] = await lin.ask(LIN, "/channels")
    assert len(buttons(menu)) == 11
    shown = await opened(lin, "人气之王")
    text = str(shown["text"])
    assert "人气之王" in text
    assert "1–10 / 共 12 件" in text
    assert "佣金 10% · 已售 999 件" in text
    await lin.press(LIN, shown, buttons(shown)["下一页 ›"])
    second = await lin.reread(LIN, shown)
    assert "11–12 / 共 12 件" in second["text"]
    assert "12. " in second["text"]
    assert "已选好" in await lin.hear(LIN, "/pick 12")
    answer = await lin.press(LIN, second, buttons(second)["11"])
    assert "已选好" in answer["text"]
    assert len({pick.offer_id for pick in await picks_of_lin(lin)}) == 2
    await lin.press(LIN, second, buttons(second)["‹ 上一页"])
    await lin.press(LIN, second, buttons(second)["全部频道"])
    assert len(buttons(await lin.reread(LIN, second))) == 11


async def test_an_empty_channel_is_no_dead_end(lin: Town) -> None:
    shown = await opened(lin, "两小时热榜")
    assert str(shown["text"]).startswith("最近两小时还没有人点过链接")
    assert list(buttons(shown)) == ["全部频道"]


async def test_todays_must_posts_have_their_best_sellers_beside_them(lin: Town) -> None:
    shown = await opened(lin, "今日必推")
    assert "今日必推" in str(shown["text"])
    await lin.press(LIN, shown, buttons(shown)["畅销榜"])
    sellers = await lin.reread(LIN, shown)
    assert "畅销榜" in sellers["text"]
    assert "今日必推" in buttons(sellers)


async def test_in_season_the_button_has_the_festivals_name(lin: Town) -> None:
    lin.clock.advance(timedelta(days=20))
    [menu] = await lin.ask(LIN, "/channels")
    assert "双12必推" in buttons(menu)


async def test_a_brand_is_chosen_and_its_offers_listed(lin: Town, database: Database) -> None:
    async with database.write() as connection:
        for number in range(11):
            await add_offer(
                connection, f"m-{number}", brand="Old Mill", seen_at=lin.clock.now(), sales=5
            )
    shown = await opened(lin, "品牌专区")
    await lin.press(LIN, shown, buttons(shown)["Old Mill"])
    listed = await lin.reread(LIN, shown)
    assert "1–10 / 共 11 件" in listed["text"]
    turned = buttons(listed)["下一页 ›"]
    await lin.press(LIN, listed, turned)
    assert "11. " in (await lin.reread(LIN, listed))["text"]
    await lin.hear(LIN, "/search coffee")
    # Which brand it was is known by the list that was shown last, and that is another now.
    assert "用不了" in (await lin.forge(LIN, listed, turned))["text"]
    gone = await lin.forge(LIN, listed, "1:channel_brand:999")
    assert "用不了" in gone["text"]


async def test_a_page_of_a_list_that_was_left_opens_the_channel_anew(lin: Town) -> None:
    shown = await opened(lin, "人气之王")
    await lin.hear(LIN, "/search coffee")
    await lin.press(LIN, shown, buttons(shown)["下一页 ›"])
    assert "1–10 / 共 12 件" in (await lin.reread(LIN, shown))["text"]


async def test_search_asks_for_words_and_takes_the_reply(lin: Town) -> None:
    [menu] = await lin.ask(LIN, "/channels")
    before = await lin.last_id(LIN)
    await lin.press(LIN, menu, buttons(menu)["🔎 搜索"])
    [asked] = await lin.said(LIN, before)
    assert asked["text"].startswith("想找什么？直接回复这条消息")
    before = await lin.last_id(LIN)
    await lin.act(
        "say", chat_id=LIN, person_id=LIN, text="yunnan coffee", reply_to=asked["message_id"]
    )
    [found] = await lin.said(LIN, before)
    assert "「yunnan coffee」" in found["text"]
    assert "已选好" in await lin.hear(LIN, "/pick 1")


async def test_a_button_that_nobody_made_is_refused(lin: Town) -> None:
    [menu] = await lin.ask(LIN, "/channels")
    for data in ("1:channel:nothing", "1:channel", "1:channel_page:popular"):
        assert "用不了" in (await lin.forge(LIN, menu, data))["text"], data


async def test_channels_are_for_promoters(town: Town) -> None:
    await town.hear(MEI, "/start")
    assert "推手" in await town.hear(MEI, "/channels")
