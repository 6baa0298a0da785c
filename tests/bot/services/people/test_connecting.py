"""A chat becomes one group of one promoter, whatever order Telegram tells it in."""

import asyncio
from datetime import datetime, timedelta
from itertools import permutations
from os import urandom

import pytest
from sqlalchemy import func, select

from bot.domain.people.groups import RIGHTS
from bot.domain.records import Group, GroupState, PersonId
from bot.errors import NotAllowedError, NotFoundError
from bot.services.people.connecting import Connecting
from bot.services.people.connections import (
    CapReached,
    Connected,
    NotPromoter,
    Outcome,
    TakenByOther,
)
from bot.services.people.enrolling import Enrolling
from storage.database import Database
from storage.tables import groups
from tests.cast import CHEN, LIN, NOON, SUNNY_COURT, WEI, Stage, add_group, set_stage
from tests.schemes import PROGRAMMES

BASIC, UPGRADED, NEW = -4001, -1001000000077, -1001000000099


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def connecting(database: Database, clock: Hands) -> Connecting:
    return Connecting(database, PROGRAMMES, clock, urandom, "Asia/Shanghai", "zh")


@pytest.fixture
async def stage(database: Database) -> Stage:
    return await set_stage(database)


def group_of(outcome: Outcome) -> Group:
    assert isinstance(outcome, Connected)
    return outcome.group


async def add(
    connecting: Connecting, chat_id: int = NEW, by: int = LIN, title: str = "New", members: int = 80
) -> Outcome:
    return await connecting.added(chat_id, title, by, RIGHTS, members)


async def count_rows(database: Database) -> int:
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(groups)) or 0


async def test_a_promoter_who_adds_the_bot_gets_the_group(
    connecting: Connecting, stage: Stage
) -> None:
    outcome = await connecting.added(NEW, "New", LIN, {"post"}, 51)
    group = group_of(outcome)
    assert isinstance(outcome, Connected)
    assert outcome.is_new
    assert (group.promoter_id, group.state) == (stage.lin, GroupState.ACTIVE)
    assert group.missing_rights == ("pictures", "joins")
    assert (group.timezone, group.language) == ("Asia/Shanghai", "zh")


async def test_payload_and_membership_in_either_order_connect_once(
    connecting: Connecting, stage: Stage, database: Database
) -> None:
    payload = await connecting.payload(stage.lin)
    assert payload == await connecting.payload(stage.lin)
    by_link = await connecting.claim(payload, LIN, NEW, "New", RIGHTS, 80)
    by_membership = await add(connecting)
    assert isinstance(by_link, Connected)
    assert isinstance(by_membership, Connected)
    assert (by_link.is_new, by_membership.is_new) == (True, False)
    other = await add(connecting, NEW - 1)
    again = await connecting.claim(payload, None, NEW - 1, "New", RIGHTS, 80)
    assert group_of(other).id == group_of(again).id
    assert await count_rows(database) == 3


async def test_both_at_the_same_time_connect_once(
    connecting: Connecting, stage: Stage, database: Database
) -> None:
    payload = await connecting.payload(stage.lin)
    outcomes = await asyncio.gather(
        *(connecting.claim(payload, LIN, NEW, "New", RIGHTS, 80) for _ in range(3)),
        *(add(connecting) for _ in range(3)),
    )
    assert sum(isinstance(one, Connected) and one.is_new for one in outcomes) == 1
    assert await count_rows(database) == 2


async def test_strangers_and_unknown_payloads_connect_nothing(
    connecting: Connecting, stage: Stage, database: Database
) -> None:
    assert await add(connecting, by=WEI) == NotPromoter()
    assert await connecting.claim("nothing-known", LIN, NEW, "New", RIGHTS, 80) == NotPromoter()
    payload = await connecting.payload(stage.lin)
    assert await connecting.claim(payload, WEI, NEW, "New", RIGHTS, 80) == NotPromoter()
    assert await add(connecting, SUNNY_COURT, CHEN) == TakenByOther()
    with pytest.raises(NotAllowedError):
        await connecting.payload(PersonId(999))
    assert await count_rows(database) == 1


async def test_a_suspended_promoter_connects_nothing(
    connecting: Connecting, stage: Stage, database: Database
) -> None:
    enrolling = Enrolling(database, PROGRAMMES, lambda: NOON, urandom, "zh")
    await enrolling.suspend(LIN, by="cli", reason="spam")
    assert await add(connecting) == NotPromoter()


async def test_a_group_that_the_bot_left_may_become_another_promoters(
    connecting: Connecting, stage: Stage
) -> None:
    await connecting.lost(SUNNY_COURT)
    group = group_of(await add(connecting, SUNNY_COURT, CHEN))
    assert group.promoter_id == stage.chen
    before = await connecting.group(stage.group)
    assert before is not None
    assert (before.promoter_id, before.state) == (stage.lin, GroupState.CLOSED)


