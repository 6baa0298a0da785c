"""The deck in the chat: opened, kept, swapped, in own words, all at once, in both languages."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from storage.database import Database
from tests.cast import CHEN, LIN
from tests.handlers.chat.conftest import Json, Town, buttons
from tests.handlers.chat.test_groups import enrol
from tests.handlers.chat.test_picks import connect, picks_of_lin, stock


@dataclass
class Table:
    """Lin's deck of two groups, three slots each with two posts, at seven in the morning."""

    town: Town

    async def deal(self) -> None:
        """Let the clock tick."""
        while await self.town.services.rooms.decks.dealing.deal_due():
            pass

    async def open(self) -> Json:
        """The deck, as /today shows it ahead of the shortlist."""
        deck, _ = await self.town.ask(LIN, "/today", 2)
        return deck

    async def press(self, message: Json, beginning: str, by: int = LIN) -> str:
        """Press the button whose data begins so; the answer over the chat."""
        data = data_of(await self.town.reread(by, message), beginning)
        return str((await self.town.press(by, message, data)).get("text") or "")

    async def text(self, message: Json) -> str:
        """How the message reads now."""
        return str((await self.town.reread(LIN, message))["text"])

    async def reply(self, asked: Json, words: str, count: int = 1) -> list[Json]:
        """Answer a question of the bot by a reply."""
        before = await self.town.last_id(LIN)
        await self.town.act(
            "say", chat_id=LIN, person_id=LIN, text=words, reply_to=asked["message_id"]
        )
        return await self.town.said(LIN, before, count)


def data_of(message: Json, beginning: str) -> str:
    return next(one for one in buttons(message).values() if one.startswith(f"1:{beginning}:"))


def title_in(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith("Yunnan"))


@pytest.fixture
async def table(town: Town, database: Database) -> Table:
    await enrol(town, LIN)
    await connect(town, "Sunny Court")
    await connect(town, "Rose <Lane>")
    # Nine in the morning: the next day's deck comes at seven.
    town.clock.advance(timedelta(hours=22))
    await stock(town, database)
    while await town.services.scheduling.adopt():
        pass
    table = Table(town)
    await table.deal()
    return table


async def test_the_deck_is_a_list_that_one_tap_keeps(table: Table) -> None:
    deck = await table.open()
    assert "2 个群，12 张卡，大约 2 分钟" in deck["text"]
    assert "1. Sunny Court · 早上 · Yunnan" in deck["text"]
    assert "2. " in deck["text"]
    assert "不回也没关系" in deck["text"]
    assert await table.press(deck, "deck_all") == "留下了 12 张，祝今天顺利！"
    assert "12 张卡都定好了" in await table.text(deck)
    assert len(await picks_of_lin(table.town)) == 12
    assert "/today" in await table.text(deck)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "zh",
            "1/12|大约 2 分钟|早上 08:00|为什么是它|还没有记录|不用管它|已留下，早上发",
        ),
        (
            "en",
            "1/12|about 2 minutes|morning, 08:00|Why here|no history|Say nothing|Kept for the mor",
        ),
    ],
)
async def test_a_card_is_kept_and_the_next_one_comes(
    table: Table, language: str, said: str
) -> None:
    words = said.split("|")
    await table.town.ask(LIN, f"/language {language}")
    deck = await table.open()
    await table.press(deck, "deck")
    first = await table.text(deck)
    for word in words[:-1]:
        assert word in first
    # The group reads Chinese, whatever its promoter reads.
    assert "「广告」" in first
    assert words[-1] in await table.press(deck, "deck_keep")
    assert "2/12" in await table.text(deck)
    assert len(await picks_of_lin(table.town)) == 1


async def test_a_swap_shows_the_next_best_on_the_same_card(table: Table) -> None:
    deck = await table.open()
    await table.press(deck, "deck")
    before = await table.text(deck)
    assert "换好了" in await table.press(deck, "deck_swap")
    after = await table.text(deck)
    assert "1/12" in after
    assert "已换" in after
    assert title_in(after) != title_in(before)
    assert await picks_of_lin(table.town) == []


