"""A coupon's last day, and the few steps at which a post speaks of it."""

from datetime import datetime, timedelta

from bot.domain.living.countdowns import OVER, STEPS, ends_at, next_step_at, step_at
from tests.bot.domain.living.builders import SHANGHAI, offer

END = datetime(2026, 11, 24, tzinfo=SHANGHAI)


def test_a_coupon_ends_with_its_last_day_as_the_house_counts_days() -> None:
    assert ends_at(offer(coupon="满 99 减 40，至11月23日"), SHANGHAI) == END
    assert ends_at(offer(coupon="满 99 减 40"), SHANGHAI) is None
    assert ends_at(offer(coupon=None), SHANGHAI) is None


def test_the_countdown_has_few_steps() -> None:
    assert STEPS == (24, 6, 1)
    hours = [25, 24, 7, 6, 2, 1, 0.1, 0, -1]
    steps = [step_at(END, END - timedelta(hours=each)) for each in hours]
    assert steps == [0, 1, 1, 2, 2, 3, 3, OVER, OVER]
    assert step_at(None, END) == 0


def test_the_next_step_is_known_until_the_end() -> None:
    def after(hours: float) -> datetime | None:
        return next_step_at(END, END - timedelta(hours=hours))

    assert after(30) == END - timedelta(hours=24)
    assert after(24) == END - timedelta(hours=6)
    assert after(0.5) == END
    assert after(0) is None
    assert next_step_at(None, END) is None
