"""What a post says when its offer changed: true, disclosed first, with its own link, in bounds."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.living.budgets import Weight
from bot.domain.living.parts import taken_apart
from bot.domain.living.renewing import Instead, Scene, digest_of, renewed
from bot.domain.posts.characters import units
from bot.domain.posts.disclosures import is_disclosed
from bot.domain.posts.rendering import CAPTION_LIMIT
from bot.domain.records import Currency, Factor, Rendered
from tests.bot.domain.living.builders import LATER, LINK, SHANGHAI, card, now, offer, parts, sent
from tests.schemes import TEXTS

OTHER = Instead(
    offer(title="猫粮 10 公斤", price_minor=8800, sale_price_minor=None), "https://h.example/r/new"
)


def lines(post: Rendered) -> list[str]:
    """What a post says."""
    return post.html.split("\n")


def test_nothing_changed_is_the_post_as_it_was_sent_whenever_the_price_was_seen() -> None:
    base = sent()
    found = now(base, offer(seen_at=LATER))
    assert found.rendered == base
    assert found.digest == digest_of(base)


def test_a_lower_price_stands_beside_the_old_one_with_its_time() -> None:
    base = sent()
    found = now(base, offer(sale_price_minor=4990, seen_at=LATER))
    assert "<s>¥59.90</s> → <b>¥49.90</b> 📉 降价了" in lines(found.rendered)
    assert lines(found.rendered)[-1] == "🕘 11月22日 周日 12:00 的价格"
    assert not any("近 30 天最低价" in line for line in lines(found.rendered))
    ((button,),) = found.rendered.buttons
    assert (button.text, button.url) == ("¥49.90 去看看", LINK)
    assert (found.weight, found.said) == (Weight.GOOD_TO_KNOW, "live")
    assert found.rendered.image_url == base.image_url


def test_a_higher_price_is_urgent_and_back_at_the_old_one_the_post_is_as_it_was() -> None:
    base = sent(language="en")
    found = now(base, offer(sale_price_minor=6990))
    assert "<s>¥59.90</s> → <b>¥69.90</b> · the price went up" in lines(found.rendered)
    assert found.weight is Weight.DEARER
    assert now(base, offer()).rendered == base


def test_another_currency_counts_as_dearer() -> None:
    found = now(sent(), offer(currency=Currency("EUR"), sale_price_minor=100))
    assert found.weight is Weight.DEARER
    assert "<s>¥59.90</s> → <b>€1.00</b> 涨价了" in found.rendered.html


def test_sold_out_is_said_and_so_is_back_in_stock() -> None:
    base = sent()
    out = now(base, offer(stock=0))
    assert "😶 暂时卖完了，补货后这里会改过来" in lines(out.rendered)
    assert (out.weight, out.said) == (Weight.SOLD_OUT, "out")
    back = now(base, offer(stock=5), said="out")
    assert "✅ 又有货了" in lines(back.rendered)
    assert (back.weight, back.said) == (Weight.GOOD_TO_KNOW, "back")
    assert now(base, offer(stock=5), said="back").digest == back.digest
    assert len({digest_of(base), out.digest, back.digest}) == 3
    dear = now(base, offer(stock=0, sale_price_minor=9000))
    assert dear.weight is Weight.SOLD_OUT


def test_a_coupon_that_goes_comes_or_changes_is_said() -> None:
    base = sent()
    assert "⌛ 优惠券已结束" in lines(now(base, offer(coupon=None)).rendered)
    changed = now(base, offer(coupon="满 200 减 <60>"))
    assert "🎟 优惠券：满 200 减 &lt;60&gt;" in lines(changed.rendered)
    bare = sent(offer(coupon=None))
    assert "🎟 优惠券：满 99 减 40" in lines(now(bare, offer()).rendered)
    assert now(bare, offer(coupon=None)).rendered == bare


def test_a_coupon_is_counted_down_at_a_few_steps_and_its_end_takes_the_price_along() -> None:
    dated = offer(coupon="满 99 减 40，至11月23日")
    base = sent(dated)
    end = LATER.astimezone(SHANGHAI).replace(day=24, hour=0)

    def at(hours: float, of: Any = dated) -> Any:
        return now(base, of, at=end - timedelta(hours=hours))

    assert at(25).rendered == base
    assert "⏳ 优惠券 24 小时内到期（11月24日 周二 00:00 截止）" in lines(at(20).rendered)
    assert "⏳ 优惠券 6 小时内到期（11月24日 周二 00:00 截止）" in lines(at(5).rendered)
    assert at(20).digest == at(7).digest != at(5).digest != at(0.5).digest
    over = at(0)
    assert "⌛ 优惠券已结束" in lines(over.rendered)
    assert "<s>¥59.90</s> → <b>¥99.00</b> 涨价了" in lines(over.rendered)
    assert over.weight is Weight.DEARER
    assert "⏳" not in at(5, replace(dated, facts=replace(dated.facts, stock=0))).rendered.html
    old = sent(offer(coupon=None, sale_price_minor=None))
    assert now(old, dated, at=end).rendered == old


def test_an_ended_offer_says_so_and_names_a_replacement_with_its_own_link() -> None:
    gone = offer(ended_at=LATER)
    found = now(sent(), gone, instead=OTHER)
    assert lines(found.rendered)[0].startswith("「广告」")
    assert "<s>抽纸 24 包整箱</s>" in lines(found.rendered)
    assert "⌛ 这件好物已下架" in lines(found.rendered)
    assert "👉 可以看看这个：<b>猫粮 10 公斤</b>" in lines(found.rendered)
    assert [(one.text, one.url) for row in found.rendered.buttons for one in row] == [
        ("¥88.00 去看看", "https://h.example/r/new")
    ]
    assert (found.weight, found.said) == (Weight.ENDED, "ended")
    bare = now(sent(language="en"), gone)
    assert lines(bare.rendered)[-1] == "⌛ This offer has ended"
    assert bare.rendered.buttons == ()
    assert bare.digest != found.digest


def test_where_everything_is_as_long_as_can_be_what_is_only_nice_goes_first() -> None:
    long = offer(title="长" * 400, coupon="券" * 200, stock=0)
    base = sent(offer(title="长" * 400, coupon="券" * 200), opening="开" * 300)
    states: list[tuple[bool, bool, bool]] = []
    for more in range(0, 600, 5):
        padded = replace(base, html=base.html.replace("开" * 150, "开" * (150 + more)))
        text = renewed(padded, parts(padded), _scene(long), TEXTS["zh"]).rendered.html
        assert "暂时卖完了" in text
        assert units(re.sub(r"<[^>]*>", "", text)) <= CAPTION_LIMIT
        state = ("最低价" in text, "推荐理由" in text, "开" in text)
        if not states or states[-1] != state:
            states.append(state)
    yes, no = True, False
    assert states == [(yes, yes, yes), (no, yes, yes), (no, no, yes), (no, no, no)]


def _scene(of: Any) -> Any:
    return Scene(of, LATER, SHANGHAI, SHANGHAI)


WORDS = st.text(max_size=400)
OFFERS = st.builds(
    lambda price, off, coupon, stock, ended, title: offer(
        price_minor=price,
        sale_price_minor=None if off is None else max(1, price - off),
        coupon=coupon or None,
        stock=stock,
        ended_at=LATER if ended else None,
        title=title or "x",
    ),
    st.integers(1, 10**9),
    st.none() | st.integers(0, 10**9),
    WORDS | st.just("满 99 减 40，至11月23日"),
    st.sampled_from([None, 0, 3]),
    st.booleans(),
    WORDS,
)


@settings(max_examples=300)
@given(
    before=OFFERS,
    after=OFFERS,
    opening=WORDS,
    language=st.sampled_from(["zh", "en"]),
    hours=st.integers(0, 60),
    said=st.sampled_from(["live", "out", "back"]),
    named=st.booleans(),
)
def test_whatever_changes_an_edited_post_is_disclosed_in_bounds_and_has_its_own_link(
    before: Any, after: Any, opening: str, language: str, hours: int, said: str, named: bool
) -> None:
    base = sent(replace(before, ended_at=None), language, opening=opening)
    if taken_apart(base, TEXTS) is None:
        pytest.fail(f"a post of ours is not known: {base.html!r}")
    instead = replace(OTHER, offer=replace(after, ended_at=None)) if named else None
    at = LATER + timedelta(hours=hours)
    found = now(base, after, at=at, said=said, instead=instead)
    post = found.rendered
    assert is_disclosed(post, language)
    assert lines(post)[0] == TEXTS[language]("post.disclosure")
    assert units(unescape(re.sub(r"<[^>]*>", "", post.html))) <= CAPTION_LIMIT
    urls = {button.url for row in post.buttons for button in row}
    assert urls <= {LINK, OTHER.url}
    assert post.image_url == base.image_url
    if after.ended_at is None:
        assert urls == {LINK}
        assert taken_apart(post, TEXTS) is not None
    again = now(base, after, at=at, said=found.said, instead=instead)
    assert found.said != "ended" or again.digest == found.digest
    if said != "live" or found.said != "back":
        assert again.digest == found.digest


def test_factors_are_told_as_before() -> None:
    base = sent(factors=(Factor("value", 0.9, 1.0, "x"),))
    assert card(offer()).factors
    assert "性价比高" in now(base, offer(sale_price_minor=1)).rendered.html
