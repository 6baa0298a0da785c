"""Setting up own groups like one of them."""

import asyncio
from datetime import date
from typing import Any

import pytest

from bot.domain.records import GroupId
from bot.errors import NotFoundError
from bot.services.leaving.outcomes import Changed, Copied, Fate, NoCopy, Plan
from storage.database import Database
from storage.leaving import copies as storage_copies
from storage.living import topics
from storage.people import groups as storage
from storage.schedules import copying as schedules
from storage.tables import blackouts, copies, forum_topics, groups, openings, quiet_hours
from tests import cast
from tests.bot.services.leaving.conftest import ROSE_LANE, Home
from tests.cast import NOON


async def sample(home: Home) -> None:
    """Sunny Court speaks English, opens noon late, and sells for homes."""
    await home.change(groups, groups.c.id == home.stage.group, language="en", vertical="homes")
    await home.scheduling().set(f"group:{home.stage.group}", "noon", "12:30", "13:00", by="x")


async def ticked(home: Home, group_id: GroupId | None = None) -> Plan:
    copying = home.leaving.copying
    begun = await copying.begin(home.stage.lin, home.stage.group)
    plan = await copying.tick(home.stage.lin, begun.id, group_id)
    assert isinstance(plan, Plan)
    return plan


async def applied(home: Home, plan: Plan) -> Copied:
    done = await home.leaving.copying.apply(home.stage.lin, plan.id, plan.fingerprint)
    assert isinstance(done, Copied)
    return done


async def settings_of(database: Database, home: Home) -> dict[int, tuple[Any, ...]]:
    rows = await home.rows(groups)
    return {row.id: (row.language, row.timezone, row.vertical) for row in rows}


async def opens(home: Home, group_id: GroupId) -> dict[str, str]:
    (group,) = [each for each in await groups_of(home) if each.id == group_id]
    return {plan.name: plan.opens for plan in await home.scheduling().plans(group)}


async def groups_of(home: Home) -> list[Any]:
    async with home.database.read() as connection:
        return list(await storage.list_of(connection, home.stage.lin))


async def test_the_others_are_set_up_alike_and_back_again(home: Home) -> None:
    await sample(home)
    await home.scheduling().set(f"group:{home.rose_lane}", "evening", "19:00", "19:30", by="x")
    before = await settings_of(home.database, home)
    plan = await ticked(home)
    (row,) = plan.ticked
    assert row.parts == ("language", "vertical", "slots")
    done = await applied(home, plan)
    assert done.fates == {home.rose_lane: Fate.COPIED}
    after = await settings_of(home.database, home)
    assert after[home.rose_lane] == after[home.stage.group]
    assert (await opens(home, home.rose_lane))["noon"] == "12:30"
    assert (await opens(home, home.rose_lane))["evening"] == "19:30"
    due = {row.slot: row for row in await home.rows(openings) if row.group_id == home.rose_lane}
    assert f"{due['noon'].opens_at:%H:%M}" == "04:30"
    undone = await home.leaving.copying.undo(home.stage.lin, plan.id)
    assert isinstance(undone, Copied)
    assert undone.fates == {home.rose_lane: Fate.UNDONE}
    assert await settings_of(home.database, home) == before
    assert (await opens(home, home.rose_lane))["evening"] == "19:00"
    assert await home.leaving.copying.undo(home.stage.lin, plan.id) is NoCopy.LATE


async def test_it_is_made_once_however_often_it_is_confirmed(home: Home) -> None:
    await sample(home)
    plan = await ticked(home)
    found = await asyncio.gather(
        *(
            each.copying.apply(home.stage.lin, plan.id, plan.fingerprint)
            for each in (home.leaving, home.again(), home.again())
        )
    )
    assert all(isinstance(each, Copied) for each in found)
    (row,) = await home.rows(copies)
    assert row.state == "done"
    assert row.stood[str(home.rose_lane)][0]["language"] == "zh"


async def test_what_changed_since_it_was_shown_is_shown_again(home: Home) -> None:
    await sample(home)
    plan = await ticked(home)
    await home.change(groups, groups.c.id == home.stage.group, language="zh")
    found = await home.leaving.copying.apply(home.stage.lin, plan.id, plan.fingerprint)
    assert isinstance(found, Changed)
    assert found.plan.ticked[0].parts == ("vertical", "slots")
    assert (await settings_of(home.database, home))[home.rose_lane][2] is None


async def test_what_was_set_by_hand_since_is_not_undone(home: Home) -> None:
    await sample(home)
    plan = await ticked(home)
    await applied(home, plan)
    await home.change(groups, groups.c.id == home.rose_lane, language="zh")
    undone = await home.leaving.copying.undo(home.stage.lin, plan.id)
    assert isinstance(undone, Copied)
    assert undone.fates == {home.rose_lane: Fate.CHANGED_SINCE}
    assert (await settings_of(home.database, home))[home.rose_lane][2] == "homes"


async def test_after_ten_minutes_it_stays(home: Home) -> None:
    await sample(home)
    plan = await ticked(home)
    await applied(home, plan)
    home.clock.pass_(minutes=10, seconds=1)
    assert await home.leaving.copying.undo(home.stage.lin, plan.id) is NoCopy.LATE


