"""Keep, swap, own words, keep all, the same for all: what taps write; and what silence does."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.decks.cards import CardState, Cause, DeckId, How
from bot.domain.decks.openers import Objected, Objection
from bot.domain.records import OfferId, PersonId
from bot.services.catalogue.shortlisting import Shortlisting
from bot.services.decks.outcomes import Done, Refusal, Refused, Seen
from storage.database import Database
from storage.decks import cards, choices
from storage.tables import groups, offers, picks, posts
from tests.bot.services.decks.stage import DAY, EIGHT, ONE_PICK, SEVEN, Table, set_table

DECK = DeckId(1)


@pytest.fixture
async def table(database: Database) -> Table:
    """Seven in the morning: the deck is dealt."""
    table = await set_table(database)
    await sit_down(table)
    return table


async def sit_down(table: Table) -> None:
    table.clock.at = SEVEN
    while await table.decks().dealing.deal_due():
        pass


async def posted(table: Table) -> dict[tuple[int, str], tuple[int, str]]:
    """Offer and text of every post, by group and slot."""
    return {
        (row.group_id, row.slot): (row.offer_id, row.rendered["html"])
        for row in await table.rows(posts)
    }


async def chosen(table: Table) -> dict[tuple[int, str], choices.Kept]:
    async with table.database.read() as connection:
        own = [table.stage.group, table.rose_lane]
        found = await choices.list_since(connection, own, DAY)
    return {(one.key.group_id, one.key.slot): one for one in found}


async def change(table: Table, offer_id: OfferId, **values: object) -> None:
    async with table.database.write() as connection:
        await connection.execute(update(offers).where(offers.c.id == offer_id).values(**values))


async def test_what_is_kept_is_a_pick_and_is_posted_as_the_promoters_choice(table: Table) -> None:
    desk, lin = table.decks().deciding, table.stage.lin
    card = (await table.dealt())[0]
    assert await desk.keep(lin, DECK, 0) == Done(1)
    assert await desk.keep(lin, DECK, 0) == Done(1)
    [pick] = await table.rows(picks)
    assert (pick.group_id, pick.day, pick.slot, pick.offer_id, pick.words) == (
        *card.key, card.offer_id, None,
    )  # fmt: skip
    table.clock.at = EIGHT
    await table.plan()
    offer_id, html = (await posted(table))[table.stage.group, "morning"]
    assert offer_id == card.offer_id
    assert "群主推荐" in html or "推" in html
    kept = (await chosen(table))[table.stage.group, "morning"].choice
    assert (kept.how, kept.reasons) == (How.KEPT, card.reasons)


async def test_own_words_open_the_post_under_its_disclosure(table: Table) -> None:
    desk = table.decks().deciding
    assert await desk.keep(table.stage.lin, DECK, 1, words="  Try <this>,\n neighbours ") == Done(1)
    table.clock.at = EIGHT
    await table.plan()
    _, html = (await posted(table))[table.rose_lane, "morning"]
    first, second = html.split("\n")[:2]
    assert first.startswith("Ad")
    assert second == "Try &lt;this&gt;, neighbours"


async def test_words_said_again_take_the_place_of_the_first(table: Table) -> None:
    desk, lin = table.decks().deciding, table.stage.lin
    await desk.keep(lin, DECK, 0, words="one")
    await desk.keep(lin, DECK, 0, words="two")
    await desk.keep(lin, DECK, 0)
    assert [row.words for row in await table.rows(picks)] == ["two"]
    seen = await table.decks().turning.look(lin, DECK, 0)
    assert isinstance(seen, Seen)
    assert seen.words == "two"
    assert seen.rendered is not None
    assert "two" in seen.rendered.html


@pytest.mark.parametrize(
    ("words", "objection"),
    [
        ("Get  Rich with this", Objected(Objection.CLAIM, "get rich")),
        ("躺.赚", Objected(Objection.CLAIM, "躺赚")),
        ("帮我砍一刀", Objected(Objection.SHARING, "砍一刀")),
        ("see www.else.example", Objected(Objection.LINK, "www.")),
        ("x" * 121, Objected(Objection.LONG, "121")),
        (" \n ", Objected(Objection.EMPTY)),
    ],
)
async def test_words_that_no_post_may_say_are_refused_and_nothing_is_kept(
    table: Table, words: str, objection: Objected
) -> None:
    assert await table.decks().deciding.keep(table.stage.lin, DECK, 0, words=words) == objection
    assert await table.rows(picks) == []


async def test_a_swap_brings_the_next_best_and_never_what_was_swapped_away(table: Table) -> None:
    desk, lin = table.decks().deciding, table.stage.lin
    shown = [(await table.dealt())[0].offer_id]
    others = {card.offer_id for card in (await table.dealt())[1:]}
    for _ in range(6):
        assert await desk.swap(lin, DECK, 0) == Done(1)
        card = (await table.dealt())[0]
        assert card.offer_id not in {*shown, *others}
        assert card.state == CardState.SWAPPED
        shown.append(card.offer_id)
    # Then what other groups have; never what this one sees in another slot of the day.
    own = {
        card.offer_id
        for card in (await table.dealt())[1:]
        if card.key.group_id == table.stage.group
    }
    while await desk.swap(lin, DECK, 0) == Done(1):
        card = (await table.dealt())[0]
        assert card.offer_id not in {*shown, *own}
        shown.append(card.offer_id)
    assert await desk.swap(lin, DECK, 0) == Refused(Refusal.NO_MORE)
    assert len(shown) == 12 - 2


async def test_a_kept_card_that_is_swapped_is_kept_no_more(table: Table) -> None:
    desk, lin = table.decks().deciding, table.stage.lin
    await desk.keep(lin, DECK, 0, words="mine")
    assert await desk.swap(lin, DECK, 0) == Done(1)
    assert await table.rows(picks) == []
    card = (await table.dealt())[0]
    table.clock.at = EIGHT
    await table.plan()
    assert (await posted(table))[table.stage.group, "morning"][0] == card.offer_id
    choice = (await chosen(table))[table.stage.group, "morning"].choice
    assert (choice.how, choice.cause) == (How.SWAPPED, None)


async def test_silence_posts_what_the_card_showed(table: Table) -> None:
    dealt = await table.dealt()
    for hours in (1, 4, 7.6):
        table.clock.pass_(hours=hours)
        await table.plan()
    found = await posted(table)
    assert found.keys() == {(card.key.group_id, card.key.slot) for card in dealt}
    for card in dealt:
        assert found[card.key.group_id, card.key.slot][0] == card.offer_id
    log = (await chosen(table)).values()
    assert {one.choice.how for one in log} == {How.AUTOPILOT}
    assert {one.choice.cause for one in log} == {None}


@pytest.mark.parametrize(
    ("values", "cause"),
    [
        ({"stock": 0}, Cause.SOLD_OUT),
        ({"sale_price_minor": 1_890}, Cause.PRICE),
        ({"ended_at": SEVEN}, Cause.ENDED),
        ({"seen_at": SEVEN - timedelta(days=999)}, Cause.STALE),
    ],
)
async def test_what_is_no_longer_as_shown_gives_way_to_the_next_and_the_log_says_why(
    table: Table, values: dict[str, object], cause: Cause
) -> None:
    card = (await table.dealt())[0]
    await change(table, card.offer_id, **values)
    table.clock.at = EIGHT
    await table.plan()
    choice = (await chosen(table))[table.stage.group, "morning"].choice
    assert choice.offer_id == card.next_ids[0]
    assert (choice.how, choice.cause, choice.instead_id) == (How.AUTOPILOT, cause, card.offer_id)


async def test_what_was_swapped_away_is_not_posted_by_another_way(database: Database) -> None:
    table = await set_table(database, count=3)
    async with database.write() as connection:
        await connection.execute(
            update(groups).where(groups.c.id == table.rose_lane).values(is_paused=True)
        )
    await sit_down(table)
    first = (await table.dealt())[0]
    # All three are dealt to the three slots: there is nothing to swap with.
    assert await table.decks().deciding.swap(table.stage.lin, DECK, 0) == Refused(Refusal.NO_MORE)
    async with database.write() as connection:
        gone = await Shortlisting(database, ONE_PICK, table.clock).offer(first.offer_id)
        assert gone is not None
        away = replace(first, offer_id=table.offers[1], gone=(first.offer_id,), next_ids=())
        assert await cards.set_card(connection, away, seen=first)
    await change(table, table.offers[1], stock=0)
    await change(table, table.offers[2], stock=0)
    table.clock.at = EIGHT
    await table.plan()
    assert (table.stage.group, "morning") not in await posted(table)


async def test_keep_all_is_one_tap(table: Table) -> None:
    desk, lin = table.decks().deciding, table.stage.lin
    await desk.swap(lin, DECK, 2)
    assert await desk.keep_all(lin, DECK) == Done(6)
    assert await desk.keep_all(lin, DECK) == Done(6)
    found = {(row.group_id, row.slot): row.offer_id for row in await table.rows(picks)}
    assert found == {(c.key.group_id, c.key.slot): c.offer_id for c in await table.dealt()}


async def test_keep_all_leaves_what_cannot_be_kept(table: Table) -> None:
    desk, lin = table.decks().deciding, table.stage.lin
    await change(table, (await table.dealt())[3].offer_id, stock=0)
    assert await desk.keep_all(lin, DECK) == Done(5, left=1)
    assert await desk.keep(lin, DECK, 3) == Refused(Refusal.UNFIT)


async def test_a_slot_that_was_filled_by_hand_takes_no_card(table: Table) -> None:
    pick = Shortlisting(table.database, ONE_PICK, table.clock).pick
    await pick(table.stage.lin, table.offers[11], group_id=table.stage.group)
    desk = table.decks().deciding
    assert await desk.keep(table.stage.lin, DECK, 0) == Refused(Refusal.FULL)


async def test_the_same_goes_to_all_own_groups_that_may_take_it(table: Table) -> None:
    desk, lin = table.decks().deciding, table.stage.lin
    first = (await table.dealt())[0]
    assert await desk.same_for_all(lin, DECK, 0) == Done(2)
    found = {(row.group_id, row.slot): row.offer_id for row in await table.rows(picks)}
    assert found == {
        (table.stage.group, "morning"): first.offer_id,
        (table.rose_lane, "morning"): first.offer_id,
    }
    # What is in a group already, in another slot of the day, is not put into it again.
    noon = (await table.dealt())[2]
    assert noon.key.group_id == table.stage.group
    await desk.keep(lin, DECK, 3)
    assert await desk.same_for_all(lin, DECK, 2) == Done(1)
    assert (await table.dealt())[3].state == CardState.KEPT


async def test_a_group_that_has_it_in_another_slot_is_left(table: Table) -> None:
    desk, lin = table.decks().deciding, table.stage.lin
    evening = (await table.dealt())[5]
    assert evening.key.group_id == table.rose_lane
    async with table.database.write() as connection:
        first = (await table.dealt())[0]
        same = replace(first, offer_id=evening.offer_id, price_minor=evening.price_minor)
        assert await cards.set_card(connection, same, seen=first)
    assert await desk.same_for_all(lin, DECK, 0) == Done(1, left=1)


async def test_nobody_turns_anothers_deck(table: Table) -> None:
    decks, chen = table.decks(), table.stage.chen
    gone = Refused(Refusal.GONE)
    assert await decks.deciding.keep(chen, DECK, 0) == gone
    assert await decks.deciding.swap(chen, DECK, 0) == gone
    assert await decks.deciding.keep_all(chen, DECK) == gone
    assert await decks.deciding.same_for_all(chen, DECK, 0) == gone
    assert await decks.turning.look(chen, DECK, 0) == gone
    assert await decks.turning.deck(chen, DECK) == gone
    assert await decks.turning.today(chen) is None
    for place in (-1, 6):
        assert await decks.deciding.keep(table.stage.lin, DECK, place) == gone
        assert await decks.turning.look(table.stage.lin, DECK, place) == gone
    assert await decks.turning.today(PersonId(99)) is None


async def test_a_card_whose_slot_opened_is_late_and_the_others_are_not(table: Table) -> None:
    decks, lin = table.decks(), table.stage.lin
    table.clock.at = EIGHT
    assert await decks.deciding.keep(lin, DECK, 0) == Refused(Refusal.LATE)
    assert await decks.deciding.swap(lin, DECK, 0) == Refused(Refusal.LATE)
    assert await decks.deciding.same_for_all(lin, DECK, 0) == Refused(Refusal.LATE)
    dealt = await decks.turning.today(lin)
    assert dealt is not None
    assert dealt.unkept == [2, 3, 4, 5]
    assert dealt.after(3) == 4
    assert dealt.after(5) == 2
    assert await decks.deciding.keep_all(lin, DECK) == Done(4)
    table.clock.pass_(hours=12)
    assert await decks.turning.today(lin) is None
    assert await decks.deciding.keep_all(lin, DECK) == Refused(Refusal.LATE)


async def test_a_card_is_read_in_the_language_of_its_group(table: Table) -> None:
    turning, lin = table.decks().turning, table.stage.lin
    seen = [await turning.look(lin, DECK, place) for place in (0, 1)]
    chinese, english = (one.rendered.html for one in seen if isinstance(one, Seen) and one.rendered)
    assert chinese.startswith("「广告」")
    assert english.startswith("Ad ")


async def test_what_autopilot_chose_lately_is_told_once_for_all_groups(table: Table) -> None:
    assert await table.decks().looking_back.lately(table.stage.lin, 5) == []
    await table.decks().deciding.keep(table.stage.lin, DECK, 0)
    table.clock.at = EIGHT
    await table.plan()
    [told] = await table.decks().looking_back.lately(table.stage.lin, 5)
    assert told.offer is not None
    assert (told.groups, told.choice.how) == (1, How.AUTOPILOT)
    assert told.kept.key.group_id == table.rose_lane


async def test_taps_over_each_other_change_a_card_once(table: Table) -> None:
    card = (await table.dealt())[0]
    async with table.database.write() as connection:
        assert await cards.set_card(connection, replace(card, state=CardState.KEPT), seen=card)
        assert not await cards.set_card(connection, card, seen=card)
