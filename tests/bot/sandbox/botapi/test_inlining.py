"""Inline queries in the stand-in Telegram, with the original's limits."""

import asyncio
from typing import Any

import pytest
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.error import BadRequest

from tests.bot.sandbox.stage import MEMBER, Standing


def rice(result_id: str = "1", words: str = "<b>大米</b> 49.90", **more: Any) -> Any:
    """A result to tap."""
    content = InputTextMessageContent(words, parse_mode="HTML")
    return InlineQueryResultArticle(result_id, "大米", content, **more)


async def asked(standing: Standing, query: str = "大米", **more: Any) -> tuple[Any, Any]:
    """Somebody types; the act that waits for the answer, and the query as the bot hears it."""
    asking = asyncio.create_task(standing.act("inline", person_id=MEMBER, query=query, **more))
    update = (await standing.bot.get_updates(timeout=3))[0]
    assert update.inline_query is not None
    return asking, update.inline_query


async def test_a_tapped_result_is_the_persons_message_by_way_of_the_bot(
    standing: Standing,
) -> None:
    asking, query = await asked(standing)
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("看看", url="https://a.example.com")]])
    await query.answer([rice(reply_markup=markup)], is_personal=True, next_offset="10")
    told = await asking
    assert told["answer"]["next_offset"] == "10"
    assert told["answer"]["is_personal"] is True
    message = await standing.act(
        "choose", query_id=told["id"], result_id="1", chat_id=MEMBER, person_id=MEMBER
    )
    assert message["from"]["id"] == MEMBER
    assert message["via_bot"]["is_bot"] is True
    assert message["text"] == "大米 49.90"
    assert message["entities"][0]["type"] == "bold"
    assert message["reply_markup"]["inline_keyboard"][0][0]["url"] == "https://a.example.com"


async def test_the_next_page_is_asked_for_by_its_offset(standing: Standing) -> None:
    asking, query = await asked(standing, offset="10")
    assert query.offset == "10"
    button = InlineQueryResultsButton("加入", start_parameter="inline")
    await query.answer([], button=button, cache_time=3)
    told = (await asking)["answer"]
    assert told["button"] == {"text": "加入", "start_parameter": "inline"}
    assert told["cache_time"] == 3


@pytest.mark.parametrize(
    ("results", "more", "refusal"),
    [
        ([rice(str(number)) for number in range(51)], {}, "results_too_much"),
        ([rice("x" * 65)], {}, "result_id_invalid"),
        ([rice(), rice()], {}, "result_id_duplicate"),
        ([rice()], {"next_offset": "x" * 65}, "next_offset_invalid"),
        ([rice(words=" ")], {}, "message_empty"),
        ([rice(words="x" * 4097)], {}, "message_too_long"),
        ([], {"button": InlineQueryResultsButton("x", start_parameter="a b")}, "start_param"),
        ([], {"button": InlineQueryResultsButton("x")}, "button_invalid"),
    ],
)
async def test_what_telegram_would_refuse_is_refused(
    standing: Standing, results: list[Any], more: dict[str, Any], refusal: str
) -> None:
    query_id = standing.world.ask_inline(MEMBER, "大米")
    told = {key: value.to_dict() if key == "button" else value for key, value in more.items()}
    answer = await standing.call(
        "answerInlineQuery",
        inline_query_id=query_id,
        results=[each.to_dict() for each in results],
        **told,
    )
    assert refusal in answer["description"].lower()


async def test_a_query_is_answered_once(standing: Standing) -> None:
    asking, query = await asked(standing)
    await query.answer([rice()])
    with pytest.raises(BadRequest, match="too old"):
        await query.answer([rice()])
    await asking


async def test_nobody_sends_what_was_no_result(standing: Standing) -> None:
    answer = await standing.client.post(
        "/sandbox/choose",
        json={"query_id": "1", "result_id": "1", "chat_id": MEMBER, "person_id": MEMBER},
    )
    assert answer.status_code == 404


async def test_inline_mode_can_be_off(standing: Standing) -> None:
    await standing.act("server", supports_inline=False)
    assert (await standing.bot.get_me()).supports_inline_queries is False
    answer = await standing.client.post("/sandbox/inline", json={"person_id": MEMBER, "query": "x"})
    assert answer.status_code == 400
