"""Judging a report over what is stored: newer counts, and no report is counted twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.books import conversions
from bot.domain.books.conversions import Judged, Report
from bot.domain.records import Conversion, ConversionId, ConversionState
from tests.bot.domain.sales import (
    CANDIDATE,
    CODE,
    CREDIT,
    USD,
    conversion,
    observation,
    programmes,
)
from tests.cast import NOON

SOON = NOON + timedelta(minutes=5)
BEFORE = NOON - timedelta(minutes=5)
States = ConversionState


def judge(stored: Conversion | None, *, is_push: bool = False, **changed: Any) -> Judged:
    """The verdict on a report; names that an observation has not are the report's own."""
    own = {
        name: changed.pop(name)
        for name in ("is_known", "has_commission", "has_amount")
        if name in changed
    }
    return conversions.judge(
        stored,
        Report(observation(**changed), is_push=is_push, **own),
        {CODE: CANDIDATE},
        programmes(),
        conversion_id=ConversionId(7),
        received_at=NOON,
    )


def test_a_first_report_is_credited() -> None:
    judged = judge(None)
    assert (judged.result, judged.detail, judged.is_changed) == ("credited", "first", True)
    assert judged.conversion.credit is not None
    assert (judged.conversion.id, judged.conversion.received_at) == (ConversionId(7), NOON)
    assert not judged.conversion.is_frozen


def test_a_first_report_that_names_no_link_is_an_orphan_with_its_reason() -> None:
    judged = judge(None, sub_id=None)
    assert (judged.result, judged.detail) == ("orphan", "no_sub_id")


def test_a_repeated_report_is_a_duplicate_even_when_it_is_newer() -> None:
    stored = conversion()
    assert judge(stored).result == "duplicate"
    assert not judge(stored).is_changed
    newer = judge(stored, updated_at=SOON)
    assert newer.result == "duplicate"
    assert newer.conversion.observation.updated_at == SOON


@pytest.mark.parametrize(
    "changed",
    [
        {"commission_minor": 500},
        {"amount_minor": 500},
        {"state": States.REVERSED},
        {"state": States.PENDING},
    ],
    ids=["partial refund", "another amount", "reversal", "regression"],
)
def test_a_newer_report_with_other_content_counts(changed: dict[str, Any]) -> None:
    judged = judge(conversion(), updated_at=SOON, **changed)
    assert (judged.result, judged.detail, judged.is_changed) == ("credited", "newer", True)
    assert judged.conversion.observation == observation(updated_at=SOON, **changed)


def test_a_reversal_may_be_undone() -> None:
    judged = judge(conversion(state=States.REVERSED), updated_at=SOON)
    assert (judged.result, judged.conversion.observation.state) == ("credited", States.APPROVED)


def test_a_late_report_changes_nothing() -> None:
    stored = conversion()
    judged = judge(stored, updated_at=BEFORE, state=States.REVERSED)
    assert (judged.result, judged.detail, judged.is_changed) == ("duplicate", "late", False)


def test_of_two_reports_of_one_moment_the_further_state_counts() -> None:
    assert judge(conversion(), state=States.SETTLED).result == "credited"
    assert judge(conversion(), state=States.PENDING).result == "duplicate"


def test_of_two_reports_of_one_version_the_lower_commission_counts() -> None:
    lower = judge(conversion(), commission_minor=900)
    assert (lower.result, lower.detail) == ("credited", "lower_at_once")
    assert judge(conversion(), commission_minor=1100).result == "duplicate"
    assert judge(conversion(), commission_minor=900, currency=USD).result == "duplicate"


def test_an_unknown_status_freezes_the_row_and_moves_nothing() -> None:
    judged = judge(
        conversion(), is_known=False, native_status="99", updated_at=SOON, commission_minor=1
    )
    assert (judged.result, judged.detail) == ("quarantined", "unknown_status")
    assert judged.conversion.is_frozen
    assert judged.conversion.observation == observation(native_status="99", updated_at=SOON)


def test_a_late_unknown_status_is_told_but_freezes_nothing() -> None:
    judged = judge(conversion(), is_known=False, updated_at=BEFORE)
    assert (judged.result, judged.detail, judged.is_changed) == ("quarantined", "late", False)


def test_an_unknown_status_of_the_same_moment_freezes_too() -> None:
    judged = judge(conversion(), is_known=False)
    assert (judged.detail, judged.conversion.is_frozen) == ("unknown_status", True)


def test_a_first_report_with_an_unknown_status_is_kept_frozen_and_earns_nothing() -> None:
    judged = judge(None, is_known=False)
    assert (judged.detail, judged.conversion.is_frozen) == ("unknown_status", True)
    assert judged.conversion.observation.state is States.CREATED


