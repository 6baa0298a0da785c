"""Ephemeral messages: for one member's eyes, in no history, and not on every server."""

from typing import Any

import pytest

from bot.sandbox.botapi.checking import mismatch
from tests.bot.sandbox.stage import MEMBER, OUTSIDER, PROMOTER, Standing, picture_bytes

KEYS = {"inline_keyboard": [[{"text": "这个呢？", "callback_data": "ask:1"}]]}


async def seen(standing: Standing, chat: int, person: int) -> list[dict[str, Any]]:
    """Return what the page shows one person in a group."""
    answer = await standing.client.get("/sandbox/view", params={"person": person})
    shown = answer.json()["chats"]
    found: list[dict[str, Any]] = next(one["messages"] for one in shown if one["id"] == chat)
    return found


async def whispered(standing: Standing, chat: int, **fields: Any) -> dict[str, Any]:
    """Let the bot say something to Mei alone and return the answer."""
    given = {"chat_id": chat, "text": "还有货", "receiver_user_id": MEMBER} | fields
    return await standing.call("sendMessage", **given)


async def test_an_administrator_speaks_to_one_member_alone(standing: Standing) -> None:
    chat = await standing.group(rights=[])
    sent = (await whispered(standing, chat, reply_markup=KEYS))["result"]
    assert sent["message_id"] == 0
    assert sent["receiver_user"]["id"] == MEMBER
    assert mismatch(sent, "Message") is None
    number = sent["ephemeral_message_id"]
    assert (await seen(standing, chat, MEMBER))[-1]["ephemeral_message_id"] == number
    assert all("ephemeral_message_id" not in one for one in await seen(standing, chat, PROMOTER))
    history = await standing.client.get("/sandbox/messages", params={"chat_id": chat})
    assert [one for one in history.json() if one.get("text") == "还有货"] == []
    answer = await standing.client.get(
        "/sandbox/whispers", params={"chat_id": chat, "person_id": MEMBER}
    )
    assert [one["text"] for one in answer.json()] == ["还有货"]
    assert standing.world.ledger.rows[-1]["receiver_id"] == MEMBER
    assert standing.world.ledger.repeated() == []


async def test_the_newer_form_of_the_parameters_is_taken_too(standing: Standing) -> None:
    chat = await standing.group(rights=[])
    receiver = {"receiver_user_id": MEMBER}
    answer = await standing.call(
        "sendMessage", chat_id=chat, text="x", ephemeral_message_parameters=receiver
    )
    assert answer["result"]["receiver_user"]["id"] == MEMBER


async def test_it_stands_where_it_came_among_the_messages_of_the_group(standing: Standing) -> None:
    chat = await standing.group(rights=[])
    await standing.bot.send_message(chat, "one")
    await whispered(standing, chat)
    await standing.bot.send_message(chat, "two")
    texts = [one.get("text") for one in await seen(standing, chat, MEMBER)]
    assert texts[-3:] == ["one", "还有货", "two"]


@pytest.mark.parametrize(
    ("receiver", "words"),
    [
        (OUTSIDER, "USER_NOT_PARTICIPANT"),
        (7_000_000_001, "USER_NOT_PARTICIPANT"),
        (5, "USER_NOT_PARTICIPANT"),
    ],
)
async def test_only_a_member_can_receive_one(standing: Standing, receiver: int, words: str) -> None:
    chat = await standing.group(rights=[])
    answer = await whispered(standing, chat, receiver_user_id=receiver)
    assert (answer["error_code"], words in answer["description"]) == (400, True)


async def test_in_private_nothing_is_ephemeral(standing: Standing) -> None:
    await standing.started(MEMBER)
    answer = await whispered(standing, MEMBER)
    assert "only to groups and supergroups" in answer["description"]


