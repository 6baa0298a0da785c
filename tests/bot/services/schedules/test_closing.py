"""Polls close a day later, once: thanks under them, and wishes where enough people chose."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.delivery import Delivered, Outcome, Refused, Retry, Uncertain
from bot.domain.posts.notices import Tap
from bot.domain.records import Button, Currency
from bot.services.schedules.closing import LEASE, Closing
from storage.database import Database
from storage.tables import polls, wishes
from tests import cast
from tests.bot.services.stand_ins import PROGRAMMES, TEXTS, Clock
from tests.cast import BOT, NOON, SUNNY_COURT

Rows = Sequence[Sequence[Button | Tap]]


@dataclass
class Closer:
    """Telegram as it answers when polls are closed."""

    answer: tuple[int, ...] | Outcome
    stopped: list[tuple[int, int]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    async def stop_poll(self, chat_id: int, message_id: int) -> tuple[int, ...] | Outcome:
        """Take the call and answer as told."""
        self.stopped.append((chat_id, message_id))
        return self.answer

    async def put_buttons(self, chat_id: int, message_id: int, rows: Rows) -> Outcome:
        """Take the line."""
        assert chat_id == SUNNY_COURT
        self.said += [one.text for row in rows for one in row]
        return Delivered(message_id, None)


async def asked(database: Database, **changed: Any) -> None:
    """Sunny Court was asked yesterday what it would like to see."""
    stage = await cast.set_stage(database)
    async with database.write() as connection:
        row: dict[str, Any] = {
            "said": "poll:tomorrow",
            "message_id": 7,
            "chat_id": SUNNY_COURT,
        } | changed
        post_id = await cast.add_post(connection, stage.group, stage.lin, **row)
        await connection.execute(
            insert(polls).values(post_id=post_id, bot_id=BOT, closes_at=NOON, state="open")
        )


def closing(database: Database, closer: Closer, clock: Clock, bot_id: int = BOT) -> Closing:
    """Of the bot that asked."""
    return Closing(database, closer, TEXTS, PROGRAMMES, clock, bot_id, Currency("CNY"))


async def the_poll(database: Database) -> Any:
    """As it stands."""
    async with database.read() as connection:
        return (await connection.execute(select(polls))).one()


async def test_a_poll_is_closed_once_and_thanked_for_in_one_line(database: Database) -> None:
    await asked(database)
    closer, clock = Closer((4, 2, 0, 0)), Clock(NOON - timedelta(seconds=1))
    work = closing(database, closer, clock)
    assert await work.close_due() == 0
    clock.pass_(seconds=1)
    assert await work.close_due() == 1
    assert await work.close_due() == 0
    assert closer.stopped == [(SUNNY_COURT, 7)]
    assert closer.said == ["谢谢 6 位！最多：零食"]
    row = await the_poll(database)
    assert (row.state, row.voters, row.counts) == ("closed", 6, [4, 2, 0, 0])


async def test_what_three_or_more_chose_counts_as_wishes_that_name_nobody(
    database: Database,
) -> None:
    await asked(database)
    await closing(database, Closer((4, 2, 0, 3)), Clock(NOON)).close_due()
    async with database.read() as connection:
        found = [row.key for row in await connection.execute(select(wishes))]
    assert len(set(found)) == 2
    assert sorted(found.count(key) for key in set(found)) == [3, 4]


async def test_a_poll_that_is_no_wish_or_that_nobody_answered_says_nothing_more(
    database: Database,
) -> None:
    await asked(database, said="poll:time")
    closer = Closer((0, 0, 0, 0))
    await closing(database, closer, Clock(NOON)).close_due()
    assert closer.said == []
    async with database.read() as connection:
        assert list(await connection.execute(select(wishes))) == []
    assert (await the_poll(database)).state == "closed"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Retry(timedelta(seconds=5), is_flood=True), "open"),
        (Uncertain("no answer"), "open"),
        (Refused("poll has already been closed"), "lost"),
    ],
)
async def test_what_cannot_be_closed_is_tried_again_only_where_nothing_was_done(
    database: Database, answer: Outcome, state: str
) -> None:
    await asked(database)
    await closing(database, Closer(answer), Clock(NOON)).close_due()
    assert (await the_poll(database)).state == state


async def test_a_poll_that_was_never_sent_and_one_of_another_bot_are_left_alone(
    database: Database,
) -> None:
    await asked(database, state="failed", message_id=None)
    closer = Closer((1,))
    other = Closing(
        database, closer, TEXTS, PROGRAMMES, Clock(NOON), 8, Currency("CNY"), is_first=False
    )
    assert await other.close_due() == 0
    assert await closing(database, closer, Clock(NOON)).close_due() == 0
    assert closer.stopped == []
    assert (await the_poll(database)).state == "lost"


class Dying(Closer):
    """The process ends while Telegram is asked."""

    async def stop_poll(self, chat_id: int, message_id: int) -> tuple[int, ...] | Outcome:
        """Take the call, and never come back."""
        self.stopped.append((chat_id, message_id))
        raise SystemExit


async def test_a_poll_that_a_crash_left_is_closed_by_whoever_comes_later(
    database: Database,
) -> None:
    await asked(database)
    clock = Clock(NOON)
    with pytest.raises(SystemExit):
        await closing(database, Dying((1,)), clock).close_due()
    closer = Closer((4, 2, 0, 0))
    assert await closing(database, closer, clock).close_due() == 0
    clock.at += LEASE
    assert await closing(database, closer, clock).close_due() == 1
    assert (await the_poll(database)).state == "closed"
    assert closer.said == ["谢谢 6 位！最多：零食"]
