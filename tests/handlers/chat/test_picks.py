"""From the day's deck to the next post, as a promoter does it in two minutes."""

from datetime import timedelta

import pytest

from bot.domain.records import PersonId, Pick
from storage.database import Database
from tests.cast import CHEN, LIN, MEI, add_offer, add_post
from tests.handlers.chat.conftest import Town, buttons
from tests.handlers.chat.test_groups import add_bot, enrol, new_group, payload, spoken

DEAD = "https://pictures.example.com/coffee.jpg"


@pytest.fixture
async def lin(town: Town, database: Database) -> Town:
    """Lin with one served group, and twelve offers in the catalogue."""
    await enrol(town, LIN)
    await stock(town, database)
    await connect(town, "Sunny Court")
    return town


async def connect(town: Town, title: str) -> int:
    group = await new_group(town, title=title)
    return await add_bot(town, group["id"], payload=await payload(town), rights=[])


async def stock(town: Town, database: Database, image_url: str | None = None) -> None:
    async with database.write() as connection:
        for number in range(1, 13):
            await add_offer(
                connection,
                f"p-{number}",
                seen_at=town.clock.now(),
                sales=1000 - number,
                search=f"yunnan coffee p-{number}",
                image_url=image_url,
            )


async def picks_of_lin(town: Town) -> list[Pick]:
    lin = await town.services.enrolling.promoter_by_telegram(LIN)
    assert lin is not None
    return await town.services.shortlisting.picks(PersonId(lin.id))


@pytest.mark.parametrize(
    ("language", "picked", "planned", "shown"),
    [("zh", "已选好", "1 个群", "会发："), ("en", "Picked for", "groups: 1", "gets:")],
)
async def test_a_card_is_picked_planned_and_previewed(
    lin: Town, language: str, picked: str, planned: str, shown: str
) -> None:
    await lin.ask(LIN, f"/language {language}")
    (card,) = await lin.ask(LIN, "/today")
    assert "1/12" in card["text"]
    take = next(data for data in buttons(card).values() if data.startswith("1:take:"))
    answer = await lin.press(LIN, card, take)
    assert picked in answer["text"]
    assert len(answer["text"]) <= 200
    assert "2/12" in (await lin.reread(LIN, card))["text"]
    assert planned in await lin.hear(LIN, "/picks")
    head, post = (await lin.ask(LIN, "/preview", 2))[:2]
    assert shown in head["text"]
    assert post["text"].startswith("「广告」")
    assert all(url.startswith("https://") for url in buttons(post).values())


async def test_a_card_pressed_twice_is_picked_once(lin: Town) -> None:
    (card,) = await lin.ask(LIN, "/today")
    take = next(data for data in buttons(card).values() if data.startswith("1:take:"))
    first = await lin.press(LIN, card, take)
    again = await lin.forge(LIN, card, take)
    assert again["text"] == first["text"]
    assert len(await picks_of_lin(lin)) == 1


async def test_the_deck_turns_both_ways_and_skips(lin: Town) -> None:
    (card,) = await lin.ask(LIN, "/today")
    shown = buttons(card)
    await lin.press(LIN, card, shown["‹ 上一个"])
    assert "12/12" in (await lin.reread(LIN, card))["text"]
    await lin.press(LIN, card, buttons(await lin.reread(LIN, card))["下一个 ›"])
    assert "1/12" in (await lin.reread(LIN, card))["text"]
    await lin.press(LIN, card, shown["跳过"])
    assert "2/12" in (await lin.reread(LIN, card))["text"]


@pytest.mark.parametrize("is_dead", [False, True])
async def test_pictures_are_turned_in_one_message(
    town: Town, database: Database, is_dead: bool
) -> None:
    await enrol(town, LIN)
    await stock(
        town, database, DEAD if is_dead else f"{town.client.base_url}/shop/pictures/H1001.png"
    )
    (card,) = await town.ask(LIN, "/today")
    before = await town.last_id(LIN)
    await town.press(LIN, card, buttons(card)["下一个 ›"])
    assert await town.last_id(LIN) == before
    turned = await town.reread(LIN, card)
    assert "2/12" in turned["text" if is_dead else "caption"]
    assert ("photo" in turned) is not is_dead


async def test_a_card_is_picked_for_one_group_only(lin: Town) -> None:
    await connect(lin, "Rose Lane")
    (card,) = await lin.ask(LIN, "/today")
    await lin.press(LIN, card, buttons(card)["只发到一个群…"])
    choices = buttons(await lin.reread(LIN, card))
    assert {"Sunny Court", "Rose Lane", "‹ 返回"} == set(choices)
    answer = await lin.press(LIN, card, choices["Rose Lane"])
    assert "1 个群" in answer["text"]
    assert len(await picks_of_lin(lin)) == 1


async def test_yesterdays_deck_picks_nothing(lin: Town) -> None:
    (card,) = await lin.ask(LIN, "/today")
    lin.clock.advance(timedelta(days=1))
    answer = await lin.press(LIN, card, buttons(card)["✅ 选它"])
    assert "重新" in answer["text"]
    assert await picks_of_lin(lin) == []


