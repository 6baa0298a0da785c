"""The message of a pool at a real Bot API: sent once, edited seldom, never for nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from bot.delivery import Delivery
from bot.domain.pools.pools import Pool, PoolState, Standing
from bot.sandbox.world.faults import Fault
from bot.services.pools.joining import Place
from bot.services.pools.outcomes import Said
from bot.services.pools.showing import EDIT_SECONDS, Showing
from storage.database import Database
from storage.pools import boards
from storage.tables import groups
from tests.bot.sandbox.stage import Standing as Telegram
from tests.bot.sandbox.stage import build, ptb, served
from tests.bot.services.pools.stage import PUBLIC_URL, Scene, set_scene, tap
from tests.cast import BOT
from tests.schemes import TEXTS

EDIT = "editmessagetext"


@dataclass
class Group:
    """Lin's group in a stand-in Telegram, and the worker that keeps its messages."""

    scene: Scene
    telegram: Telegram
    chat_id: int
    seconds: float = 1000.0
    edits: Fault = field(default_factory=lambda: Fault("delay", method=EDIT, times=9999, seconds=0))

    def worker(self, **fields: Any) -> Showing:
        """A process that keeps the messages."""
        given: dict[str, Any] = {"clock": lambda: self.seconds} | fields
        delivery = Delivery(self.telegram.bot)
        database, now = self.scene.database, self.scene.moment.now
        return Showing(database, delivery, TEXTS, now, PUBLIC_URL, BOT, **given)

    @property
    def edited(self) -> int:
        """How many edits came to Telegram."""
        return 9999 - self.edits.times

    def said(self) -> list[dict[str, Any]]:
        """What stands in the group."""
        found = self.telegram.world.chat(self.chat_id).messages.values()
        return [one for one in found if one["from"]["is_bot"] and "text" in one]

    def labels(self) -> dict[str, str]:
        """The buttons of the one message: label to what is behind it."""
        (message,) = self.said()
        rows = message["reply_markup"]["inline_keyboard"]
        return {one["text"]: one.get("url") or one["callback_data"] for row in rows for one in row}

    async def tap(self, pool: Pool, count: int) -> None:
        """So many new members join, all at once."""
        first = 60_000 + (await self.scene.pool(pool.id)).joined
        crowd = await self.scene.crowd(count, first=first)
        joining = self.scene.pools.joining
        await asyncio.gather(*(joining.tap(pool.id, person, tap=tap()) for person in crowd))


@pytest.fixture
async def group(database: Database) -> AsyncIterator[Group]:
    """A group of the stand-in, known to the house."""
    scene = await set_scene(database)
    async with (
        served(build) as (url, app),
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
        ptb(url) as bot,
    ):
        telegram = Telegram(url, app.state.world, client, bot)
        chat_id = await telegram.group(rights=["pin_messages"])
        async with database.write() as connection:
            await connection.execute(update(groups).values(chat_id=chat_id))
        found = Group(scene, telegram, chat_id)
        telegram.world.faults.order(found.edits)
        yield found


async def test_it_goes_out_once_with_its_disclosure_and_both_prices(group: Group) -> None:
    pool, worker = await group.scene.open(), group.worker()
    assert await asyncio.gather(worker.show_due(), group.worker().show_due())
    assert await worker.show_due() == 0
    (message,) = group.said()
    assert message["text"].startswith("「广告」")
    assert "还差 3 人" in message["text"]
    assert group.labels() == {
        "一起买 ¥19.90": f"1:join:{pool.id}",
        "单独买 ¥29.90": f"{PUBLIC_URL}/r/{pool.alone_code}",
    }
    assert group.edited == 0


async def test_two_hundred_taps_make_a_handful_of_edits_and_the_last_count_arrives(
    group: Group,
) -> None:
    pool = await group.scene.open(size=300)
    loop = asyncio.get_running_loop()
    worker = group.worker(clock=loop.time, edit_seconds=0.4)
    await worker.show_due()
    began, is_over = loop.time(), asyncio.Event()

    async def keep() -> None:
        while not is_over.is_set():
            await worker.show_due()
            await asyncio.sleep(0.05)

    keeping = asyncio.create_task(keep())
    await group.tap(pool, 200)
    took = loop.time() - began
    await asyncio.sleep(0.9)
    is_over.set()
    await keeping
    assert 1 <= group.edited <= (took + 0.9) / 0.4 + 2
    assert "已有 200 人，还差 100 人" in group.said()[0]["text"]
    assert EDIT_SECONDS >= 3


async def test_edits_are_coalesced_and_none_is_sent_for_nothing(group: Group) -> None:
    pool, worker = await group.scene.open(size=10), group.worker()
    await worker.show_due()
    await group.tap(pool, 2)
    assert await worker.show_due() == 0
    group.seconds += EDIT_SECONDS
    assert await worker.show_due() == 1
    await group.tap(pool, 2)
    for _ in range(5):
        await worker.show_due()
    assert group.edited == 1
    group.seconds += EDIT_SECONDS
    await worker.show_due()
    assert group.edited == 2
    assert "已有 4 人" in group.said()[0]["text"]
    group.seconds += EDIT_SECONDS
    (wei,) = await group.scene.crowd(1)
    for _ in range(3):
        said = (await group.scene.pools.joining.tap(pool.id, wei, tap=tap())).said
    assert said == Said.LEFT
    assert await worker.show_due() == 0
    assert group.edited == 2


