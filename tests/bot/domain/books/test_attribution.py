"""Crediting a conversion to a link: the terms and the upline of the click, with reasons."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.books import attribution
from bot.domain.books.attribution import CLOCK_TOLERANCE, Candidate, Orphaned
from bot.domain.people.tree import Node
from bot.domain.programmes import Community, terms_at
from bot.domain.records import Credit, PersonId
from tests.bot.domain.sales import (
    CANDIDATE,
    CHEN,
    CODE,
    LIN,
    LINK,
    NEW_TERMS,
    OLD_TERMS,
    observation,
    programmes,
)
from tests.cast import NOON


def credited(candidate: Candidate) -> Credit:
    found = attribution.credit(observation(), candidate, programmes())
    assert isinstance(found, Credit)
    return found


def test_without_a_click_the_order_time_decides() -> None:
    found = credited(CANDIDATE)
    assert (found.promoter_id, found.inviter_id, found.terms) == (CHEN, LIN, NEW_TERMS)
    assert (found.decided_by, found.clicked_at) == ("order", None)
    assert found.reasons == (
        f"link|{CODE}",
        "no_click|2026-11-22T04:00:00+00:00",
        "terms|fenxiang|2026-11-22T03:30:00+00:00",
        "inviter",
    )


def test_the_latest_click_before_the_order_decides() -> None:
    early, late = NOON - timedelta(hours=2), NOON - timedelta(hours=1)
    after = NOON + timedelta(minutes=2)
    found = credited(replace(CANDIDATE, clicks=(early, late, after)))
    assert (found.decided_by, found.clicked_at, found.terms) == ("click", late, OLD_TERMS)
    assert found.reasons[1] == "clicked|2026-11-22T03:00:00+00:00"


@pytest.mark.parametrize(("seconds", "decided_by"), [(59, "click"), (60, "click"), (61, "order")])
def test_a_click_within_the_shops_minute_came_before_the_order(
    seconds: int, decided_by: str
) -> None:
    clicks = (NOON + timedelta(seconds=seconds),)
    assert credited(replace(CANDIDATE, clicks=clicks)).decided_by == decided_by


def test_an_inviter_bound_after_the_click_has_no_share() -> None:
    clicks = (NOON - timedelta(hours=1),)
    found = credited(replace(CANDIDATE, clicks=clicks, joined_at=NOON - timedelta(minutes=1)))
    assert found.inviter_id is None
    assert found.reasons[-1] == "no_inviter"


@given(st.lists(st.integers(-10_000, 10_000)))
def test_terms_are_always_those_in_force_at_the_deciding_moment(minutes: list[int]) -> None:
    clicks = tuple(NOON + timedelta(minutes=number) for number in minutes)
    found = credited(replace(CANDIDATE, clicks=clicks))
    before = [at for at in clicks if at <= NOON + CLOCK_TOLERANCE]
    assert found.clicked_at == max(before, default=None)
    assert found.terms == terms_at(programmes()["fenxiang"], found.clicked_at or NOON)


@pytest.mark.parametrize(
    ("sub_id", "reason"),
    [
        (None, "no_sub_id"),
        ("abcdefghij777", "unknown_link"),
        ("{clickid}", "foreign_sub_id"),
    ],
)
def test_without_a_link_it_is_an_orphan_that_says_why(sub_id: str | None, reason: str) -> None:
    found = attribution.credit(observation(sub_id=sub_id), None, programmes())
    assert found == Orphaned((reason,))


def test_one_marketplace_cannot_credit_the_links_of_another() -> None:
    candidate = replace(CANDIDATE, link=replace(LINK, marketplace="jd"))
    found = attribution.credit(observation(), candidate, programmes())
    assert found == Orphaned(("other_marketplace|jd",))


def test_a_programme_that_no_longer_runs_credits_nobody() -> None:
    assert attribution.credit(observation(), CANDIDATE, {}) == Orphaned(("no_programme|fenxiang",))


@pytest.mark.parametrize(("gold_since", "wanted"), [(NOON - timedelta(days=1), LIN), (None, None)])
def test_community_terms_credit_the_gold_owner_of_the_moment(
    gold_since: datetime | None, wanted: PersonId | None
) -> None:
    scheme = programmes()["fenxiang"]
    terms = replace(scheme.terms[-1], split=Community(7500, 2500))
    tree = {
        LIN: Node(None, NOON - timedelta(days=9), gold_since),
        CHEN: Node(LIN, NOON - timedelta(days=9)),
    }
    schemes = {"fenxiang": replace(scheme, terms=(terms,))}
    found = attribution.credit(observation(), replace(CANDIDATE, tree=tree), schemes)
    assert isinstance(found, Credit)
    assert found.inviter_id == wanted
    assert found.reasons[-1] == ("no_community" if wanted is None else "community")
