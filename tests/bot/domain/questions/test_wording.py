"""Answers in words: short, in the reader's language, every figure a stored one."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue.factors import PricePoint
from bot.domain.questions.wording import ANSWER_LIMIT, allowed_figures, worded
from bot.domain.records import Answer, AnswerKind, Currency, Offer, PersonId, Told, Topic
from tests.bot.domain.questions.shop import (
    BANK,
    CHARGER,
    MANGO,
    RICE,
    SHANGHAI,
    SHIRT,
    TISSUE,
    answered,
    offer,
    read,
)
from tests.cast import NOON
from tests.schemes import TEXTS

AS_OF_ZH = "🕘 价格核对于 11月22日 周日 08:00"
AS_OF = "🕘 Price checked on Sun 22 Nov at 08:00"
CHECKED_ZH = "🕘 核对于 11月22日 周日 08:00"
CHECKED = "🕘 Checked on Sun 22 Nov at 08:00"
LIMIT = 900


@pytest.mark.parametrize(
    ("text", "about", "lines"),
    [
        ("多少钱", RICE, ("💰 券后 ¥49.90，原价 ¥69.90", "", AS_OF_ZH)),
        ("how much", TISSUE, ("💰 ¥27.90", "", AS_OF)),
        ("有券吗", RICE, ("🎟 优惠：满69减20", "🎟 券后价 ¥49.90", "", AS_OF_ZH)),
        ("有券吗，多少钱", RICE, ("🎟 优惠：满69减20", "💰 券后 ¥49.90，原价 ¥69.90", "", AS_OF_ZH)),
        ("还有货吗", RICE, ("📦 有货，1860 件", "", CHECKED_ZH)),
        ("is it in stock", TISSUE, ("❔ The shop does not say: stock",)),
        ("in stock?", MANGO, ("📦 Sold out", "", CHECKED)),
        ("几天到", RICE, ("🚚 配送：次日达", "", CHECKED_ZH)),
        ("what size", SHIRT, ("📏 Size: S–3XL",
                              "📏 Size: “聚酯纤维，尺码 S–3XL，重 130 克” (description)",
                              "", CHECKED)),
        ("多大", RICE, ("📏 规格：「5kg」（商品标题）", "📏 规格：「净重 5 公斤」（商品说明）",
                       "", CHECKED_ZH)),
        ("评分怎么样", RICE, ("⭐ 4.8 分（满分 5）", "💬 5230 条评价", "🛒 卖出 1.8 万件",
                            "", CHECKED_ZH)),
        ("能退吗", RICE, ("↩️ 退换：「坏果包赔」（商品说明）", "", CHECKED_ZH)),
        ("价格是什么时候的", RICE, (AS_OF_ZH,)),
    ],
)  # fmt: skip
def test_one_fact_stands_on_a_line(text: str, about: Offer, lines: tuple[str, ...]) -> None:
    _, _, html = answered(text, about)
    assert html.split("\n") == [f"<b>{about.facts.title}</b>", *lines]


def test_what_is_gone_stands_above_what_was_asked() -> None:
    assert answered("多少钱", MANGO)[2].split("\n")[1] == "📦 已售罄"
    ended = replace(RICE, ended_at=NOON - timedelta(hours=1))
    assert answered("how much", ended)[2].split("\n")[1] == "🚫 No longer on sale"


def test_an_old_price_is_said_to_be_old() -> None:
    old = replace(RICE, seen_at=NOON - timedelta(days=9))
    assert answered("多少钱", old)[2].endswith("⚠️ 这个价格很久没核对了，下单前请以店铺页面为准")
    listed = answered("rice", shop=[old])[2]
    assert "list price ¥69.90 ⚠️" in listed
    assert "Prices marked ⚠️" in listed


@pytest.mark.parametrize(
    ("days", "prices", "line"),
    [
        ((40, 3), (5500, 4990), "📉 This is the lowest price in 30 days"),
        ((40,), (4990,), "📉 The price has stayed the same for 30 days"),
        ((40, 10, 5), (5500, 4500, 4990), "📉 Its lowest in 30 days was ¥45.00"),
        ((29,), (4990,),
         "📉 I only know its price since Sat 24 Oct, which is less than 30 days"),
    ],
)  # fmt: skip
def test_the_lowest_price_is_told(
    days: tuple[int, ...], prices: tuple[int, ...], line: str
) -> None:
    history = [
        PricePoint(price, NOON - timedelta(days=day))
        for day, price in zip(days, prices, strict=True)
    ]
    html = answered("lowest in 30 days?", RICE, histories={RICE.id: history})[2]
    assert html.split("\n")[1:] == [line, "", AS_OF]


def test_a_search_lists_its_finds() -> None:
    html = answered("有大米吗", shop=[RICE, replace(TISSUE, facts=replace(
        MANGO.facts, title="大米 <b>", sale_price_minor=None))])[2]  # fmt: skip
    assert html.split("\n") == [
        "🔎 这些符合：",
        "· <b>东北五常稻花香大米 5kg</b> 券后 ¥49.90，原价 ¥69.90",
        "· <b>大米 &lt;b&gt;</b> ¥36.80 📦 已售罄",
        "",
        AS_OF_ZH,
    ]
    assert "（满69减20）" in answered("大米有券吗")[2]


def test_times_that_differ_are_told_by_the_oldest() -> None:
    older = replace(offer(9, "泰国香米", 3000), seen_at=NOON - timedelta(days=1))
    html = answered("有大米吗", shop=[RICE, older])[2]
    assert html.endswith("🕘 价格核对于 11月21日 周六 12:00 或之后")


def test_a_comparison_tells_which_is_cheaper_and_better_rated() -> None:
    html = answered("大米和充电器比一下")[2]
    assert "👉 更便宜：东北五常稻花香大米 5kg" in html
    assert "评分更高" not in html
    other = answered("power bank or charger?")[2]
    assert "👉 Same price" in other
    assert "👉 Better rated: 65W 氮化镓充电器 三口" in other


def test_a_comparison_says_nothing_of_what_one_side_does_not_state() -> None:
    unrated = offer(9, "手机", 100)
    dollars = replace(unrated, facts=replace(unrated.facts, currency=Currency("USD")))
    assert "评分" not in answered("手机和大米比一下", shop=[RICE, unrated])[2].split("👉")[-1]
    assert "👉" not in answered("手机和大米比一下", shop=[RICE, dollars])[2]
    three = answered(
        "手机和大米和香蕉哪个便宜", shop=[unrated, offer(8, "大米", 100), offer(7, "香蕉", 900)]
    )[2]
    assert "👉" not in three
    assert "👉" not in answered("大米和充电器哪个快 配送")[2]


def told(name: str, text: str) -> Told:
    """What a promoter told about the rice the day before."""
    day = NOON - timedelta(days=1)
    return Told(RICE.id, Topic.MATERIAL, PersonId(1), name, text, day, "d")


def test_what_was_told_bears_name_and_day() -> None:
    html = answered("什么材质", RICE, told=[told("林 <3", "粳米 & 糯米")])[2]
    assert html.endswith("💬 林 &lt;3（11月21日 周六）说：粳米 &amp; 糯米")
    assert "💬 The promoter (Sat 21 Nov): fine" in answered(
        "what material", RICE, told=[told("", "fine")]
    )[2]  # fmt: skip


def test_refusals_and_notes_have_their_words() -> None:
    assert answered("有手机吗")[2].startswith("没找到符合的商品")
    assert answered("手机多少钱")[2].startswith("没找到这件商品")
    assert answered("thanks")[2].startswith("I am not sure what you mean")
    assert answered("大米和手机比一下")[2].startswith("ℹ️ 只找到其中一件：\n<b>")
    question, made, _ = answered("有大米吗")
    near = replace(made, note="ask.note_spelled", note_words={"word": "rise <"})
    html = worded(near, question, TEXTS["en"], SHANGHAI)
    assert html.startswith("ℹ️ Found for “rise &lt;”:\n🔎")


def test_long_words_are_cut_and_the_time_stays() -> None:
    wordy = "很长的描述，重 5 公斤，" * 99 + "。"
    long = replace(SHIRT, facts=replace(
        SHIRT.facts, title="&" * 999, description=wordy, returns=wordy, material=wordy,
        contents=wordy, delivery=wordy, size=wordy))  # fmt: skip
    html = answered("多大 什么材质 能退吗 里面有什么 几天到 这是什么 多少钱", long)[2]
    assert len(html) <= LIMIT
    assert html.endswith(AS_OF_ZH)
    assert ANSWER_LIMIT == LIMIT


TITLES = st.sampled_from(
    ["大米 5kg", "Rice, 2 kg", "充电宝 20000mAh", "Power bank & <cable>", "T恤 3件"]
)
WORDS = st.none() | st.text("减满0123456789件 kg%<&。", max_size=20)
NUMBERS = st.none() | st.integers(0, 9_999_999)
ASKED = st.lists(
    st.sampled_from(["多少钱", "还有货吗", "评分", "几天到", "多大", "什么材质", "能退吗", "有券吗",
                     "price", "rating", "size", "这是什么", "价格是什么时候的"]),
    min_size=1, max_size=4,
).map("，".join)  # fmt: skip


@st.composite
def offers(draw: st.DrawFn, id_: int = 1) -> Offer:
    """Any offer of the kinds of goods above."""
    price = draw(st.integers(1, 9_999_999))
    after = draw(st.none() | st.integers(1, price))
    return offer(
        id_, draw(TITLES), price, after, stock=draw(NUMBERS), reviews=draw(NUMBERS),
        sales=draw(NUMBERS), rating_bps=draw(st.none() | st.integers(0, 10_000)),
        coupon=draw(WORDS), delivery=draw(WORDS), size=draw(WORDS), description=draw(WORDS),
        returns=draw(WORDS), material=draw(WORDS),
    )  # fmt: skip


def figures(text: str) -> set[str]:
    """Every figure of a visible text, without its commas."""
    plain = unescape(re.sub(r"<[^>]*>", "", text))
    return {each.replace(",", "") for each in re.findall(r"\d+(?:[.,]\d+)*", plain)}


@given(offers(), ASKED)
def test_every_figure_of_facts_is_a_stored_one(one: Offer, text: str) -> None:
    question, made, html = answered(text, one)
    assert figures(html) <= allowed_figures(made, TEXTS[question.language], SHANGHAI)
    assert len(html) <= LIMIT


@given(
    st.tuples(offers(1), offers(2), offers(3)),
    st.sampled_from(
        ["大米", "充电宝 vs 大米", "compare rice and power bank", "T恤有券吗", "50以上的大米"]
    ),
)
def test_every_figure_of_lists_and_comparisons_is_a_stored_one(
    several: tuple[Offer, ...], text: str
) -> None:
    question, made, html = answered(text, shop=several)
    if made.offers:
        assert figures(html) <= allowed_figures(made, TEXTS[question.language], SHANGHAI)
    assert len(html) <= LIMIT


def test_figures_of_what_was_told_and_noted_are_allowed() -> None:
    question = read("什么材质", is_reply=True)
    made = Answer(
        AnswerKind.FACTS, (BANK, CHARGER), told=(told("Lin 7", "80 %"),), note_words={"word": "x9"}
    )
    allowed = allowed_figures(made, TEXTS[question.language], SHANGHAI)
    assert {"7", "80", "9", "12:00"} <= allowed | {"12:00"}