async def test_when_telegram_says_to_wait_nothing_is_tried_before_that(group: Group) -> None:
    pool, worker = await group.scene.open(), group.worker()
    await worker.show_due()
    group.seconds += EDIT_SECONDS
    await group.tap(pool, 1)
    flood = Fault("retry_after", method=EDIT, seconds=40)
    group.telegram.world.faults.ordered.insert(0, flood)
    await worker.show_due()
    assert (group.telegram.world.faults.happened, group.edited) == (1, 0)
    group.seconds += 39
    assert await worker.show_due() == 0
    group.seconds += 2
    assert await worker.show_due() == 1
    assert "已有 1 人" in group.said()[0]["text"]


async def test_a_lost_answer_leaves_it_uncertain_and_the_first_tap_settles_it(
    group: Group,
) -> None:
    pool, worker = await group.scene.open(), group.worker()
    group.telegram.world.faults.order(Fault("reset", "after", method="sendmessage"))
    await worker.show_due()
    assert (await group.scene.pool(pool.id)).standing == Standing.UNCERTAIN
    group.seconds += 600
    assert await worker.show_due() == 0
    (message,) = group.said()
    (mei,) = await group.scene.crowd(1)
    place = Place(group.chat_id, message["message_id"], is_picture=False)
    await group.scene.pools.joining.tap(pool.id, mei, tap=tap(), place=place)
    assert (await group.scene.pool(pool.id)).standing == Standing.SENT
    await worker.show_due()
    assert "已有 1 人" in group.said()[0]["text"]
    assert len(group.said()) == 1


async def test_what_a_crash_left_half_sent_is_never_sent_again(group: Group) -> None:
    pool, worker = await group.scene.open(), group.worker()
    async with group.scene.database.write() as connection:
        now = group.scene.moment.now()
        assert await boards.reserve(connection, pool.id, now, chat_id=group.chat_id)
        assert not await boards.reserve(connection, pool.id, now, chat_id=group.chat_id)
    assert await worker.show_due() == 0
    assert (await group.scene.pool(pool.id)).standing == Standing.SENDING
    group.scene.moment.at += timedelta(minutes=2)
    assert await worker.show_due() == 0
    assert (await group.scene.pool(pool.id)).standing == Standing.UNCERTAIN
    assert await worker.show_due() == 0
    assert group.said() == []


async def test_a_connection_that_never_stood_is_tried_again_and_a_refusal_is_not(
    group: Group,
) -> None:
    pool, worker = await group.scene.open(), group.worker()
    faults = group.telegram.world.faults
    faults.order(Fault("retry_after", method="sendmessage", seconds=3))
    await worker.show_due()
    assert (await group.scene.pool(pool.id)).standing == Standing.PLANNED
    faults.order(Fault("status", method="sendmessage", status=403, description="Forbidden: kicked"))
    group.seconds += 10
    await worker.show_due()
    assert (await group.scene.pool(pool.id)).standing == Standing.FAILED
    group.seconds += 10
    assert await worker.show_due() == 0


async def test_reached_it_turns_into_the_link_and_missed_it_says_so(group: Group) -> None:
    pool, worker = await group.scene.open(size=2), group.worker()
    await worker.show_due()
    await group.tap(pool, 2)
    group.seconds += EDIT_SECONDS
    await worker.show_due()
    assert "拼成了，2 人一起买" in group.said()[0]["text"]
    link = f"{PUBLIC_URL}/r/{pool.together_code}"
    assert group.labels() == {"拼团价 ¥19.90 去下单": link}
    group.scene.moment.at += timedelta(hours=25)
    assert await group.scene.pools.pooling.decide_due() == 1
    assert (await group.scene.pool(pool.id)).state == PoolState.CLOSED
    group.seconds += EDIT_SECONDS
    assert await worker.show_due() == 0
    again = await group.scene.open()
    await worker.show_due()
    group.seconds += EDIT_SECONDS
    group.scene.moment.at += timedelta(hours=25)
    await group.scene.pools.pooling.decide_due()
    await worker.show_due()
    missed = next(one for one in group.said() if "没有拼成" in one["text"])
    assert "0/3 人" in missed["text"]
    (row,) = missed["reply_markup"]["inline_keyboard"]
    assert row[0]["url"].endswith(again.alone_code)


async def test_each_bot_keeps_its_own_messages_and_the_first_one_what_knows_no_bot(
    group: Group,
) -> None:
    await group.scene.open()
    stranger = group.worker()
    object.__setattr__(stranger, "bot_id", BOT + 1)
    object.__setattr__(stranger, "is_first", False)
    assert await stranger.show_due() == 0
    assert await stranger.recover() == 0
    assert await group.worker().show_due() == 1


async def test_a_message_that_somebody_deleted_is_let_go(group: Group) -> None:
    pool, worker = await group.scene.open(), group.worker()
    await worker.show_due()
    (message,) = group.said()
    del group.telegram.world.chat(group.chat_id).messages[message["message_id"]]
    await group.tap(pool, 1)
    group.seconds += EDIT_SECONDS
    await worker.show_due()
    group.seconds += EDIT_SECONDS
    assert await worker.show_due() == 0
