"""What groups answer posts with, as counts."""

import pytest

from bot.domain.health.signals import Sums, disliked, is_taken_away


def test_a_removed_post_weighs_as_two_who_left() -> None:
    assert Sums(leaves=9, leaves_after=2, downs=3, removed=1).unwelcome == 7


def test_dislikes_taken_back_on_a_later_day_never_count_below_nothing() -> None:
    assert Sums(leaves_after=2, downs=-3).unwelcome == 2


def test_members_are_those_of_an_average_day() -> None:
    assert Sums(days=2, member_days=201).members == 100
    assert Sums().members == 0


@pytest.mark.parametrize(
    ("emoji", "says_no"),
    [(["👎"], True), (["❤", "💩"], True), (["👍"], False), ([], False), (["😢"], False)],
)
def test_only_what_says_no_is_a_dislike(emoji: list[str], says_no: bool) -> None:
    assert disliked(emoji) is says_no


@pytest.mark.parametrize(
    ("refusal", "is_gone"),
    [("Message to edit not found", True), ("message_id_invalid", True), ("chat not found", False)],
)
def test_a_post_that_was_taken_away_is_found_out_by_editing_it(refusal: str, is_gone: bool) -> None:
    assert is_taken_away(refusal) is is_gone
