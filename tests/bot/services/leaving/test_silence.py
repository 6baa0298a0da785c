"""Quiet hours and days off hold for what waits in a group that is handed on or copied to."""

from datetime import timedelta

from bot.domain.records import GroupId
from bot.domain.schedules.rules import Blackout, Quiet
from bot.services.leaving.outcomes import Copied, Plan
from storage.schedules import silences
from storage.tables import posts
from tests import cast
from tests.bot.services.leaving.conftest import Home
from tests.bot.services.leaving.test_transferring import handed
from tests.cast import NOON

HALF_AN_HOUR = timedelta(minutes=30)


async def waits(home: Home, group_id: GroupId) -> None:
    """A post that may go until half past twelve."""
    async with home.database.write() as connection:
        await cast.add_post(
            connection,
            group_id,
            home.stage.lin,
            state="planned",
            due_at=NOON + timedelta(minutes=5),
            closes_at=NOON + HALF_AN_HOUR,
        )


async def stands(home: Home) -> tuple[str, str | None]:
    (row,) = await home.rows(posts)
    return row.state, row.error


async def test_what_goes_along_keeps_the_quiet_hours_of_whoever_has_the_group_now(
    home: Home,
) -> None:
    await waits(home, home.stage.group)
    async with home.database.write() as connection:
        await silences.set_quiet(connection, f"promoter:{home.stage.chen}", Quiet("11:00", "13:00"))
    await handed(home)
    assert await stands(home) == ("cancelled", "quiet")


async def test_it_waits_where_the_quiet_hours_end_in_time(home: Home) -> None:
    await waits(home, home.stage.group)
    async with home.database.write() as connection:
        await silences.set_quiet(connection, f"promoter:{home.stage.chen}", Quiet("11:00", "12:20"))
    await handed(home)
    (row,) = await home.rows(posts)
    assert (row.state, row.due_at) == ("planned", NOON + timedelta(minutes=20))


async def test_days_off_that_are_copied_hold_for_what_waits(home: Home) -> None:
    await waits(home, home.rose_lane)
    async with home.database.write() as connection:
        day = NOON.date()
        await silences.add_blackout(connection, f"group:{home.stage.group}", Blackout(day, day))
    copying = home.leaving.copying
    begun = await copying.begin(home.stage.lin, home.stage.group)
    plan = await copying.tick(home.stage.lin, begun.id, home.rose_lane)
    assert isinstance(plan, Plan)
    assert isinstance(await copying.apply(home.stage.lin, plan.id, plan.fingerprint), Copied)
    assert await stands(home) == ("cancelled", "blackout")


async def test_quiet_hours_that_come_back_when_a_copy_is_undone_hold_too(home: Home) -> None:
    async with home.database.write() as connection:
        await silences.set_quiet(connection, f"group:{home.rose_lane}", Quiet("11:00", "13:00"))
    copying = home.leaving.copying
    begun = await copying.begin(home.stage.lin, home.stage.group)
    plan = await copying.tick(home.stage.lin, begun.id, home.rose_lane)
    assert isinstance(plan, Plan)
    assert isinstance(await copying.apply(home.stage.lin, plan.id, plan.fingerprint), Copied)
    await waits(home, home.rose_lane)
    assert isinstance(await copying.undo(home.stage.lin, plan.id), Copied)
    assert await stands(home) == ("cancelled", "quiet")
