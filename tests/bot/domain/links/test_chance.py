"""Stable choices: known values, and an even spread."""

from bot.domain.links import chance


def test_a_seed_gives_the_same_number_on_every_machine() -> None:
    assert chance.number("group 7") == 13413415894326632498
    assert chance.number("group 8") != chance.number("group 7")


def test_fractions_are_spread_evenly_below_one() -> None:
    found = [chance.fraction(str(seed)) for seed in range(2000)]
    assert all(0 <= fraction < 1 for fraction in found)
    tenths = [sum(int(fraction * 10) == tenth for fraction in found) for tenth in range(10)]
    assert min(tenths) > 150
