"""What a promoter reads of a group's figures."""

import pytest

from bot.domain.health.rules import HealthRules
from bot.domain.health.signals import Sums
from bot.domain.records import Group, GroupId, GroupState, PersonId
from bot.services.health.outcomes import View
from handlers.chat.health.wording import viewed
from tests.cast import NOON, SUNNY_COURT
from tests.schemes import TEXTS


def view(members: int, orders: tuple[int, ...], counted: int = 8) -> View:
    weeks = [
        Sums(days=7, member_days=7 * members, posts=42, clicks=90, orders=number)
        if place < counted
        else Sums()
        for place, number in enumerate(orders)
    ]
    group = Group(
        GroupId(12), SUNNY_COURT, "Sunny <Court>", PersonId(1), "fenxiang", GroupState.ACTIVE,
        False, None, members, "Asia/Shanghai", "zh", (), NOON,
    )  # fmt: skip
    return View(group, None, weeks, HealthRules(), 50)


def test_conversion_per_member_is_shown_with_its_trend_and_the_mark() -> None:
    told = viewed(TEXTS["en"], view(250, (5, 6, 7, 8, 9, 10, 11, 12)))
    assert "Sunny &lt;Court&gt;</b> (#12), 250 members" in told
    assert "2 in the last 7 days; 2.4, 2.8, 3.2, 3.6 in the four weeks before" in told
    assert "10.4 per 100 members in the last 28 days, 16.8 in the 28 before: falling" in told
    assert "From 200 members on we watch that" in told


@pytest.mark.parametrize(
    ("orders", "trend"), [((9, 9, 9, 9, 5, 5, 5, 5), "在上升"), ((5,) * 8, "平稳")]
)
def test_the_trend_is_named(orders: tuple[int, ...], trend: str) -> None:
    assert trend in viewed(TEXTS["zh"], view(250, orders))


def test_a_small_group_is_not_watched_yet() -> None:
    told = viewed(TEXTS["en"], view(80, (1,) * 8, counted=3))
    assert "not yet here" in told
    assert "in the 28 before" not in told


def test_a_new_group_has_no_figures() -> None:
    assert "Figures begin tomorrow" in viewed(TEXTS["en"], view(80, (0,) * 8, counted=0))