async def test_a_plain_member_answers_a_press_for_fifteen_seconds(standing: Standing) -> None:
    chat = await standing.group()
    post = await standing.call("sendMessage", chat_id=chat, text="post", reply_markup=KEYS)
    at = 0.0
    standing.world.whispers.now = lambda: at
    assert "not enough rights" in (await whispered(standing, chat))["description"]
    pressed = await standing.act(
        "press",
        chat_id=chat,
        message_id=post["result"]["message_id"],
        person_id=MEMBER,
        data="ask:1",
        wait_seconds=0,
    )
    query = {"callback_query_id": pressed["id"]}
    at = 15.0
    assert (await whispered(standing, chat, **query))["ok"]
    other = await whispered(standing, chat, **query, receiver_user_id=PROMOTER)
    assert "query is too old" in other["description"]
    at = 15.1
    assert "query is too old" in (await whispered(standing, chat, **query))["description"]


async def test_a_reply_to_an_ephemeral_message_is_one_and_can_be_answered(
    standing: Standing,
) -> None:
    chat = await standing.group(rights=[])
    number = (await whispered(standing, chat))["result"]["ephemeral_message_id"]
    await standing.act("set_bot_rights", chat_id=chat, by=PROMOTER, rights=None)
    said = await standing.act(
        "say", chat_id=chat, person_id=MEMBER, text="红色的呢", reply_to_ephemeral=number
    )
    (heard,) = standing.waiting("message")
    assert heard == said
    assert (said["message_id"], said["reply_to_message"]["text"]) == (0, "还有货")
    answered = await whispered(
        standing, chat, reply_parameters={"ephemeral_message_id": said["ephemeral_message_id"]}
    )
    assert answered["result"]["reply_to_message"]["text"] == "红色的呢"
    own = await whispered(standing, chat, reply_parameters={"ephemeral_message_id": number})
    assert "not enough rights" in own["description"]


async def test_a_command_that_the_menu_marks_so_is_ephemeral_and_always_heard(
    standing: Standing,
) -> None:
    chat = await standing.group()
    menu = [
        {"command": "ask", "description": "问", "is_ephemeral": True},
        {"command": "help", "description": "帮"},
    ]
    await standing.call("setMyCommands", commands=menu)
    said = await standing.act("say", chat_id=chat, person_id=MEMBER, text="/ask 大米")
    assert said["ephemeral_message_id"]
    assert standing.waiting("message") == [said]
    assert all("/ask" not in one.get("text", "") for one in await seen(standing, chat, PROMOTER))
    for text in ("/help", "/ask@other_bot 大米", "ask"):
        open_word = await standing.act("say", chat_id=chat, person_id=MEMBER, text=text)
        assert open_word["message_id"], text
    private = await standing.act("say", chat_id=MEMBER, person_id=MEMBER, text="/ask 大米")
    assert private["message_id"]


async def test_a_button_of_one_is_pressed_by_its_number(standing: Standing) -> None:
    chat = await standing.group(rights=[])
    number = (await whispered(standing, chat, reply_markup=KEYS))["result"]["ephemeral_message_id"]
    press = {"chat_id": chat, "message_id": 0, "data": "ask:1", "ephemeral": number}
    await standing.act("press", **press, person_id=MEMBER, wait_seconds=0)
    (query,) = standing.waiting("callback_query")
    assert query["message"]["ephemeral_message_id"] == number
    assert query["message"]["message_id"] == 0
    answer = await standing.client.post("/sandbox/press", json=press | {"person_id": PROMOTER})
    assert answer.status_code == 404


async def test_it_is_edited_and_deleted_by_its_own_methods(standing: Standing) -> None:
    chat = await standing.group(rights=[])
    number = (await whispered(standing, chat, reply_markup=KEYS))["result"]["ephemeral_message_id"]
    where: dict[str, Any] = {
        "chat_id": chat,
        "receiver_user_id": MEMBER,
        "ephemeral_message_id": number,
    }
    edited = {"text": "<b>没货了</b>", "parse_mode": "HTML"}
    assert (await standing.call("editEphemeralMessageText", **where, **edited))["result"] is True
    shown = (await seen(standing, chat, MEMBER))[-1]
    assert (shown["text"], shown.get("reply_markup")) == ("没货了", None)
    again = await standing.call("editEphemeralMessageText", **where, **edited)
    assert "message is not modified" in again["description"]
    marked = await standing.call("editEphemeralMessageReplyMarkup", **where, reply_markup=KEYS)
    assert marked["result"] is True
    usual = await standing.call("editMessageText", chat_id=chat, message_id=0, text="x")
    assert "message to edit not found" in usual["description"]
    captioned = await standing.call("editEphemeralMessageCaption", **where, caption="x")
    assert "no caption" in captioned["description"]
    other = where | {"receiver_user_id": PROMOTER}
    assert not (await standing.call("deleteEphemeralMessage", **other))["ok"]
    assert (await standing.call("deleteEphemeralMessage", **where))["result"] is True
    gone = await standing.call("editEphemeralMessageText", **where, text="x")
    assert "message to edit not found" in gone["description"]


