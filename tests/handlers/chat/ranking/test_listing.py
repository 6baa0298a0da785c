"""The ranking in the operator's chat: looked at, pinned, moved, taken out; and what others see."""

import pytest
from sqlalchemy import select

from bot.domain.records import PersonId
from bot.services.catalogue.steering import Steering
from storage.database import Database
from storage.tables import audit, people
from tests.cast import LIN, OUYANG, add_offer
from tests.handlers.chat.conftest import Json, Town, buttons
from tests.handlers.chat.test_groups import add_bot, enrol, new_group, payload


@pytest.fixture
async def hall(town: Town, database: Database) -> Town:
    """Six offers of falling sales, an operator, and Lin with a group."""
    await enrol(town, LIN)
    group = await new_group(town)
    await add_bot(town, group["id"], payload=await payload(town), rights=[])
    async with database.write() as connection:
        for at, name in enumerate(("Tea", "Oil", "Cup", "Kite", "Lamp", "Soap")):
            await add_offer(connection, name, title=name, sales=10_000 // 4**at)
    return town


def data_of(message: Json, beginning: str) -> str:
    """What is behind the button that begins so."""
    return next(one for one in buttons(message).values() if one.startswith(f"1:{beginning}:"))


def order(text: str) -> list[str]:
    """The offers of a list that is shown, without marks."""
    names = ("Tea", "Oil", "Cup", "Kite", "Lamp", "Soap")
    lines = [line for line in text.splitlines() if line[:1].isdigit()]
    return [next(name for name in names if name in line) for line in lines]


async def test_an_operator_looks_pins_and_moves_by_tap(hall: Town, database: Database) -> None:
    await hall.ask(OUYANG, "/language en")
    [shown] = await hall.ask(OUYANG, "/shortlist")
    assert order(shown["text"]) == ["Tea", "Oil", "Cup", "Kite", "Lamp", "Soap"]
    assert "version 1, 6 offers" in shown["text"]
    await hall.press(OUYANG, shown, buttons(shown)["5"])
    card = await hall.reread(OUYANG, shown)
    assert "5/6 · Lamp" in card["text"].replace("\u2068", "").replace("\u2069", "")
    # All eight factors in words, with the figures that they rest on.
    for words in (
        "Sales rank", "39 sold; the best seller of its shop: 10,000", "Liked in our groups",
        "Asked for", "¥29.90 before, ¥19.90 after coupon: 33% off", "10%, about ¥1.99 an order",
        "Stock", "Quality", "Value for money",
    ):  # fmt: skip
        assert words in card["text"], words
    said = await hall.press(OUYANG, card, data_of(card, "rank_pin"))
    assert said["text"] == "Pinned. Version 2 of the ranking counts now."
    card = await hall.reread(OUYANG, shown)
    assert "📌 Put first by the operator" in card["text"]
    assert "1/6" in card["text"]
    said = await hall.press(OUYANG, card, data_of(card, "rank_unpin"))
    assert "Version 3" in said["text"]
    card = await hall.reread(OUYANG, shown)
    old = data_of(card, "rank_up")
    assert "Version 4" in (await hall.press(OUYANG, card, old))["text"]
    card = await hall.reread(OUYANG, shown)
    assert "4/6" in card["text"]
    # A second tap on a card that has moved since does not move it again.
    assert "changed meanwhile" in (await hall.forge(OUYANG, card, old))["text"]
    await hall.press(OUYANG, card, data_of(card, "rank_down"))
    card = await hall.reread(OUYANG, shown)
    assert "5/6" in card["text"]
    await hall.press(OUYANG, card, data_of(card, "rank_list"))
    back = await hall.reread(OUYANG, shown)
    assert order(back["text"]) == ["Tea", "Oil", "Cup", "Kite", "Lamp", "Soap"]
    async with database.read() as connection:
        actions = list(await connection.scalars(select(audit.c.action).order_by(audit.c.id)))
    assert [each for each in actions if each in ("pin", "unpin", "move")] == [
        "pin", "unpin", "move", "move",
    ]  # fmt: skip


async def test_words_do_the_same_and_a_ban_needs_a_reason(hall: Town) -> None:
    await hall.ask(OUYANG, "/language zh")
    assert "先发 /shortlist" in await hall.hear(OUYANG, "/shortlist ban 1 假货")
    await hall.ask(OUYANG, "/shortlist")
    assert "第 2 版" in await hall.hear(OUYANG, "/shortlist pin 3 周年庆")
    # Numbers mean the list as it stands now: 1 is what was just pinned.
    assert "第 3 版" in await hall.hear(OUYANG, "/shortlist move 3 2 先卖这个")
    assert "先发 /shortlist" in await hall.hear(OUYANG, "/shortlist move 3 x")
    assert "先发 /shortlist" in await hall.hear(OUYANG, "/shortlist unpin 99")
    assert "请写上原因" in await hall.hear(OUYANG, "/shortlist ban 2")
    text = await hall.hear(OUYANG, "/shortlist")
    assert order(text) == ["Cup", "Oil", "Tea", "Kite", "Lamp", "Soap"]
    assert "已下架：" in await hall.hear(OUYANG, "/shortlist ban 2 假货 <投诉>")
    assert order(await hall.hear(OUYANG, "/shortlist")) == ["Cup", "Tea", "Kite", "Lamp", "Soap"]
    listed = await hall.hear(OUYANG, "/shortlist bans")
    assert "Oil" in listed
    assert "所有计划：" in listed
    number = next(word for word in listed.split() if word.isdigit())
    assert "已恢复" in await hall.hear(OUYANG, f"/shortlist unban {number}")
    assert "没有变化" in await hall.hear(OUYANG, f"/shortlist unban {number}")
    assert "先发 /shortlist" in await hall.hear(OUYANG, "/shortlist unban")
    assert "没有下架" in await hall.hear(OUYANG, "/shortlist bans")
    assert "没有「none」这个计划" in await hall.hear(OUYANG, "/shortlist none")


async def test_a_promoter_reads_why_an_offer_is_gone_wherever_it_is_tried(
    hall: Town, database: Database
) -> None:
    await hall.ask(LIN, "/language en")
    await hall.ask(LIN, "/today")
    async with database.read() as connection:
        lin = await connection.scalar(select(people.c.id).where(people.c.telegram_id == LIN))
    assert lin is not None
    steering: Steering = hall.services.rooms.steering
    first = (await hall.services.shortlisting.remembered(PersonId(lin)))[0]
    await steering.ban(first, reason="fake <goods>", by=None)
    sentence = "The operator took this offer out: "
    for command in ("/pick 1", "/send 1", "/poster 1"):
        text = await hall.hear(LIN, command)
        assert text.startswith(sentence), command
        assert "fake <goods>" in text
    assert "Tea" not in await hall.hear(LIN, "/channels")
    assert "Nothing found" in await hall.hear(LIN, "/search Tea")


async def test_only_operators_are_shown_the_ranking(hall: Town) -> None:
    await hall.ask(LIN, "/language en")
    assert "pin" not in await hall.hear(LIN, "/shortlist")
    [shown] = await hall.ask(OUYANG, "/shortlist")
    answer = await hall.forge(LIN, None, buttons(shown)["1"])
    assert answer["text"]


async def test_an_empty_catalogue_and_a_button_of_an_unknown_programme(town: Town) -> None:
    await town.ask(OUYANG, "/language en")
    assert "has no ranking today" in await town.hear(OUYANG, "/shortlist")
    assert (await town.forge(OUYANG, None, "1:rank_card:none:1"))["text"]


async def test_a_failed_search_of_a_promoter_is_a_wish(hall: Town) -> None:
    await hall.ask(LIN, "/language en")
    assert "Noted as a wish" in await hall.hear(LIN, "/search trampoline")
    assert await hall.services.wishing.inbox() == []
    for number in (901, 902):
        await hall.services.wishing.want(PersonId(number), None, "trampoline")
    [row] = await hall.services.wishing.inbox()
    assert (row.words, row.people) == ("trampoline", 3)
