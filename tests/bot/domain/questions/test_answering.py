"""Answers hold stored facts and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.catalogue.factors import PricePoint
from bot.domain.questions.answering import answer
from bot.domain.questions.keys import detail_of
from bot.domain.records import Answer, AnswerKind, OfferId, PersonId, Told, Topic
from tests.bot.domain.questions.shop import (
    BANK,
    CHARGER,
    FRESH,
    MANGO,
    RICE,
    SEEN,
    SHIRT,
    SHOP,
    TISSUE,
    answered,
    offer,
    read,
)
from tests.cast import NOON


def stated(made: Answer) -> list[tuple[str, str, object]]:
    """The facts of an answer as (topic, column, value)."""
    return [(fact.topic.value, fact.field, fact.value) for fact in made.facts]


@pytest.mark.parametrize(
    ("text", "about", "facts"),
    [
        ("多少钱", RICE, [("price", "price_minor", 6990), ("price", "sale_price_minor", 4990)]),
        ("多少钱", TISSUE, [("price", "price_minor", 2790)]),
        ("有券吗", RICE, [("coupon", "coupon", "满69减20"), ("coupon", "sale_price_minor", 4990)]),
        ("有券吗", CHARGER, [("coupon", "sale_price_minor", 7900)]),
        ("还有货吗", RICE, [("stock", "stock", 1860)]),
        ("几天到", RICE, [("delivery", "delivery", "次日达")]),
        ("多大", SHIRT, [("size", "size", "S–3XL"),
                       ("size", "description", "聚酯纤维，尺码 S–3XL，重 130 克")]),
        ("多大", RICE, [("size", "title", "5kg"), ("size", "description", "净重 5 公斤")]),
        ("什么材质", SHIRT, [("material", "material", "聚酯纤维")]),
        ("能退吗", RICE, [("returns", "description", "坏果包赔")]),
        ("能退吗", SHIRT, [("returns", "returns", "7 天无理由退换")]),
        ("里面有什么", SHIRT, [("contents", "contents", "T恤 1 件")]),
        ("评分怎么样", RICE, [("rating", "rating_bps", 9600), ("rating", "reviews", 5230),
                        ("rating", "sales", 18600)]),
        ("价格是什么时候的", RICE, [("age", "seen_at", SEEN)]),
        ("这是什么", BANK, [("about", "description",
                         "10 000 mAh, 210 g, allowed on planes. No cable included.")]),
        ("能带上飞机吗", BANK, [("about", "description",
                          "10 000 mAh, 210 g, allowed on planes.")]),
    ],
)  # fmt: skip
def test_each_topic_is_answered_from_its_columns(
    text: str, about: object, facts: list[tuple[str, str, object]]
) -> None:
    _, made, _ = answered(text, about)  # type: ignore[arg-type]
    assert stated(made) == facts
    assert made.kind is AnswerKind.FACTS
    assert {fact.as_of for fact in made.facts} == {SEEN}


def test_a_detail_is_told_from_the_column_that_names_it() -> None:
    router = offer(
        9, "双频路由器", 9900, contents="路由器×1、网线×1、电源×1", description="可插网线。"
    )
    _, made, words = answered("有网线吗", router)
    assert ("about", "contents", "路由器×1、网线×1、电源×1") in stated(made)
    assert "路由器×1、网线×1、电源×1" in words


def test_what_no_column_states_is_unknown() -> None:
    _, made, _ = answered("什么材质，能退吗", TISSUE)
    assert made.kind is AnswerKind.UNKNOWN
    assert made.unknown == (Topic.MATERIAL, Topic.RETURNS)
    assert answered("有券吗", TISSUE)[1].unknown == (Topic.COUPON,)
    assert answered("还有货吗", TISSUE)[1].unknown == (Topic.STOCK,)
    assert answered("评分", TISSUE)[1].facts[0].field == "sales"


def test_blank_words_of_a_feed_state_nothing() -> None:
    blank = replace(RICE, facts=replace(RICE.facts, delivery="  "))
    assert answered("几天到", blank)[1].unknown == (Topic.DELIVERY,)


def test_sold_out_and_ended_are_said_whatever_was_asked() -> None:
    _, made, _ = answered("多少钱", MANGO)
    assert ("stock", "stock", 0) in stated(made)
    ended = replace(RICE, ended_at=NOON - timedelta(hours=1))
    _, made, _ = answered("多少钱", ended)
    assert ("stock", "ended_at", ended.ended_at) in stated(made)
    unknown = answered("什么材质", MANGO)[1]
    assert unknown.kind is AnswerKind.UNKNOWN
    assert stated(unknown) == [("stock", "stock", 0)]


def test_an_old_price_is_known_to_be_old() -> None:
    old = replace(RICE, seen_at=NOON - FRESH - timedelta(seconds=1))
    assert answered("多少钱", old)[1].stale == (OfferId(1),)
    assert answered("多少钱", RICE)[1].stale == ()


@pytest.mark.parametrize(
    ("days", "prices", "facts"),
    [
        ((40, 3), (5500, 4990), [("lowest", "lowest", "low")]),
        ((40,), (4990,), [("lowest", "lowest", "same")]),
        ((40, 10, 5), (5500, 4500, 4990), [("lowest", "lowest", "higher"),
                                           ("lowest", "lowest_minor", 4500)]),
        ((29,), (4990,), [("lowest", "known_since", NOON - timedelta(days=29))]),
        ((40,), (5500,), []),
        ((), (), []),
    ],
)  # fmt: skip
def test_the_lowest_price_is_told_as_far_as_it_is_known(
    days: tuple[int, ...], prices: tuple[int, ...], facts: list[tuple[str, str, object]]
) -> None:
    history = [
        PricePoint(price, NOON - timedelta(days=day))
        for day, price in zip(days, prices, strict=True)
    ]
    _, made, _ = answered("30天最低吗", RICE, histories={RICE.id: history})
    assert stated(made) == facts


def told(topic: Topic, text: str, digest: str = "d", days: int = 1) -> Told:
    """What Lin told about the rice some days ago."""
    return Told(RICE.id, topic, PersonId(1), "Lin", text, NOON - timedelta(days=days), digest)


def test_what_the_promoter_told_stands_in_for_what_is_unknown() -> None:
    words = (
        told(Topic.MATERIAL, "old", days=9), told(Topic.MATERIAL, "new"),
        told(Topic.PRICE, "much"), told(Topic.SIZE, "big"),
    )  # fmt: skip
    _, made, _ = answered("什么材质，多少钱，能机洗吗", RICE, told=words)
    assert [each.text for each in made.told] == ["new"]
    assert made.unknown == (Topic.ABOUT,)


def test_what_was_told_of_other_facts_is_not_repeated() -> None:
    question = read("什么材质", is_reply=True)
    made = answer(
        question, [[RICE]], histories={}, told=[told(Topic.MATERIAL, "new")], now=NOON,
        freshness=FRESH, digests={RICE.id: "another"},
    )  # fmt: skip
    assert made.told == ()


def test_two_offers_stand_side_by_side() -> None:
    _, made, _ = answered("大米和充电器比一下")
    assert made.kind is AnswerKind.COMPARED
    assert made.offers == (RICE, CHARGER)
    assert {fact.topic for fact in made.facts} == {
        Topic.PRICE, Topic.STOCK, Topic.DELIVERY, Topic.RATING
    }  # fmt: skip
    assert answered("这个和充电器比一下", RICE)[1].offers == (RICE, CHARGER)


def test_a_comparison_of_one_topic_tells_that_one_and_what_is_gone() -> None:
    _, made, _ = answered("大米和芒果哪个材质好")
    assert made.unknown == (Topic.MATERIAL,)
    assert stated(made) == [("stock", "stock", 0)]


def test_a_comparison_of_which_one_side_is_there_says_so() -> None:
    _, made, _ = answered("大米和手机比一下")
    assert (made.kind, made.offers) == (AnswerKind.FACTS, (RICE,))
    assert made.note == "ask.note_one"
    assert answered("手机和电脑比一下")[1].kind is AnswerKind.NOTHING


def test_sides_that_have_the_same_best_offer_take_the_next() -> None:
    other = offer(9, "长粒大米", 3000)
    question = read("大米 vs rice")
    made = answer(
        question, [[RICE, other], [RICE, other], [RICE]], histories={}, told=(), now=NOON,
        freshness=FRESH,
    )  # fmt: skip
    assert made.offers == (RICE, other)
    one = answer(question, [[RICE, RICE, other]], histories={}, told=(), now=NOON, freshness=FRESH)
    assert one.offers == (RICE, other)


def test_a_search_lists_five_at_most() -> None:
    many = [offer(id_, f"大米 {id_}", 1000 + id_) for id_ in range(10, 20)]
    _, made, _ = answered("有大米吗", shop=many)
    assert (made.kind, len(made.offers)) == (AnswerKind.FOUND, 5)
    assert answered("有手机吗")[1].kind is AnswerKind.NOTHING


def test_coupons_are_listed_with_their_words() -> None:
    _, made, _ = answered("大米有券吗")
    assert ("coupon", "coupon", "满69减20") in stated(made)


@pytest.mark.parametrize("text", ["谢谢", "下一波什么时候发", "我的订单 123 记上了吗", "多少钱"])
def test_what_asks_for_no_known_offer_is_unclear_here(text: str) -> None:
    assert answered(text)[1].kind is AnswerKind.UNCLEAR


def test_an_unknown_name_is_nothing() -> None:
    assert answered("手机多少钱", shop=SHOP)[1].kind is AnswerKind.NOTHING


@pytest.mark.parametrize(
    ("text", "place"), [("能寄到新疆吗", "新疆"), ("do you ship to Alaska?", "Alaska")]
)
def test_a_general_line_of_delivery_is_no_yes_for_a_place(text: str, place: str) -> None:
    _, made, words = answered(text, RICE)
    assert stated(made) == [("delivery", "delivery", "次日达")]
    assert (made.kind, made.unknown, made.place) == (AnswerKind.FACTS, (Topic.DELIVERY,), place)
    assert place in words


def test_a_line_of_delivery_that_names_the_place_answers_for_it() -> None:
    far = offer(9, "五常大米", 4990, delivery="新疆、西藏 7 天到")
    _, made, _ = answered("能寄到新疆吗", far)
    assert stated(made) == [("delivery", "delivery", "新疆、西藏 7 天到")]
    assert (made.unknown, made.place) == ((), "")


def test_what_was_told_of_one_place_is_no_answer_for_another() -> None:
    key = detail_of(read("能寄到新疆吗", is_reply=True), Topic.DELIVERY)
    told = Told(RICE.id, Topic.DELIVERY, PersonId(1), "Lin", "到，七天", NOON, "", key)
    for text in ("能寄到新疆吗", "到新疆要几天"):
        assert answered(text, RICE, told=[told])[1].told == (told,)
    _, other, _ = answered("能寄到海南吗", RICE, told=[told])
    assert (other.told, other.unknown, other.place) == ((), (Topic.DELIVERY,), "海南")
    assert answered("几天到", RICE, told=[told])[1].told == ()
