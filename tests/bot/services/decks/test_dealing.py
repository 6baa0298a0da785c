"""Decks are dealt once a promoter and day, ahead of the first slot, and never after it opened."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from bot.domain.posts.notices import Notice, is_over, taps, worded
from bot.domain.schedules.rules import Blackout
from bot.services.catalogue.shortlisting import Shortlisting
from bot.services.posts.scheduling import Scheduling
from storage.database import Database
from storage.schedules import silences
from storage.tables import (
    click_hours,
    conversions,
    deck_cards,
    decks,
    group_health,
    groups,
    links,
    notices,
    people,
    promoters,
)
from tests import cast
from tests.bot.services.decks.stage import DAY, EIGHT, NIGHT, ONE_PICK, SEVEN, Table, set_table
from tests.bot.services.stand_ins import TEXTS
from tests.cast import CHEN, SUNNY_COURT


@pytest.fixture
async def table(database: Database) -> Table:
    """Four in the morning, three slots ahead."""
    return await set_table(database)


async def deal(table: Table) -> None:
    """Let the clock tick until nobody is due any more."""
    while await table.decks().dealing.deal_due():
        pass


async def test_nothing_is_dealt_at_night(table: Table) -> None:
    await deal(table)
    assert await table.counts() == (0, 0)
    table.clock.at = SEVEN - timedelta(seconds=1)
    await deal(table)
    assert await table.counts() == (0, 0)


async def test_a_deck_has_one_card_a_group_and_slot_and_repeats_nothing(table: Table) -> None:
    await deal(table)
    table.clock.at = SEVEN
    await deal(table)
    dealt = await table.dealt()
    assert [card.place for card in dealt] == list(range(6))
    assert [card.key.slot for card in dealt] == ["morning"] * 2 + ["noon"] * 2 + ["evening"] * 2
    assert {card.key.day for card in dealt} == {DAY}
    assert len({card.offer_id for card in dealt}) == 6
    assert dealt[0].opens_at == EIGHT
    assert dealt[0].reasons[0].key == "plain"
    assert len(dealt[0].next_ids) == 5
    assert not set(dealt[0].next_ids) & {card.offer_id for card in dealt}


async def test_it_is_told_once_with_the_cards_and_two_buttons(table: Table) -> None:
    table.clock.at = SEVEN
    await deal(table)
    [row] = await table.rows(notices)
    notice = Notice(row.key, row.person_id, row.text, row.words)
    said = worded(notice, TEXTS["zh"])
    assert "2 个群，6 张卡，大约 1 分钟" in said
    assert "Find 1" in said
    assert [tap.data for _, tap in taps(notice)] == ["1:deck:1:0", "1:deck_all:1"]
    assert not is_over(notice, EIGHT - timedelta(seconds=1))
    assert is_over(notice, EIGHT)
    assert worded(notice, TEXTS["en"]).startswith("🃏 <b>Your deck for Mon 23 Nov</b>: 6 cards")


async def test_two_processes_and_doubled_ticks_deal_one_deck(table: Table) -> None:
    table.clock.at = SEVEN
    async with table.database.write() as connection:
        for number in range(3, 25):
            lin = await cast.add_promoter(connection, 9_000 + number, f"P{number}")
            await cast.add_group(connection, lin, SUNNY_COURT - number)
    await table.adopt()
    workers = [table.decks().dealing for _ in range(3)]
    for _ in range(5):
        await asyncio.gather(*(worker.deal_due(7) for worker in workers * 2))
    await deal(table)
    found = [(row.promoter_id, row.day) for row in await table.rows(decks)]
    assert len(found) == len(set(found)) == 23
    told = [row.person_id for row in await table.rows(notices)]
    assert sorted(told) == sorted(promoter_id for promoter_id, _ in found)


async def test_a_restart_deals_no_second_one_even_where_slots_are_set_anew(table: Table) -> None:
    table.clock.at = SEVEN
    await deal(table)
    await Scheduling(table.database, ONE_PICK, table.clock).refresh([table.stage.group])
    table.clock.pass_(minutes=30)
    await deal(table)
    assert await table.counts() == (1, 6)


async def test_the_next_day_has_its_own(table: Table) -> None:
    table.clock.at = SEVEN
    await deal(table)
    await table.plan()
    for _ in range(8):
        table.clock.pass_(hours=3)
        await table.plan()
        await deal(table)
    days = [row.day for row in await table.rows(decks)]
    assert days == [DAY, DAY + timedelta(days=1)]


async def test_who_was_away_until_the_slot_opened_deals_no_late_one(table: Table) -> None:
    table.clock.at = EIGHT
    await deal(table)
    assert await table.counts() == (0, 0)
    table.clock.pass_(hours=3)
    await deal(table)
    assert await table.counts() == (0, 0)


@pytest.mark.parametrize(
    ("lead", "opens", "due"),
    [
        (60, "08:00", datetime(2026, 11, 22, 23, 0, tzinfo=UTC)),
        (30, "08:00", datetime(2026, 11, 22, 23, 30, tzinfo=UTC)),
        (240, "08:00", datetime(2026, 11, 22, 23, 0, tzinfo=UTC)),
        (60, "06:30", datetime(2026, 11, 22, 21, 30, tzinfo=UTC)),
    ],
)
async def test_it_comes_so_long_before_the_first_slot_and_wakes_nobody(
    table: Table, lead: int, opens: str, due: datetime
) -> None:
    scheduling = Scheduling(table.database, ONE_PICK, table.clock)
    await scheduling.set(
        "programme:fenxiang", "morning", opens, "09:00", (0, 1, 2, 3, 4, 5, 6), by="o"
    )
    worker = table.decks(timedelta(minutes=lead)).dealing
    for moment, count in ((due - timedelta(minutes=1), 0), (due, 1)):
        table.clock.at = moment
        while await worker.deal_due():
            pass
        assert (await table.counts())[0] == count


async def test_on_the_day_of_the_clocks_change_it_comes_at_its_hour(table: Table) -> None:
    async with table.database.write() as connection:
        await connection.execute(update(groups).values(timezone="Europe/Berlin"))
    # Summer time ends on 25 October 2026: eight o'clock is an hour later in UTC.
    table.clock.at = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
    await Scheduling(table.database, ONE_PICK, table.clock).refresh(
        [table.stage.group, table.rose_lane]
    )
    await deal(table)
    table.clock.at = datetime(2026, 10, 25, 5, 59, tzinfo=UTC)
    await deal(table)
    assert await table.counts() == (0, 0)
    table.clock.at = datetime(2026, 10, 25, 6, 0, tzinfo=UTC)
    await deal(table)
    assert {row.day for row in await table.rows(decks)} == {date(2026, 10, 25)}
    assert (await table.dealt())[0].opens_at == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)


async def test_groups_in_two_zones_are_in_one_deck_each_with_its_own_day(table: Table) -> None:
    async with table.database.write() as connection:
        await connection.execute(
            update(groups).where(groups.c.id == table.rose_lane).values(timezone="Europe/Berlin")
        )
    await Scheduling(table.database, ONE_PICK, table.clock).refresh([table.rose_lane])
    table.clock.at = SEVEN
    await deal(table)
    dealt = await table.dealt()
    assert len(dealt) == 6
    assert [card.key.group_id for card in dealt][:3] == [
        table.stage.group,
        table.stage.group,
        table.rose_lane,
    ]
    await deal(table)
    table.clock.pass_(hours=8)
    await deal(table)
    assert await table.counts() == (1, 6)


@pytest.mark.parametrize(
    ("who", "values"),
    [
        (groups, {"is_paused": True}),
        (groups, {"state": "warming"}),
        (groups, {"missing_rights": ["post"]}),
        (groups, {"programme": "gone"}),
        (promoters, {"status": "training"}),
    ],
)
async def test_who_may_not_post_gets_none(
    table: Table, who: object, values: dict[str, object]
) -> None:
    async with table.database.write() as connection:
        await connection.execute(update(who).values(**values))  # type: ignore[arg-type]
    table.clock.at = SEVEN
    await deal(table)
    assert await table.counts() == (0, 0)


async def test_what_is_picked_already_needs_no_card(table: Table) -> None:
    table.clock.at = SEVEN - timedelta(minutes=30)
    desk = Shortlisting(table.database, ONE_PICK, table.clock)
    await desk.pick(table.stage.lin, table.offers[3], group_id=table.stage.group)
    table.clock.at = SEVEN
    await deal(table)
    dealt = await table.dealt()
    assert len(dealt) == 5
    own = {card.offer_id for card in dealt if card.key.group_id == table.stage.group}
    assert table.offers[3] not in own


async def test_a_group_gets_what_it_bought_and_another_does_not(table: Table) -> None:
    paper = table.offers[11]
    async with table.database.write() as connection:
        code = "abcdefghij234"
        await connection.execute(
            insert(links).values(
                code=code, offer_id=paper, marketplace="feed", group_id=table.stage.group,
                promoter_id=table.stage.lin, target_url="https://s.example", created_at=NIGHT,
            )
        )  # fmt: skip
        await connection.execute(
            insert(click_hours).values(code=code, hour_at=NIGHT, people=4, bots=2)
        )
        for number, state in enumerate(("approved", "pending", "reversed")):
            await connection.execute(
                insert(conversions).values(
                    marketplace="feed", order_id=f"o{number}", row_id="1", state=state,
                    native_status="x", commission_minor=1, amount_minor=2, currency="CNY",
                    ordered_at=NIGHT, updated_at=NIGHT, received_at=NIGHT, offer_id=paper,
                    group_id=table.stage.group, promoter_id=table.stage.lin,
                )
            )  # fmt: skip
    table.clock.at = SEVEN
    await deal(table)
    dealt = await table.dealt()
    first = next(card for card in dealt if card.key.group_id == table.stage.group)
    assert table.offers.index(first.offer_id) % 2
    assert (first.reasons[0].key, first.reasons[0].words) == (
        "bought",
        {"kind": "Paper", "count": 2},
    )
    other = next(card for card in dealt if card.key.group_id == table.rose_lane)
    assert other.reasons[0].key == "plain"


async def test_where_offers_are_few_no_two_groups_share_one(database: Database) -> None:
    table = await set_table(database, count=4)
    table.clock.at = SEVEN
    await deal(table)
    dealt = await table.dealt()
    assert len(dealt) == len({card.offer_id for card in dealt}) == 4


async def test_without_an_offer_there_is_no_deck(database: Database) -> None:
    table = await set_table(database, count=0)
    table.clock.at = SEVEN
    await deal(table)
    assert await table.counts() == (0, 0)
    assert await table.rows(notices) == []


async def test_old_cards_are_forgotten_and_what_was_posted_is_not(table: Table) -> None:
    table.clock.at = SEVEN
    await deal(table)
    table.clock.pass_(days=20)
    await table.plan()
    await deal(table)
    assert {row.day for row in await table.rows(deck_cards)} == {DAY + timedelta(days=20)}


async def test_the_next_deck_says_in_a_line_what_autopilot_did_and_once_at_length(
    table: Table,
) -> None:
    async with table.database.write() as connection:
        await connection.execute(update(people).values(language="en"))
    table.clock.at = SEVEN
    await deal(table)
    for _ in range(2):
        for hours in (1, 4, 7.6, 11.4):
            table.clock.pass_(hours=hours)
            await table.plan()
            await deal(table)
    found = [row for row in await table.rows(notices) if row.text == "deck.ready"]
    assert [row.words["quiet"] == "" for row in found] == [True, False, False]
    assert "Yesterday I chose 6 of 6 posts by myself, such as" in found[1].words["quiet"]
    assert [row.text for row in await table.rows(notices)].count("deck.autopilot_began") == 1


async def test_chens_deck_is_of_chens_groups_alone(table: Table) -> None:
    async with table.database.write() as connection:
        await cast.add_group(connection, table.stage.chen, SUNNY_COURT - 9)
    await table.adopt()
    table.clock.at = SEVEN
    await deal(table)
    assert (CHEN, len(await table.rows(decks))) == (CHEN, 2)
    assert {len({card.key.group_id}) for card in await table.dealt()} == {1}


async def test_a_day_off_has_no_cards(table: Table) -> None:
    async with table.database.write() as connection:
        day_off = Blackout(DAY, DAY, "a day off")
        await silences.add_blackout(connection, f"group:{table.stage.group}", day_off)
    table.clock.at = SEVEN
    await deal(table)
    assert {card.key.group_id for card in await table.dealt()} == {table.rose_lane}


async def test_a_group_that_is_spared_some_posts_has_as_few_cards(table: Table) -> None:
    async with table.database.write() as connection:
        await connection.execute(
            insert(group_health).values(
                group_id=table.stage.group,
                evaluated_on=DAY,
                was_active=True,
                rest_level=1,
                share_bps=5_000,
            )
        )
    table.clock.at = SEVEN
    await deal(table)
    own = [card for card in await table.dealt() if card.key.group_id == table.stage.group]
    assert 0 < len(own) < 3
