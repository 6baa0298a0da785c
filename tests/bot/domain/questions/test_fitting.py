"""Which offers fit what is wanted."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.questions.fitting import alike, closest, fits, fitting, has_coupon
from bot.domain.records import Bounds, Currency, Measure, OfferId, Wanted
from tests.bot.domain.questions.shop import (
    BANK,
    CHARGER,
    CNY,
    MANGO,
    RICE,
    SHIRT,
    SHOP,
    TISSUE,
    offer,
    read,
)
from tests.cast import NOON


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("大米", [1]), ("rice", [1]), ("power bank", [2]), ("充电宝", [2]), ("纸巾", [6]),
        ("tissues", [6]), ("充电器", [3]), ("fruit", [4]), ("T恤 XL", [5]), ("T恤 42码", []),
        ("5kg大米", [1]), ("10斤大米", [1]), ("三斤大米", []), ("禾满仓", [1]), ("wattline", [2]),
        ("有机大米", []), ("100以内的充电器", [3]), ("under $100 charger", []),
        ("充电宝 80左右", [2]), ("充电宝 50左右", []), ("大米 50以上", []), ("聚酯纤维的T恤", [5]),
        ("有机 wattline", []), ("手机", []), ("24包纸巾", [6]),
    ],
)  # fmt: skip
def test_words_price_and_measure_must_fit(text: str, ids: list[int]) -> None:
    (wanted,) = read(text).wanted
    assert [offer.id for offer in fitting(wanted, SHOP, now=NOON)] == ids


def test_part_of_another_name_is_not_the_thing() -> None:
    stand, planner = offer(7, "手机支架 桌面折叠", 990), offer(8, "Desk Planner 2027", 2800)
    assert not fits(read("手机").wanted[0], stand)
    assert not fits(read("desk").wanted[0], planner)
    assert fits(read("planner").wanted[0], planner)


def test_a_measure_is_read_from_the_size_first() -> None:
    sized = replace(RICE, facts=replace(RICE.facts, size="10 kg"))
    assert not fits(Wanted((), measure=Measure(5_000_000, "mg")), sized)
    assert not fits(Wanted((), measure=Measure(5, "size")), RICE)


def test_coupons_are_told_by_words_or_by_the_price() -> None:
    assert [has_coupon(each) for each in (RICE, CHARGER, TISSUE)] == [True, True, False]
    wanted = Wanted((), has_coupon=True)
    assert TISSUE not in fitting(wanted, SHOP, now=NOON)


def test_sold_out_stands_last_and_ended_nowhere() -> None:
    ended = replace(SHIRT, ended_at=NOON - timedelta(hours=1))
    ending = replace(BANK, ended_at=NOON + timedelta(hours=1))
    found = fitting(Wanted((), is_cheapest=True), (MANGO, ended, ending, RICE), now=NOON)
    assert found == [RICE, ending, MANGO]


def test_the_cheapest_stands_first_and_else_the_best_sold() -> None:
    assert fitting(Wanted((), is_cheapest=True), SHOP, now=NOON)[0] == TISSUE
    assert fitting(Wanted(()), (BANK, RICE, CHARGER), now=NOON) == [CHARGER, RICE, BANK]


def test_looking_stops_at_enough_in_stock_unless_the_cheapest_is_wanted() -> None:
    rice = [
        replace(RICE, id=OfferId(at), facts=replace(RICE.facts, stock=stock, price_minor=price))
        for at, (stock, price) in enumerate([(0, 9_900), (5, 9_800), (5, 9_700), (5, 9_600)])
    ]
    wanted = Wanted((("大米",),))
    found = fitting(wanted, iter(rice), now=NOON, enough=2)
    assert [each.id for each in found] == [1, 2, 0]
    cheapest = fitting(replace(wanted, is_cheapest=True), rice, now=NOON, enough=2)
    assert len(cheapest) == len(rice)
    assert len(fitting(wanted, rice[:2], now=NOON, enough=2)) == 2


def test_words_in_the_title_go_before_words_in_the_description() -> None:
    said = replace(BANK, facts=replace(BANK.facts, description="无线", sales=10**6))
    titled = offer(9, "无线充电宝", 5000)
    (wanted,) = read("无线的充电宝").wanted
    assert fitting(wanted, (said, titled), now=NOON) == [titled, said]


def test_the_closest_are_goods_of_that_kind_with_most_of_the_words() -> None:
    wanted = Wanted((("有机", "organic"), ("大米", "rice")))
    assert closest(wanted, SHOP, now=NOON) == [RICE]
    assert closest(Wanted((("nobody",),)), SHOP, now=NOON) == []
    assert closest(Wanted((("禾满仓",), ("净小满",))), SHOP, now=NOON) == [RICE]


def test_something_alike_is_of_the_same_kind_and_not_itself() -> None:
    other = offer(9, "泰国香米 5kg", 4500)
    wanted = alike(Wanted((), is_cheapest=True), RICE)
    assert fitting(wanted, (*SHOP, other), now=NOON) == [other]
    assert wanted.bounds == Bounds(None, 4989, CNY)
    assert alike(Wanted((), bounds=Bounds(None, 1, CNY)), RICE).bounds == Bounds(None, 1, CNY)


def test_what_has_no_known_kind_is_like_its_category() -> None:
    thing = offer(9, "禾满仓", 4500, category="Groceries")
    assert fitting(alike(Wanted(()), thing), SHOP, now=NOON) == [RICE]
    assert alike(Wanted(()), offer(9, "禾满仓", 4500)).concepts == (("禾满仓",),)


@given(st.permutations(SHOP), st.sampled_from(["大米", "充电宝", "水果", "50以内", "最便宜的抽纸"]))
def test_the_order_of_candidates_does_not_matter(offers: list[object], text: str) -> None:
    (wanted,) = read(text).wanted
    given_order = fitting(wanted, offers, now=NOON)  # type: ignore[arg-type]
    assert given_order == fitting(wanted, SHOP, now=NOON)


@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_nothing_beyond_the_price_fits(one: int, other: int) -> None:
    low, high = sorted((one, other))
    for found in fitting(Wanted((), Bounds(low, high, CNY)), SHOP, now=NOON):
        assert low <= found.price_now_minor <= high
    assert fitting(Wanted((), Bounds(low, high, Currency("USD"))), SHOP, now=NOON) == []
