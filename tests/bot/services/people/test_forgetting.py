"""Whoever is forgotten is in no post, pick, link or point any more; what was sold stays counted."""

import os
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from bot.domain.records import PostState
from bot.services.leaving import together
from bot.services.people.enrolling import Enrolling
from storage.database import Database
from storage.leaving import invite_links
from storage.tables import groups, metadata, people, pickups, posts
from tests.bot.services.decks.stage import EIGHT, ONE_PICK, SEVEN, Table, set_table
from tests.bot.services.stand_ins import PROGRAMMES
from tests.cast import CHEN, NOON, SUNNY_COURT

TELLING = (
    "Linnea-9",
    "Sunny-9",
    "my aunt's",
    "Aunt-9",
    "Mill Lane 9",
    "t.me/+nine",
    str(SUNNY_COURT),
)


async def dump(database: Database) -> str:
    async with database.read() as connection:
        rows = [
            f"{table.name} {tuple(row)}"
            for table in metadata.sorted_tables
            for row in await connection.execute(select(table))
        ]
    return "\n".join(rows)


async def busy(database: Database) -> Table:
    """Lin kept cards with own words; one post of them waits, one was sent."""
    table = await set_table(database)
    async with database.write() as connection:
        await connection.execute(
            update(people).where(people.c.id == table.stage.lin).values(name="Linnea-9")
        )
        mine = groups.c.id == table.stage.group
        await connection.execute(update(groups).where(mine).values(title="Sunny-9"))
        await connection.execute(
            insert(pickups).values(group_id=table.stage.group, name="Mill Lane 9")
        )
        await invite_links.add(connection, table.stage.group, "Aunt-9", "https://t.me/+nine", NOON)
    table.clock.at = SEVEN
    while await table.decks().dealing.deal_due():
        pass
    deciding = table.decks().deciding
    for card in await table.dealt():
        if card.key.group_id == table.stage.group:
            await deciding.keep(
                table.stage.lin, card.deck_id, card.place, words="As on my aunt's table"
            )
    table.clock.at = EIGHT
    await table.plan()
    async with database.write() as connection:
        await connection.execute(
            update(posts)
            .where(posts.c.group_id == table.stage.group)
            .values(state=PostState.SENT, chat_id=SUNNY_COURT, message_id=7, sent_at=EIGHT)
        )
    return table


def enrolling(table: Table) -> Enrolling:
    return Enrolling(table.database, PROGRAMMES, table.clock, os.urandom, "zh")


async def test_nothing_of_what_was_posted_tells_of_whoever_is_forgotten(
    database: Database,
) -> None:
    table = await busy(database)
    before = await dump(database)
    assert not [word for word in TELLING if word not in before]
    await enrolling(table).forget(table.stage.lin)
    after = await dump(database)
    assert not [word for word in TELLING if word in after]
    states = [row.state for row in await table.rows(posts)]
    assert sorted(states) == [PostState.CANCELLED, PostState.SENT]


async def test_in_a_group_that_was_handed_on_the_giver_is_forgotten_too(
    database: Database,
) -> None:
    table = await busy(database)
    leaving = together.build(database, ONE_PICK, table.clock, os.urandom, ZoneInfo("Asia/Shanghai"))
    await leaving.transferring.order(table.stage.group, CHEN, by="cli", reason="moved away")
    await enrolling(table).forget(table.stage.lin)
    after = await dump(database)
    assert not [word for word in ("Linnea-9", "my aunt's") if word in after]
    assert [word for word in ("Sunny-9", "Mill Lane 9", "Aunt-9") if word not in after] == []
    (sent,) = [row for row in await table.rows(posts) if row.state == PostState.SENT]
    assert sent.chat_id == SUNNY_COURT
