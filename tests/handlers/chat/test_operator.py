"""What operators do in the chat, and what nobody else can."""

import pytest

from bot.domain.records import PostState
from storage.database import Database
from storage.posts import posts
from tests.cast import CHEN, LIN, OUYANG, add_offer, add_post
from tests.handlers.chat.conftest import Town, buttons
from tests.handlers.chat.test_groups import enrol
from tests.handlers.chat.test_picks import connect, stock


@pytest.fixture
async def lin(town: Town, database: Database) -> Town:
    """Lin with one served group and a catalogue."""
    await enrol(town, LIN)
    await stock(town, database)
    await connect(town, "Sunny Court")
    return town


async def test_slots_are_shown_and_set(lin: Town) -> None:
    (own,) = await lin.services.connecting.all_groups()
    text = await lin.hear(OUYANG, "/slots")
    assert "芬香 · programme:fenxiang\n早上 08:00–08:30 每天\n" in text
    text = await lin.hear(OUYANG, f"/slots group:{own.id} morning 07:15-07:45 mon-fri")
    assert "Sunny Court" in text
    assert "早上 07:15–07:45 周一至周五（手动设置）" in text
    assert "07:15" in await lin.hear(OUYANG, f"/slots group:{own.id}")
    text = await lin.hear(OUYANG, f"/slots promoter:{own.promoter_id} 晚上 20:00-20:30")
    assert "晚上 20:00–20:30 每天（手动设置）" in text
    text = await lin.hear(OUYANG, f"/slots group:{own.id}")
    assert [line for line in text.splitlines() if line.startswith("晚上")] == [
        "晚上 20:00–20:30 每天"
    ]
    await lin.ask(OUYANG, "/language en")
    assert "morning 08:00–08:30, every day" in await lin.hear(OUYANG, "/slots")


@pytest.mark.parametrize(
    "words", ["x", "group:1 morning", "group:1 morning never", "group:1 a 07:15-07:45 x", "x y z"]
)
async def test_wrong_slots_are_answered_with_the_usage(lin: Town, words: str) -> None:
    assert "修改：/slots" in await lin.hear(OUYANG, f"/slots {words}")


async def test_slots_of_a_group_that_is_not_there_are_not_found(lin: Town) -> None:
    assert "没有找到" in await lin.hear(OUYANG, "/slots group:99 morning 07:15-07:45")


async def test_a_slot_is_published_once(lin: Town) -> None:
    (own,) = await lin.services.connecting.all_groups()
    assert "已排好：1" in await lin.hear(OUYANG, "/publish evening")
    assert "今天已经" in await lin.hear(OUYANG, f"/publish evening {own.chat_id}")
    assert "没有这个时段" in await lin.hear(OUYANG, "/publish midnight")
    assert "/publish" in await lin.hear(OUYANG, "/publish")
    assert "没有找到" in await lin.hear(OUYANG, "/publish evening 99")


async def test_pausing_stops_all_groups_or_one(lin: Town) -> None:
    assert "1 个群" in await lin.hear(OUYANG, "/pause")
    (own,) = await lin.services.connecting.all_groups()
    assert own.is_paused
    assert "1 个群" in await lin.hear(OUYANG, f"/resume {own.id}")
    assert "/pause" in await lin.hear(OUYANG, "/pause please")


async def test_lists_are_shown(lin: Town) -> None:
    await lin.hear(3002, "/start")
    assert "候补 1 人" in await lin.hear(OUYANG, "/promoters")
    assert "没有无主" in await lin.hear(OUYANG, "/orphans")
    assert "没有不确定" in await lin.hear(OUYANG, "/uncertain")
    assert "芬香" in await lin.hear(OUYANG, "/promoters")


async def test_a_report_goes_back_as_many_days_as_asked(lin: Town) -> None:
    week, month = await lin.hear(OUYANG, "/report"), await lin.hear(OUYANG, "/report 30")
    assert week == await lin.hear(OUYANG, "/report 7")
    assert "📊" in month
    assert month != week
    for words in ("0", "367", "-1", "all"):
        assert "1 到 366" in await lin.hear(OUYANG, f"/report {words}")


async def test_an_uncertain_post_is_settled_by_a_tap(lin: Town, database: Database) -> None:
    (own,) = await lin.services.connecting.all_groups()
    async with database.write() as connection:
        offer_id = await add_offer(connection, "lost")
        post_id = await add_post(
            connection, own.id, own.promoter_id, offer_id, state="uncertain", chat_id=own.chat_id
        )
    (shown,) = await lin.ask(OUYANG, "/uncertain")
    assert "Sunny Court" in shown["text"]
    await enrol(lin, CHEN)
    (other,) = await lin.ask(CHEN, "/help")
    refusal = await lin.forge(CHEN, other, f"1:post:arrived:{post_id}")
    assert refusal["show_alert"]
    data = buttons(shown)[f"{post_id} 已送达"]
    assert "记下" in (await lin.press(OUYANG, shown, data))["text"]
    assert "之前" in (await lin.press(OUYANG, shown, data))["text"]
    async with database.read() as connection:
        post = await posts.find(connection, post_id)
    assert post is not None
    assert post.state == PostState.SENT


@pytest.mark.parametrize(
    "command", ["slots", "publish morning", "pause", "promoters", "orphans", "uncertain", "report"]
)
async def test_others_learn_nothing_of_operators_commands(lin: Town, command: str) -> None:
    assert "没有这个命令" in await lin.hear(LIN, f"/{command}")
