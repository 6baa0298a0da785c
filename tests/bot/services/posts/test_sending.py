"""The outbox drained: at most once, one chat never holds up another, and everything is said."""

import asyncio
import os
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.delivery import Lost, Moved, Refused, Retry, Uncertain
from bot.domain.posts.budgets import Limits
from bot.domain.posts.notices import Notice
from bot.domain.records import Button, GroupId, PostId, PostState, Rendered
from bot.errors import NotAllowedError, NotFoundError
from bot.services.posts.sending import LEASE, SENDING_LIMIT, Sending
from storage.database import Database
from storage.posts import notices, outbox, posts
from storage.tables import groups
from storage.tables import notices as notice_rows
from storage.tables import posts as post_rows
from tests import cast
from tests.bot.services.stand_ins import HANGS, TEXTS, Clock, Sender
from tests.cast import BOT, LIN, NOON, SUNNY_COURT, Stage

FAST = Limits(per_second=10_000, chat_gap_seconds=0.0, group_per_minute=1_000)
OTHER = SUNNY_COURT - 1
MOVED = -1009999999999
PICTURE = {"html": "x", "image_url": "https://shop.example/p.jpg", "buttons": []}


def sending(database: Database, sender: Sender, clock: Clock, limits: Limits = FAST) -> Sending:
    """A worker of its own, as if a process began."""
    return Sending(database, sender, TEXTS, clock, os.urandom, BOT, limits)


@pytest.fixture
async def stage(database: Database) -> Stage:
    """The cast."""
    return await cast.set_stage(database)


@pytest.fixture
def clock() -> Clock:
    """Noon."""
    return Clock(NOON)


@pytest.fixture
def sender() -> Sender:
    """Telegram, obliging."""
    return Sender()


async def plan(
    database: Database,
    stage: Stage,
    *,
    group: GroupId | None = None,
    ordinal: int = 1,
    **changed: Any,
) -> PostId:
    """A planned post of noon whose window closes in half an hour."""
    values: dict[str, Any] = {
        "state": "planned",
        "closes_at": NOON + timedelta(minutes=30),
        "ordinal": ordinal,
    }
    async with database.write() as connection:
        return await cast.add_post(
            connection, group or stage.group, stage.lin, **(values | changed)
        )


async def second_group(database: Database, stage: Stage) -> GroupId:
    """Another group of Lin."""
    async with database.write() as connection:
        return await cast.add_group(connection, stage.lin, OTHER)


async def state_of(database: Database, post_id: PostId) -> PostState:
    """Where a post stands."""
    async with database.read() as connection:
        post = await posts.find(connection, post_id)
    assert post is not None
    return post.state


async def notice_texts(database: Database) -> list[str]:
    """Which notices there are."""
    async with database.read() as connection:
        return sorted(await connection.scalars(select(notice_rows.c.text)))


