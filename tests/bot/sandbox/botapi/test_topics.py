"""Forum topics and edits, as strictly as the original answers."""

import contextlib

import pytest
from telegram.error import BadRequest, RetryAfter

from tests.bot.sandbox.stage import MEMBER, PROMOTER, Standing

GONE = "(?i)message thread not found"
SHUT = "(?i)topic_closed"


async def forum(standing: Standing) -> tuple[int, int]:
    """A forum with one topic: both ids."""
    chat = await standing.group(is_forum=True)
    topic = await standing.act("open_topic", chat_id=chat, by=PROMOTER, name="早")
    return chat, int(topic["id"])


async def test_a_topic_that_is_not_there_is_refused_in_forums_and_elsewhere(
    standing: Standing,
) -> None:
    chat, topic = await forum(standing)
    plain = await standing.group()
    for chat_id, thread in ((chat, topic + 50), (chat, 1), (plain, 2)):
        with pytest.raises(BadRequest, match=GONE):
            await standing.bot.send_message(chat_id, "x", message_thread_id=thread)


async def test_a_deleted_topic_takes_its_messages_along(standing: Standing) -> None:
    chat, topic = await forum(standing)
    sent = await standing.bot.send_message(chat, "x", message_thread_id=topic)
    await standing.act("delete_topic", chat_id=chat, topic_id=topic)
    with pytest.raises(BadRequest, match=GONE):
        await standing.bot.send_message(chat, "x", message_thread_id=topic)
    with pytest.raises(BadRequest, match="(?i)message to edit not found"):
        await standing.bot.edit_message_text("y", chat, sent.message_id)
    assert (
        await standing.client.post("/sandbox/delete_topic", json={"chat_id": chat, "topic_id": 9})
    ).status_code == 404


async def test_general_can_be_closed_too(standing: Standing) -> None:
    chat, topic = await forum(standing)
    await standing.act("close_general", chat_id=chat)
    with pytest.raises(BadRequest, match=SHUT):
        await standing.bot.send_message(chat, "x")
    assert await standing.bot.send_message(chat, "x", message_thread_id=topic)
    await standing.act("close_general", chat_id=chat, is_closed=False)
    assert await standing.bot.send_message(chat, "x")
    plain = await standing.group()
    answer = await standing.client.post("/sandbox/close_general", json={"chat_id": plain})
    assert answer.status_code == 400


async def test_what_is_said_in_a_topic_is_a_reply_to_its_opening(standing: Standing) -> None:
    chat, topic = await forum(standing)
    said = await standing.act("say", chat_id=chat, person_id=MEMBER, text="hi", thread=topic)
    assert said["reply_to_message"]["forum_topic_created"]["name"] == "早"
    again = await standing.act(
        "say", chat_id=chat, person_id=MEMBER, text="ha", thread=topic,
        reply_to=said["message_id"],
    )  # fmt: skip
    assert again["reply_to_message"]["message_id"] == said["message_id"]


async def test_an_edit_counts_in_a_group_like_a_message(standing: Standing) -> None:
    chat = await standing.group()
    sent = await standing.bot.send_message(chat, "0")
    await standing.act("limits", enabled=True)
    made = 0
    with contextlib.suppress(RetryAfter):
        for made in range(1, 40):
            await standing.bot.edit_message_text(str(made), chat, sent.message_id)
    assert made < 20
    summary = (await standing.client.get("/sandbox/deliveries/summary")).json()
    (row,) = summary["edits"]
    assert row["count"] == made - 1
    private = await standing.started()
    note = await standing.bot.send_message(private, "0")
    for number in range(1, 10):
        await standing.bot.edit_message_text(str(number), private, note.message_id)
