"""Who comes by which link: written down in a few writes, told as counts, and forgotten."""

import asyncio
import os
import time
from datetime import timedelta

from bot.domain.people.cohorts import member_of
from bot.domain.records import GroupId
from bot.services.leaving import arriving
from bot.services.leaving.arriving import Arriving, Step
from bot.services.people.enrolling import Enrolling
from storage.leaving import cohorts, invite_links
from storage.tables import claims, cohort_days, cohort_members, groups, joiners, pools, variables
from storage.tables import invite_links as links_table
from storage.tables import links as tracked
from tests import cast
from tests.bot.services.leaving.conftest import FENXIANG, ROSE_LANE, Home
from tests.cast import NOON, SUNNY_COURT

FLYER, CAFE = "https://t.me/+flyer", "https://t.me/+cafe"


async def linked(home: Home, url: str = FLYER, group_id: GroupId | None = None) -> int:
    async with home.database.write() as connection:
        found = await invite_links.add(
            connection, group_id or home.stage.group, "flyer May", url, home.clock()
        )
    assert found is not None
    return found


def came(home: Home, who: int, url: str | None = FLYER, chat_id: int = SUNNY_COURT) -> Step:
    return Step(chat_id, who, came=True, at=home.clock(), url=url)


def left(home: Home, who: int, chat_id: int = SUNNY_COURT) -> Step:
    return Step(chat_id, who, came=False, at=home.clock())


async def test_whoever_comes_by_a_link_counts_once_and_the_group_is_greeted(home: Home) -> None:
    await linked(home)
    for who in (1, 2, 2, 3):
        await home.leaving.arriving.note(came(home, who))
    await home.leaving.arriving.note(came(home, 4, url=None))
    await home.leaving.arriving.note(came(home, 5, url="https://t.me/+strange"))
    (row,) = await home.rows(cohort_days)
    assert (row.day, row.came) == (NOON.date(), 3)
    members = await home.rows(cohort_members)
    assert len(members) == 3
    assert not any(str(who) == row.member for row in members for who in range(9))
    (sunny, _) = await home.rows(groups)
    assert sunny.greet_at == NOON + timedelta(minutes=2)


async def test_a_link_of_another_group_counts_for_nobody(home: Home) -> None:
    await linked(home)
    await home.leaving.arriving.note(came(home, 1, chat_id=ROSE_LANE))
    await home.leaving.arriving.note(came(home, 1, chat_id=-1009999999999))
    assert await home.rows(cohort_members) == []


async def test_whoever_leaves_is_forgotten_and_counted_gone(home: Home) -> None:
    await linked(home)
    for who in (1, 2, 3):
        await home.leaving.arriving.note(came(home, who))
    home.clock.pass_(hours=20)
    await home.leaving.arriving.note(left(home, 1))
    await home.leaving.arriving.note(left(home, 1))
    home.clock.pass_(days=5)
    await home.leaving.arriving.note(left(home, 2))
    await home.leaving.arriving.note(left(home, 9))
    (row,) = await home.rows(cohort_days)
    assert (row.came, row.gone_1, row.gone_7, row.gone_28) == (3, 1, 2, 2)
    assert len(await home.rows(cohort_members)) == 1


async def test_coming_leaving_and_coming_again_at_once_is_written_in_its_order(
    home: Home,
) -> None:
    await linked(home)
    steps = [came(home, 1), left(home, 1), came(home, 1), came(home, 2), left(home, 2)]
    await asyncio.gather(*(home.leaving.arriving.note(step) for step in steps))
    (row,) = await home.rows(cohort_days)
    assert (row.came, row.gone_1) == (3, 2)
    assert len(await home.rows(cohort_members)) == 1


async def test_a_thousand_joins_take_a_few_writes(home: Home) -> None:
    await linked(home)
    began = time.perf_counter()
    await asyncio.gather(*(home.leaving.arriving.note(came(home, who)) for who in range(1000)))
    took = time.perf_counter() - began
    (row,) = await home.rows(cohort_days)
    assert row.came == 1000
    assert took < 20, f"a minute's joins took {took:.1f} s"


async def test_figures_tell_who_stayed_and_nothing_of_fewer_than_three(home: Home) -> None:
    await linked(home)
    await linked(home, CAFE)
    for who in range(5):
        await home.leaving.arriving.note(came(home, who))
    await home.leaving.arriving.note(came(home, 50, url=CAFE))
    home.clock.pass_(days=2)
    await home.leaving.arriving.note(left(home, 0))
    home.clock.pass_(days=8)
    (sunny, rose) = await home.leaving.linking.figures(home.stage.lin)
    assert rose[1] == []
    cafe, flyer = sunny[1]
    assert (flyer.came, flyer.has_anybody, cafe.came, cafe.has_anybody) == (5, True, None, True)
    assert [(stay.days, stay.came, told) for stay, told in flyer.stays] == [
        (1, 5, 5), (7, 5, 4), (28, 0, None),
    ]  # fmt: skip
    assert [told for _, told in cafe.stays] == [None, None, None]
    assert (flyer.claimed, flyer.pooled) == (None, None)
    assert await home.leaving.linking.figures(home.stage.chen) == []