def test_a_known_status_thaws_the_row_even_with_the_same_content() -> None:
    judged = judge(conversion(is_frozen=True), updated_at=SOON)
    assert (judged.result, judged.conversion.is_frozen) == ("credited", False)


def test_what_a_report_leaves_open_stays() -> None:
    judged = judge(
        conversion(currency=USD),
        state=States.REVERSED,
        updated_at=SOON,
        commission_minor=0,
        amount_minor=0,
        sub_id=None,
        has_commission=False,
        has_amount=False,
    )
    stays = observation(state=States.REVERSED, updated_at=SOON, currency=USD)
    assert judged.conversion.observation == stays


@pytest.mark.parametrize("ordered_at", [BEFORE, SOON])
def test_the_earliest_time_that_was_told_of_an_order_stays(ordered_at: Any) -> None:
    judged = judge(conversion(), ordered_at=ordered_at, updated_at=SOON)
    assert judged.conversion.observation.ordered_at == min(ordered_at, NOON)


def test_a_credit_once_made_stays_whatever_sub_id_comes_later() -> None:
    judged = judge(conversion(), sub_id="another", updated_at=SOON, commission_minor=5)
    assert judged.conversion.credit == CREDIT
    assert judged.conversion.observation.sub_id == CODE


@pytest.mark.parametrize("updated_at", [BEFORE, NOON, SOON], ids=["late", "same", "newer"])
def test_an_orphan_is_credited_once_a_report_brings_its_link(updated_at: Any) -> None:
    judged = judge(conversion(None, sub_id=None), updated_at=updated_at)
    assert judged.result == "credited"
    assert judged.conversion.credit is not None


def test_a_repeated_orphan_is_a_duplicate() -> None:
    assert judge(conversion(None, sub_id="x"), sub_id="x", updated_at=SOON).result == "duplicate"


def test_a_push_over_a_settled_row_lowers_the_money_and_never_raises_it() -> None:
    stored = conversion(state=States.SETTLED, settled_at=NOON)
    judged = judge(stored, is_push=True, updated_at=SOON)
    assert (judged.result, judged.conversion.observation.state) == ("duplicate", States.SETTLED)
    lower = judge(stored, is_push=True, updated_at=SOON, commission_minor=5)
    assert lower.conversion.observation.state is States.SETTLED
    assert lower.conversion.observation.commission_minor == 5
    higher = judge(stored, is_push=True, updated_at=SOON, commission_minor=10**9)
    assert higher.conversion.observation.state is States.APPROVED
    refund = judge(stored, is_push=True, updated_at=SOON, state=States.REVERSED)
    assert refund.conversion.observation.state is States.REVERSED


def test_the_first_settlement_starts_the_hold_and_is_never_moved() -> None:
    settled = judge(conversion(), state=States.SETTLED, updated_at=SOON).conversion
    assert settled.settled_at == SOON
    assert settled.payable_at == SOON + timedelta(days=15)
    gone = judge(
        replace(settled, is_released=True),
        state=States.REVERSED,
        updated_at=SOON + timedelta(days=1),
    ).conversion
    assert (gone.settled_at, gone.payable_at, gone.is_released) == (SOON, None, False)
    again = judge(gone, state=States.SETTLED, updated_at=SOON + timedelta(days=2)).conversion
    assert (again.settled_at, again.payable_at) == (SOON, settled.payable_at)


def test_a_settled_orphan_has_no_release_date_until_it_is_matched() -> None:
    orphan = judge(None, state=States.SETTLED, sub_id=None).conversion
    assert (orphan.settled_at, orphan.payable_at) == (NOON, None)
    assert conversions.matched(orphan, CREDIT).payable_at == NOON + timedelta(days=15)


reports: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    state=st.sampled_from(list(States)),
    commission_minor=st.integers(0, 3),
    updated_at=st.integers(0, 3).map(lambda minutes: NOON + timedelta(minutes=minutes)),
)


@given(st.permutations(range(6)), st.lists(reports, min_size=6, max_size=6))
def test_in_whatever_order_reports_come_the_same_one_stands(
    order: list[int], given_: list[dict[str, Any]]
) -> None:
    def last(sequence: list[dict[str, Any]]) -> tuple[Any, ...]:
        stored = None
        for changed in sequence:
            stored = judge(stored, **changed).conversion
        assert stored is not None
        found = stored.observation
        return (found.version, found.commission_minor)

    assert last(given_) == last([given_[place] for place in order])
