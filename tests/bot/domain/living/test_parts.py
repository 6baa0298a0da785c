"""A post taken apart: every line is known by what it says, and what is not known is left alone."""

from dataclasses import replace

import pytest

from bot.domain.living.parts import taken_apart
from bot.domain.records import Button, Rendered
from tests.bot.domain.living.builders import offer, parts, sent
from tests.schemes import TEXTS


def test_every_line_is_found_again() -> None:
    found = parts(sent())
    assert found.language == "zh"
    assert found.disclosure.startswith("「广告」")
    assert found.opening == ("中午好，这个价格不错",)
    assert (found.title, found.price) == ("抽纸 24 包整箱", "¥59.90")
    assert found.coupon is not None
    assert "满 99 减 40" in found.coupon
    assert found.low == "📉 近 30 天最低价"
    assert found.others == ("✨ 推荐理由：群主亲自挑选、优惠力度大",)
    assert found.as_of.startswith("🕘")


def test_a_bare_post_in_english_has_the_parts_that_it_has() -> None:
    plain = offer(coupon=None, sale_price_minor=None)
    base = sent(plain, "en", opening=None, factors=(), is_chosen=False, is_thirty_day_low=False)
    found = parts(base)
    assert (found.language, found.price) == ("en", "¥99.00")
    assert (found.opening, found.coupon, found.low, found.others) == ((), None, None, ())


@pytest.mark.parametrize(
    "html",
    [
        "早上好！",
        "「广告」只有一段",
        "「广告」x\n\n<b>t</b>\n\n🕘 x",
        "「广告」x\n\nt\n<b>¥1.00</b>\n\n🕘 x",
        "「广告」x\n\n<b>t</b>\n¥1.00\n\n🕘 x",
        "「广告」x\n\n<b>t</b>\n<b>¥1.00</b>\n\n不是价格时间",
        "「广告」x\n\n<b>t</b>\n<b>¥1.00</b>\n\n🕘 x\n多一行",
    ],
)
def test_what_is_no_selling_post_is_left_alone(html: str) -> None:
    assert taken_apart(replace(sent(), html=html), TEXTS) is None


def test_a_post_with_other_buttons_is_left_alone() -> None:
    base, button = sent(), Button("x", "https://haowu.example/r/x")
    for buttons in ((), ((button, button),), ((button,), (button,))):
        assert taken_apart(Rendered(base.html, None, buttons), TEXTS) is None
    assert taken_apart(base, {"en": TEXTS["en"]}) is None