async def test_a_group_that_went_away_is_not_undone(home: Home) -> None:
    await sample(home)
    plan = await ticked(home)
    await applied(home, plan)
    await home.change(groups, groups.c.id == home.rose_lane, promoter_id=home.stage.chen)
    undone = await home.leaving.copying.undo(home.stage.lin, plan.id)
    assert isinstance(undone, Copied)
    assert undone.fates == {home.rose_lane: Fate.GONE}


async def test_what_belongs_to_a_programme_stays_in_it(home: Home) -> None:
    await sample(home)
    await home.change(groups, groups.c.id == home.rose_lane, programme="yundian")
    plan = await ticked(home)
    assert plan.ticked[0].parts == ("language",)
    done = await applied(home, plan)
    assert done.fates == {home.rose_lane: Fate.COPIED}
    assert (await settings_of(home.database, home))[home.rose_lane] == (
        "en", "Asia/Shanghai", None,
    )  # fmt: skip


async def test_groups_are_ticked_one_by_one_or_all_at_once(home: Home) -> None:
    async with home.database.write() as connection:
        third = await cast.add_group(connection, home.stage.lin, ROSE_LANE - 1, title="Old Mill")
        await cast.add_group(connection, home.stage.chen, ROSE_LANE - 2)
    copying, lin = home.leaving.copying, home.stage.lin
    plan = await copying.begin(lin, home.stage.group)
    assert [row.group.id for row in plan.rows] == [home.rose_lane, third]
    assert await copying.look(lin, plan.id) is NoCopy.NOBODY
    assert await copying.apply(lin, plan.id, plan.fingerprint) is NoCopy.NOBODY

    async def tick(group_id: GroupId | None) -> list[GroupId]:
        found = await copying.tick(lin, plan.id, group_id)
        assert isinstance(found, Plan)
        return [row.group.id for row in found.ticked]

    assert await tick(third) == [third]
    assert await tick(None) == [home.rose_lane, third]
    assert await tick(home.rose_lane) == [third]
    assert await tick(home.stage.group) == [third]
    assert await tick(None) == [home.rose_lane, third]
    assert await tick(None) == []
    same = await ticked(home)
    assert set((await applied(home, same)).fates.values()) == {Fate.SAME}


async def test_nobody_else_copies_from_or_sees_it(home: Home) -> None:
    copying = home.leaving.copying
    with pytest.raises(NotFoundError):
        await copying.begin(home.stage.chen, home.stage.group)
    plan = await ticked(home)
    chen = home.stage.chen
    assert await copying.tick(chen, plan.id, None) is NoCopy.OLD
    assert await copying.look(chen, plan.id) is NoCopy.OLD
    assert await copying.apply(chen, plan.id, plan.fingerprint) is NoCopy.OLD
    assert await copying.undo(chen, plan.id) is NoCopy.OLD
    assert await copying.undo(home.stage.lin, plan.id) is NoCopy.OLD


async def test_an_old_choice_is_made_anew_and_forgotten(home: Home) -> None:
    plan = await ticked(home)
    home.clock.pass_(hours=1, seconds=1)
    assert await home.leaving.copying.look(home.stage.lin, plan.id) is NoCopy.OLD
    home.clock.pass_(days=1)
    assert await home.leaving.copying.forget_old() == 1
    assert await home.rows(copies) == []


async def test_it_comes_to_what_each_room_itself_copies(home: Home) -> None:
    await sample(home)
    async with home.database.write() as connection:
        third = await cast.add_group(connection, home.stage.lin, ROSE_LANE - 1, title="Old Mill")
        scope = f"group:{home.stage.group}"
        await connection.execute(
            quiet_hours.insert().values(scope=scope, starts="22:00", ends="07:00")
        )
        for day in (1, 8):
            starts = date(2026, 12, day)
            await connection.execute(
                blackouts.insert().values(
                    scope=scope, starts_on=starts, ends_on=starts, reason="holiday"
                )
            )
        for slot, group_id in (("noon", home.stage.group), ("any", home.stage.group)):
            await connection.execute(
                forum_topics.insert().values(
                    group_id=group_id, slot=slot, thread_id=7, set_at=NOON, shut_at=NOON
                )
            )
        for group_id in (home.rose_lane, third):
            await connection.execute(
                forum_topics.insert().values(
                    group_id=group_id, slot="noon", thread_id=9, set_at=NOON
                )
            )
    plan = await ticked(home, home.rose_lane)
    assert plan.ticked[0].parts == (
        "language", "vertical", "slots", "quiet", "blackouts", "topics",
    )  # fmt: skip
    await applied(home, plan)
    async with home.database.write() as connection:
        await schedules.copy(connection, home.stage.group, third)
        await topics.copy(connection, home.stage.group, third)
        found = await storage_copies.read(connection, [home.rose_lane, third])
    rooms = ("slots", "quiet", "blackouts", "topics")
    ours, theirs = ({part: found[each][part] for part in rooms} for each in found)
    assert ours == theirs
    assert len(ours["blackouts"]) == 2
    assert [(row["slot"], row["thread_id"]) for row in ours["topics"]] == [
        ("any", None), ("noon", 9),
    ]  # fmt: skip
    undone = await home.leaving.copying.undo(home.stage.lin, plan.id)
    assert isinstance(undone, Copied)
    assert undone.fates == {home.rose_lane: Fate.UNDONE}
    async with home.database.read() as connection:
        after = (await storage_copies.read(connection, [home.rose_lane]))[home.rose_lane]
    assert (after["quiet"], after["blackouts"], len(after["topics"])) == ([], [], 1)
