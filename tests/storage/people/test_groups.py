"""Groups and their chats: a move is one step, and a retired chat is nobody's."""

import pytest

from bot.domain.records import GroupState
from storage.database import Database
from storage.people import groups
from tests.cast import NOON, SUNNY_COURT, add_group, set_stage

NEW, NEWER = -1001000000055, -1001000000056


async def test_a_group_may_move_again_and_again(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        await groups.move(connection, SUNNY_COURT, NEW, NOON)
        moved = await groups.move(connection, NEW, NEWER, NOON)
        assert moved is not None
        for chat_id in (SUNNY_COURT, NEW, NEWER):
            found = await groups.find_by_chat(connection, chat_id)
            assert found is not None
            assert (found.id, found.chat_id) == (stage.group, NEWER)


@pytest.mark.parametrize("is_later_first", [False, True])
async def test_of_two_groups_in_one_chat_the_earlier_stays(
    database: Database, is_later_first: bool
) -> None:
    stage = await set_stage(database)
    old, new = (NEW, SUNNY_COURT) if is_later_first else (SUNNY_COURT, NEW)
    async with database.write() as connection:
        later = await add_group(connection, stage.lin, NEW)
        kept = await groups.move(connection, old, new, NOON)
        closed = await groups.find(connection, later)
    assert kept is not None
    assert closed is not None
    assert (kept.id, kept.chat_id) == (stage.group, new)
    assert closed.state == GroupState.CLOSED
    assert closed.chat_id < groups.RETIRED_BASE


async def test_a_chat_is_taken_once(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        found = await groups.find(connection, stage.group)
        assert found is not None
        assert await groups.add(connection, found) is None
