"""What each level brings."""

from bot.domain.growth.levels import MENTEES_LIMIT, STANDARD, Level, Task, rung_of


def test_there_are_three_levels_in_order() -> None:
    assert [rung.level for rung in STANDARD] == ["starter", "middle", "senior"]


def test_what_a_level_brings_grows_modestly_and_is_never_money() -> None:
    assert [rung.invitations for rung in STANDARD] == [20, 30, 50]
    assert [rung.mentees for rung in STANDARD] == [0, 10, 30]
    assert not {name for name in Level.__members__ if "PAY" in name}


def test_no_level_hangs_on_a_head_count() -> None:
    assert all(rung.tasks.get(Task.MENTEES, 0) <= MENTEES_LIMIT for rung in STANDARD)


def test_a_word_that_is_no_level_brings_what_the_first_does() -> None:
    assert rung_of(STANDARD, "middle").level == Level.MIDDLE
    assert rung_of(STANDARD, "gold").level == Level.STARTER
