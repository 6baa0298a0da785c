"""What programmes say of the health of their groups."""

from bot.domain.health.rules import HealthRules


def test_a_programme_that_says_nothing_has_the_bounds_of_the_documents() -> None:
    rules = HealthRules()
    assert (rules.mark_members, rules.floor_days, rules.probation_days) == (200, 7, 21)
    assert rules.rights == ("post",)
