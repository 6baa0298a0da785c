"""How the engines answer the questions that are asked most: by an index, however much there is."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.domain.posts.slots import SlotKey
from bot.domain.records import GroupId, OfferId, PersonId
from bot.services.posts.publishing import Publishing
from bot.services.sends.dispatching import Dispatching
from bot.services.sends.outcomes import Preview, Sent
from storage import bulk
from storage.catalogue import candidates, shortlists
from storage.database import Connection, Database
from storage.posts import outbox, slots
from storage.posts import posts as storage_posts
from storage.tables import picks, posts, slot_runs
from tests.bench import crowd
from tests.cast import NOON
from tests.schemes import PROGRAMMES, TEXTS

GROUPS = 3_000
LARGE = "posts|openings|groups|links|picks|slot_runs|conversions|clicks"
SCANNED = re.compile(rf"^SCAN ({LARGE})\b|Seq Scan on ({LARGE})\b", re.M)


@pytest.fixture
async def crowded(database: Database) -> Database:
    """Thousands of groups that are due, with days of posts, runs and picks behind them."""
    await crowd.put(database.url.render_as_string(hide_password=False), GROUPS)
    days = [NOON.date() - timedelta(days=back) for back in (3, 4, 5)]
    places = [(group_id, day) for day in days for group_id in range(1, GROUPS + 1)]
    async with database.write() as connection:
        await bulk.insert(connection, posts, [_post(*place) for place in places])
        await bulk.insert(
            connection,
            slot_runs,
            [
                {"group_id": group_id, "day": day, "slot": "noon", "planned_at": NOON}
                | {"outcome": "planned"}
                for group_id, day in places
            ],
        )
        await bulk.insert(
            connection,
            picks,
            [
                {"group_id": group_id, "day": day, "slot": "noon", "offer_id": 7}
                | {"chosen_at": NOON}
                for group_id, day in places
            ],
        )
        await connection.execute(text("ANALYZE"))
    return database


def _post(group_id: int, day: Any) -> dict[str, Any]:
    return {
        "group_id": group_id,
        "promoter_id": (group_id - 1) // crowd.GROUPS_EACH + 1,
        "offer_id": group_id % 100 + 1,
        "day": day,
        "slot": "noon",
        "ordinal": 1,
        "state": "sent" if group_id % 50 else "planned",
        "due_at": NOON + timedelta(seconds=group_id),
        "closes_at": NOON,
        "rendered": {"html": "「广告」", "image_url": None, "buttons": []},
        "is_autopilot": True,
        "attempts": 1,
        "created_at": NOON,
        "bot_id": 700_000_001,
    }


@contextmanager
def heard(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """Every question that is asked meanwhile, with its values."""
    found: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, asked: str, values: Any, *_: Any) -> None:
        if asked.startswith(("SELECT", "WITH")):
            found.append((asked, values))

    event.listen(database.engine.sync_engine, "before_cursor_execute", hear)
    yield found
    event.remove(database.engine.sync_engine, "before_cursor_execute", hear)


async def explained(connection: Connection, asked: str, values: Any) -> str:
    """How the engine goes about a question, a step a line."""
    if connection.dialect.name == "sqlite":
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", values)
        return "\n".join(str(row[-1]) for row in rows)
    rows = await connection.exec_driver_sql(f"EXPLAIN {asked}", values)
    return "\n".join(str(step) for step in rows.scalars())


async def test_nothing_large_is_read_through_when_slots_are_planned(crowded: Database) -> None:
    worker = Publishing(crowded, PROGRAMMES, TEXTS, lambda: NOON, os.urandom, "https://a.example")
    # The first batch makes the day's shortlists, which is another matter.
    await worker.plan_due(10)
    with heard(crowded) as questions:
        assert await worker.plan_due(10) == 10
    assert len({asked for asked, _ in questions}) > 10
    async with crowded.read() as connection:
        for asked, values in list(questions):
            steps = await explained(connection, asked, values)
            assert not SCANNED.search(steps), f"{asked}\n{steps}"


async def test_a_plan_made_while_tables_are_small_holds_when_they_are_large(
    database: Database,
) -> None:
    async with database.write() as connection:
        await slots.ask_by_index(connection)
        with heard(database) as questions:
            people, days = [PersonId(1), PersonId(2)], {NOON.date()}
            await storage_posts.list_offers_of_promoters(connection, people, days)
            await storage_posts.list_offers_since(connection, [GroupId(1)], NOON.date())
            await slots.list_runs(connection, [SlotKey(GroupId(1), NOON.date(), "noon")])
            await shortlists.list_picks_at(connection, [SlotKey(GroupId(1), NOON.date(), "noon")])
        for asked, values in list(questions):
            steps = await explained(connection, asked, values)
            assert not SCANNED.search(steps), f"{asked}\n{steps}"


async def test_planning_asks_no_more_questions_for_more_groups(crowded: Database) -> None:
    worker = Publishing(crowded, PROGRAMMES, TEXTS, lambda: NOON, os.urandom, "https://a.example")
    await worker.plan_due(10)
    counts = []
    for limit in (20, 400):
        with heard(crowded) as questions:
            assert await worker.plan_due(limit) == limit
        counts.append(len(questions))
    assert counts[0] == counts[1]


async def test_the_outbox_finds_a_bots_due_posts_by_its_index(crowded: Database) -> None:
    async with crowded.write() as connection:
        with heard(crowded) as questions:
            await connection.execute(outbox.due_posts(700_000_001, NOON, 20))
        [(asked, values)] = questions
        steps = await explained(connection, asked, values)
    assert "ix_posts_bot_id_state_due_at" in steps
    assert not SCANNED.search(steps)


async def test_a_one_tap_send_looks_at_the_own_groups_alone(crowded: Database) -> None:
    desk = Dispatching(crowded, PROGRAMMES, TEXTS, lambda: NOON, os.urandom, "https://a.example")
    lin, offer_id = PersonId(1), OfferId(1_000)
    with heard(crowded) as questions:
        preview = await desk.preview(lin, offer_id)
        assert isinstance(preview, Preview)
        sent = await desk.send(
            lin, offer_id, asked_ms=preview.asked_ms, fingerprint=preview.fingerprint
        )
        assert isinstance(sent, Sent)
        assert len(sent.result.posts) == crowd.GROUPS_EACH
        assert (await desk.undo(lin, sent.result.post_id)).stopped == crowd.GROUPS_EACH
    async with crowded.write() as connection:
        await slots.ask_by_index(connection)
        for asked, values in list(questions):
            steps = await explained(connection, asked, values)
            assert not SCANNED.search(steps), f"{asked}\n{steps}"


async def test_the_best_sold_are_found_in_one_step_each(crowded: Database) -> None:
    async with crowded.read() as connection:
        with heard(crowded) as questions:
            assert await candidates.top_sales(connection) == {"feed": 3 * crowd.OFFERS}
        [(asked, values)] = questions
        steps = await explained(connection, asked, values)
    assert "ix_offers_marketplace_sales" in steps


async def test_a_stretch_and_a_sample_of_offers_are_found_by_their_ids(crowded: Database) -> None:
    stretch = candidates.beside(3, above=500, limit=50)
    async with crowded.read() as connection:
        with heard(crowded) as questions:
            rows = [row async for piece in candidates.stream(connection, stretch) for row in piece]
            assert [row.id for row in rows] == [each for each in range(501, 551) if each % 3]
            some = [
                row async for piece in candidates.stream(connection, [], every=400) for row in piece
            ]
            assert [row.id for row in some] == [400, 800, 1200, 1600, 2000]
        for asked, values in questions:
            steps = await explained(connection, asked, values)
            assert "INTEGER PRIMARY KEY" in steps or "pk_offers" in steps, steps