async def test_the_deck_turns_both_ways(table: Table) -> None:
    deck = await table.open()
    await table.press(deck, "deck")
    shown = buttons(await table.town.reread(LIN, deck))
    await table.town.press(LIN, deck, shown["‹ 上一个"])
    assert "12/12" in await table.text(deck)
    await table.town.press(LIN, deck, buttons(await table.town.reread(LIN, deck))["下一个 ›"])
    assert "1/12" in await table.text(deck)


async def test_own_words_are_asked_for_refused_by_name_and_kept(table: Table) -> None:
    deck = await table.open()
    await table.press(deck, "deck")
    before = await table.town.last_id(LIN)
    await table.press(deck, "deck_words")
    (asked,) = await table.town.said(LIN, before)
    assert "不超过 120 个字" in asked["text"]
    refused, again = await table.reply(asked, "跟着我躺赚", 2)
    assert refused["text"] == "「躺赚」是谁也保证不了的话，帖子里不能写。"
    refused, again = await table.reply(again, "x" * 121, 2)
    assert refused["text"] == "这句有 121 个字，开头最多 120 个字。"
    assert await picks_of_lin(table.town) == []
    kept, card = await table.reply(again, "早呀 <3 都来看看", 2)
    assert "已留下" in kept["text"]
    assert "早呀 <3 都来看看" in card["text"]
    assert card["text"].index("「广告」") < card["text"].index("早呀")
    assert [pick.words for pick in await picks_of_lin(table.town)] == ["早呀 <3 都来看看"]


async def test_the_same_goes_to_both_groups(table: Table) -> None:
    deck = await table.open()
    await table.press(deck, "deck")
    assert "2 个群都发它" in await table.press(deck, "deck_same")
    found = await picks_of_lin(table.town)
    assert len({pick.group_id for pick in found}) == 2
    assert len({pick.offer_id for pick in found}) == 1


async def test_what_opened_answers_in_a_sentence(table: Table) -> None:
    deck = await table.open()
    await table.press(deck, "deck")
    table.town.clock.advance(timedelta(hours=1))
    assert await table.press(deck, "deck_keep") == "这个时段已经开始了，明天的卡组会准时来。"
    table.town.clock.advance(timedelta(hours=14))
    for beginning in ("deck_keep", "deck_swap", "deck_words", "deck_same", "deck_all", "deck"):
        assert "已经开始" in await table.press(deck, beginning)
    (card,) = await table.town.ask(LIN, "/today")
    assert "/12" in (card.get("text") or card["caption"])
    assert "逐张看" not in str(buttons(card))


async def test_nobody_turns_anothers_deck(table: Table) -> None:
    await enrol(table.town, CHEN)
    deck = await table.open()
    for data in ("1:deck:1:0", "1:deck_keep:1:0", "1:deck_swap:1:0", "1:deck_all:1"):
        answer = await table.town.forge(CHEN, None, data)
        assert answer["text"] == "你的卡组里没有这张卡。"
    for data in ("1:deck:1:77", "1:deck_words:1:77", "1:deck_same:1:-1", "1:deck_keep:9:0"):
        answer = await table.town.forge(LIN, deck, data)
        assert answer["text"] == "你的卡组里没有这张卡。"


async def test_what_autopilot_chose_stands_under_the_picks(table: Table) -> None:
    deck = await table.open()
    await table.press(deck, "deck")
    await table.press(deck, "deck_keep")
    table.town.clock.advance(timedelta(hours=1))
    while await table.town.services.publishing.plan_due():
        pass
    said = await table.town.hear(LIN, "/picks")
    assert "🤖 自动挑的" in said
    assert "因为：这个群还没有记录，先按今日排行" in said
    await table.town.ask(LIN, "/language en")
    assert "What autopilot chose" in await table.town.hear(LIN, "/picks")


async def test_without_a_deck_today_is_the_shortlist_alone(town: Town, database: Database) -> None:
    await enrol(town, LIN)
    await stock(town, database)
    (card,) = await town.ask(LIN, "/today")
    assert "1/12" in card["text"]


async def test_who_is_still_in_training_looks_and_keeps_nothing(table: Table) -> None:
    deck = await table.open()
    await table.press(deck, "deck")
    await table.town.services.enrolling.suspend(LIN, by="test", reason="test")
    assert await table.press(deck, "deck_keep") != ""
    assert await picks_of_lin(table.town) == []
