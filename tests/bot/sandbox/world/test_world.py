"""What people do, and what the bot hears of it."""

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from tests.bot.sandbox.stage import MEMBER, OUTSIDER, PROMOTER, Standing, picture_bytes


async def test_start_with_a_payload_reaches_the_bot_as_a_command(standing: Standing) -> None:
    await standing.act("start", person_id=PROMOTER, payload="inv_1-A")
    (message,) = standing.waiting("message")
    assert message["text"] == "/start inv_1-A"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    answer = await standing.client.post(
        "/sandbox/start", json={"person_id": PROMOTER, "payload": "x" * 65}
    )
    assert answer.status_code == 400


async def test_a_privacy_mode_bot_hears_commands_replies_and_service_messages_only(
    standing: Standing,
) -> None:
    chat = await standing.group()

    async def heard(text: str, **fields: int) -> bool:
        before = len(standing.waiting("message"))
        await standing.act("say", chat_id=chat, person_id=MEMBER, text=text, **fields)
        return len(standing.waiting("message")) > before

    assert not await heard("大米多少钱")
    assert not await heard("@haowu_demo_bot 大米多少钱")
    assert not await heard("/ask 大米")
    assert await heard("/ask@haowu_demo_bot 大米")
    assert not await heard("/ask@other_bot 大米")
    assert not await heard("/ask@haowu_demo_bot大米")
    post = await standing.bot.send_message(chat, "post")
    assert await heard("/ask 大米")
    assert await heard("还有吗", reply_to=post.message_id)
    await standing.act("join", chat_id=chat, person_id=OUTSIDER)
    assert "new_chat_members" in standing.waiting("message")[-1]
    await standing.act("set_bot_rights", chat_id=chat, by=PROMOTER, rights=["pin_messages"])
    assert await heard("大米多少钱")


async def test_a_startgroup_link_adds_the_bot_and_then_says_start(standing: Standing) -> None:
    chat = (await standing.act("new_group", title="G", owner_id=PROMOTER, member_count=68))["id"]
    await standing.act("add_bot", chat_id=chat, by=PROMOTER, payload="p1", rights=["pin_messages"])
    kinds = [
        next(key for key in one if key != "update_id")
        for one in standing.world.mailbox.waiting.values()
    ]
    assert kinds == ["my_chat_member", "message", "message"]
    (change,) = standing.waiting("my_chat_member")
    assert change["old_chat_member"]["status"] == "left"
    assert change["new_chat_member"]["status"] == "administrator"
    assert change["new_chat_member"]["can_pin_messages"] is True
    assert standing.waiting("message")[1]["text"] == "/start@haowu_demo_bot p1"
    assert await standing.bot.get_chat_member_count(chat) == 69


@pytest.mark.parametrize("new_first", [False, True])
async def test_a_group_may_become_a_supergroup_while_the_bot_is_added(
    standing: Standing, new_first: bool
) -> None:
    old = (await standing.act("new_group", title="G", owner_id=PROMOTER, kind="group"))["id"]
    new = await standing.act(
        "add_bot",
        chat_id=old,
        by=PROMOTER,
        payload="p1",
        rights=[],
        upgrade=True,
        new_first=new_first,
    )
    chats = [
        (
            next(key for key in one if key != "update_id"),
            next(value for key, value in one.items() if key != "update_id")["chat"]["id"],
        )
        for one in standing.world.mailbox.waiting.values()
    ]
    order = [("my_chat_member", new["id"]), ("message", old)]
    if not new_first:
        order.reverse()
    assert chats == [
        ("my_chat_member", old),
        ("message", old),
        *order,
        ("message", new["id"]),
        ("message", new["id"]),
    ]
    moved, arrived, started = standing.waiting("message")[1:]
    assert moved["migrate_to_chat_id"] == new["id"]
    assert arrived["migrate_from_chat_id"] == old
    assert started["chat"]["id"] == new["id"]


async def test_removal_is_left_in_basic_groups_and_kicked_in_supergroups(
    standing: Standing,
) -> None:
    for kind, status in (("group", "left"), ("supergroup", "kicked")):
        chat = await standing.group(kind=kind)
        await standing.act("remove_bot", chat_id=chat, by=PROMOTER)
        assert standing.waiting("my_chat_member")[-1]["new_chat_member"]["status"] == status


async def test_a_block_is_told_and_start_takes_it_back(standing: Standing) -> None:
    await standing.started()
    await standing.act("block", person_id=PROMOTER)
    await standing.act("start", person_id=PROMOTER)
    statuses = [one["new_chat_member"]["status"] for one in standing.waiting("my_chat_member")]
    assert statuses == ["kicked", "member"]
    assert await standing.bot.send_message(PROMOTER, "welcome back")


async def test_only_a_button_that_is_there_can_be_pressed(standing: Standing) -> None:
    chat = await standing.group()
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="1")]])
    post = await standing.bot.send_message(chat, "post", reply_markup=keys)
    pressed = {"chat_id": chat, "message_id": post.message_id, "person_id": OUTSIDER}
    answer = await standing.client.post("/sandbox/press", json={**pressed, "data": "2"})
    assert answer.status_code == 404
    unanswered = await standing.act("press", **pressed, data="1", wait_seconds=0.05)
    assert unanswered["answer"] is None
    (query,) = standing.waiting("callback_query")
    assert query["message"]["text"] == "post"
    assert query["data"] == "1"