async def test_the_cap_counts_groups_that_are_held(connecting: Connecting, stage: Stage) -> None:
    for number in range(9):
        assert isinstance(await add(connecting, NEW - number), Connected)
    assert await add(connecting, NEW - 9) == CapReached(10)
    await connecting.lost(NEW)
    assert isinstance(await add(connecting, NEW - 9), Connected)
    assert await add(connecting, NEW) == CapReached(10)


async def test_many_groups_at_once_stay_under_the_cap(connecting: Connecting, stage: Stage) -> None:
    outcomes = await asyncio.gather(*(add(connecting, NEW - number) for number in range(12)))
    assert sum(isinstance(one, Connected) for one in outcomes) == 9


async def test_the_state_follows_the_floor(connecting: Connecting, stage: Stage) -> None:
    assert (await connecting.counted(SUNNY_COURT, 50)).state == GroupState.WARMING
    assert (await connecting.counted(SUNNY_COURT, 51)).state == GroupState.ACTIVE
    with pytest.raises(NotFoundError):
        await connecting.counted(NEW, 51)


async def test_a_move_keeps_the_group_and_the_old_address(
    connecting: Connecting, stage: Stage
) -> None:
    for _ in range(2):
        moved = await connecting.moved(SUNNY_COURT, UPGRADED)
        assert moved is not None
        assert (moved.id, moved.chat_id) == (stage.group, UPGRADED)
    by_alias = await connecting.group_by_chat(SUNNY_COURT)
    assert by_alias is not None
    assert by_alias.id == stage.group
    assert await connecting.lost(SUNNY_COURT) is None
    assert await connecting.moved(-1, -2) is None


async def test_two_groups_of_one_moved_chat_become_one(
    connecting: Connecting, stage: Stage
) -> None:
    later = group_of(await add(connecting, UPGRADED, title="Renamed"))
    moved = await connecting.moved(SUNNY_COURT, UPGRADED)
    assert moved is not None
    assert moved.id == stage.group
    assert [group.id for group in await connecting.groups_of(stage.lin)] == [stage.group]
    closed = await connecting.group(later.id)
    assert closed is not None
    assert closed.state == GroupState.CLOSED


@pytest.mark.parametrize("order", [*permutations(["added", "claimed", "upgraded", "migrated"])])
async def test_an_upgrade_while_connecting_is_one_group_and_one_welcome(
    connecting: Connecting, stage: Stage, database: Database, order: tuple[str, ...]
) -> None:
    payload = await connecting.payload(stage.lin)
    welcomes = 0
    for step in order:
        outcome: Outcome | None = None
        match step:
            case "added":
                outcome = await add(connecting, BASIC, title="Bloom")
            case "upgraded":
                outcome = await add(connecting, UPGRADED, title="Bloom")
            case "claimed":
                outcome = await connecting.claim(payload, LIN, UPGRADED, "Bloom", RIGHTS, 80)
            case "migrated":
                await connecting.moved(BASIC, UPGRADED)
        welcomes += isinstance(outcome, Connected) and outcome.is_new
    assert welcomes == 1
    assert await count_rows(database) == 2
    group = await connecting.group_by_chat(BASIC)
    assert group is not None
    assert (group.chat_id, group.lost_at) == (UPGRADED, None)


async def test_newcomers_share_one_purpose_notice(
    connecting: Connecting, stage: Stage, clock: Hands
) -> None:
    for _ in range(40):
        await connecting.joined(SUNNY_COURT)
    assert await connecting.greetings_due() == []
    clock.at += timedelta(minutes=2)
    assert [group.id for group in await connecting.greetings_due()] == [stage.group]
    taken = await asyncio.gather(*(connecting.greeted(stage.group) for _ in range(3)))
    assert sorted(taken) == [False, False, True]
    assert await connecting.greetings_due() == []


async def test_groups_are_recounted_once_a_day(
    connecting: Connecting, stage: Stage, clock: Hands
) -> None:
    assert [group.id for group in await connecting.to_recheck(10)] == [stage.group]
    assert await connecting.to_recheck(10) == []
    clock.at += timedelta(days=1, seconds=1)
    assert len(await connecting.to_recheck(10)) == 1


async def test_pausing_is_for_one_group_or_all(
    connecting: Connecting, stage: Stage, database: Database
) -> None:
    async with database.write() as connection:
        await add_group(connection, stage.chen, NEW)
    assert await connecting.set_paused(stage.group, True, by="person:1") == 1
    paused = await connecting.group(stage.group)
    assert paused is not None
    assert not paused.is_served
    assert await connecting.set_paused(None, False, by="person:1") == 2
    assert all(group.is_served for group in await connecting.all_groups())


async def test_rights_that_were_lost_stop_the_posts(connecting: Connecting, stage: Stage) -> None:
    await connecting.rights_changed(SUNNY_COURT, ["post"])
    group = await connecting.group(stage.group)
    assert group is not None
    assert not group.is_served
    assert await connecting.rights_changed(NEW, []) is None


async def test_only_its_promoter_sets_a_groups_language(
    connecting: Connecting, stage: Stage
) -> None:
    assert (await connecting.set_language(stage.group, "en", by=stage.lin)).language == "en"
    with pytest.raises(NotFoundError):
        await connecting.set_language(stage.group, "zh", by=stage.chen)
