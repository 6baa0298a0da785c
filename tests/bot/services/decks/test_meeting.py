"""Where decks meet what else happens to a group: it is handed on to somebody else."""

import os
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from bot.domain.decks.cards import Card, DeckId
from bot.services.decks.outcomes import Dealt, Done, Refusal, Refused, Seen
from bot.services.leaving import together
from bot.services.leaving.outcomes import Handover
from storage.database import Database
from storage.decks import cards
from storage.tables import decks, group_health, posts
from tests import cast
from tests.bot.services.decks.stage import DAY, EIGHT, ONE_PICK, SEVEN, Table, set_table
from tests.cast import CHEN, SUNNY_COURT


@pytest.fixture
async def table(database: Database) -> Table:
    """Seven in the morning, and Lin's deck is dealt."""
    table = await set_table(database)
    table.clock.at = SEVEN
    await deal(table)
    return table


async def deal(table: Table) -> None:
    while await table.decks().dealing.deal_due():
        pass


async def hand_on(table: Table) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    leaving = together.build(table.database, ONE_PICK, table.clock, os.urandom, zone)
    done = await leaving.transferring.order(
        table.stage.group, CHEN, by="operator:1", reason="she moved away"
    )
    assert isinstance(done, Handover)
    table.clock.pass_(minutes=1)


async def deck_of(table: Table, number: int) -> list[Card]:
    async with table.database.read() as connection:
        return await cards.list_of(connection, DeckId(number))


async def test_a_group_that_is_handed_on_is_on_the_deck_of_whoever_has_it_now(
    table: Table,
) -> None:
    await hand_on(table)
    await deal(table)
    assert [row.promoter_id for row in await table.rows(decks)] == [
        table.stage.lin,
        table.stage.chen,
    ]
    assert {card.key.group_id for card in await deck_of(table, 1)} == {table.rose_lane}
    assert [card.key.group_id for card in await deck_of(table, 2)] == [table.stage.group] * 3


async def test_it_holds_up_nobody_else_s_deck_where_its_cards_were_dealt_just_then(
    table: Table,
) -> None:
    own = [card for card in await table.dealt() if card.key.group_id == table.stage.group]
    await hand_on(table)
    async with table.database.write() as connection:
        # As by a dealer who had read whose group it was a moment before.
        await cards.add(connection, [], own)
    await deal(table)
    assert [card.key.group_id for card in await deck_of(table, 2)] == [table.stage.group] * 3


async def test_the_other_cards_of_the_giver_keep_their_places(table: Table) -> None:
    before = {card.place: card.offer_id for card in await table.dealt()}
    await hand_on(table)
    lin, room = table.stage.lin, table.decks()
    dealt = await room.turning.today(lin)
    assert isinstance(dealt, Dealt)
    left = [card.place for card in dealt.cards]
    assert len(left) == 3
    for place in left:
        seen = await room.turning.look(lin, dealt.deck.id, place)
        assert isinstance(seen, Seen)
        assert seen.offer is not None
        assert (seen.card.place, seen.offer.id) == (place, before[place])
    gone = next(iter(set(before) - set(left)))
    assert await room.deciding.keep(lin, dealt.deck.id, gone) == Refused(Refusal.GONE)
    assert await room.deciding.keep_all(lin, dealt.deck.id) == Done(3)


async def test_what_the_giver_kept_and_swapped_is_not_posted_for_the_receiver(
    table: Table,
) -> None:
    lin, room = table.stage.lin, table.decks()
    first = (await table.dealt())[0]
    assert first.key.group_id == table.stage.group
    await room.deciding.swap(lin, first.deck_id, 0)
    await room.deciding.keep(lin, first.deck_id, 0, words="Lin says so")
    async with table.database.write() as connection:
        # Chen had her deck this morning: the group is on none.
        await cast.add_group(connection, table.stage.chen, SUNNY_COURT - 2)
    await table.adopt()
    await deal(table)
    await hand_on(table)
    await deal(table)
    table.clock.at = EIGHT
    await table.plan()
    rows = [row for row in await table.rows(posts) if row.group_id == table.stage.group]
    assert [row.promoter_id for row in rows] == [table.stage.chen]
    assert all("Lin says so" not in row.rendered["html"] for row in rows)
    assert rows[0].is_autopilot


async def test_what_is_left_to_a_tired_group_is_on_the_deck_and_no_kind_word(
    database: Database,
) -> None:
    table = await set_table(database)
    own = ONE_PICK["fenxiang"]
    assert own.warmth is not None
    table.programmes = {
        "fenxiang": replace(own, warmth=replace(own.warmth, one_in=2, after_days=0))
    }
    health = {"evaluated_on": DAY, "was_active": True, "rest_level": 1, "share_bps": 9_000}
    async with database.write() as connection:
        await connection.execute(insert(group_health).values(group_id=table.stage.group, **health))
    for days in range(6):
        table.clock.at = SEVEN + timedelta(days=days)
        await deal(table)
        here = [card for card in await table.dealt() if card.key.group_id == table.stage.group]
        assert len(here) == 1
