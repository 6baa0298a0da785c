"""Nothing that Telegram or the network does stops the door."""

import asyncio
import logging

import pytest
from telegram import BotCommandScopeAllGroupChats, BotCommandScopeChat, Update
from telegram.ext import TypeHandler

from bot.errors import SettingsError
from handlers.chat.context import Context
from handlers.chat.door import build
from handlers.chat.wire.intake import Intake
from handlers.chat.wire.order import InOrder
from handlers.chat.wire.polling import Poller, close_door, listen_by_webhook, open_door
from tests.cast import LIN, MEI, OUYANG, WEI
from tests.handlers.chat.conftest import TOKEN, Json, Town, plain_request
from tests.handlers.chat.test_groups import add_bot, enrol, new_group


async def test_an_update_that_cannot_be_read_is_passed_by(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    broken = town.world.mailbox.put("message", {"message_id": "x", "date": "never"})
    assert broken is not None
    assert "/join" in await town.hear(WEI, "/help")
    assert f"update {broken['update_id']} cannot be read" in caplog.text
    polls = len([one for one in caplog.records if "cannot be read" in one.message])
    assert polls == 1


async def test_one_handlers_error_stops_no_other(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(update: Update, context: Context) -> None:
        if update.effective_user and update.effective_user.id == MEI:
            raise RuntimeError("a fault of ours")

    town.application.add_handler(TypeHandler(Update, fail), group=-1)
    found = await town.ask(MEI, "/help", 2)
    assert any("记下" in one["text"] for one in found)
    assert "a fault of ours" in caplog.text
    assert "update 7" in caplog.text
    assert "/join" in await town.hear(WEI, "/help")


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 502, "times": 2},
        {"kind": "malformed", "times": 2},
        {"kind": "reset", "times": 2},
        {"kind": "reset", "when": "after", "times": 1},
        {"kind": "status", "status": 409, "times": 1},
        {"kind": "status", "status": 404, "times": 1},
    ],
)
async def test_polling_goes_on_after_faults(town: Town, fault: Json) -> None:
    await town.act("faults", method="getUpdates", **fault)
    for _ in range(2):
        assert "/join" in await town.hear(WEI, "/help")


async def test_a_lost_answer_is_no_end(town: Town) -> None:
    await town.act("faults", kind="status", status=500, method="sendMessage", times=1)
    await town.act("say", chat_id=WEI, person_id=WEI, text="/help")
    await town.settled()
    assert "/join" in await town.hear(WEI, "/help")


async def test_an_answer_waits_as_long_as_telegram_says(town: Town) -> None:
    await town.act("faults", kind="retry_after", seconds=1, method="sendMessage", times=1)
    assert "/join" in await town.hear(WEI, "/help")


async def test_opening_waits_until_telegram_answers(town: Town) -> None:
    await town.act("faults", kind="status", status=502, method="getMe", times=1)
    api_url = str(town.client.base_url).rstrip("/")
    application = build(town.services, token=TOKEN, api_url=api_url, request=plain_request())
    assert await open_door(application, asyncio.Event())
    await close_door(application)


