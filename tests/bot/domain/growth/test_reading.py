"""What a programme's file may say of levels."""

from typing import Any

import pytest

from bot.domain.cells import Cells
from bot.domain.growth.levels import STANDARD, Rung, Task
from bot.domain.growth.reading import read_rungs
from tests.schemes import PROGRAMMES


def read(**tables: Any) -> tuple[tuple[Rung, ...], list[str]]:
    cells = Cells()
    return read_rungs(cells, tables), cells.faults


def test_a_file_that_says_nothing_has_the_standard() -> None:
    assert read() == (STANDARD, [])
    assert all(programme.rungs == STANDARD for programme in PROGRAMMES.values())


def test_a_file_says_its_own_tasks_and_limits() -> None:
    rungs, faults = read(
        middle={"tasks": {"orders": 3}, "invitations": 25, "mentees": 5, "reversed_bps": 1000}
    )
    assert faults == []
    assert rungs[1].tasks == {Task.ORDERS: 3}
    assert (rungs[1].invitations, rungs[1].mentees, rungs[1].reversed_bps) == (25, 5, 1000)
    assert (rungs[0], rungs[2]) == (STANDARD[0], STANDARD[2])


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        ({"gold": {}}, "“gold” is not a part of levels."),
        ({"senior": {"commission_bps": 6000}}, "“commission_bps” is not a part of senior."),
        ({"senior": {"tasks": {"recruits": 90}}}, "“recruits” is not a part of"),
        ({"senior": {"tasks": {}}}, "asks for nothing"),
        ({"senior": {"tasks": {"mentees": 90}}}, "no level hangs on a head-count"),
        ({"senior": {"tasks": {"orders": 0}}}, "“orders” must be a whole number"),
        ({"senior": {"reversed_bps": 10_001}}, "at most 10000"),
        ({"senior": 3}, "“senior” must be a table."),
        ({"senior": {"tasks": 3}}, "“senior.tasks” must be a table."),
    ],
)
def test_what_is_no_level_is_told(tables: dict[str, Any], fault: str) -> None:
    _, faults = read(**tables)
    assert any(fault in each for each in faults), faults