async def test_what_those_who_came_did_is_counted_once_each(home: Home) -> None:
    await linked(home)
    offer = await home.offer()
    async with home.database.write() as connection:
        ids = [await cast.add_person(connection, 500 + number, "x") for number in range(4)]
        for code in ("a" * 13, "b" * 13):
            await connection.execute(
                tracked.insert().values(
                    code=code,
                    offer_id=offer,
                    marketplace="feed",
                    group_id=home.stage.group,
                    promoter_id=home.stage.lin,
                    target_url="https://x",
                    created_at=NOON,
                )  # fmt: skip
            )
        pool_id = await connection.scalar(
            pools.insert()
            .values(
                group_id=home.stage.group, promoter_id=home.stage.lin, offer_id=offer,
                state="reached", target=2, seats=2, joined=2, together_minor=1, alone_minor=2,
                currency="CNY", seen_at=NOON, opened_at=NOON, closes_at=NOON + timedelta(days=1),
                together_code="a" * 13, alone_code="b" * 13, has_pickup=False, standing="sent",
            )
            .returning(pools.c.id)
        )  # fmt: skip
        for person_id in ids:
            values = {"person_id": person_id, "pool_id": pool_id, "joined_at": NOON}
            await connection.execute(joiners.insert().values(**values, quantity=1))
        for number, person_id in enumerate(ids[:2]):
            values = {"person_id": person_id, "group_id": home.stage.group, "claimed_at": NOON}
            await connection.execute(claims.insert().values(**values, order_id=f"O-{number}"))
    for number in range(3):
        await home.leaving.arriving.note(came(home, 500 + number))
    for _ in range(2):
        assert await home.leaving.arriving.tally() == 1
    (link,) = await home.rows(links_table)
    assert (link.claimed, link.pooled) == (2, 3)
    ((_, (flyer,)), _) = await home.leaving.linking.figures(home.stage.lin)
    assert (flyer.claimed, flyer.pooled) == (None, 3)


async def test_after_ninety_days_counts_alone_are_left(home: Home) -> None:
    await linked(home)
    await home.leaving.arriving.note(came(home, 1))
    home.clock.pass_(days=90)
    assert await home.leaving.arriving.forget_old() == 0
    home.clock.pass_(seconds=1)
    assert await home.leaving.arriving.forget_old() == 1
    assert await home.rows(cohort_members) == []
    assert [row.came for row in await home.rows(cohort_days)] == [1]


async def test_whoever_asks_to_be_forgotten_is_in_every_group(home: Home) -> None:
    await linked(home)
    await linked(home, CAFE, home.rose_lane)
    async with home.database.write() as connection:
        person_id = await cast.add_person(connection, 777, "Mei")
    for who in (777, 778):
        await home.leaving.arriving.note(came(home, who))
        await home.leaving.arriving.note(came(home, who, CAFE, ROSE_LANE))
    enrolling = Enrolling(home.database, FENXIANG, home.clock, os.urandom, "zh")
    await home.leaving.arriving.flush()
    await enrolling.forget(person_id)
    (secret,) = [row.value for row in await home.rows(variables) if row.name == arriving.SECRET]
    assert [(row.group_id, row.member) for row in await home.rows(cohort_members)] == [
        (group_id, member_of(bytes.fromhex(secret), group_id, 778))
        for group_id in (home.stage.group, home.rose_lane)
    ]
    assert [row.came for row in await home.rows(cohort_days)] == [2, 2]


async def test_what_waits_is_written_when_the_house_is_closed(home: Home) -> None:
    await linked(home)
    for who in range(5):
        await home.leaving.arriving.note(came(home, who))
    async with home.database.read() as connection:
        before = await cohorts.list_days(connection, [1])
    assert before[1][0].came == 1
    await home.leaving.arriving.close()
    async with home.database.read() as connection:
        after = await cohorts.list_days(connection, [1])
    assert after[1][0].came == 5


async def test_two_processes_share_one_secret(home: Home) -> None:
    await linked(home)
    others = [Arriving(home.database, home.clock, os.urandom) for _ in range(3)]
    await asyncio.gather(*(each.note(came(home, 1)) for each in others))
    assert [row.came for row in await home.rows(cohort_days)] == [1]
    assert len(await home.rows(cohort_members)) == 1
