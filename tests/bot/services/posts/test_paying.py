"""Paid posts: only above what is free, within the day's Stars, and counted before they go."""

import os
from datetime import timedelta

import pytest

from bot.delivery import Retry, Uncertain
from bot.domain.posts.budgets import Limits
from bot.services.posts.sending import Sending
from storage.database import Database
from storage.posts import spending
from tests import cast
from tests.bot.services.stand_ins import TEXTS, Clock, Sender
from tests.cast import BOT, NOON, SUNNY_COURT, Stage

SLOW = Limits(per_second=5, paid_per_second=2_000, chat_gap_seconds=0.0)
POSTS = 60
TOMORROW = NOON + timedelta(days=1)


@pytest.fixture
async def stage(database: Database) -> Stage:
    """The cast, and sixty groups, each with a post that is due and has two days."""
    stage = await cast.set_stage(database)
    async with database.write() as connection:
        for number in range(POSTS):
            group = await cast.add_group(connection, stage.lin, SUNNY_COURT - 1 - number)
            closes_at = NOON + timedelta(days=2)
            await cast.add_post(connection, group, stage.lin, state="planned", closes_at=closes_at)
    return stage


def paying(database: Database, sender: Sender, clock: Clock, stars: int) -> Sending:
    """A worker that may spend so many Stars a day."""
    return Sending(database, sender, TEXTS, clock, os.urandom, BOT, limits=SLOW, paid_stars=stars)


async def counted(database: Database, clock: Clock) -> int:
    """How many posts were paid for on the clock's day."""
    async with database.read() as connection:
        return await spending.count(connection, BOT, clock().date())


@pytest.mark.usefixtures("stage")
async def test_without_a_budget_nothing_is_paid_for(database: Database) -> None:
    sender, clock = Sender(), Clock(NOON)
    counts = await paying(database, sender, clock, stars=0).send_due()
    assert (sender.paid, await counted(database, clock)) == (0, 0)
    assert 1 <= counts.sent <= 10


@pytest.mark.usefixtures("stage")
async def test_a_budget_is_spent_to_the_last_post_and_a_restart_does_not_renew_it(
    database: Database,
) -> None:
    sender, clock = Sender(), Clock(NOON)
    worker = paying(database, sender, clock, stars=3)
    await worker.send_due()
    await worker.close()
    assert (sender.paid, await counted(database, clock)) == (30, 30)
    assert 30 < len(sender.got) < POSTS
    await paying(database, sender, clock, stars=3).send_due()
    assert sender.paid == 30
    assert len(sender.chats()) == len(set(sender.chats()))


@pytest.mark.usefixtures("stage")
async def test_the_next_day_has_a_budget_of_its_own(database: Database) -> None:
    sender, clock = Sender(), Clock(NOON)
    worker = paying(database, sender, clock, stars=1)
    await worker.send_due()
    assert sender.paid == 10
    clock.at = TOMORROW
    await worker.send_due()
    assert sender.paid == 20
    assert await counted(database, clock) == 10


@pytest.mark.usefixtures("stage")
async def test_what_is_free_within_a_second_is_not_paid_for(database: Database) -> None:
    sender, clock = Sender(), Clock(NOON)
    worker = paying(database, sender, clock, stars=1_000)
    while (await worker.send_due()).sent:
        pass
    assert len(sender.got) == POSTS
    assert POSTS - 15 <= sender.paid <= POSTS - 5


@pytest.mark.usefixtures("stage")
async def test_a_paid_post_that_certainly_did_not_arrive_costs_nothing(
    database: Database,
) -> None:
    sender, clock = Sender(), Clock(NOON)
    flood = Retry(timedelta(seconds=60), is_flood=True)
    for number in range(POSTS):
        sender.script[SUNNY_COURT - 1 - number] = [flood if number % 2 else Uncertain("late")]
    worker = paying(database, sender, clock, stars=2)
    await worker.send_due()
    await worker.close()
    assert sender.paid >= 20
    assert await counted(database, clock) <= 20
    refused = sum(number % 2 for number in range(len(sender.got)))
    assert len(sender.got) - refused >= await counted(database, clock)


@pytest.mark.usefixtures("stage")
async def test_a_bot_without_stars_sends_what_is_free_and_loses_no_post(
    database: Database,
) -> None:
    sender, clock = Sender(), Clock(NOON)
    for number in range(POSTS):
        sender.too_poor.add(SUNNY_COURT - 1 - number)
    worker = paying(database, sender, clock, stars=1_000)
    counts = await worker.send_due()
    await worker.close()
    assert sender.paid > 0
    assert counts.sent == len(sender.got) - sender.paid >= 1
    assert counts.failed == counts.uncertain == 0
    paid = sender.paid
    await worker.send_due()
    assert sender.paid == paid
    assert await counted(database, clock) == 0
