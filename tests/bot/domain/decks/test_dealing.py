"""Dealing: no offer twice in a group on a day, nor in two groups while there are enough."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.decks.cards import CardState, DeckId
from bot.domain.decks.dealing import Seat, deal, swapped
from bot.domain.decks.fitting import fitted
from bot.domain.decks.tastes import UNKNOWN
from bot.domain.posts.slots import SlotKey
from bot.domain.records import GroupId, OfferId
from tests.bot.domain.decks.shelf import DAY, card, ranked
from tests.cast import NOON

SLOTS = ("morning", "noon", "evening")


def seat(
    group: int = 1, slot: int = 0, room: int = 1, offers: int = 9, barred: object = ()
) -> Seat:
    """A slot of a group that may have so many offers."""
    fits = fitted([ranked(number) for number in range(1, offers + 1)], UNKNOWN)
    opens_at = NOON + timedelta(hours=slot)
    key = SlotKey(GroupId(group), DAY, SLOTS[slot])
    return Seat(key, opens_at, room, fits, barred)  # type: ignore[arg-type]


def test_the_slot_that_opens_first_is_dealt_first_and_the_best_to_it() -> None:
    dealt = deal(DeckId(7), [seat(slot=1, room=2), seat(slot=0)], ())
    assert [(each.place, each.key.slot, each.ordinal, each.offer_id) for each in dealt] == [
        (0, "morning", 1, 1), (1, "noon", 1, 2), (2, "noon", 2, 3),
    ]  # fmt: skip
    assert {each.deck_id for each in dealt} == {7}
    assert dealt[0].next_ids == (4, 5, 6, 7, 8)


def test_what_is_barred_or_taken_is_not_dealt() -> None:
    taken = {OfferId(2), OfferId(3)}
    dealt = deal(DeckId(1), [seat(room=3, offers=4, barred={OfferId(1)})], taken)
    assert [each.offer_id for each in dealt] == [4]
    assert dealt[0].next_ids == ()
    assert deal(DeckId(1), [seat(room=0), seat(slot=1, offers=0)], ()) == ()


def test_what_stands_behind_a_card_is_on_no_other() -> None:
    first, second = deal(DeckId(1), [seat(1, offers=4), seat(2, offers=4)], ())
    assert (first.offer_id, second.offer_id) == (1, 2)
    assert first.next_ids == second.next_ids == (3, 4)


@given(groups=st.integers(1, 4), rooms=st.integers(1, 3), offers=st.integers(0, 12))
def test_no_offer_is_dealt_twice_on_a_day(groups: int, rooms: int, offers: int) -> None:
    seats = [
        seat(group, slot, rooms, offers) for group in range(1, groups + 1) for slot in range(3)
    ]
    dealt = deal(DeckId(1), seats, ())
    assert len({each.offer_id for each in dealt}) == len(dealt)
    assert len(dealt) == min(offers, 3 * rooms * groups)
    assert dealt == deal(DeckId(1), seats[::-1], ())


def test_a_swap_takes_the_next_that_nobody_has_then_what_others_have_then_nothing() -> None:
    here = seat(offers=5, barred={OfferId(5)})
    one = swapped(card(1), here, own={OfferId(2)}, taken={OfferId(1), OfferId(2), OfferId(3)})
    assert one is not None
    assert (one.offer_id, one.gone, one.state) == (4, (1,), CardState.SWAPPED)
    two = swapped(one, here, own={OfferId(2)}, taken={OfferId(2), OfferId(3)})
    assert two is not None
    assert (two.offer_id, two.gone, two.next_ids) == (3, (1, 4), ())
    assert swapped(two, here, own={OfferId(2)}, taken=()) is None