async def test_reactions_reach_an_admin_who_asked(standing: Standing) -> None:
    chat = await standing.group(rights=[])
    post = await standing.bot.send_message(chat, "post")
    fields = {"chat_id": chat, "message_id": post.message_id, "person_id": MEMBER}
    await standing.act("react", **fields, emoji="👎")
    assert standing.waiting("message_reaction") == []
    await standing.bot.get_updates(allowed_updates=["message_reaction"])
    await standing.act("react", **fields, emoji=None)
    (told,) = standing.waiting("message_reaction")
    assert told["old_reaction"] == [{"type": "emoji", "emoji": "👎"}]
    assert told["new_reaction"] == []


async def test_totals_of_anonymous_reactions_reach_an_admin_who_asked(standing: Standing) -> None:
    chat = await standing.group(rights=[])
    post = await standing.bot.send_message(chat, "post")
    fields = {"chat_id": chat, "message_id": post.message_id, "anonymous": True}
    await standing.bot.get_updates(allowed_updates=["message_reaction_count"])
    await standing.act("react", **fields, person_id=MEMBER, emoji="👎")
    await standing.act("react", **fields, person_id=PROMOTER, emoji="👎")
    _, told = standing.waiting("message_reaction_count")
    assert "user" not in told
    assert told["reactions"] == [{"type": {"type": "emoji", "emoji": "👎"}, "total_count": 2}]
    await standing.act("set_bot_rights", chat_id=chat, by=PROMOTER, rights=None)
    await standing.act("react", **fields, person_id=MEMBER, emoji=None)
    assert len(standing.waiting("message_reaction_count")) == 2


async def test_who_is_thrown_out_did_not_leave(standing: Standing) -> None:
    chat = await standing.group(rights=[])
    await standing.bot.get_updates(allowed_updates=["chat_member"])
    await standing.act("kick", chat_id=chat, person_id=MEMBER, by=PROMOTER)
    (change,) = standing.waiting("chat_member")
    assert change["from"]["id"] == PROMOTER
    assert change["new_chat_member"]["status"] == "kicked"


async def test_a_message_can_be_edited_and_written_without_a_name(standing: Standing) -> None:
    chat = await standing.group(rights=[])
    said = await standing.act(
        "say", chat_id=chat, person_id=PROMOTER, text="/status", anonymous=True
    )
    assert said["from"]["id"] == 1087968824
    assert said["sender_chat"]["id"] == chat
    await standing.act("edit", chat_id=chat, message_id=said["message_id"], text="/status x")
    (edited,) = standing.waiting("edited_message")
    assert edited["edit_date"] >= edited["date"]
    await standing.act("edit", chat_id=chat, message_id=said["message_id"], text="x")
    assert "entities" not in standing.waiting("edited_message")[-1]


async def test_a_reply_carries_the_whole_message_that_it_answers(standing: Standing) -> None:
    chat = await standing.group()
    post = await standing.bot.send_photo(chat, picture_bytes(), caption="早")
    await standing.act(
        "say", chat_id=chat, person_id=MEMBER, text="😀 还有吗", reply_to=post.message_id
    )
    (heard,) = standing.waiting("message")
    replied = heard["reply_to_message"]
    assert replied["from"]["is_bot"]
    assert (replied["caption"], replied["message_id"]) == ("早", post.message_id)
    assert replied["photo"][-1]["width"] == 300


async def test_many_may_join_and_members_may_only_be_counted(standing: Standing) -> None:
    chat = await standing.group()
    await standing.act("join_many", chat_id=chat, count=3)
    assert len(standing.waiting("message")) == 3
    await standing.act("set_member_count", chat_id=chat, count=200)
    assert await standing.bot.get_chat_member_count(chat) == 200
    assert len(standing.waiting("message")) == 3


async def test_the_clock_moves_on_demand_and_dates_the_messages(standing: Standing) -> None:
    chat = await standing.started()
    told = await standing.act("clock", mark="evening")
    assert told["now"] == "2026-11-22T11:30:00+00:00"
    sent = await standing.bot.send_message(chat, "晚上好")
    assert sent.date.isoformat() == "2026-11-22T11:30:00+00:00"
    assert (await standing.act("clock", mark="19:30"))["now"].startswith("2026-11-23T11:30")
    assert (await standing.act("clock", days=30))["now"].startswith("2026-12-23")


async def test_acts_that_cannot_be_are_told_why(standing: Standing) -> None:
    for act, fields, status in (
        ("say", {"chat_id": 5, "person_id": PROMOTER, "text": "x"}, 404),
        ("say", {"chat_id": PROMOTER}, 400),
        ("migrate", {"chat_id": await standing.group()}, 400),
        ("dance", {}, 404),
        ("clock", {"days": -1}, 400),
        ("open_topic", {"chat_id": await standing.group(), "by": PROMOTER, "name": "x"}, 400),
    ):
        answer = await standing.client.post(f"/sandbox/{act}", json=fields)
        assert (answer.status_code, answer.json()["ok"]) == (status, False), act
