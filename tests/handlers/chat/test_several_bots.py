"""Of several bots of ours in one group one serves it, and the others say nothing there."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.records import PostState
from handlers.chat.context import SERVICES
from storage.database import Database
from storage.posts import posts as posts_storage
from storage.tables import groups
from tests.cast import LIN, MEI, WEI, add_post
from tests.handlers.chat.conftest import BOT_ID, OTHER_BOT_ID, START, Town
from tests.handlers.chat.test_groups import (
    add_bot,
    enrol,
    groups_of_lin,
    new_group,
    payload,
    spoken,
)

STRANGER_ID = 7000000009
"""A bot that was ours once."""


@pytest.fixture
async def shared(town: Town) -> Town:
    """Lin is unlocked, and has connected a group by our first bot."""
    await enrol(town, LIN)
    group = await new_group(town)
    await add_bot(town, group["id"], payload=await payload(town), rights=["invite_users"])
    return town


def be(town: Town, bot_id: int) -> None:
    """From here on the door is another bot's."""
    town.application.bot_data[SERVICES] = replace(town.services, bot_id=bot_id)


async def chat_of(town: Town) -> int:
    return (await groups_of_lin(town))[0].chat_id


async def asks_status(town: Town) -> list[str]:
    """What is said in the group after an administrator asked how it stands."""
    chat_id = await chat_of(town)
    before = len(await spoken(town, chat_id))
    await town.act("say", chat_id=chat_id, person_id=LIN, text="/status@haowu_demo_bot")
    await town.settled()
    return (await spoken(town, chat_id))[before:]


async def test_the_bot_that_connected_a_group_serves_it(shared: Town) -> None:
    (group,) = await groups_of_lin(shared)
    assert group.bot_id == BOT_ID
    assert len(await asks_status(shared)) == 1


async def test_another_bot_hears_nothing_there(shared: Town, database: Database) -> None:
    be(shared, OTHER_BOT_ID)
    assert await asks_status(shared) == []
    chat_id = await chat_of(shared)
    await shared.act("join", chat_id=chat_id, person_id=WEI)
    await shared.settled()
    shared.clock.advance(timedelta(hours=1))
    assert await shared.services.connecting.greetings_due() == []
    await shared.act("remove_bot", chat_id=chat_id, by=LIN)
    await shared.settled()
    (group,) = await groups_of_lin(shared)
    assert (group.bot_id, group.lost_at) == (BOT_ID, None)


async def test_another_bot_that_is_added_says_one_sentence_to_the_promoter(shared: Town) -> None:
    chat_id = await chat_of(shared)
    be(shared, OTHER_BOT_ID)
    await shared.act("remove_bot", chat_id=chat_id, by=LIN)
    await shared.settled()
    before, said = await shared.last_id(LIN), len(await spoken(shared, chat_id))
    await add_bot(shared, chat_id, rights=["invite_users"])
    (told,) = await shared.said(LIN, before)
    assert "另一个机器人" in told["text"]
    assert len(await spoken(shared, chat_id)) == said
    assert (await groups_of_lin(shared))[0].bot_id == BOT_ID


@pytest.mark.parametrize("way", ["lost", "no longer ours"])
async def test_a_free_group_is_taken_up_with_its_waiting_posts(
    shared: Town, database: Database, way: str
) -> None:
    (group,) = await groups_of_lin(shared)
    changed = {"lost_at": START} if way == "lost" else {"bot_id": STRANGER_ID}
    async with database.write() as connection:
        await connection.execute(update(groups).values(changed))
        waiting, sent = [
            await add_post(
                connection, group.id, group.promoter_id, state=state, ordinal=n, lease="x"
            )
            for n, state in enumerate((PostState.LEASED, PostState.SENT))
        ]
    be(shared, OTHER_BOT_ID)
    assert len(await asks_status(shared)) == 1
    (taken,) = await groups_of_lin(shared)
    assert (taken.bot_id, taken.lost_at) == (OTHER_BOT_ID, None)
    async with database.read() as connection:
        moved = await posts_storage.find(connection, waiting)
        kept = await posts_storage.find(connection, sent)
    assert moved is not None
    assert kept is not None
    assert (moved.bot_id, moved.state) == (OTHER_BOT_ID, PostState.PLANNED)
    assert (kept.bot_id, kept.state) == (BOT_ID, PostState.SENT)


async def test_a_person_is_known_by_the_bot_they_spoke_with_last(town: Town) -> None:
    await town.ask(MEI, "/help")
    be(town, OTHER_BOT_ID)
    await town.ask(MEI, "/help")
    person = await town.services.enrolling.meet(MEI, "梅梅", "zh")
    assert person.bot_id == OTHER_BOT_ID


async def test_what_knows_no_bot_is_the_first_ones(shared: Town, database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(update(groups).values(bot_id=None))
    assert await shared.services.connecting.adopt(OTHER_BOT_ID) == 1
    assert await shared.services.connecting.adopt(BOT_ID) == 0
    assert (await groups_of_lin(shared))[0].bot_id == OTHER_BOT_ID