async def test_nobody_picks_for_somebody_elses_group(lin: Town) -> None:
    (own,) = await lin.services.connecting.all_groups()
    await enrol(lin, CHEN)
    (card,) = await lin.ask(CHEN, "/today")
    data = buttons(card)["✅ 选它"].replace("take", "give") + f":{own.id}"
    assert (await lin.forge(CHEN, card, data))["text"] == "没有找到这个群。"
    assert (await lin.forge(CHEN, card, f"1:preview:{own.id}:"))["text"] == "没有找到。"
    assert await picks_of_lin(lin) == []


async def test_a_promoter_in_training_looks_and_does_not_pick(
    town: Town, database: Database
) -> None:
    invitation = await town.services.enrolling.invite("fenxiang", owner_id=None)
    await town.ask(LIN, f"/start {invitation.code}", 2)
    await stock(town, database)
    (card,) = await town.ask(LIN, "/today")
    assert "/learn" in (await town.press(LIN, card, buttons(card)["✅ 选它"]))["text"]
    assert "/learn" in await town.hear(LIN, "/pick 1")


async def test_search_numbers_what_pick_understands(lin: Town) -> None:
    assert "1. " in await lin.hear(LIN, "/search coffee")
    assert "已选好" in await lin.hear(LIN, "/pick 2 evening")
    (pick,) = await picks_of_lin(lin)
    assert pick.slot == "evening"
    assert "晚上" in await lin.hear(LIN, "/pick 3 晚上")
    assert "没有这个时段" in await lin.hear(LIN, "/pick 3 midnight")
    assert "换个序号" in await lin.hear(LIN, "/pick 99")
    assert "/pick 3" in await lin.hear(LIN, "/pick x")
    assert "没有找到" in await lin.hear(LIN, "/search nothingatall")
    assert "/search" in await lin.hear(LIN, "/search")


async def test_a_search_in_vain_leaves_the_list_as_it_was(lin: Town) -> None:
    await lin.hear(LIN, "/search coffee")
    assert "没有找到" in await lin.hear(LIN, "/search nothingatall")
    assert "已选好" in await lin.hear(LIN, "/pick 1")


async def test_one_chinese_character_is_searched_for(lin: Town, database: Database) -> None:
    async with database.write() as connection:
        await add_offer(connection, "mango", seen_at=lin.clock.now(), search="海南小台芒 5斤")
    assert "1. " in await lin.hear(LIN, "/search 芒")


async def test_a_number_under_a_search_picks(lin: Town) -> None:
    (found,) = await lin.ask(LIN, "/search coffee")
    assert "已选好" in (await lin.press(LIN, found, buttons(found)["3"]))["text"]


async def test_picks_are_taken_back_by_number_or_tap(lin: Town) -> None:
    await lin.hear(LIN, "/search coffee")
    await lin.hear(LIN, "/pick 1 noon")
    await lin.hear(LIN, "/pick 2 evening")
    (plan,) = await lin.ask(LIN, "/picks")
    data = buttons(plan)["✖ 1"]
    await lin.press(LIN, plan, data)
    await lin.forge(LIN, plan, data)
    assert len(await picks_of_lin(lin)) == 1
    assert "已取消" in await lin.hear(LIN, "/unpick 1")
    assert await picks_of_lin(lin) == []
    assert "没有可取消的" in await lin.hear(LIN, "/unpick 1")
    assert "还没有选" in await lin.hear(LIN, "/picks")


async def test_with_several_groups_a_preview_asks_which(lin: Town) -> None:
    await connect(lin, "Rose Lane")
    (asked,) = await lin.ask(LIN, "/preview evening")
    before = await lin.last_id(LIN)
    await lin.press(LIN, asked, buttons(asked)["Rose Lane"])
    head = (await lin.said(LIN, before, 2))[0]
    assert "Rose Lane" in head["text"]
    assert "晚上" in head["text"]


async def test_deals_are_todays_posts_of_this_group(lin: Town, database: Database) -> None:
    (own,) = await lin.services.connecting.all_groups()
    assert "还没有" in await lin.hear(LIN, "/deals")
    async with database.write() as connection:
        offer_id = await add_offer(connection, "posted", seen_at=lin.clock.now())
        await add_post(
            connection,
            own.id,
            own.promoter_id,
            offer_id,
            day=lin.services.today(),
            rendered={
                "html": "「广告」",
                "image_url": None,
                "buttons": [[{"text": "x", "url": "https://go.example.com/r/abc"}]],
            },
        )
    await lin.act("say", chat_id=own.chat_id, person_id=MEI, text="/deals@haowu_demo_bot")
    await lin.settled()
    assert (await spoken(lin, own.chat_id))[-1].startswith("「广告」")
    assert "Yunnan coffee posted" in await lin.hear(LIN, "/deals")
    assert "群里" in await lin.hear(MEI, "/deals")
