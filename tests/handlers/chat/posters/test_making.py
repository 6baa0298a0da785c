"""Posters in the chat: a photo with a code, in either language, for no group or for one."""

import json

import pytest
from sqlalchemy import update

from storage.database import Database
from storage.tables import offers
from tests.bot.pictures.scanning import leads_to
from tests.cast import CHEN, LIN
from tests.handlers.chat.conftest import Json, Town, buttons
from tests.handlers.chat.test_groups import enrol
from tests.handlers.chat.test_picks import connect, stock


def link_of(message: Json) -> str:
    """The address in a poster's caption."""
    return str(message["caption"].rpartition("🔗 ")[2]).strip()


def picture_of(town: Town, message: Json) -> bytes:
    """The poster as Telegram keeps it."""
    file_id = message["photo"][-1]["file_id"]
    return town.world.files.by_id[file_id].upload.content


@pytest.fixture
async def lin(town: Town, database: Database) -> Town:
    """Lin with twelve offers in the catalogue."""
    await enrol(town, LIN)
    await stock(town, database)
    return town


@pytest.mark.parametrize(
    ("language", "disclosure", "how", "other"),
    [
        ("zh", "「广告」", "成交记在你名下，不算在哪个群里", "🌐 English version"),
        ("en", "Ad · ", "credited to you, and to none of your groups", "🌐 中文版"),
    ],
)
async def test_a_poster_is_a_photo_whose_code_leads_to_the_promoters_link(
    lin: Town, language: str, disclosure: str, how: str, other: str
) -> None:
    await lin.ask(LIN, f"/language {language}")
    await lin.ask(LIN, "/today")
    poster, told = await lin.ask(LIN, "/poster 1", 2)
    assert poster["caption"].startswith(disclosure)
    assert "Yunnan coffee p-1" in poster["caption"]
    assert "¥19.90" in poster["caption"]
    assert leads_to(picture_of(lin, poster), link_of(poster))
    assert how in told["text"]
    (label,) = buttons(poster)
    assert label == other


async def test_the_other_language_has_the_same_link(lin: Town) -> None:
    await lin.ask(LIN, "/today")
    poster, _ = await lin.ask(LIN, "/poster 1", 2)
    before = await lin.last_id(LIN)
    await lin.press(LIN, poster, buttons(poster)["🌐 English version"])
    english, _ = await lin.said(LIN, before, 2)
    assert english["caption"].startswith("Ad · ")
    assert link_of(english) == link_of(poster)
    assert "🌐 中文版" in buttons(english)


async def test_a_poster_may_count_for_an_own_group(lin: Town) -> None:
    await connect(lin, "Sunny Court")
    await lin.ask(LIN, "/today")
    poster, told = await lin.ask(LIN, "/poster 2", 2)
    before = await lin.last_id(LIN)
    await lin.press(LIN, told, buttons(told)["Sunny Court"])
    other, here = await lin.said(LIN, before, 2)
    assert link_of(other) != link_of(poster)
    assert leads_to(picture_of(lin, other), link_of(other))
    assert "Sunny Court" in here["text"]


async def test_what_is_asked_wrongly_is_answered_with_an_example(lin: Town) -> None:
    assert "/poster 3" in await lin.hear(LIN, "/poster 1")
    await lin.ask(LIN, "/today")
    assert "/poster 3" in await lin.hear(LIN, "/poster")
    assert "12" in await lin.hear(LIN, "/poster 13")


async def test_a_fifth_poster_within_a_minute_waits(lin: Town) -> None:
    await lin.ask(LIN, "/today")
    for number in range(1, 5):
        await lin.ask(LIN, f"/poster {number}", 2)
    assert "有点快" in await lin.hear(LIN, "/poster 5")
    await lin.ask(LIN, "/language en")
    assert "short time" in await lin.hear(LIN, "/poster 5")


async def test_a_forged_button_makes_no_poster(lin: Town) -> None:
    await lin.ask(LIN, "/today")
    poster, _ = await lin.ask(LIN, "/poster 1", 2)
    for data in ("1:poster:1:xx:0", "1:poster:1:zh", "1:poster"):
        assert (await lin.forge(LIN, poster, data))["text"]
    answer = await lin.forge(LIN, poster, "1:poster:1:zh:999")
    assert "没有找到这个群" in answer["text"]
    answer = await lin.forge(LIN, poster, "1:poster:999:zh:0")
    assert "找不到了" in answer["text"]


async def test_who_still_learns_makes_none(town: Town, database: Database) -> None:
    invitation = await town.services.enrolling.invite("fenxiang", owner_id=None)
    await town.ask(CHEN, f"/start {invitation.code}", 2)
    await stock(town, database)
    assert "/learn" in await town.hear(CHEN, "/poster 1")


async def test_the_photo_of_the_shop_at_the_operators_address_is_on_it(
    lin: Town, database: Database
) -> None:
    feed = await lin.client.get("/shop/feed.jsonl")
    image_url = json.loads(feed.text.splitlines()[0])["image"]
    assert image_url.startswith(str(lin.client.base_url))
    await lin.ask(LIN, "/today")
    first, _ = await lin.ask(LIN, "/poster 1", 2)
    async with database.write() as connection:
        await connection.execute(update(offers).values(image_url=image_url))
    second, _ = await lin.ask(LIN, "/poster 1", 2)
    assert picture_of(lin, first) != picture_of(lin, second)
