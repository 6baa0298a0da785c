"""What is written after /schedule, in both languages."""

import pytest

from bot.domain.posts.slots import EVERY_DAY
from bot.domain.schedules import orders
from bot.domain.schedules.blackouts import parse_blackout
from bot.domain.schedules.orders import Misread, MisreadError, read_order
from bot.domain.schedules.rules import Quiet

WEEK = (0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("", orders.Show()),
        ("group 2", orders.Show(2)),
        ("evening 19:00-19:30", orders.SetSlot("evening", "19:00", "19:30", None, None)),
        ("evening 19:00-19:30 mon-fri GROUP 2",
         orders.SetSlot("evening", "19:00", "19:30", WEEK, 2)),
        ("晚上 19:00-19:30 周一至周五 群2", orders.SetSlot("晚上", "19:00", "19:30", WEEK, 2)),
        ("晚上 19:00-19:30 每天", orders.SetSlot("晚上", "19:00", "19:30", EVERY_DAY, None)),
        ("晚上 19:00-19:30 周六、周日", orders.SetSlot("晚上", "19:00", "19:30", (5, 6), None)),
        ("晚上 １９：００～１９：３０ 群２", orders.SetSlot("晚上", "19:00", "19:30", None, 2)),
        ("静音 22：00—08：00", orders.SetQuiet(Quiet("22:00", "08:00"), None)),
        ("evening off", orders.Switch("evening", True, None)),
        ("晚上 开 群 1", orders.Switch("晚上", False, 1)),
        ("quiet 22:00-08:00", orders.SetQuiet(Quiet("22:00", "08:00"), None)),
        ("静音 22:00 - 08:00 群 3", orders.SetQuiet(Quiet("22:00", "08:00"), 3)),
        ("quiet off", orders.SetQuiet(None, None)),
        ("skip 2026-12-24..2026-12-26 away for good",
         orders.Skip(parse_blackout("2026-12-24..2026-12-26", "away for good"), None)),
        ("休息 2026-12-24", orders.Skip(parse_blackout("2026-12-24"), None)),
        ("skip remove 2", orders.Unskip(2)),
    ],
)  # fmt: skip
def test_words_are_read(words: str, wanted: orders.Order) -> None:
    assert read_order(words.split()) == wanted


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("evening", Misread.SLOT),
        ("evening seven", Misread.WINDOW),
        ("evening 19:00-19:30 someday", Misread.DAYS),
        ("evening 19:00-19:30 mon tue", Misread.MORE),
        ("evening off please", Misread.MORE),
        ("quiet", Misread.QUIET),
        ("skip", Misread.DATE),
        ("skip tomorrow", Misread.DATE),
        ("skip remove", Misread.NUMBER),
        ("skip remove 12345", Misread.NUMBER),
    ],
)
def test_words_that_cannot_be_read_are_named(words: str, reason: Misread) -> None:
    with pytest.raises(MisreadError) as misread:
        read_order(words.split())
    assert misread.value.reason is reason
