"""Posts into topics: a refusal for certain goes to General, a lost answer goes nowhere again."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, update

from bot.sandbox.world.faults import Fault
from storage.database import Database
from storage.living import topics
from storage.tables import groups
from storage.tables import posts as rows
from tests.bot.services.living.stage import Street, street


@pytest.fixture
async def town(database: Database) -> AsyncIterator[Street]:
    """A street of groups."""
    async with street(database) as found:
        yield found


async def topic(town: Street, chat: int, group: int, slot: str = "noon") -> int:
    """A topic for a slot."""
    thread = (await town.telegram.act("open_topic", chat_id=chat, by=2001, name="午"))["id"]
    async with town.database.write() as connection:
        await topics.put(connection, group, slot, thread, town.at)  # type: ignore[arg-type]
    return int(thread)


def threads(town: Street, chat: int) -> list[int | None]:
    """Where the posts of a chat stand."""
    return [one.get("message_thread_id") for one in town.said(chat) if "reply_markup" in one]


async def test_a_post_goes_into_its_slots_topic_and_others_to_general(town: Street) -> None:
    (group, chat), (plain, other) = await town.group(is_forum=True), await town.group()
    thread = await topic(town, chat, group)
    offer = await town.offer()
    await town.send(group, plain, offer_id=offer)
    assert (threads(town, chat), threads(town, other)) == ([thread], [None])
    await town.change(offer, sale_price_minor=1500)
    assert await town.renew() == 2
    assert threads(town, chat) == [thread]


@pytest.mark.parametrize("how", ["close_topic", "delete_topic"])
async def test_a_closed_or_deleted_topic_sends_it_to_general_once_and_says_so_once(
    town: Street, how: str
) -> None:
    group, chat = await town.group(is_forum=True)
    thread = await topic(town, chat, group)
    by = {"by": 2001} if how == "close_topic" else {}
    await town.telegram.act(how, chat_id=chat, topic_id=thread, **by)
    offer = await town.offer()
    await town.send(group, group, offer_id=offer)
    assert threads(town, chat) == [None, None]
    assert await town.notices() == ["topic.shut"]
    await town.send(group, offer_id=offer)
    assert threads(town, chat) == [None] * 3
    assert await town.notices() == ["topic.shut"]
    assert await town.sent_posts() == 3


async def test_where_general_is_closed_too_the_post_fails_and_its_promoter_is_told(
    town: Street,
) -> None:
    group, chat = await town.group(is_forum=True)
    thread = await topic(town, chat, group)
    await town.telegram.act("delete_topic", chat_id=chat, topic_id=thread)
    await town.telegram.act("close_general", chat_id=chat)
    offer = await town.offer()
    await town.send(group, offer_id=offer)
    assert threads(town, chat) == []
    assert await town.notices() == ["notice.failed", "topic.shut"]


async def test_a_lost_answer_is_never_sent_again_elsewhere(town: Street) -> None:
    group, chat = await town.group(is_forum=True)
    await topic(town, chat, group)
    offer = await town.offer()
    town.telegram.world.faults.order(Fault("reset", "before", method="sendmessage"))
    (post,) = await town.send(group, offer_id=offer)
    await town.send(group, offer_id=offer)
    assert len(threads(town, chat)) == 1
    async with town.database.read() as connection:
        assert await connection.scalar(select(rows.c.state).where(rows.c.id == post)) == "uncertain"


async def test_the_topic_for_anything_takes_what_has_none(town: Street) -> None:
    group, chat = await town.group(is_forum=True)
    thread = await topic(town, chat, group, slot="any")
    offer = await town.offer()
    await town.send(group, offer_id=offer)
    assert threads(town, chat) == [thread]


async def test_a_move_of_the_chat_keeps_the_topics(town: Street) -> None:
    group, chat = await town.group(is_forum=True)
    thread = await topic(town, chat, group)
    async with town.database.write() as connection:
        await connection.execute(update(groups).values(chat_id=-4_000_000_001))
        found = await topics.list_of(connection, [group])
    assert found[group]["noon"].thread_id == thread
