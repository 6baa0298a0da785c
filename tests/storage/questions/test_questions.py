"""Questions are kept for the limits, for replies to answers and for who waits."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import QuestionId, Subject, Topic
from storage.database import Database
from storage.questions import questions
from storage.questions.questions import ANSWERED, DECLINED, LIMITED, TOLD, WAITING, Kept
from tests import cast
from tests.cast import NOON, Stage, set_stage


@pytest.fixture
async def stage(database: Database) -> Stage:
    return await set_stage(database)


async def add(connection: AsyncConnection, stage: Stage, **changed: Any) -> QuestionId:
    """A question of Chen's in Lin's group at noon."""
    row: dict[str, Any] = {
        "id": QuestionId(0), "person_id": stage.chen, "group_id": stage.group, "chat_id": -5,
        "asked_at": NOON, "language": "en", "text": "how much?", "about_id": None,
        "offer_id": None, "kind": "facts", "state": ANSWERED, "topic": None,
    }  # fmt: skip
    return await questions.add(connection, Kept(**(row | changed)))


async def test_a_question_comes_back_as_it_was_kept(database: Database, stage: Stage) -> None:
    async with database.write() as connection:
        offer = await cast.add_offer(connection)
        made = await add(connection, stage, offer_id=offer, topic=Topic.SIZE, state=WAITING)
        found = await questions.find(connection, made)
    assert found is not None
    assert (found.id, found.offer_id, found.topic, found.asked_at) == (
        made, offer, Topic.SIZE, NOON,
    )  # fmt: skip
    assert (found.worded, found.answer_how) == ("plain", None)


async def test_recent_ones_are_of_the_person_or_of_the_group(
    database: Database, stage: Stage
) -> None:
    async with database.write() as connection:
        await add(connection, stage, asked_at=NOON - timedelta(minutes=2))
        await add(connection, stage)
        await add(connection, stage, person_id=stage.zhao, group_id=None)
        since = NOON - timedelta(minutes=1)
        own = await questions.list_recent(connection, stage.chen, since, 10)
        in_group = await questions.list_recent_in(connection, stage.group, since, 10)
        longer = await questions.list_recent(connection, stage.chen, since - timedelta(hours=1), 1)
    assert [len(own), len(in_group), len(longer)] == [1, 1, 1]


async def test_the_same_is_the_same_words_by_the_same_person_about_the_same(
    database: Database, stage: Stage
) -> None:
    async with database.write() as connection:
        offer = await cast.add_offer(connection)
        made = await add(connection, stage)
        await add(connection, stage, state=LIMITED)
        like = await questions.find(connection, made)
        assert like is not None
        since = NOON - timedelta(seconds=1)
        same = await questions.find_same(connection, like, since)
        assert same is not None
        assert same.id == made
        assert await questions.find_same(connection, like, NOON) is None
        about = Kept(**{name: getattr(like, name) for name in Kept.__slots__} | {"about_id": offer})
        assert await questions.find_same(connection, about, since) is None


async def test_the_latest_answer_in_a_message_counts(database: Database, stage: Stage) -> None:
    async with database.write() as connection:
        cup, pot = [await cast.add_offer(connection, name) for name in ("cup", "pot")]
        for offer in (cup, pot):
            made = await add(connection, stage, offer_id=offer)
            await questions.mark_spoken(connection, made, chat_id=-5, message_id=9, how="group")
        assert await questions.find_answered_offer(connection, -5, 9) == pot
        assert await questions.find_answered_offer(connection, -6, 9) is None


async def test_what_waits_is_the_promoters_of_the_group(database: Database, stage: Stage) -> None:
    async with database.write() as connection:
        offer = await cast.add_offer(connection)
        waiting = await add(connection, stage, offer_id=offer, topic=Topic.SIZE, state=WAITING)
        await add(connection, stage, offer_id=offer)
        about = Subject(offer, Topic.SIZE)
        found = await questions.list_open(connection, stage.lin, about)
        assert [each.id for each in found] == [waiting]
        assert await questions.list_open(connection, stage.lin, Subject(offer, Topic.PRICE)) == []
        assert await questions.list_open(connection, stage.chen) == []
        assert await questions.find_open(connection, stage.chen, waiting) is None
        before = NOON - timedelta(days=1)
        assert not await questions.was_declined(connection, stage.lin, about, before)
        assert await questions.find_open(connection, stage.lin, waiting, TOLD) is None
        await questions.mark(connection, [waiting], TOLD)
        assert await questions.find_open(connection, stage.lin, waiting, TOLD) is not None
        assert await questions.find_open(connection, stage.chen, waiting, TOLD) is None
        await questions.mark(connection, [waiting], DECLINED)
        assert await questions.was_declined(connection, stage.lin, about, before)
        assert not await questions.was_declined(connection, stage.lin, about, NOON)
        assert await questions.find_open(connection, stage.lin, waiting) is None


async def test_counts_are_by_kind_and_by_who_worded(database: Database, stage: Stage) -> None:
    async with database.write() as connection:
        await add(connection, stage)
        await add(connection, stage, worded="phrased")
        await add(connection, stage, worded="phrased", asked_at=NOON - timedelta(days=2))
        found = await questions.count_since(connection, NOON - timedelta(days=1))
    assert found == {("facts", "plain"): 1, ("facts", "phrased"): 1}
