"""Several bots over one database: each sends its own posts, tells its own people, keeps its own."""

import os
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.domain.posts.budgets import Limits
from bot.domain.posts.notices import Notice
from bot.services.posts.pacing import Pacing
from bot.services.posts.sending import Sending
from storage.database import Database
from storage.posts import notices, outbox, pictures
from storage.tables import people, posts
from tests import cast
from tests.bot.services.stand_ins import TEXTS, Clock, Sender
from tests.cast import BOT, CHEN, LIN, NOON, SUNNY_COURT, ZHAO, Stage

OTHER_BOT = BOT + 1
FAST = Limits(per_second=10_000, chat_gap_seconds=0.0, group_per_minute=1_000)
PICTURE = "https://shop.example/p.jpg"


@pytest.fixture
async def stage(database: Database) -> Stage:
    """The cast, with two groups of Lin, the second of another bot; a post with a picture each."""
    stage = await cast.set_stage(database)
    async with database.write() as connection:
        other = await cast.add_group(connection, stage.lin, SUNNY_COURT - 1, bot_id=OTHER_BOT)
        for group, bot_id in ((stage.group, BOT), (other, OTHER_BOT)):
            await cast.add_post(
                connection,
                group,
                stage.lin,
                state="planned",
                closes_at=NOON + timedelta(hours=1),
                bot_id=bot_id,
                rendered={"html": "x", "image_url": PICTURE, "buttons": []},
            )
    return stage


def worker(database: Database, sender: Sender, bot_id: int, *, is_first: bool = False) -> Sending:
    """The outbox of one of the bots."""
    return Sending(
        database, sender, TEXTS, Clock(NOON), os.urandom, bot_id, FAST, is_first=is_first
    )


@pytest.mark.usefixtures("stage")
async def test_each_bot_sends_its_own_posts_with_file_ids_of_its_own(database: Database) -> None:
    one, other = Sender(file_ids={PICTURE: "one"}), Sender(file_ids={PICTURE: "other"})
    await worker(database, one, BOT).send_due()
    assert one.chats() == [SUNNY_COURT]
    await worker(database, other, OTHER_BOT).send_due()
    assert other.got == [(SUNNY_COURT - 1, "x", PICTURE)]
    async with database.read() as connection:
        for bot_id, file_id in ((BOT, "one"), (OTHER_BOT, "other")):
            known = await pictures.list_known(connection, [PICTURE], bot_id=bot_id)
            assert known == {PICTURE: file_id}


@pytest.mark.usefixtures("stage")
async def test_a_crash_of_one_bots_outbox_puts_no_other_bots_post_in_doubt(
    database: Database,
) -> None:
    until = NOON + timedelta(minutes=1)
    async with database.write() as connection:
        claimed = await outbox.claim(
            connection, NOON, bot_id=BOT, lease="dead", until=until, limit=9
        )
        await outbox.fence(connection, [one.post.id for one in claimed], lease="dead", until=until)
    assert len(claimed) == 1
    assert await worker(database, Sender(), OTHER_BOT).recover(is_start=True) == 0
    assert await worker(database, Sender(), BOT).recover(is_start=True) == 1


@pytest.mark.usefixtures("stage")
async def test_posts_that_know_no_bot_are_the_first_ones(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(update(posts).values(bot_id=None))
    sender = Sender()
    assert (await worker(database, sender, OTHER_BOT).send_due()).sent == 0
    assert (await worker(database, sender, BOT, is_first=True).send_due()).sent == 2
    async with database.read() as connection:
        assert set(await connection.scalars(select(posts.c.bot_id))) == {BOT}


async def test_people_are_told_by_the_bot_they_spoke_with(database: Database, stage: Stage) -> None:
    async with database.write() as connection:
        for person_id, bot_id in ((stage.lin, BOT), (stage.chen, OTHER_BOT), (stage.zhao, None)):
            await connection.execute(
                update(people).where(people.c.id == person_id).values(bot_id=bot_id)
            )
            notice = Notice(f"x:{person_id}", person_id, "notice.lost", {"title": "x"})
            await notices.add(connection, [notice], NOON)
    one, other = Sender(), Sender()
    assert await worker(database, other, OTHER_BOT).notify() == 1
    assert await worker(database, one, BOT, is_first=True).notify() == 2
    assert [person for person, _ in other.told] == [CHEN]
    assert sorted(person for person, _ in one.told) == [LIN, ZHAO]


@pytest.mark.usefixtures("stage")
async def test_posts_leave_room_for_a_message_that_waits_for_its_turn(database: Database) -> None:
    until = NOON + timedelta(minutes=1)
    async with database.write() as connection:
        claimed = await outbox.claim(
            connection, NOON, bot_id=BOT, lease="ours", until=until, limit=9
        )
    pacing = Pacing(Limits(), width=9, clock=lambda: 100.0)
    pacing.waiting.extend(claimed)
    pacing.reserved = 1
    assert pacing.full_for() <= 0
    assert pacing.choose(NOON).go == []
    pacing.reserved = 0
    assert pacing.choose(NOON).go == claimed
    pacing.spend(LIN)
    assert pacing.full_for() > 0


async def test_a_notice_waits_for_the_pace_of_its_bot(database: Database, stage: Stage) -> None:
    async with database.write() as connection:
        for person_id in (stage.lin, stage.chen):
            notice = Notice(f"x:{person_id}", person_id, "notice.lost", {"title": "x"})
            await notices.add(connection, [notice], NOON)
    sender = Sender()
    slow = Limits(per_second=20, chat_gap_seconds=0.0)
    assert await Sending(database, sender, TEXTS, Clock(NOON), os.urandom, BOT, slow).notify() == 2
    assert len(sender.told) == 2
