"""A promoter's first day: invited, trained, connected, and the first pick seen as it will look."""

from collections.abc import Mapping

import pytest

from storage.database import Database
from tests.cast import LIN
from tests.handlers.chat.conftest import Json, Town, buttons
from tests.handlers.chat.test_groups import new_group, spoken
from tests.handlers.chat.test_picks import stock
from tests.schemes import PROGRAMMES, TEXTS

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {"group": "正常发送", "card": "1/12", "pick": "已选好", "head": "「广告」"},
    "en": {"group": "Posting", "card": "1/12", "pick": "Picked for", "head": "Ad ·"},
}


async def train(town: Town, rules: Json) -> None:
    await town.press(LIN, rules, "1:rules")
    for number, question in enumerate(PROGRAMMES["fenxiang"].questions):
        await town.press(LIN, rules, f"1:answer:{number}:{question.answer}")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_first_day(town: Town, database: Database, language: str) -> None:
    words, texts = WORDS[language], TEXTS[language]
    await stock(town, database)
    invitation = await town.services.enrolling.invite("fenxiang", owner_id=None)
    await town.hear(LIN, f"/language {language}")
    _, rules = await town.ask(LIN, f"/start {invitation.code}", 2)
    await train(town, rules)

    (connect,) = await town.ask(LIN, "/connect")
    payload = buttons(connect)[texts("button.connect")].split("startgroup=")[1].split("&")[0]
    group = await new_group(town)
    await town.act("add_bot", chat_id=group["id"], by=LIN, payload=payload, rights=[])
    await town.settled()
    for _ in range(2):
        told = f"/language@haowu_demo_bot {language}"
        await town.act("say", chat_id=group["id"], person_id=LIN, text=told)
    await town.settled()
    assert len([text for text in await spoken(town, group["id"]) if "👋" in text]) == 1
    assert words["group"] in await town.hear(LIN, "/groups")

    (card,) = await town.ask(LIN, "/today")
    assert words["card"] in card["text"]
    answer = await town.press(LIN, card, buttons(card)[texts("button.take")])
    assert words["pick"] in answer["text"]
    posts = (await town.ask(LIN, "/preview", 2))[1:]
    assert posts[0]["text"].startswith(words["head"])
    assert "Yunnan coffee p-1" in posts[0]["text"]