async def test_a_due_post_is_sent_once_and_marked(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    post_id = await plan(database, stage)
    await plan(database, stage, ordinal=2, due_at=NOON + timedelta(minutes=1))
    worker = sending(database, sender, clock)
    assert (await worker.send_due()).sent == 1
    assert (await worker.send_due()).sent == 0
    assert sender.got == [(SUNNY_COURT, "「广告」", None)]
    async with database.read() as connection:
        post = await posts.find(connection, post_id)
    assert post is not None
    assert (post.state, post.chat_id, post.message_id, post.sent_at, post.attempts) == (
        PostState.SENT, SUNNY_COURT, 1, NOON, 1,
    )  # fmt: skip


async def test_a_restart_sends_nothing_again(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    await plan(database, stage)
    for _ in range(3):
        await sending(database, sender, clock).send_due()
    assert len(sender.got) == 1


async def test_two_workers_share_the_outbox_without_a_double_post(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    for number in range(60):
        async with database.write() as connection:
            group = await cast.add_group(connection, stage.lin, OTHER - number)
        await plan(database, stage, group=group)
    workers = [sending(database, sender, clock) for _ in range(2)]
    counts = await asyncio.gather(*(worker.send_due() for worker in workers))
    assert sum(count.sent for count in counts) == 60
    assert sorted(sender.chats()) == sorted(OTHER - number for number in range(60))


async def test_a_worker_that_stalled_is_fenced_off(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    post_id = await plan(database, stage)
    until = clock() + LEASE
    async with database.write() as connection:
        claimed = await outbox.claim(
            connection, clock(), bot_id=BOT, lease="stalled", until=until, limit=9
        )
    assert [one.post.id for one in claimed] == [post_id]
    clock.pass_(seconds=61)
    assert (await sending(database, sender, clock).send_due()).sent == 1
    async with database.write() as connection:
        fenced = await outbox.fence(connection, [post_id], lease="stalled", until=clock())
    assert fenced == set()


async def test_who_follows_a_dead_worker_waits_for_none_of_its_leases(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    await plan(database, stage)
    until = clock() + LEASE
    async with database.write() as connection:
        await outbox.claim(connection, clock(), bot_id=BOT, lease="dead", until=until, limit=9)
    worker = sending(database, sender, clock)
    assert (await worker.send_due()).sent == 0
    assert await worker.take_over() == 1
    assert (await worker.send_due()).sent == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_whoever_looks_for_dead_workers_waits_for_no_living_one(
    database: Database, stage: Stage, clock: Clock
) -> None:
    busy = await plan(database, stage, state="leased", leased_until=NOON, bot_id=BOT)
    gone = await plan(database, stage, state="leased", leased_until=NOON, bot_id=BOT, ordinal=2)
    async with database.write() as living, asyncio.timeout(10):
        await living.execute(update(post_rows).where(post_rows.c.id == busy).values(error="at it"))
        async with database.write() as looking:
            assert await outbox.release(looking, NOON, bot_id=BOT) == 1
    assert await state_of(database, gone) == PostState.PLANNED
    assert await state_of(database, busy) == PostState.LEASED


async def test_a_post_left_sending_by_a_crash_is_uncertain_said_so_and_never_sent_again(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    post_id = await plan(database, stage)
    until = clock() + SENDING_LIMIT
    async with database.write() as connection:
        await outbox.claim(connection, clock(), bot_id=BOT, lease="dead", until=until, limit=9)
        await outbox.fence(connection, [post_id], lease="dead", until=until)
    worker = sending(database, sender, clock)
    assert await worker.recover() == 0
    clock.pass_(seconds=61)
    assert await worker.recover() == 1
    assert await worker.recover(is_start=True) == 0
    await worker.send_due()
    assert sender.got == []
    assert [post.id for post in await worker.uncertain(stage.lin)] == [post_id]
    assert await worker.uncertain(stage.chen) == []
    assert await worker.notify() == 1
    assert sender.told[0][0] == LIN
    assert sender.taps == [f"1:post:arrived:{post_id}", f"1:post:missing:{post_id}"]


async def test_a_start_takes_every_post_left_sending(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    post_id = await plan(database, stage)
    until = clock() + SENDING_LIMIT
    async with database.write() as connection:
        await outbox.claim(connection, clock(), bot_id=BOT, lease="dead", until=until, limit=9)
        await outbox.fence(connection, [post_id], lease="dead", until=until)
    assert await sending(database, sender, clock).recover(is_start=True) == 1


async def test_a_worker_thought_dead_may_still_say_that_it_was_sent(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    post_id = await plan(database, stage)
    sender.script[SUNNY_COURT] = [HANGS]
    worker = sending(database, sender, clock)
    await worker.send_due()
    assert await sending(database, sender, clock).recover(is_start=True) == 1
    assert await state_of(database, post_id) == PostState.UNCERTAIN
    sender.let_go()
    await worker.close()
    assert await state_of(database, post_id) == PostState.SENT


@pytest.mark.parametrize("answer", [Uncertain("TimedOut"), RuntimeError("boom")])
async def test_a_doubtful_answer_is_uncertain_and_never_sent_again(
    database: Database, stage: Stage, clock: Clock, sender: Sender, answer: Uncertain | RuntimeError
) -> None:
    post_id = await plan(database, stage)
    sender.script[SUNNY_COURT] = [answer]
    worker = sending(database, sender, clock)
    assert (await worker.send_due()).uncertain == 1
    clock.pass_(minutes=10)
    await worker.send_due()
    assert len(sender.got) == 1
    assert await notice_texts(database) == ["notice.uncertain"]
    async with database.write() as connection:
        assert await posts.mark_arrived(connection, post_id, clock())
        assert not await posts.mark_arrived(connection, post_id, clock())
    assert await state_of(database, post_id) == PostState.SENT


async def test_an_uncertain_post_is_settled_by_its_promoter_alone(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    post_id = await plan(database, stage, state="uncertain")
    worker = sending(database, sender, clock)
    with pytest.raises(NotAllowedError):
        await worker.resolve(post_id, was_sent=True, by="chen", promoter_id=stage.chen)
    with pytest.raises(NotFoundError):
        await worker.resolve(PostId(999), was_sent=True, by="lin")
    assert await worker.resolve(post_id, was_sent=False, by="lin", promoter_id=stage.lin)
    assert not await worker.resolve(post_id, was_sent=True, by="lin", promoter_id=stage.lin)
    assert await state_of(database, post_id) == PostState.FAILED
    other = await plan(database, stage, state="uncertain", ordinal=2)
    assert await worker.resolve(other, was_sent=True, by="operator")
    assert await state_of(database, other) == PostState.SENT


async def test_a_chat_told_to_wait_delays_no_other(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    group = await second_group(database, stage)
    first = await plan(database, stage)
    second = await plan(database, stage, ordinal=2, due_at=NOON + timedelta(seconds=1))
    others = [await plan(database, stage, group=group, ordinal=n) for n in (1, 2)]
    sender.script[SUNNY_COURT] = [Retry(timedelta(seconds=40), is_flood=True)]
    clock.pass_(seconds=2)
    worker = sending(database, sender, clock)
    counts = await worker.send_due()
    assert (counts.sent, counts.planned) == (2, 2)
    assert [await state_of(database, post) for post in others] == [PostState.SENT] * 2
    assert sender.chats().count(SUNNY_COURT) == 1
    async with database.read() as connection:
        waiting = await posts.list_by_ids(connection, [first, second])
    assert all(post.state == PostState.PLANNED for post in waiting.values())
    assert all(post.due_at > clock() + timedelta(seconds=39) for post in waiting.values())
    clock.pass_(seconds=41)
    # The pause of a fresh worker is in the due times alone.
    assert (await sending(database, sender, clock).send_due()).sent == 2
    assert [await state_of(database, post) for post in (first, second)] == [PostState.SENT] * 2


async def test_a_chat_that_does_not_answer_holds_up_no_other(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    group = await second_group(database, stage)
    slow = await plan(database, stage)
    behind = await plan(database, stage, ordinal=2)
    other = await plan(database, stage, group=group)
    sender.script[SUNNY_COURT] = [HANGS]
    worker = sending(database, sender, clock)
    assert (await worker.send_due()).sent == 1
    assert await state_of(database, other) == PostState.SENT
    assert await state_of(database, slow) == PostState.SENDING
    assert await state_of(database, behind) == PostState.LEASED
    sender.let_go()
    assert (await worker.send_due()).sent == 2


async def test_nothing_is_sent_after_the_window_and_the_promoter_is_told_once(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    late = [await plan(database, stage, ordinal=number) for number in (1, 2)]
    clock.pass_(minutes=31)
    worker = sending(database, sender, clock)
    assert (await worker.send_due()).skipped == 2
    assert sender.got == []
    assert [await state_of(database, post) for post in late] == [PostState.SKIPPED] * 2
    assert await worker.notify() == 1
    assert await worker.notify() == 0
    assert "2" in sender.told[0][1]


async def test_a_group_that_moved_is_repointed_and_its_posts_follow_in_order(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    for ordinal in (1, 2, 3):
        html: dict[str, Any] = {"html": f"post {ordinal}", "image_url": None, "buttons": []}
        await plan(database, stage, ordinal=ordinal, rendered=html)
    sender.script[SUNNY_COURT] = [Moved(MOVED)]
    worker = sending(database, sender, clock)
    await worker.send_due()
    await worker.send_due()
    assert [got[:2] for got in sender.got] == [
        (SUNNY_COURT, "post 1"),
        (MOVED, "post 1"),
        (MOVED, "post 2"),
        (MOVED, "post 3"),
    ]
    async with database.read() as connection:
        assert await connection.scalar(select(groups.c.chat_id)) == MOVED


async def test_a_chat_that_moves_in_a_circle_ends(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    post_id = await plan(database, stage)
    sender.script = {SUNNY_COURT: [Moved(MOVED)] * 9, MOVED: [Moved(SUNNY_COURT)] * 9}
    worker = sending(database, sender, clock)
    for _ in range(7):
        await worker.send_due()
    assert len(sender.got) < 9
    assert await state_of(database, post_id) == PostState.FAILED


async def test_a_lost_group_is_told_of_once_and_its_posts_are_taken_back(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    first = await plan(database, stage)
    second = await plan(database, stage, ordinal=2)
    later = await plan(database, stage, ordinal=3, due_at=NOON + timedelta(minutes=9))
    sender.script[SUNNY_COURT] = [Lost("bot was kicked")]
    worker = sending(database, sender, clock)
    await worker.send_due()
    clock.pass_(minutes=10)
    await worker.send_due()
    assert len(sender.got) == 1
    assert await state_of(database, first) == PostState.FAILED
    assert await state_of(database, second) == PostState.CANCELLED
    assert await state_of(database, later) == PostState.CANCELLED
    assert await notice_texts(database) == ["notice.lost"]
    async with database.read() as connection:
        assert await connection.scalar(select(groups.c.lost_at)) == NOON


async def test_a_refused_post_fails_with_its_reason(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    post_id = await plan(database, stage)
    sender.script[SUNNY_COURT] = [Refused("Bad Request: TOPIC_CLOSED")]
    worker = sending(database, sender, clock)
    assert (await worker.send_due()).failed == 1
    async with database.read() as connection:
        post = await posts.find(connection, post_id)
    assert post is not None
    assert post.error == "Bad Request: TOPIC_CLOSED"
    await worker.notify()
    assert "TOPIC_CLOSED" in sender.told[0][1]


async def test_an_unreached_telegram_is_tried_again_ever_more_rarely(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    post_id = await plan(database, stage, closes_at=NOON + timedelta(hours=2))
    sender.script[SUNNY_COURT] = [Retry(timedelta(seconds=5), is_flood=False)] * 8
    worker = sending(database, sender, clock)
    tried: list[int] = []
    for second in range(0, 900, 5):
        before = len(sender.got)
        await worker.send_due()
        tried += [second] * (len(sender.got) - before)
        clock.pass_(seconds=5)
    waits = [later - earlier for earlier, later in pairwise(tried)]
    assert waits == [5, 10, 20, 40, 80, 160, 160, 160]
    assert await state_of(database, post_id) == PostState.SENT


async def test_a_paused_group_gets_its_posts_if_it_is_resumed_in_time(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    post_id = await plan(database, stage)
    async with database.write() as connection:
        await connection.execute(update(groups).values(is_paused=True))
    worker = sending(database, sender, clock)
    await worker.send_due()
    clock.pass_(seconds=31)
    async with database.write() as connection:
        await connection.execute(update(groups).values(is_paused=False))
    assert (await worker.send_due()).sent == 1
    assert await state_of(database, post_id) == PostState.SENT


async def test_a_picture_is_fetched_once_and_then_known(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    group = await second_group(database, stage)
    await plan(database, stage, rendered=PICTURE)
    await plan(database, stage, group=group, rendered=PICTURE)
    sender.file_ids[PICTURE["image_url"]] = "AgAC"  # type: ignore[index]
    await sending(database, sender, clock).send_due()
    assert [picture for _, _, picture in sender.got] == [PICTURE["image_url"], "AgAC"]
    await plan(database, stage, ordinal=2, rendered=PICTURE)
    await sending(database, sender, clock).send_due()
    assert sender.got[-1][2] == "AgAC"


async def test_a_picture_that_telegram_refused_is_left_out_of_the_next_posts(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    group = await second_group(database, stage)
    await plan(database, stage, rendered=PICTURE)
    await plan(database, stage, group=group, rendered=PICTURE)
    await sending(database, sender, clock).send_due()
    assert [picture for _, _, picture in sender.got] == [PICTURE["image_url"], None]


async def test_a_chat_gets_one_post_a_second(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    group = await second_group(database, stage)
    for number in (1, 2):
        await plan(database, stage, ordinal=number)
        await plan(database, stage, group=group, ordinal=number)
    worker = sending(database, sender, clock, Limits(per_second=10_000, chat_gap_seconds=30))
    assert (await worker.send_due()).sent == 2
    assert sorted(sender.chats()) == [OTHER, SUNNY_COURT]


async def test_a_notice_is_told_at_most_once_and_dropped_where_nobody_listens(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    words = {"title": "<Sunny>"}
    async with database.write() as connection:
        for person in (stage.lin, stage.chen, stage.zhao):
            new = [Notice(f"x:{person}", person, "notice.lost", words)] * 2
            await notices.add(connection, new, clock())
    sender.answers = {
        cast.CHEN: Lost("bot was blocked"),
        cast.ZHAO: Retry(timedelta(seconds=0.2), is_flood=True),
    }
    worker = sending(database, sender, clock)
    assert await worker.notify() == 1
    assert "&lt;Sunny&gt;" in sender.told[0][1]
    del sender.answers[cast.ZHAO]
    assert await worker.notify() == 0
    await asyncio.sleep(0.25)
    assert await worker.notify() == 1
    assert await worker.notify() == 0
    assert [person for person, _ in sender.told] == [cast.LIN, cast.CHEN, cast.ZHAO, cast.ZHAO]


async def test_closing_gives_back_what_waits(
    database: Database, stage: Stage, clock: Clock, sender: Sender
) -> None:
    await plan(database, stage)
    behind = await plan(database, stage, ordinal=2)
    sender.script[SUNNY_COURT] = [HANGS]
    worker = sending(database, sender, clock)
    await worker.send_due()
    await worker.close(timeout_seconds=0.01)
    assert await state_of(database, behind) == PostState.PLANNED
    sender.let_go()
    await worker.close()


async def test_the_outbox_is_asked_by_its_index(database: Database, stage: Stage) -> None:
    statement = outbox.due_posts(BOT, NOON, 256)
    async with database.read() as connection:
        sql = statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        prefix = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        if not database.is_sqlite:
            await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            await connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        rows = await connection.exec_driver_sql(prefix + str(sql))
        explained = "\n".join(str(row) for row in rows)
    assert "ix_posts_bot_id_state_due_at" in explained
    assert "USE TEMP B-TREE" not in explained


async def test_rows_of_posts_come_back_as_they_went(database: Database, stage: Stage) -> None:
    post_id = await plan(database, stage)
    async with database.write() as connection:
        found = await posts.find(connection, post_id)
        assert found is not None
        [number] = await posts.take_ids(connection, 1)
        rendered = Rendered("<b>x</b>", "https://a.example/x", ((Button("b", "https://a.b"),),))
        other = replace(found, id=number, ordinal=7, rendered=rendered)
        await posts.append(connection, [other], NOON)
        assert await posts.find(connection, number) == other
    async with database.read() as connection:
        assert await connection.scalar(select(post_rows.c.created_at)) == NOON
