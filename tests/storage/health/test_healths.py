"""Where each group stands, as remembered from night to night."""

from datetime import timedelta

from bot.domain.health.fatigue import Rest, Sign
from bot.domain.health.standings import Cause, Health
from bot.domain.records import GroupId, GroupState
from storage.database import Database
from storage.health import healths
from tests.cast import NOON, SUNNY_COURT, add_group, set_stage

TODAY = NOON.date()


async def test_everything_that_is_remembered_comes_back(database: Database) -> None:
    stage = await set_stage(database)
    whole = Health(
        stage.group, TODAY, True, TODAY, TODAY, TODAY, TODAY, Cause.CONVERSION, 5714, TODAY,
        TODAY, Rest(2, TODAY, Sign.CLICKS, 1000, 5000, TODAY), 5000, TODAY,
    )  # fmt: skip
    async with database.write() as connection:
        await healths.add_if_none(connection, [Health(stage.group, TODAY)])
        await healths.add_if_none(connection, [whole])
        assert (await healths.list_by_ids(connection, [stage.group]))[stage.group].share_bps == 0
        await healths.put(connection, [whole])
    async with database.read() as connection:
        assert await healths.list_by_ids(connection, [stage.group]) == {stage.group: whole}
        assert await healths.list_shares(connection, [stage.group]) == {stage.group: 5000}
        assert [group.id for _, group in await healths.list_ailing(connection, 5)] == [stage.group]


async def test_new_groups_are_taken_up_once_in_their_order(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        for number in (1, 2):
            await add_group(connection, stage.lin, SUNNY_COURT - number)
        first = await healths.adopt(connection, TODAY, after=GroupId(0), limit=2)
        rest = await healths.adopt(connection, TODAY, after=first[-1], limit=2)
        assert (len(first), len(rest)) == (2, 1)
        assert await healths.adopt(connection, TODAY, after=GroupId(0), limit=9) == []
        tomorrow = TODAY + timedelta(days=1)
        waiting = await healths.list_waiting(connection, tomorrow, 9)
        assert [health.group_id for health, _ in waiting] == [*first, *rest]
        await healths.mark_evaluated(connection, first, tomorrow)
        assert len(await healths.list_waiting(connection, tomorrow, 9)) == 1


async def test_a_group_that_moved_on_is_not_written_over(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        moved = (connection, stage.group, GroupState.ACTIVE, GroupState.PROBATION)
        assert await healths.mark_state(*moved)
        assert not await healths.mark_state(*moved)
