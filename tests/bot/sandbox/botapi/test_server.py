"""python-telegram-bot's own Bot against the stand-in: every method, and Telegram's refusals."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from telegram import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    ChatAdministratorRights,
    ChatMemberAdministrator,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputTextMessageContent,
    MenuButtonCommands,
    Message,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter

from bot.sandbox.botapi.checking import extract, mismatch
from bot.sandbox.botapi.server import METHODS, NAMES
from tests.bot.sandbox.stage import (
    MEMBER,
    OUTSIDER,
    PROMOTER,
    SECOND,
    TOKEN,
    Standing,
    build,
    picture_bytes,
    ptb,
    served,
)

KEYS = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("买", url="https://shop.example/1")],
        [InlineKeyboardButton("跳过", callback_data="skip:1")],
    ]
)


def test_every_method_of_the_extract_is_answered() -> None:
    assert METHODS.keys() == NAMES.keys()


async def test_the_bot_knows_itself(standing: Standing) -> None:
    me = await standing.bot.get_me()
    assert (me.username, me.is_bot) == ("haowu_demo_bot", True)
    assert me.can_read_all_group_messages is False


async def test_a_text_keeps_its_keyboard_its_reply_and_its_preview_options(
    standing: Standing,
) -> None:
    chat = await standing.started()
    first = await standing.bot.send_message(chat, "<b>好物</b> 😀 <i>x</i>", parse_mode="HTML")
    assert first.text == "好物 😀 x"
    assert [(one.type, one.offset, one.length) for one in first.entities] == [
        ("bold", 0, 2),
        ("italic", 6, 1),
    ]
    second = await standing.bot.send_message(
        chat,
        "again",
        reply_markup=KEYS,
        reply_parameters=ReplyParameters(first.message_id),
        disable_web_page_preview=True,
    )
    assert second.reply_markup == KEYS
    assert second.reply_to_message is not None
    assert second.reply_to_message.message_id == first.message_id
    assert second.link_preview_options is not None
    assert second.link_preview_options.is_disabled


async def test_a_picture_is_uploaded_once_and_sent_again_by_its_file_id(
    standing: Standing,
) -> None:
    chat = await standing.started()
    picture = picture_bytes()
    sent = await standing.bot.send_photo(chat, picture, caption="<b>早</b>", parse_mode="HTML")
    again = await standing.bot.send_photo(chat, sent.photo[-1].file_id)
    assert again.photo[-1].file_unique_id == sent.photo[-1].file_unique_id
    assert (sent.photo[-1].width, sent.photo[-1].height) == (300, 150)
    file = await standing.bot.get_file(again.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == picture


async def test_a_picture_is_fetched_from_its_address(standing: Standing) -> None:
    chat = await standing.started()
    sent = await standing.bot.send_photo(chat, f"{standing.url}/shop/pictures/H1001.png")
    assert sent.photo[-1].width == 800


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/shop/p/H1001", "wrong type of the web page content"),
        ("/shop/pictures/none.png", "failed to get HTTP URL content"),
        (":1/dead.png", "wrong file identifier/HTTP URL specified"),
    ],
)
async def test_a_dead_picture_is_refused(standing: Standing, path: str, words: str) -> None:
    chat = await standing.started()
    address = f"http://127.0.0.1{path}" if path.startswith(":") else standing.url + path
    with pytest.raises(BadRequest, match=f"(?i){words}"):
        await standing.bot.send_photo(chat, address)
    assert standing.world.ledger.rows == []


async def test_documents_and_polls_are_sent(standing: Standing) -> None:
    chat = await standing.started()
    sent = await standing.bot.send_document(chat, b"a,b\n", filename="report.csv", caption="csv")
    assert sent.document is not None
    assert (sent.document.file_name, sent.caption) == ("report.csv", "csv")
    asked = await standing.bot.send_poll(chat, "明天看什么？", ["水果", "零食"])
    await standing.act("vote", chat_id=chat, message_id=asked.message_id, option=1)
    poll = await standing.bot.stop_poll(chat, asked.message_id)
    assert [option.voter_count for option in poll.options] == [0, 1]
    assert poll.is_closed


async def test_what_was_sent_can_be_edited_in_every_way(standing: Standing) -> None:
    chat = await standing.started()
    text = await standing.bot.send_message(chat, "one", reply_markup=KEYS)
    edited = await standing.bot.edit_message_text("two", chat, text.message_id)
    assert isinstance(edited, Message)
    assert (edited.text, edited.reply_markup) == ("two", None)
    picture = await standing.bot.send_photo(chat, picture_bytes(), caption="one")
    where: dict[str, Any] = {"chat_id": chat, "message_id": picture.message_id}
    captioned = await standing.bot.edit_message_caption(caption="two", **where)
    marked = await standing.bot.edit_message_reply_markup(reply_markup=KEYS, **where)
    media = InputMediaPhoto(picture_bytes(400), caption="three")
    changed = await standing.bot.edit_message_media(media, **where)
    for one in (captioned, marked, changed):
        assert isinstance(one, Message)
    assert isinstance(changed, Message)
    assert (changed.caption, changed.photo[-1].width) == ("three", 400)
    assert await standing.bot.delete_message(chat, picture.message_id)


async def test_messages_are_forwarded_copied_pinned_and_reacted_to(standing: Standing) -> None:
    chat = await standing.group(rights=["pin_messages"])
    post = await standing.bot.send_message(chat, "post", reply_markup=KEYS)
    private = await standing.started()
    forwarded = await standing.bot.forward_message(private, chat, post.message_id)
    assert forwarded.forward_origin is not None
    assert forwarded.reply_markup == KEYS
    copied = await standing.bot.copy_message(private, chat, post.message_id)
    assert copied.message_id > forwarded.message_id
    assert await standing.bot.pin_chat_message(chat, post.message_id, disable_notification=True)
    assert (await standing.bot.get_chat(chat)).pinned_message is not None
    assert await standing.bot.unpin_chat_message(chat)
    assert await standing.bot.set_message_reaction(chat, post.message_id, "👀")
    assert await standing.bot.send_chat_action(chat, "typing")
    assert await standing.bot.delete_messages(chat, [post.message_id, 999])


async def test_a_group_and_its_members_are_described(standing: Standing) -> None:
    chat = await standing.group(rights=["invite_users"], member_count=60)
    bot = standing.bot
    assert (await bot.get_chat(chat)).title == "小区好物群"
    assert await bot.get_chat_member_count(chat) == 61
    own = await bot.get_chat_member(chat, bot.id)
    assert isinstance(own, ChatMemberAdministrator)
    assert (own.can_invite_users, own.can_pin_messages) == (True, False)
    assert (await bot.get_chat_member(chat, OUTSIDER)).status == "left"
    assert {one.user.id for one in await bot.get_chat_administrators(chat)} == {PROMOTER, bot.id}
    link = await bot.create_chat_invite_link(chat, name="poster")
    assert link.name == "poster"
    assert (await bot.revoke_chat_invite_link(chat, link.invite_link)).is_revoked
    assert await bot.leave_chat(chat)
    with pytest.raises(Forbidden, match="not a member"):
        await bot.get_chat(chat)


async def test_commands_names_and_menus_are_kept_per_scope_and_language(
    standing: Standing,
) -> None:
    bot = standing.bot
    scope = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([BotCommand("today", "选品")], scope, "zh")
    await bot.set_my_commands([BotCommand("today", "Shortlist")], scope)
    assert (await bot.get_my_commands(scope, "zh"))[0].description == "选品"
    assert await bot.get_my_commands() == ()
    view = (await standing.client.get("/sandbox/view", params={"person": PROMOTER})).json()
    assert view["chats"][0]["menu"] == [{"command": "today", "description": "选品"}]
    await bot.delete_my_commands(scope, "zh")
    assert await bot.get_my_commands(scope, "zh") == ()
    chat = await standing.started()
    await bot.set_my_commands([BotCommand("own", "own")], BotCommandScopeChat(chat))
    assert await bot.set_my_description("about", "en")
    assert await bot.set_my_short_description("short")
    assert await bot.set_my_name("好物助手")
    assert (await bot.get_my_description("en")).description == "about"
    assert (await bot.get_my_short_description()).short_description == "short"
    assert (await bot.get_my_name()).name == "好物助手"
    assert await bot.set_chat_menu_button(chat, MenuButtonCommands())
    assert (await bot.get_chat_menu_button(chat)).type == "commands"


async def test_a_callback_is_answered_once(standing: Standing) -> None:
    chat = await standing.group()
    post = await standing.bot.send_message(chat, "post", reply_markup=KEYS)
    pressing = asyncio.create_task(
        standing.act(
            "press", chat_id=chat, message_id=post.message_id, person_id=OUTSIDER, data="skip:1"
        )
    )
    update = (await standing.bot.get_updates(timeout=3))[0]
    assert update.callback_query is not None
    assert update.callback_query.from_user.id == OUTSIDER
    assert await update.callback_query.answer("好", show_alert=True)
    assert (await pressing)["answer"] == {"text": "好", "show_alert": True, "url": None}
    with pytest.raises(BadRequest, match="(?i)query is too old"):
        await update.callback_query.answer()


async def test_an_inline_query_is_answered(standing: Standing) -> None:
    asking = asyncio.create_task(standing.act("inline", person_id=MEMBER, query="大米"))
    update = (await standing.bot.get_updates(timeout=3))[0]
    assert update.inline_query is not None
    result = InlineQueryResultArticle("1", "大米", InputTextMessageContent("大米 49.90"))
    assert await update.inline_query.answer([result], is_personal=True, cache_time=5)
    assert (await asking)["answer"]["results"][0]["title"] == "大米"


async def test_a_reply_keyboard_is_shown_and_its_chat_button_answered(standing: Standing) -> None:
    chat = await standing.started()
    keyboard = ReplyKeyboardMarkup([["今天", "收入"]], resize_keyboard=True)
    await standing.bot.send_message(chat, "?", reply_markup=keyboard)
    view = (await standing.client.get("/sandbox/view", params={"person": chat})).json()
    assert view["chats"][0]["keyboard"]["keyboard"][0][0]["text"] == "今天"
    group = await standing.group()
    await standing.act("share_chat", person_id=chat, request_id=7, shared_chat_id=group)
    shared = (await standing.bot.get_updates())[0].message
    assert shared is not None
    assert shared.chat_shared is not None
    assert (shared.chat_shared.request_id, shared.chat_shared.chat_id) == (7, group)


async def test_closing_and_logging_out_do_no_harm(standing: Standing) -> None:
    assert (await standing.call("close"))["result"] is True
    assert (await standing.call("logOut"))["result"] is True


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"text": ""}, "message text is empty"),
    ("sendMessage", {"text": " <b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
    ("sendMessage", {"text": "字" * 4097}, "message is too long"),
    ("sendMessage", {"text": "😀" * 2049}, "message is too long"),
    ("sendMessage", {"chat_id": 42, "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": [], "text": "x"}, "chat not found"),
    ("sendMessage", {"text": "x", "colour": "red"}, "unknown parameter colour"),
    ("sendMessage", {"text": "x", "parse_mode": "Markdown"}, "unsupported parse_mode"),
    ("sendMessage", {"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup"),
    ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [[{}]]}}, 'field "text"'),
    ("sendMessage", {"text": "x", "reply_parameters": {"message_id": 99}}, "replied not found"),
    ("sendPhoto", {"photo": "nonsense"}, "wrong file identifier/HTTP URL specified"),
    ("sendPhoto", {}, "there is no photo in the request"),
    ("sendPhoto", {"photo": "x", "caption": "字" * 1025}, "message caption is too long"),
    ("editMessageText", {"message_id": 99, "text": "x"}, "message to edit not found"),
    ("editMessageText", {"text": "x"}, "message to edit not found"),
    ("deleteMessage", {"message_id": 99}, "message to delete not found"),
    ("pinChatMessage", {"message_id": 99}, "message to pin not found"),
    ("answerCallbackQuery", {"callback_query_id": "1"}, "query is too old"),
    ("setMyCommands", {"commands": [{"command": "Today", "description": "x"}]}, "BOT_COMMAND_INV"),
    ("getFile", {"file_id": "nonsense"}, "invalid file_id"),
    ("sendPoll", {"question": "?", "options": []}, "options is required"),
]


@pytest.mark.parametrize(("method", "fields", "words"), REFUSED)
async def test_what_telegram_refuses_is_refused_in_its_words(
    standing: Standing, method: str, fields: dict[str, Any], words: str
) -> None:
    chat = await standing.started()
    known = extract()["methods"][method]
    answer = await standing.call(
        method, **({"chat_id": chat} if "chat_id" in known else {}) | fields
    )
    assert (answer["ok"], answer["error_code"]) == (False, 400)
    assert answer["description"].startswith("Bad Request: ")
    assert words in answer["description"]


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "x", "callback_data": "字" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "url": "http://localhost:8080/r/1"}, "Wrong HTTP URL"),
        ({"text": "x", "url": "ftp://shop.example"}, "Wrong HTTP URL"),
        ({"text": "x"}, "Text buttons are unallowed"),
        ({"text": "x", "url": "https://a.example", "callback_data": "1"}, "Text buttons"),
        ({"text": "x", "link": "https://a.example"}, "unknown field"),
    ],
)
async def test_a_button_that_telegram_refuses_is_refused(
    standing: Standing, button: dict[str, str], words: str
) -> None:
    chat = await standing.started()
    markup = {"inline_keyboard": [[button]]}
    answer = await standing.call("sendMessage", chat_id=chat, text="x", reply_markup=markup)
    assert words in answer["description"]


async def test_a_button_may_lead_to_a_bare_address_and_carry_64_bytes(standing: Standing) -> None:
    chat = await standing.started()
    row = [
        {"text": "x", "url": "http://127.0.0.1:8080/r/1"},
        {"text": "y", "callback_data": "d" * 64},
    ]
    markup = {"inline_keyboard": [row]}
    assert (await standing.call("sendMessage", chat_id=chat, text="x", reply_markup=markup))["ok"]
    markup = {"inline_keyboard": [[row[0]]] * 101}
    answer = await standing.call("sendMessage", chat_id=chat, text="x", reply_markup=markup)
    assert answer["description"] == "Bad Request: reply markup is too long"


async def test_an_edit_that_changes_nothing_is_refused(standing: Standing) -> None:
    chat = await standing.started()
    sent = await standing.bot.send_message(chat, "<b>x</b>", parse_mode="HTML", reply_markup=KEYS)
    with pytest.raises(BadRequest, match="(?i)message is not modified: specified new message"):
        await standing.bot.edit_message_text(
            "<b>x</b>", chat, sent.message_id, parse_mode="HTML", reply_markup=KEYS
        )


Sends = Callable[[Standing], Awaitable[int]]


async def _stranger(_standing: Standing) -> int:
    return SECOND


async def _blocked(standing: Standing) -> int:
    await standing.started()
    await standing.act("block", person_id=PROMOTER)
    return PROMOTER


async def _kicked(standing: Standing) -> int:
    chat = await standing.group()
    await standing.act("remove_bot", chat_id=chat, by=PROMOTER)
    return chat


async def _kicked_from_basic(standing: Standing) -> int:
    chat = await standing.group(kind="group")
    await standing.act("remove_bot", chat_id=chat, by=PROMOTER)
    return chat


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (_stranger, "bot can't initiate conversation with a user"),
        (_blocked, "bot was blocked by the user"),
        (_kicked, "bot was kicked from the supergroup chat"),
        (_kicked_from_basic, "bot was kicked from the group chat"),
    ],
)
async def test_where_the_bot_is_not_wanted_it_is_forbidden(
    standing: Standing, prepare: Sends, words: str
) -> None:
    chat = await prepare(standing)
    with pytest.raises(Forbidden, match=words):
        await standing.bot.send_message(chat, "x")


async def test_a_moved_group_names_its_new_id(standing: Standing) -> None:
    old = await standing.group(kind="group")
    new = (await standing.act("migrate", chat_id=old))["id"]
    with pytest.raises(ChatMigrated) as raised:
        await standing.bot.send_message(old, "x")
    assert raised.value.new_chat_id == new
    assert await standing.bot.send_message(new, "x")


async def test_a_closed_topic_and_a_missing_right_are_refused(standing: Standing) -> None:
    chat = await standing.group(is_forum=True)
    topic = (await standing.act("open_topic", chat_id=chat, by=PROMOTER, name="早"))["id"]
    sent = await standing.bot.send_message(chat, "x", message_thread_id=topic)
    assert sent.is_topic_message
    await standing.act("close_topic", chat_id=chat, by=PROMOTER, topic_id=topic)
    with pytest.raises(BadRequest, match="(?i)TOPIC_CLOSED"):
        await standing.bot.send_message(chat, "x", message_thread_id=topic)
    with pytest.raises(BadRequest, match="(?i)message thread not found"):
        await standing.bot.send_message(chat, "x", message_thread_id=999)
    await standing.act("set_bot_rights", chat_id=chat, by=PROMOTER, rights=None, can_send=False)
    with pytest.raises(BadRequest, match="(?i)not enough rights to send text messages"):
        await standing.bot.send_message(chat, "x")


async def test_a_bot_that_manages_topics_opens_them(standing: Standing) -> None:
    chat = await standing.group(is_forum=True)
    with pytest.raises(BadRequest, match="(?i)not enough rights to create a topic"):
        await standing.bot.create_forum_topic(chat, "早上")
    await standing.act("set_bot_rights", chat_id=chat, by=PROMOTER, rights=["manage_topics"])
    topic = await standing.bot.create_forum_topic(chat, "早上")
    await standing.act("close_topic", chat_id=chat, by=PROMOTER, topic_id=topic.message_thread_id)
    # Who manages topics may write into a closed one.
    assert await standing.bot.send_message(chat, "x", message_thread_id=topic.message_thread_id)


async def test_default_rights_are_kept(standing: Standing) -> None:
    asked = ChatAdministratorRights.no_rights().to_dict() | {"can_pin_messages": True}
    answer = await standing.call("setMyDefaultAdministratorRights", rights=asked)
    assert answer["result"] is True
    kept = await standing.bot.get_my_default_administrator_rights()
    assert (kept.can_pin_messages, kept.can_invite_users) == (True, False)


async def test_another_token_is_unauthorized_and_another_method_not_found(
    standing: Standing,
) -> None:
    answer = await standing.client.get("/bot123:wrong/getMe")
    assert (answer.status_code, answer.json()["description"]) == (401, "Unauthorized")
    answer = await standing.client.post(f"/bot{TOKEN}/sendMoney")
    assert (answer.status_code, answer.json()["description"]) == (404, "Not Found")
    wrong = ptb(standing.url)
    wrong._token = "1:wrong"
    wrong._base_url = f"{standing.url}/bot1:wrong"
    with pytest.raises(InvalidToken):
        await wrong.initialize()
    await wrong.shutdown()


async def test_parameters_come_as_query_form_or_json(standing: Standing) -> None:
    chat = await standing.started()
    path = f"/bot{TOKEN}/sendMessage"
    given = {"chat_id": str(chat), "text": "x", "disable_notification": "true"}
    for answer in (
        await standing.client.get(path, params=given),
        await standing.client.post(path, data=given),
        await standing.client.post(path, json=given),
        await standing.client.post(
            path, files={key: (None, value) for key, value in given.items()}
        ),
    ):
        assert answer.json()["ok"], answer.text
    assert (
        await standing.client.post(path, content=b"{", headers={"content-type": "application/json"})
    ).status_code == 400


async def test_unknown_parameters_pass_where_strictness_is_off() -> None:
    async with (
        served(lambda url: build(url, strict=False)) as (url, app),
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        app.state.world.start(PROMOTER)
        body = {"chat_id": PROMOTER, "text": "x", "receiver": 1}
        assert (await client.post(f"/bot{TOKEN}/sendMessage", json=body)).json()["ok"]


def seconds(pause: int | timedelta) -> float:
    """Return a pause in seconds, whichever way PTB tells it."""
    return pause.total_seconds() if isinstance(pause, timedelta) else pause


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_flood_limits_ask_for_a_pause_of_one_chat_only() -> None:
    async with served(lambda url: build(url, limits=True)) as (url, app), ptb(url) as bot:
        for person in (PROMOTER, MEMBER):
            app.state.world.start(person)
        sending = (bot.send_message(PROMOTER, f"{number}") for number in range(12))
        with pytest.raises(RetryAfter) as raised:
            await asyncio.gather(*sending)
        assert 0 < seconds(raised.value.retry_after) <= 2
        assert await bot.send_message(MEMBER, "x")


async def test_a_second_poller_ends_the_first(standing: Standing) -> None:
    first = asyncio.create_task(standing.bot.get_updates(timeout=5))
    await asyncio.sleep(0.1)
    async with ptb(standing.url) as other:
        second = asyncio.create_task(other.get_updates(timeout=5))
        with pytest.raises(Conflict, match="terminated by other getUpdates"):
            await first
        await standing.act("start", person_id=PROMOTER)
        assert len(await second) == 1


async def test_what_is_answered_is_what_the_bot_api_describes(standing: Standing) -> None:
    chat = await standing.group(rights=["invite_users"], kind="group")
    await standing.act("join", chat_id=chat, person_id=OUTSIDER)
    await standing.act("say", chat_id=chat, person_id=MEMBER, text="/ask 大米 @linjie #hot")
    await standing.act("migrate", chat_id=chat)
    for update in (await standing.call("getUpdates"))["result"]:
        assert mismatch(update, "Update") is None, update
    chat = (await standing.call("getUpdates"))["result"][-1]["message"]["chat"]["id"]
    answered = {
        "ChatFullInfo": await standing.call("getChat", chat_id=chat),
        "User": await standing.call("getMe"),
        "WebhookInfo": await standing.call("getWebhookInfo"),
        "Message": await standing.call("sendMessage", chat_id=chat, text="x"),
        "ChatInviteLink": await standing.call("createChatInviteLink", chat_id=chat),
        "ChatMemberAdministrator": await standing.call(
            "getChatMember", chat_id=chat, user_id=standing.bot.id
        ),
    }
    for kind, answer in answered.items():
        assert mismatch(answer["result"], kind) is None, mismatch(answer["result"], kind)
