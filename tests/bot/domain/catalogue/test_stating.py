"""What feeds say of delivery and coupons, in both languages."""

from datetime import date

import pytest

from bot.domain.catalogue.stating import ends_on, is_fast

SAID = date(2026, 11, 22)


@pytest.mark.parametrize(
    "words",
    [
        "次日达", "当日达", "京东次日达，满59包邮", "上午下单，当天送达", "明天送达", "半日达",
        "小时达", "30分钟达", "包邮；次日送达", "今日可达", "次晨达",
        "Same-day delivery", "next day delivery", "Free next-day delivery over $35", "overnight",
        "Arrives tomorrow", "1-day delivery", "within 24 hours",
        "in 2-3 days, next business day in London",
        "delivered within 2 hours",
    ],
)  # fmt: skip
def test_the_same_or_the_next_day_is_fast(words: str) -> None:
    assert is_fast(words)


@pytest.mark.parametrize(
    "words",
    [
        None, "", "包邮", "48小时内发货", "当日发货", "24小时内发货", "次日发出", "不支持次日达",
        "非次日达", "3-5天送达",
        "暂不支持当日达", "隔日达", "48小时达",
        "2-3 days", "ships same day", "Dispatched within 24 hours", "no next-day delivery",
        "next day or two", "within 48 hours", "same-day dispatch", "not available for next day",
        "Free delivery",
    ],
)  # fmt: skip
def test_what_is_slower_only_sent_or_denied_is_not(words: str | None) -> None:
    assert not is_fast(words)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("满199减50，11月30日截止", date(2026, 11, 30)),
        ("有效期至2026-11-25", date(2026, 11, 25)),
        ("有效期至2026年11月25日", date(2026, 11, 25)),
        ("11.20-11.24 满减", date(2026, 11, 24)),
        ("11月20日至11月24日可用", date(2026, 11, 24)),
        ("领券至12/1", date(2026, 12, 1)),
        ("至1月3日", date(2027, 1, 3)),
        ("今日截止", SAID),
        ("仅限今天", SAID),
        ("最后一天", SAID),
        ("20% off until 30 Nov", date(2026, 11, 30)),
        ("Ends November 24th", date(2026, 11, 24)),
        ("expires Dec. 1", date(2026, 12, 1)),
        ("Valid through 3 January", date(2027, 1, 3)),
        ("valid until 2026-11-24", date(2026, 11, 24)),
        ("Today only: 10% off", SAID),
        ("until 20 Nov", date(2026, 11, 20)),
    ],
)
def test_a_coupon_says_when_it_ends(words: str, day: date) -> None:
    assert ends_on(words, SAID) == day


@pytest.mark.parametrize(
    "words",
    [None, "", "满20减10", "SAVE 10", "5 off 30", "11月新品满减", "from 30 Nov", "至11月31日",
     "until Feb 29", "until we run out", "满199减50 11月30日"],
)  # fmt: skip
def test_what_names_no_last_day_has_none(words: str | None) -> None:
    assert ends_on(words, SAID) is None
