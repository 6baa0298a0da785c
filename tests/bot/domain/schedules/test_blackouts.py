"""Blackout dates as people write them."""

from datetime import date

import pytest

from bot.domain.schedules.blackouts import blackout_on, parse_blackout
from bot.domain.schedules.rules import Blackout
from bot.errors import InputError


def test_one_day_or_several_are_read_with_their_reason() -> None:
    one = parse_blackout("2026-12-24", "  away\n today ")
    assert one == Blackout(date(2026, 12, 24), date(2026, 12, 24), "away today")
    several = parse_blackout("2026-12-24..2026-12-26")
    assert (several.starts_on, several.ends_on) == (date(2026, 12, 24), date(2026, 12, 26))
    assert str(one) == "2026-12-24"
    assert str(several) == "2026-12-24..2026-12-26"
    assert parse_blackout("2026-12-24…2026-12-26") == several


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "20261224", "2026-02-30", "2026-12-24..", "..2026-12-24",
             "2026-12-26..2026-12-24", "2026-01-01..2026-12-31"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match=r"\.$"):
        parse_blackout(text)


def test_the_first_that_holds_a_day_is_that_days() -> None:
    several = [parse_blackout("2026-12-24", "a"), parse_blackout("2026-12-23..2026-12-25", "b")]
    assert blackout_on(date(2026, 12, 24), several) is several[0]
    assert blackout_on(date(2026, 12, 25), several) is several[1]
    assert blackout_on(date(2026, 12, 26), several) is None