async def test_a_wrong_token_is_told_without_the_token(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    api_url = str(town.client.base_url).rstrip("/")
    wrong = "7000000009:secret-canary"
    application = build(town.services, token=wrong, api_url=api_url, request=plain_request())
    with pytest.raises(SettingsError) as told:
        await open_door(application, asyncio.Event())
    await close_door(application)
    own = [one for one in caplog.records if one.name.startswith("handlers")]
    assert "canary" not in str(told.value) + str([one.getMessage() for one in own])
    assert told.value.__cause__ is None


async def test_a_stopped_door_opens_no_more(town: Town) -> None:
    stop = asyncio.Event()
    stop.set()
    api_url = str(town.client.base_url).rstrip("/")
    application = build(town.services, token=TOKEN, api_url=api_url, request=plain_request())
    assert not await open_door(application, stop)


async def test_stopping_confirms_what_was_handled(town: Town) -> None:
    await town.hear(WEI, "/help")
    town.stop.set()
    await town.polling
    stop = asyncio.Event()
    again = asyncio.create_task(Poller(Intake(town.application), plain_request()).run(stop))
    assert "/join" in await town.hear(MEI, "/help")
    assert len(await town.messages(WEI)) == 2
    stop.set()
    await again


async def test_updates_come_by_webhook_too(town: Town) -> None:
    town.stop.set()
    await town.polling
    address = "https://go.example.com/telegram"
    assert await listen_by_webhook(town.application, address, "secret", asyncio.Event())
    intake = Intake(town.application)
    update = {
        "update_id": 5,
        "message": {
            "message_id": 1,
            "date": 1795309200,
            "chat": {"id": WEI, "type": "private", "first_name": "老魏"},
            "from": {"id": WEI, "is_bot": False, "first_name": "老魏"},
            "text": "/help",
            "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
        },
    }
    await town.act("start", person_id=WEI)
    before = await town.last_id(WEI)
    for _ in range(2):
        await intake.handle(update)
    assert len(await town.said(WEI, before)) == 1
    await intake.handle({"nonsense": True})


async def test_the_bot_learns_from_a_refusal_that_it_is_out(town: Town) -> None:
    await enrol(town, LIN)
    group = await new_group(town)
    await add_bot(town, group["id"], rights=[])
    await town.act(
        "faults",
        kind="status",
        status=403,
        method="sendMessage",
        chat_id=group["id"],
        description="Forbidden: bot was kicked from the supergroup chat",
    )
    await town.act("say", chat_id=group["id"], person_id=MEI, text="/deals@haowu_demo_bot")
    await town.settled()
    (own,) = await town.services.connecting.all_groups()
    assert own.lost_at is not None


async def test_menus_are_registered_by_role_and_language(town: Town) -> None:
    await enrol(town, LIN)
    await town.hear(LIN, "/start")
    await town.hear(OUYANG, "/start")
    bot = town.application.bot
    own = [one.command for one in await bot.get_my_commands(BotCommandScopeChat(LIN))]
    assert "today" in own
    assert "slots" not in own
    operators = await bot.get_my_commands(BotCommandScopeChat(OUYANG))
    assert "slots" in [one.command for one in operators]
    for language, words in (("zh", "状态"), ("en", "status")):
        found = await bot.get_my_commands(BotCommandScopeAllGroupChats(), language)
        assert words in {one.command: one.description for one in found}["status"]


async def test_chats_go_at_once_and_each_in_order() -> None:
    done: list[str] = []
    order, slow = InOrder(), asyncio.Event()

    async def work(name: str, gate: asyncio.Event | None = None) -> None:
        if gate is not None:
            await gate.wait()
        done.append(name)

    def update(number: int, chat_id: int) -> Update:
        chat = {"id": chat_id, "type": "private"}
        message = {"message_id": 1, "date": 1, "chat": chat}
        found = Update.de_json({"update_id": number, "message": message})
        assert found is not None
        return found

    tasks = [
        asyncio.create_task(order.process_update(update(1, 7), work("a1", slow))),
        asyncio.create_task(order.process_update(update(2, 7), work("a2"))),
        asyncio.create_task(order.process_update(update(3, 8), work("b1"))),
    ]
    for _ in range(10):
        await asyncio.sleep(0)
    assert done == ["b1"]
    slow.set()
    await asyncio.gather(*tasks)
    assert done == ["b1", "a1", "a2"]
    assert order._turns == {}


async def test_an_update_is_confirmed_when_it_was_handled_and_no_sooner(town: Town) -> None:
    may_end = asyncio.Event()

    async def hang(update: Update, context: Context) -> None:
        if update.effective_user and update.effective_user.id == MEI:
            await may_end.wait()

    town.stop.set()
    await town.polling
    town.application.add_handler(TypeHandler(Update, hang), group=-1)
    stop, poller = asyncio.Event(), Poller(Intake(town.application), plain_request())
    poller.patience_seconds = 0.05
    polling = asyncio.create_task(poller.run(stop))
    await town.act("say", chat_id=MEI, person_id=MEI, text="/help")
    assert "/join" in await town.hear(WEI, "/help")
    before = await town.last_id(MEI)
    assert town.world.mailbox.waiting, "what was not answered yet was confirmed"
    may_end.set()
    assert "/join" in (await town.said(MEI, before))[0]["text"]
    stop.set()
    await polling
    assert not town.world.mailbox.waiting
