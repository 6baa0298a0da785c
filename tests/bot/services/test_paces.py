"""Paces: so often within so long, each key for itself."""

from bot.services.paces import PEOPLE_KEPT, Pace


def test_so_often_within_the_window_and_then_again() -> None:
    now = [100.0]
    pace = Pace(2, 60.0, clock=lambda: now[0])
    assert [pace.takes("lin") for _ in range(3)] == [True, True, False]
    assert pace.takes("chen")
    now[0] += 60.0
    assert pace.left("lin") == 2
    assert pace.takes("lin")


def test_many_at_once_are_taken_whole_or_not_at_all() -> None:
    pace = Pace(10, 60.0)
    assert pace.takes("lin", 7)
    assert not pace.takes("lin", 4)
    assert pace.left("lin") == 3
    assert pace.takes("lin", 3)


def test_whoever_was_longest_away_is_forgotten() -> None:
    pace = Pace(1, 60.0)
    for number in range(PEOPLE_KEPT + 1):
        assert pace.takes(number)
    assert pace.left(0) == 1
    assert pace.left(PEOPLE_KEPT) == 0
