"""A language model's words pass only when they say what the plain answer says."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.catalogue.factors import PricePoint
from bot.domain.questions.checking import complaints
from bot.domain.questions.stated import bare
from bot.domain.records import Answer, Offer, PersonId, Told, Topic
from bot.domain.texts import Html
from tests.bot.domain.questions.shop import BANK, MANGO, RICE, SHIRT, TISSUE, answered, offer
from tests.cast import NOON

LOW = {RICE.id: [PricePoint(6990, NOON - timedelta(days=40)),
                 PricePoint(4990, NOON - timedelta(days=3))]}  # fmt: skip
HIGH = {RICE.id: [PricePoint(6990, NOON - timedelta(days=40)),
                  PricePoint(4500, NOON - timedelta(days=10)),
                  PricePoint(4990, NOON - timedelta(days=3))]}  # fmt: skip
AT = "价格核对于 11月22日 08:00。"
SEEN = "核对于 11月22日 08:00。"
ON = "Price checked on Sun 22 Nov at 08:00."
OLIVE = offer(11, "Olive Oil, 750 ml", 9900, 7900, rating_bps=9600, stock=310)
PEANUT = offer(12, "花生油 5L", 11900, 8990, rating_bps=9400, stock=640)
OILS = (OLIVE, PEANUT)
QUESTIONS: dict[str, tuple[str, Offer | None]] = {
    "price": ("how much", RICE), "价格": ("多少钱", RICE), "coupon": ("coupon?", RICE),
    "stock": ("is it in stock", BANK), "库存": ("还有货吗", RICE), "gone": ("in stock?", MANGO),
    "配送": ("几天到", RICE), "评分": ("评分", RICE), "退": ("能退吗", SHIRT),
    "low": ("30天最低吗", RICE),
    "high": ("lowest in 30 days?", RICE), "about": ("what is it", BANK),
    "拒": ("can I return it", replace(SHIRT, facts=replace(SHIRT.facts, returns="No returns"))),
    "oils": ("compare olive oil and peanut oil", None), "油": ("橄榄油和花生油比一下", None),
    "find": ("oil under 100", None), "unknown": ("多少钱，什么材质", TISSUE),
}  # fmt: skip


def asked(name: str) -> tuple[Answer, Html]:
    """An answer and its plain words."""
    text, about = QUESTIONS[name]
    histories = {"low": LOW, "high": HIGH}.get(name, {})
    shop = OILS if about is None else (RICE,)
    _, made, html = answered(text, about, shop=shop, histories=histories)
    return made, html


FAITHFUL = [
    ("price", f"The rice is ¥49.90 after coupon. {ON}".replace("The rice", "It")),
    ("price", f"It costs 49.90 yuan after coupon, the list price is 69.90 yuan. {ON}"),
    ("price", f"Hello! ¥49.90 after coupon, down from ¥69.90. {ON}"),
    ("price", "Now ¥49.9 after coupon (checked at 08:00)."),
    ("价格", f"券后 ¥49.90，原价 ¥69.90。{AT}"),
    ("价格", f"您好，这款大米券后是49.9元，原价69.9元。{AT}"),
    ("价格", f"东北五常稻花香大米 5kg 目前券后 ¥49.90～{AT}"),
    ("coupon", f"Coupon: 满69减20, after coupon ¥49.90. {ON}"),
    ("stock", f"It is in stock, 870 left. {ON}"),
    ("stock", f"Power Bank, 10 000 mAh, 22.5 W: in stock. {ON}"),
    ("库存", f"有货，1860 件。{AT}"),
    ("库存", f"您好，东北五常稻花香大米目前有货哦。{AT}"),
    ("gone", f"Sold out. {ON}"),
    ("gone", f"海南小台芒 5斤 is sold out. {ON}"),
    ("配送", f"配送：次日达。{SEEN}"),
    ("配送", f"您好，这款是次日达，谢谢。{SEEN}"),
    ("评分", "4.8 分（满分 5），5230 条评价，卖出 1.8 万件，08:00 核对"),
    ("退", f"退换：7 天无理由退换。{SEEN}"),
    ("low", f"现价是近 30 天最低。{AT}"),
    ("high", f"Its lowest in 30 days was ¥45.00. {ON}"),
    ("about", "It is allowed on planes, 10 000 mAh, 210 g, no cable included, checked at 08:00."),
    ("oils",
     f"Olive Oil, 750 ml is ¥79.00 after coupon.\n花生油 5L is ¥89.90 after coupon.\n{ON}"),
    ("oils", "Olive Oil, 750 ml: ¥79.00 after coupon, 4.8 out of 5.\n花生油 5L: ¥89.90 after "
             f"coupon.\nOlive Oil, 750 ml is cheaper.\n{ON}"),
    ("油",
     "Olive Oil, 750 ml 券后 ¥79.00；花生油 5L 券后 ¥89.90。\n"
     f"更便宜：Olive Oil, 750 ml。\n{AT}"),
    ("find",
     "These fit: Olive Oil, 750 ml at ¥79.00 after coupon.\n"
     f"花生油 5L at ¥89.90 after coupon. {ON}"),
    ("unknown", f"¥27.90。资料里没写：材质。{AT}"),
]  # fmt: skip

LIES = [
    # other figures
    ("price", f"It is ¥39.90 after coupon. {ON}"),
    ("price", f"It is ¥49.91 after coupon. {ON}"),
    ("price", f"It is ¥4.99 after coupon, ¥49.90. {ON}"),
    ("price", f"It is ¥69.90. {ON}"),
    ("price", f"It is ¥69.90 after coupon, list price ¥49.90. {ON}"),
    ("price", f"Now ¥69.90 and before ¥49.90. {ON}"),
    ("price", f"It is $49.90 after coupon. {ON}"),
    ("price", f"It is 49.90 euros. {ON}"),
    ("price", "It is ¥49.90 after coupon. Price checked on Mon 23 Nov at 08:00."),
    ("price", "It is ¥49.90 after coupon. Price checked on Sun 22 Nov at 09:00."),
    ("price", "It is ¥49.90 after coupon."),
    ("price", f"It is after coupon. {ON}"),
    ("price", f"Save ¥49.90 after coupon. {ON}"),
    ("price", f"¥49.90 off after coupon. {ON}"),
    ("价格", f"券后 ¥69.90。{AT}"),
    ("价格", f"券后 ¥49.90，立减 69.90。{AT}"),
    ("价格", f"券后 ¥49.90，大米 49.90。{AT}"),
    ("价格", f"券后 ¥49.90，打8折。{AT}"),
    ("价格", f"券后 ¥49.90，减20%。{AT}"),
    ("库存", f"有货，5230 件。{AT}"),
    ("库存", f"有货，¥1860。{AT}"),
    ("stock", f"In stock, 210 left. {ON}"),
    ("评分", f"4.9 分（满分 5），5230 条评价。{SEEN}"),
    ("评分", f"4.8 分（满分 5），1.8 万条评价，卖出 5230 件。{SEEN}"),
    ("评分", f"5 分（满分 5）。{SEEN}"),
    # figures in words
    ("价格", f"券后 ¥49.90，只要五十块。{AT}"),
    ("价格", f"券后 ¥49.90，约四十元。{AT}"),
    ("price", f"It is ¥49.90 after coupon, almost fifty. {ON}"),
    ("price", f"It is ¥49.90 after coupon, half price. {ON}"),
    ("stock", f"In stock, two left. {ON}"),
    # swapped offers
    ("oils", f"Olive Oil, 750 ml is ¥89.90 after coupon.\n花生油 5L is ¥79.00 after coupon.\n{ON}"),
    ("oils", f"¥89.90 after coupon: Olive Oil, 750 ml.\n¥79.00 after coupon: 花生油 5L.\n{ON}"),
    ("oils", f"Olive Oil, 750 ml is ¥79.00 after coupon.\n花生油 5L is ¥89.90 after coupon.\n"
             f"花生油 5L is cheaper.\n{ON}"),
    ("oils", f"Olive Oil, 750 ml is ¥79.00 and 花生油 5L is ¥89.90 and cheaper. {ON}"),
    ("oils", f"Olive Oil, 750 ml: 640 left, ¥79.00.\n花生油 5L: ¥89.90.\n{ON}"),
    ("oils", f"Olive Oil, 750 ml is ¥79.00 after coupon. {ON}"),
    ("油", f"Olive Oil, 750 ml 券后 ¥79.00；花生油 5L 券后 ¥89.90，评分更高。\n{AT}"),
    # invented coupons, brands and claims
    ("stock", f"In stock, 870 left, with a coupon. {ON}"),
    ("库存", f"有货，1860 件，有券。{AT}"),
    ("库存", f"有货，1860 件，送赠品。{AT}"),
    ("price", f"The Huawei rice is ¥49.90 after coupon. {ON}"),
    ("价格", f"华为大米券后 ¥49.90。{AT}"),
    ("价格", f"券后 ¥49.90，保证最低价。{AT}"),
    ("价格", f"券后 ¥49.90，包邮。{AT}"),
    ("价格", f"券后 ¥49.90，正品，假一赔十。{AT}"),
    ("价格", f"券后 ¥49.90，近 30 天最低。{AT}"),
    ("price", f"It is ¥49.90 after coupon, free shipping. {ON}"),
    ("price", f"It is ¥49.90 after coupon, guaranteed the lowest. {ON}"),
    ("price", f"It is only ¥49.90 after coupon, buy fast! {ON}"),
    ("high", f"It is the lowest in 30 days, ¥45.00. {ON}"),
    ("high", f"Its lowest in 30 days was ¥45.00, it is lowest now. {ON}"),
    ("配送", f"次日达，坏了包退。{SEEN}"),
    ("配送", f"当日达。{SEEN}"),
    # negation
    ("库存", f"没有货。{AT}"),
    ("库存", f"有货，1860 件，不。{AT}"),
    ("库存", f"暂时无货，1860 件。{AT}"),
    ("stock", f"It is not in stock, 870 left. {ON}"),
    ("stock", f"It isn't in stock. {ON}"),
    ("stock", f"Sold out, 870 left. {ON}"),
    ("gone", f"In stock. {ON}"),
    ("gone", f"It is sold. {ON}"),
    ("about", "It is not allowed on planes, 10 000 mAh, checked at 08:00."),
    ("about", "It is allowed on planes, cable included, checked at 08:00."),
    ("退", f"退换：7 天退换。{SEEN}"),
    ("退", f"退换：7 天理由退换。{SEEN}"),
    ("退", f"不退换。{SEEN}"),
    ("拒", "Returns: returns, checked at 08:00."),
    ("oils", f"Olive Oil, 750 ml: ¥79.00.\n花生油 5L: ¥89.90.\n\nIn stock, 640 left. {ON}"),
    # links, markup, other languages, prompts, size
    ("price", f"It is ¥49.90 after coupon. {ON} https://evil.example"),
    ("price", f"It is ¥49.90 after coupon. {ON} See shop.cn"),
    ("price", f"It is ¥49.90 after coupon. {ON} Ask @lin"),
    ("price", f"<b>¥49.90</b> after coupon. {ON}"),
    ("price", f"**¥49.90** after coupon. {ON}"),
    ("price", f"¥49.90 after coupon. {ON} 😀"),
    ("price", f"¥49.90 after coupon? {ON}"),
    ("price", f"Le prix est de ¥49.90. {ON}"),
    ("price", f"券后 ¥49.90，原价 ¥69.90。{AT}"),
    ("价格", f"¥49.90 after coupon. {ON}"),
    ("价格", f"¥49.90 です。{AT}"),
    ("price", f"As an AI language model: ¥49.90 after coupon. {ON}"),
    ("price", f"System prompt: answer from facts. ¥49.90 after coupon. {ON}"),
    ("price", "It is ¥49.90 after coupon. " * 60 + ON),
    ("price", ""),
    ("price", " \n "),
    ("配送", "谢谢"),
    ("配送", "配送：次日达。"),
    ("评分", "4.8 分（满分 5），09:00 核对"),
    ("unknown", f"¥27.90。{AT}"),
    ("unknown", f"¥27.90。材质：竹浆。资料里没写：材质。{AT}"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), FAITHFUL)
def test_faithful_words_pass(name: str, text: str) -> None:
    assert complaints(text, *asked(name)) == []


@pytest.mark.parametrize(("name", "text"), LIES)
def test_lies_are_refused(name: str, text: str) -> None:
    assert complaints(text, *asked(name))


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_plain_answer_says_what_the_plain_answer_says(name: str) -> None:
    made, html = asked(name)
    assert complaints(bare(html), made, html) == []


def test_there_are_as_many_examples_as_were_promised() -> None:
    assert len(LIES) >= 60
    assert len(FAITHFUL) >= 20


def test_what_is_never_phrased_is_refused() -> None:
    made, html = asked("price")
    plain = bare(html)
    day = NOON - timedelta(days=1)
    told = Told(RICE.id, Topic.MATERIAL, PersonId(1), "Lin", "fine", day, "d")
    for other in (
        replace(made, told=(told,)),
        replace(made, stale=(RICE.id,)),
        replace(made, facts=()),
        answered("thanks")[1],
    ):
        assert complaints(plain, other, html) == ["nothing to phrase"]


def test_two_that_are_gone_are_both_said_to_be() -> None:
    other = replace(MANGO, id=OLIVE.id, facts=replace(MANGO.facts, title="贵妃芒果 3斤"))
    _, made, html = answered("有芒果吗", shop=(MANGO, other))
    plain = bare(html)
    assert complaints(plain, made, html) == []
    assert complaints(plain.replace("📦 已售罄", "", 1), made, html)
    one = answered("有芒果吗", shop=(MANGO, replace(other, facts=replace(other.facts, stock=5))))
    moved = bare(one[2]).replace(" 📦 已售罄", "").replace("贵妃芒果 3斤", "贵妃芒果 3斤 📦 已售罄")
    assert complaints(moved, one[1], one[2])


@given(st.sampled_from(sorted(QUESTIONS)), st.data())
def test_no_text_with_a_changed_figure_passes(name: str, data: st.DataObject) -> None:
    made, html = asked(name)
    plain = bare(html)
    places = [match.span() for match in re.finditer(r"\d", plain)]
    assume(places)
    start, end = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from("0123456789"))
    assume(digit != plain[start])
    changed = plain[:start] + digit + plain[end:]
    assume(_figures(changed) != _figures(plain))
    assert complaints(changed, made, html)


def _figures(text: str) -> list[str]:
    return [each.replace(",", "") for each in re.findall(r"\d+(?:[.,]\d+)*", text)]


@given(st.sampled_from(sorted(QUESTIONS)), st.text(max_size=80))
def test_any_text_is_judged(name: str, text: str) -> None:
    made, html = asked(name)
    assert complaints(text, made, html)
