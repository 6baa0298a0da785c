"""A thousand posts of one offer: edited within the real limits, beside posts, without one 429."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert, update

from bot.delivery import Delivery
from bot.domain.posts.budgets import Limits
from bot.domain.records import PostId
from bot.services.living.turns import BESIDE_POSTS_PER_SECOND, CHAT_SECONDS, PER_SECOND, Turns
from bot.services.posts.pacing import Pacing
from storage.database import Database
from storage.living import watches
from storage.people import groups as groups_storage
from storage.posts import posts
from storage.tables import groups
from storage.tables import posts as rows
from tests.bot.services.living.stage import Street, street
from tests.cast import BOT, NOON

POSTS = 1_000
SECONDS = 5.0


@pytest.fixture
async def town(database: Database) -> AsyncIterator[Street]:
    """A street of groups."""
    async with street(database) as found:
        yield found


async def crowd(town: Street, count: int) -> list[int]:
    """Many groups, in the stand-in Telegram and in the house: our ids."""
    new = []
    for number in range(count):
        chat = town.telegram.world.new_group(f"群 {number}", 2001)
        town.telegram.world.add_bot(chat.id, 2001, rights=["pin_messages"])
        new.append(
            {
                "chat_id": chat.id, "title": chat.title, "promoter_id": town.stage.lin,
                "programme": "fenxiang", "state": "active", "member_count": 120,
                "timezone": "Asia/Shanghai", "language": "zh", "missing_rights": [],
                "connected_at": NOON, "bot_id": BOT,
            }
        )  # fmt: skip
    town.telegram.world.mailbox.waiting.clear()
    async with town.database.write() as connection:
        return list(await connection.scalars(insert(groups).returning(groups.c.id), new))


async def arrive(town: Street, ids: list[PostId]) -> None:
    """Let planned posts stand in their chats, as if they had been sent just now."""
    world = town.telegram.world
    async with town.database.write() as connection:
        known = await posts.list_by_ids(connection, ids)
        owners = await groups_storage.list_by_ids(
            connection, {one.group_id for one in known.values()}
        )
        for post_id, post in known.items():
            chat = world.chat(owners[post.group_id].chat_id)
            ((key,),) = post.rendered.buttons
            rows_ = [[{"text": key.text, "url": key.url}]]
            text = {"text": post.rendered.html, "reply_markup": {"inline_keyboard": rows_}}
            message = world.place(chat, world.bot, text)
            await connection.execute(
                update(rows)
                .where(rows.c.id == post_id)
                .values(
                    state="sent",
                    sent_at=town.at,
                    chat_id=chat.id,
                    message_id=message["message_id"],
                )
            )
        await watches.arm(
            connection, BOT, {one.offer_id for one in known.values() if one.offer_id}, town.at
        )


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_thousand_edits_share_the_pace_and_meet_no_limit(town: Street) -> None:
    found = await crowd(town, POSTS)
    offer = await town.offer()
    await arrive(town, await town.plan(*found, offer_id=offer))  # type: ignore[arg-type]
    assert await town.sent_posts() == POSTS
    await town.change(offer, sale_price_minor=1500)
    town.telegram.world.limits.enabled = True
    pacing = Pacing(Limits(), 256, time.monotonic)
    object.__setattr__(town.worker, "turns", Turns(pacing))
    town.worker._deciding.turns = town.worker.turns
    refused = []
    edit = Delivery.edit

    async def watched(self: Delivery, *given: object, **named: object) -> object:
        outcome = await edit(self, *given, **named)  # type: ignore[arg-type]
        refused.extend([outcome] if type(outcome).__name__ == "Retry" else [])
        return outcome

    object.__setattr__(town.worker, "editor", _Watched(watched, town.worker.editor))
    began = time.monotonic()
    while time.monotonic() < began + SECONDS:
        assert await town.worker.renew_due()
    took = time.monotonic() - began
    assert refused == []
    assert town.edits() <= PER_SECOND * (took + 1)
    assert town.edits() >= PER_SECOND * took * 0.3
    assert await town.watching() == 1


class _Watched:
    def __init__(self, call: object, inner: object) -> None:
        self._call, self._inner = call, inner

    async def edit(self, *given: object, **named: object) -> object:
        return await self._call(self._inner, *given, **named)  # type: ignore[operator]


async def test_while_posts_wait_edits_take_a_tenth_and_a_chat_sees_few() -> None:
    pacing = Pacing(Limits(), 256, time.monotonic)
    turns = Turns(pacing)
    began = time.monotonic()
    for number in range(4):
        await turns.take(-number)
    assert time.monotonic() - began >= 3 / PER_SECOND * 0.9
    assert turns.chat_free_in(-1) > CHAT_SECONDS / 2
    assert turns.chat_free_in(-99) == 0
    pacing.waiting.append(None)  # type: ignore[arg-type]
    await turns.take(-7)
    began = time.monotonic()
    await turns.take(-8)
    assert time.monotonic() - began >= 1 / BESIDE_POSTS_PER_SECOND * 0.9
    await asyncio.sleep(0)
