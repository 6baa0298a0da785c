"""Inline mode through the running bot: own results, a message with the disclosure, no strangers."""

import pytest
from sqlalchemy import select

from handlers.chat.inlines import answering
from storage.database import Database
from storage.tables import people
from tests.cast import LIN, MEI, WEI, add_person
from tests.handlers.chat.conftest import Json, Town, buttons
from tests.handlers.chat.test_groups import enrol
from tests.handlers.chat.test_picks import connect, stock


@pytest.fixture
async def lin(town: Town, database: Database, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Lin with twelve offers in the catalogue; words rest quickly."""
    monkeypatch.setattr(answering, "REST_SECONDS", 0.05)
    await enrol(town, LIN)
    await stock(town, database, image_url="https://pictures.example.com/coffee.jpg")
    return town


async def typed(town: Town, person_id: int, query: str, offset: str = "") -> tuple[str, Json]:
    """What the bot shows for ``@bot QUERY``, and the id of the query."""
    told = await town.act("inline", person_id=person_id, query=query, offset=offset)
    assert told["answer"] is not None
    return told["id"], told["answer"]


@pytest.mark.parametrize(
    ("language", "disclosure", "as_of", "label"),
    [
        ("zh", "「广告」", "11月22日 周日 09:00", "去看看 ¥19.90"),
        ("en", "Ad · ", "as of Sun 22 Nov, 09:00", "Have a look ¥19.90"),
    ],
)
async def test_a_tapped_result_is_a_message_with_the_disclosure_first(
    lin: Town, language: str, disclosure: str, as_of: str, label: str
) -> None:
    await lin.ask(LIN, f"/language {language}")
    group = await connect(lin, "Sunny Court")
    query_id, shown = await typed(lin, LIN, "coffee")
    assert shown["is_personal"] is True
    assert shown["cache_time"] <= 30
    first = shown["results"][0]
    assert first["title"] == "Yunnan coffee p-1"
    assert "¥19.90" in first["description"]
    assert as_of in first["description"]
    assert first["thumbnail_url"] == "https://pictures.example.com/coffee.jpg"
    before = await lin.last_id(group)
    sent = await lin.act(
        "choose", query_id=query_id, result_id=first["id"], chat_id=group, person_id=LIN
    )
    assert sent["text"].startswith(disclosure)
    assert "¥19.90" in sent["text"]
    assert "¥29.90" in sent["text"]
    assert sent["link_preview_options"] == {"is_disabled": True}
    ((text, url),) = buttons(sent).items()
    assert text == label
    assert url.startswith("https://go.example.com/r/")
    await lin.settled()
    # The bot hears its own words under Lin's name, and leaves them alone.
    after = await lin.messages(group, before)
    assert [one["message_id"] for one in after] == [sent["message_id"]]


async def test_what_is_shared_in_the_private_chat_is_no_question(lin: Town) -> None:
    query_id, shown = await typed(lin, LIN, "coffee")
    before = await lin.last_id(LIN)
    result_id = shown["results"][0]["id"]
    await lin.act("choose", query_id=query_id, result_id=result_id, chat_id=LIN, person_id=LIN)
    await lin.settled()
    assert len(await lin.messages(LIN, before)) == 1


async def test_results_come_page_by_page(lin: Town) -> None:
    _, first = await typed(lin, LIN, "coffee")
    _, second = await typed(lin, LIN, "coffee", offset=first["next_offset"])
    ids = [one["id"] for one in (*first["results"], *second["results"])]
    assert len(ids) == len(set(ids)) == 12
    assert second["next_offset"] == ""
    _, beyond = await typed(lin, LIN, "coffee", offset="999999999999")
    assert beyond["results"] == []
    assert beyond["button"] is None
    _, odd = await typed(lin, LIN, "coffee", offset="-5x")
    assert len(odd["results"]) == 10


async def test_without_words_the_days_offers_are_shown(lin: Town) -> None:
    _, shown = await typed(lin, LIN, "  ")
    assert len(shown["results"]) == 10


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "凭邀请加入"), ("en", "Join by invitation")]
)
async def test_a_stranger_sees_one_button_and_is_not_stored(
    lin: Town, database: Database, language: str, words: str
) -> None:
    await lin.act("set_language", person_id=WEI, language_code=language)
    _, shown = await typed(lin, WEI, "coffee")
    assert shown["results"] == []
    assert words in shown["button"]["text"]
    async with database.read() as connection:
        kept = await connection.scalar(select(people.c.id).where(people.c.telegram_id == WEI))
    assert kept is None
    before = await lin.last_id(WEI)
    await lin.act("start", person_id=WEI, payload=shown["button"]["start_parameter"])
    (told,) = await lin.said(WEI, before)
    assert "邀请码" in told["text"] or "code" in told["text"]


async def test_a_member_is_answered_in_the_own_language(lin: Town, database: Database) -> None:
    async with database.write() as connection:
        await add_person(connection, MEI, "Mei", language="en")
    _, shown = await typed(lin, MEI, "coffee")
    assert shown["results"] == []
    assert "Join by invitation" in shown["button"]["text"]


async def test_who_still_learns_is_led_to_the_training(town: Town, database: Database) -> None:
    invitation = await town.services.enrolling.invite("fenxiang", owner_id=None)
    await town.ask(LIN, f"/start {invitation.code}", 2)
    await stock(town, database)
    _, shown = await typed(town, LIN, "coffee")
    assert shown["results"] == []
    assert shown["button"] == {"text": "先学完规则，再来分享好物", "start_parameter": "learn"}
    before = await town.last_id(LIN)
    await town.act("start", person_id=LIN, payload="learn")
    (told,) = await town.said(LIN, before)
    assert "规则" in told["text"]


async def test_the_learning_button_of_somebody_else_is_a_plain_start(town: Town) -> None:
    before = await town.last_id(WEI)
    await town.act("start", person_id=WEI, payload="learn")
    (told,) = await town.said(WEI, before)
    assert "邀请码" in told["text"]


async def test_what_is_looked_for_in_vain_becomes_a_wish_once_the_words_rest(lin: Town) -> None:
    wished: list[str] = []
    want = lin.services.wishing.want

    async def noted(person_id: object, group: object, words: str) -> object:
        wished.append(words)
        return await want(person_id, group, words)  # type: ignore[arg-type]

    object.__setattr__(lin.services.wishing, "want", noted)
    for words in ("自", "自行", "自行车"):
        _, shown = await typed(lin, LIN, words)
        assert shown["results"] == []
        assert "没有找到" in shown["button"]["text"]
    await lin.settled()
    assert wished == ["自行车"]
