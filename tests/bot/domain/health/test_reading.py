"""The table [health] of a programme."""

from typing import Any

import pytest

from bot.domain.cells import Cells
from bot.domain.health.reading import read_health
from bot.domain.health.rules import HealthRules


def read(**table: Any) -> tuple[HealthRules, list[str]]:
    cells = Cells()
    return read_health(cells, {"health": table}), cells.faults


def test_what_is_not_said_is_as_usual() -> None:
    assert read_health(Cells(), {}) == HealthRules()


def test_every_bound_can_be_set() -> None:
    rules, faults = read(
        floor_days=3,
        mark_members=300,
        decline_percent=40,
        decline_orders=20,
        removed_posts=5,
        rights=["post", "joins"],
        rights_days=4,
        probation_days=30,
        probation_share_percent=75,
    )
    assert faults == []
    assert rules == HealthRules(3, 300, 40, 20, 5, ("post", "joins"), 4, 30, 75)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"floor_days": 0}, "floor_days"),
        ({"decline_percent": 101}, "percentage"),
        ({"rights": ["fly"]}, "post, pictures, joins"),
        ({"moods": 1}, "moods"),
    ],
)
def test_what_cannot_be_is_told(table: dict[str, Any], told: str) -> None:
    _, faults = read(**table)
    assert len(faults) == 1
    assert told in faults[0]
