"""Order within a chat, and what steps out of the row while it waits for something slow."""

import asyncio
from collections.abc import Callable

from telegram import Update
from telegram.ext import TypeHandler

from handlers.chat.context import Context
from handlers.chat.wire.intake import Intake
from handlers.chat.wire.order import InOrder, Turn, begin, step_aside
from handlers.chat.wire.polling import Poller
from tests.cast import MEI, WEI
from tests.handlers.chat.conftest import Town, plain_request


def update(number: int, chat_id: int) -> Update:
    """A message in a chat."""
    chat = {"id": chat_id, "type": "private"}
    found = Update.de_json(
        {"update_id": number, "message": {"message_id": 1, "date": 1, "chat": chat}}
    )
    assert found is not None
    return found


async def settle() -> None:
    """Let everything go on that can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_what_steps_aside_lets_the_next_of_its_chat_go_ahead() -> None:
    done: list[str] = []
    order, slow = InOrder(limit=1), asyncio.Event()

    async def ask() -> None:
        step_aside()
        await slow.wait()
        done.append("answer")

    async def command() -> None:
        done.append("command")

    tasks = [
        asyncio.create_task(order.process_update(update(1, 7), ask())),
        asyncio.create_task(order.process_update(update(2, 7), command())),
        asyncio.create_task(order.process_update(update(3, 8), command())),
    ]
    await settle()
    assert done == ["command", "command"]
    slow.set()
    await asyncio.gather(*tasks)
    assert done[-1] == "answer"
    assert order._turns == {}


async def test_those_who_wait_for_their_chat_take_no_place_from_others() -> None:
    done: list[int] = []
    order, slow = InOrder(limit=2), asyncio.Event()

    async def work(chat_id: int, gate: asyncio.Event | None = None) -> None:
        if gate is not None:
            await gate.wait()
        done.append(chat_id)

    def begun(number: int, chat_id: int, gate: asyncio.Event | None = None) -> asyncio.Task[None]:
        one = order.process_update(update(number, chat_id), work(chat_id, gate))
        return asyncio.create_task(one)

    tasks = [begun(1, 7, slow), begun(2, 7), begun(3, 7), begun(4, 8)]
    await settle()
    assert done == [8]
    slow.set()
    await asyncio.gather(*tasks)
    assert done == [8, 7, 7, 7]


async def test_a_turn_is_left_once() -> None:
    left: list[str] = []
    turn = Turn(lambda: left.append("aside"))
    turn.hold(lambda: left.append("place"))
    turn.step_aside()
    turn.leave()
    assert left == ["place", "aside"]
    begin(turn)
    step_aside()
    assert left == ["place", "aside", "aside"]


async def test_outside_any_row_there_is_nothing_to_step_out_of() -> None:
    step_aside()


async def test_a_slow_answer_holds_up_no_poll_and_is_confirmed_when_it_is_given(
    town: Town,
) -> None:
    may_end = asyncio.Event()

    async def hang(update: Update, context: Context) -> None:
        if update.effective_user and update.effective_user.id == MEI:
            step_aside()
            await may_end.wait()

    town.stop.set()
    await town.polling
    town.application.add_handler(TypeHandler(Update, hang), group=-1)
    stop, poller = asyncio.Event(), Poller(Intake(town.application), plain_request())
    polling = asyncio.create_task(poller.run(stop))
    await town.act("say", chat_id=MEI, person_id=MEI, text="/help")
    await _within(lambda: 1 in [len(poller._begun)])
    started = asyncio.get_running_loop().time()
    assert "/join" in await town.hear(WEI, "/help")
    taken = asyncio.get_running_loop().time() - started
    assert taken < poller.patience_seconds - 1, "the next poll waited for the slow answer"
    assert town.world.mailbox.waiting, "what was not answered yet was confirmed"
    before = await town.last_id(MEI)
    may_end.set()
    await town.said(MEI, before)
    stop.set()
    await polling
    assert not town.world.mailbox.waiting


async def test_a_stop_waits_for_an_answer_that_comes_soon(town: Town) -> None:
    may_end = asyncio.Event()

    async def hang(update: Update, context: Context) -> None:
        step_aside()
        await may_end.wait()

    town.stop.set()
    await town.polling
    town.application.add_handler(TypeHandler(Update, hang), group=-1)
    stop, poller = asyncio.Event(), Poller(Intake(town.application), plain_request())
    polling = asyncio.create_task(poller.run(stop))
    await town.act("say", chat_id=MEI, person_id=MEI, text="/help")
    before = await town.last_id(MEI)
    await _within(lambda: len(poller._begun) == 1)
    stop.set()
    await asyncio.sleep(0.2)
    assert not polling.done()
    may_end.set()
    await polling
    assert len(await town.said(MEI, before)) == 1
    assert not town.world.mailbox.waiting


async def _within(look: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not look():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
