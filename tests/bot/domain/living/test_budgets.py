"""The budget of edits: few, far apart, and some kept for what matters."""

from datetime import timedelta

from bot.domain.living.budgets import (
    APART,
    COSMETIC_EDITS,
    EDITS,
    URGENT_EDITS,
    History,
    Weight,
    editable_at,
    edits_allowed,
)
from tests.bot.domain.living.builders import LATER


def test_a_post_that_was_never_edited_may_be_at_once() -> None:
    for weight in Weight:
        at = editable_at(History(), weight)
        assert at is not None
        assert at < LATER


def test_edits_of_one_post_are_far_apart() -> None:
    assert editable_at(History(1, LATER), Weight.DEARER) == LATER + APART
    assert timedelta(minutes=10) <= APART


def test_the_last_edits_are_kept_for_what_matters() -> None:
    assert COSMETIC_EDITS < URGENT_EDITS < EDITS == 6
    spent = History(COSMETIC_EDITS, LATER)
    assert editable_at(spent, Weight.GOOD_TO_KNOW) is None
    assert editable_at(spent, Weight.SOLD_OUT) is not None
    assert editable_at(History(URGENT_EDITS, LATER), Weight.DEARER) is None
    assert editable_at(History(URGENT_EDITS, LATER), Weight.ENDED) is not None
    assert editable_at(History(EDITS, LATER), Weight.ENDED) is None
    assert edits_allowed(Weight.ENDED) == EDITS


def test_what_misleads_a_buyer_goes_before_what_is_good_to_know() -> None:
    assert sorted(Weight) == [
        Weight.ENDED, Weight.SOLD_OUT, Weight.DEARER, Weight.GOOD_TO_KNOW,
    ]  # fmt: skip
    assert [weight.is_urgent for weight in sorted(Weight)] == [True, True, True, False]
