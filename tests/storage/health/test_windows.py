"""Looking back over the counted days of groups."""

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.health.fatigue import Rest
from bot.domain.health.signals import Sums
from bot.domain.health.standings import Health
from storage.database import Database
from storage.health import days, healths, windows
from tests.cast import NOON, set_stage

TODAY = NOON.date()


def ago(number: int) -> date:
    return TODAY - timedelta(days=number)


async def test_each_window_has_its_days_and_no_other(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        await healths.adopt(connection, TODAY, after=stage.group - 1, limit=9)  # type: ignore[arg-type]
        for back in (0, 1, 7, 8, 28, 29, 35, 36, 56, 57):
            own = {stage.group: 100}
            await days.put(connection, ago(back), own, own, {stage.group: 1})
            await days.add(connection, stage.group, ago(back), removed=1)
    async with database.read() as connection:
        found = (await windows.list_of(connection, [stage.group], TODAY))[stage.group]
    assert found.week == Sums(removed=2)
    assert found.recent == Sums(days=2, posts=200, clicks=2, removed=2)
    assert found.before == Sums(posts=400, clicks=4, removed=4)
    assert (found.month.days, found.earlier.days, found.trial) == (4, 4, Sums())


async def test_what_came_before_the_last_change_of_rest_is_not_recent(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        await healths.add_if_none(connection, [Health(stage.group, TODAY)])
        for back in (1, 2, 3):
            await days.put(connection, ago(back), {stage.group: 100}, {stage.group: 3}, {})
        resting = Health(stage.group, TODAY, rest=Rest(1, ago(2)), probation_since=ago(1))
        await healths.put(connection, [resting])
    async with database.read() as connection:
        found = (await windows.list_of(connection, [stage.group], TODAY))[stage.group]
        assert (found.recent.days, found.trial) == (2, Sums(days=1, member_days=100))
        assert (await healths.list_by_ids(connection, [stage.group]))[stage.group] == replace(
            resting, evaluated_on=TODAY
        )


async def test_a_day_that_is_not_over_is_no_counted_day(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        await healths.add_if_none(connection, [Health(stage.group, TODAY)])
        await days.add(connection, stage.group, ago(1), leaves=1)
    async with database.read() as connection:
        found = (await windows.list_of(connection, [stage.group], TODAY))[stage.group]
        assert found.month.days == 0
        week, *_ = await windows.weeks(connection, stage.group, TODAY, 2)
        assert (week.days, week.leaves, week.members) == (0, 1, 0)
