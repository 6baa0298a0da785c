"""Silence: what the card showed, if it is as it was; else the next, and the reason why."""

from bot.domain.decks.cards import Card, CardState, Cause, Choice, How
from bot.domain.decks.silence import NEXT, answered
from bot.domain.records import OfferId
from tests.bot.domain.decks.shelf import card


def said(
    cards: list[Card],
    missing: dict[int, Cause] | None = None,
    prices: dict[int, int] | None = None,
    taken: set[int] | None = None,
    size: int = 3,
) -> list[Choice]:
    """What silence comes to where everything costs 10.00 and only ``missing`` may not be posted."""
    return answered(
        cards,
        lambda each: (missing or {}).get(each),
        lambda each: (prices or {}).get(each, 1000),
        {OfferId(each) for each in taken or ()},
        size,
    )


def behind(*numbers: int) -> tuple[OfferId, ...]:
    """Offers behind a card."""
    return tuple(map(OfferId, numbers))


def test_a_card_that_is_as_it_was_shown_stands_with_its_reasons() -> None:
    one = card(1)
    assert said([one]) == [Choice(OfferId(1), How.AUTOPILOT, one.reasons)]
    swapped = card(1, state=CardState.SWAPPED)
    assert said([swapped])[0].how == How.SWAPPED
    elsewhere = card(1, next_ids=behind(2))
    assert said([elsewhere], taken={1})[0].cause == Cause.ELSEWHERE
    assert said([swapped], taken={1})[0].cause is None


def test_what_is_missing_or_costs_another_price_gives_way_to_the_next() -> None:
    one = card(1, next_ids=behind(2, 3))
    assert said([one], {1: Cause.SOLD_OUT}) == [
        Choice(OfferId(2), How.AUTOPILOT, (NEXT,), Cause.SOLD_OUT, OfferId(1))
    ]
    assert said([one], prices={1: 999})[0].cause == Cause.PRICE
    both = {1: Cause.STALE, 2: Cause.ENDED}
    assert said([one], both)[0].offer_id == 3


def test_the_next_is_what_no_other_group_has() -> None:
    one = card(1, next_ids=behind(2, 3), gone=behind(4))
    assert said([one], {1: Cause.ENDED}, taken={2})[0].offer_id == 3
    assert said([one], {1: Cause.ENDED}, taken={2, 3}) == []
    gone = card(1, next_ids=behind(4), gone=behind(4))
    assert said([gone], {1: Cause.ENDED}) == []


def test_no_offer_is_chosen_twice_and_no_more_than_there_is_room_for() -> None:
    cards = [card(1, next_ids=behind(2)), card(1, next_ids=behind(2, 3)), card(5)]
    found = said(cards, {1: Cause.ENDED})
    assert [each.offer_id for each in found] == [2, 3, 5]
    assert [each.offer_id for each in said(cards, {1: Cause.ENDED}, size=2)] == [2, 3]
    assert said([card(1), card(1)])[0].cause is None
    assert len(said([card(1), card(1)])) == 1
