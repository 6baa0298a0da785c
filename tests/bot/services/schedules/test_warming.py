"""A month of openings in two groups: what sells nothing, how often, and never twice."""

import os
from datetime import date, timedelta

from sqlalchemy import insert, select

from bot.domain.posts.disclosures import is_disclosed
from bot.domain.records import Post
from bot.domain.schedules.warmth import is_turn
from bot.services.posts.publishing import Publishing
from storage.database import Database
from storage.posts.posts import read
from storage.tables import links, picks, polls
from tests.bot.services.schedules.stage import FENXIANG, Street, street
from tests.bot.services.stand_ins import TEXTS
from tests.cast import NOON

WEEKS = 2


async def lived(database: Database) -> Street:
    """Two weeks in two groups that are not new."""
    found = await street(database, age_days=30)
    await found.runs_until(NOON + timedelta(weeks=WEEKS))
    return found


async def test_weeks_of_openings_keep_the_share_and_repeat_nothing(database: Database) -> None:
    place = await lived(database)
    rows = [read(row) for row in await place.rows()]
    for group_id in (place.stage.group, place.rose_lane):
        own = [post for post in rows if post.group_id == group_id]
        warm = [post.said is not None for post in own]
        # One in six of 42 openings; the blocks at both ends are cut.
        assert abs(sum(warm) - len(warm) / 6) <= 1.5
        assert not any(one and other for one, other in zip(warm, warm[1:], strict=False))
        _asks_at_most_once_a_week(own)
        said = [post.said for post in own if post.said]
        assert len(said) == len(set(said))
        scripts = [post.script for post in own if post.script is not None]
        assert len(scripts) == len(own) - sum(warm)
        assert not any(one == other for one, other in zip(scripts, scripts[1:], strict=False))
    await _nothing_is_sold_by_them(place)


def _asks_at_most_once_a_week(own: list[Post]) -> None:
    asked: list[date] = [post.day for post in own if (post.said or "").startswith("poll:")]
    assert asked
    gaps = [(later - day).days for day, later in zip(asked, asked[1:], strict=False)]
    assert all(gap >= 7 for gap in gaps)


async def _nothing_is_sold_by_them(place: Street) -> None:
    rows = [read(row) for row in await place.rows()]
    async with place.database.read() as connection:
        linked = set(await connection.scalars(select(links.c.post_id)))
        open_polls = set(await connection.scalars(select(polls.c.post_id)))
    for post in rows:
        is_warm = post.said is not None
        assert (post.offer_id is None) == is_warm
        assert (post.id not in linked) == is_warm
        assert (post.id in open_polls) == (post.rendered.poll is not None)
        assert is_disclosed(post.rendered, "zh")
        if is_warm:
            assert not post.rendered.buttons
            assert "://" not in post.rendered.html


async def test_a_new_group_is_first_shown_what_it_is_for(database: Database) -> None:
    place = await street(database)
    await place.runs_until(NOON + timedelta(days=2))
    assert not [row for row in await place.rows() if row.said]


async def test_a_warm_turn_is_previewed_and_gives_way_to_a_pick(database: Database) -> None:
    place = await street(database, age_days=30)
    publishing = Publishing(
        database, place.programmes, TEXTS, place.clock, os.urandom, "https://haowu.example"
    )
    plans = tuple(sorted(FENXIANG["fenxiang"].slots, key=lambda plan: plan.opens))
    group_id = place.stage.group
    day, slot = next(
        (day, plan.name)
        for ahead in range(1, 7)
        for day in [NOON.date() + timedelta(days=ahead)]
        for plan in plans
        if is_turn(group_id, day, plan.name, plans, 6)
    )
    place.clock.at = NOON.replace(day=day.day, hour=23) - timedelta(days=1, hours=1)
    preview = await publishing.next_posts(group_id, slot)
    assert preview is not None
    assert preview.slot == slot
    assert preview.rendered[0].poll is not None
    async with database.write() as connection:
        pick = {"group_id": group_id, "day": day, "slot": slot, "offer_id": 1, "chosen_at": NOON}
        await connection.execute(insert(picks).values(pick))
    preview = await publishing.next_posts(group_id, slot)
    assert preview is not None
    assert preview.rendered[0].poll is None
    assert preview.rendered[0].buttons