async def test_a_picture_of_one_can_be_changed(standing: Standing) -> None:
    chat = await standing.group(rights=[])
    sent = await standing.bot.send_photo(
        chat, picture_bytes(), caption="一", api_kwargs={"receiver_user_id": MEMBER}
    )
    where: dict[str, Any] = {
        "chat_id": chat,
        "receiver_user_id": MEMBER,
        "ephemeral_message_id": sent.api_kwargs["ephemeral_message_id"],
    }
    assert (await standing.call("editEphemeralMessageCaption", **where, caption="二"))["ok"]
    shown = (await seen(standing, chat, MEMBER))[-1]
    assert (shown["caption"], bool(shown["photo"])) == ("二", True)
    media = {"type": "photo", "media": f"{standing.url}/shop/pictures/H1001.png"}
    assert (await standing.call("editEphemeralMessageMedia", **where, media=media))["ok"]
    assert (await seen(standing, chat, MEMBER))[-1]["photo"][-1]["width"] == 800
    assert not (await standing.call("editEphemeralMessageText", **where, text="x"))["ok"]


async def test_an_older_server_refuses_or_passes_over_what_it_does_not_know(
    standing: Standing,
) -> None:
    chat = await standing.group(rights=[])
    told = await standing.act("server", supports_ephemeral=False)
    assert told == {"supports_ephemeral": False, "supports_inline": True, "strict": True}
    refused = await whispered(standing, chat)
    assert refused["description"] == "Bad Request: unknown parameter receiver_user_id"
    menu = [{"command": "ask", "description": "问", "is_ephemeral": True}]
    assert "unknown field" in (await standing.call("setMyCommands", commands=menu))["description"]
    where = {"chat_id": chat, "receiver_user_id": MEMBER, "ephemeral_message_id": 1}
    assert (await standing.call("deleteEphemeralMessage", **where))["error_code"] == 404
    await standing.act("server", strict=False)
    public = (await whispered(standing, chat))["result"]
    assert public["message_id"] > 0
    assert "receiver_user" not in public
    assert (await standing.call("setMyCommands", commands=menu))["ok"]
    assert (await standing.call("getMyCommands"))["result"] == [
        {"command": "ask", "description": "问"}
    ]


async def test_a_call_for_a_reply_is_shown_until_it_has_one(standing: Standing) -> None:
    chat = await standing.group(rights=[])
    prompt = {"force_reply": True, "input_field_placeholder": "写下回答"}

    async def shown(person: int) -> Any:
        answer = await standing.client.get("/sandbox/view", params={"person": person})
        return next(one["keyboard"] for one in answer.json()["chats"] if one["id"] == chat)

    asked = (await whispered(standing, chat, reply_markup=prompt))["result"]
    number = asked["ephemeral_message_id"]
    assert (await shown(MEMBER))["to"] == [0, number]
    assert await shown(PROMOTER) is None
    await standing.act("say", chat_id=chat, person_id=MEMBER, text="好", reply_to_ephemeral=number)
    assert await shown(MEMBER) is None
    said = await standing.act("say", chat_id=chat, person_id=MEMBER, text="大米？")
    await standing.call(
        "sendMessage",
        chat_id=chat,
        text="哪一种？",
        reply_parameters={"message_id": said["message_id"]},
        reply_markup=prompt | {"selective": True},
    )
    assert (await shown(MEMBER))["input_field_placeholder"] == "写下回答"
    assert await shown(PROMOTER) is None
