"""Questions as members write them, and how each is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.questions.reading import read_question
from bot.domain.records import Bounds, Currency, Intent, Measure, OfferId, Topic, Wanted
from tests.bot.domain.questions.shop import CNY, read

TOPICS = {
    Topic.PRICE: (
        "多少钱", "这个券后多少", "到手价？", "怎么卖", "這個多少錢", "how much is it",
        "price after coupon?",
        "what does it cost", "pirce?", "领完券要付多少",
    ),
    Topic.COUPON: ("有券吗", "这个有优惠吗", "is there a coupon for this", "it has a discount?"),
    Topic.STOCK: ("还有货吗", "有现货吗", "卖完了吗", "is it in stock", "sold out?", "any left?"),
    Topic.DELIVERY: ("几天到", "什么时候发货", "包邮吗", "when will it arrive",
        "how long does it take"),
    Topic.SIZE: ("多大", "尺码", "几公斤", "what size is it", "how heavy is it",
        "how much does it weigh"),
    Topic.MATERIAL: ("什么材质", "是什么面料", "what material is it", "what is it made of"),
    Topic.RATING: ("评分怎么样", "好用吗", "rating?", "is it any good",
        "what do people say about it"),
    Topic.RETURNS: ("能退吗", "支持七天无理由吗", "can I return it", "坏了怎么办"),
    Topic.CONTENTS: ("盒子里有什么", "包含哪些东西", "what's in the box", "what comes with it"),
    Topic.AGE: ("价格是什么时候的", "how old is this price", "is this price still valid"),
    Topic.LOWEST: ("30天最低吗", "历史最低价吗", "is this the lowest in 30 days",
        "has it been cheaper"),
    Topic.ABOUT: ("这是什么", "介绍一下", "tell me about it", "what is this"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("topic", "text"), [(topic, text) for topic, texts in TOPICS.items() for text in texts]
)
def test_each_topic_is_asked_in_many_words(topic: Topic, text: str) -> None:
    question = read(text, is_reply=True)
    assert (question.intent, question.wanted) == (Intent.FACTS, ())
    assert topic in question.topics


def test_several_topics_are_asked_at_once() -> None:
    question = read("大米还有货吗，几天到？")
    assert question.topics == (Topic.STOCK, Topic.DELIVERY)
    assert question.wanted[0].concepts[0][0] == "大米"


@pytest.mark.parametrize(
    ("text", "language", "asker"),
    [
        ("多少钱", "zh", "en"), ("how much", "en", "zh"), ("iPhone", "zh", "zh"),
        ("iPhone", "en", "en"), ("price 多少", "en", "en"), ("price 多少", "zh", "zh"),
        ("华为 vs 小米", "zh", "en"), ("", "en", "en"),
    ],
)  # fmt: skip
def test_the_answer_is_in_the_language_of_the_words(text: str, language: str, asker: str) -> None:
    assert read_question(text, currency=CNY, language=asker).language == language


@pytest.mark.parametrize(
    ("text", "first", "bounds", "measure"),
    [
        ("有没有50以内的充电宝", "充电宝", Bounds(None, 5000, CNY), None),
        ("power bank under 50", "充电宝", Bounds(None, 5000, CNY), None),
        ("3L的电饭煲", "电饭煲", None, Measure(3000, "ml")),
        ("500ml洗发水", "洗发水", None, Measure(500, "ml")),
        ("rice cooker", "电饭煲", None, None),
        ("推荐评分高的耳机", "耳机", None, None),
        ("有禾满仓吗", "禾满仓", None, None),
        ("do you have dog food", "狗粮", None, None),
        ("wattline", "wattline", None, None),
        ("有什么材质的充电宝 50以下", "充电宝", Bounds(None, 5000, CNY), None),
    ],
)
def test_goods_are_looked_for(
    text: str, first: str, bounds: Bounds | None, measure: Measure | None
) -> None:
    question = read(text)
    assert question.intent is Intent.FIND
    (wanted,) = question.wanted
    assert wanted.concepts[0][0] == first
    assert (wanted.bounds, wanted.measure) == (bounds, measure)


@pytest.mark.parametrize("text", ["五十块左右的礼物", "something around 50 yuan", "三升的"])
def test_a_price_or_a_measure_alone_is_a_search(text: str) -> None:
    question = read(text)
    assert (question.intent, question.wanted[0].concepts) == (Intent.FIND, ())


@pytest.mark.parametrize(
    "text", ["最便宜的充电宝", "cheapest power bank", "充电宝哪个便宜", "便宜点的充电宝"]
)
def test_the_cheapest_is_looked_for(text: str) -> None:
    question = read(text)
    assert question.intent is Intent.FIND
    assert question.wanted[0].is_cheapest


def test_is_it_cheap_is_about_its_price() -> None:
    assert read("这个便宜吗").topics == (Topic.PRICE,)


@pytest.mark.parametrize("text", ["纸巾有券吗", "any coupon for tissues?"])
def test_coupons_for_goods_are_looked_for(text: str) -> None:
    question = read(text)
    assert question.intent is Intent.COUPONS
    assert question.wanted[0].has_coupon
    assert "tissue" in question.wanted[0].concepts[0]


@pytest.mark.parametrize("text", ["今天有什么券", "any coupons today?"])
def test_all_coupons_are_asked_for(text: str) -> None:
    question = read(text)
    assert (question.intent, question.wanted) == (Intent.COUPONS, (Wanted((), has_coupon=True),))


def test_a_search_within_a_price_may_want_a_coupon_too() -> None:
    (wanted,) = read("有券的60以内的大米").wanted
    assert wanted.has_coupon
    assert wanted.bounds == Bounds(None, 6000, CNY)


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("华为 vs 小米充电宝哪个便宜", (("华为", "充电宝"), ("小米", "充电宝"))),
        ("大米和花生油比较一下", (("大米",), ("花生油",))),
        ("compare olive oil and peanut oil", (("橄榄油",), ("花生油",))),
        ("power bank or charger?", (("充电宝",), ("充电器",))),
        ("Apple or Huawei?", (("苹果",), ("华为",))),
        ("黑色还是白色的充电宝", (("黑色", "充电宝"), ("白色", "充电宝"))),
        ("is the power bank cheaper than the charger", (("充电宝",), ("充电器",))),
        ("compare this with the power bank", ((), ("充电宝",))),
        ("禾炊电水壶和禾炊空气炸锅哪个便宜", (("禾炊", "电热水壶"), ("禾炊", "空气炸锅"))),
        ("净小满和果然鲜哪个好", (("净小满",), ("果然鲜",))),
        ("抽纸和湿厕纸哪个好", (("纸巾",), ("湿厕纸",))),
        ("抽纸和绵柔宝哪个好", (("纸巾",), ("绵柔宝",))),
    ],
)
def test_two_things_are_compared(text: str, sides: tuple[tuple[str, ...], ...]) -> None:
    question = read(text)
    assert question.intent is Intent.COMPARE
    found = tuple(tuple(concept[0] for concept in wanted.concepts) for wanted in question.wanted)
    assert found == sides


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("3L 和 5L 电饭煲哪个好", (("电饭煲", 3), ("电饭煲", 5))),
        ("rice cooker 3L or 5L?", (("电饭煲", 3), ("电饭煲", 5))),
        ("5L 电饭煲和 3L 电饭煲比一下", (("电饭煲", 5), ("电饭煲", 3))),
        ("3L 电饭煲和 5L 空气炸锅哪个好", (("电饭煲", 3), ("空气炸锅", 5))),
        ("小米 3L 和 5L 电饭煲哪个好", (("小米 电饭煲", 3), ("电饭煲", 5))),
    ],
)
def test_sizes_of_goods_are_compared(text: str, sides: tuple[tuple[str, int], ...]) -> None:
    question = read(text)
    assert question.intent is Intent.COMPARE
    found = tuple(
        (
            " ".join(concept[0] for concept in wanted.concepts),
            wanted.measure.amount // 1000 if wanted.measure else 0,
        )
        for wanted in question.wanted
    )
    assert found == sides


@pytest.mark.parametrize(
    "text", ["is it 3L or 5L", "这个电饭煲是3L还是5L", "3L or 5L", "5kg大米和10斤大米哪个好"]
)
def test_a_size_of_one_thing_is_no_comparison_of_sizes(text: str) -> None:
    sizes = {wanted.measure for wanted in read(text, is_reply=True).wanted}
    assert len(sizes) < 2


def test_what_was_shown_is_compared_without_names() -> None:
    assert (read("这两个比一下").intent, read("这两个比一下").wanted) == (Intent.COMPARE, ())
    assert read("还是这个好").intent is not Intent.COMPARE


@pytest.mark.parametrize(
    ("text", "is_cheaper", "limit"),
    [
        ("类似的便宜点的", True, None), ("something like this under 50", False, 5000),
        ("有没有更便宜的", True, None), ("similar in black", False, None),
    ],
)  # fmt: skip
def test_something_like_the_offer_is_wanted(text: str, is_cheaper: bool, limit: int | None) -> None:
    question = read(text, is_reply=True)
    (wanted,) = question.wanted
    assert question.is_similar
    assert wanted.is_cheapest is is_cheaper
    assert (wanted.bounds.max_minor if wanted.bounds else None) == limit


@pytest.mark.parametrize("text", ["下一波什么时候发", "几点发", "when is the next post?"])
def test_the_next_post_is_asked_for(text: str) -> None:
    assert read(text).intent is Intent.NEXT_POST


@pytest.mark.parametrize(
    ("text", "order_id"),
    [
        ("我的订单 123456 记上了吗", "123456"), ("was my order 123 credited?", "123"),
        ("订单号：Ab-12345", "Ab-12345"), ("did my order count? id HW-88213", "HW-88213"),
        ("我的订单记上了吗", None), ("訂單號 9988", "9988"),
    ],
)  # fmt: skip
def test_an_order_is_asked_for_by_its_number(text: str, order_id: str | None) -> None:
    question = read(text)
    assert (question.intent, question.order_id) == (Intent.MY_ORDER, order_id)


@pytest.mark.parametrize(
    "text",
    ["谢谢", "hello", "在吗", "我今天很累哈哈", "I am so tired today", "", "👍", "123", "the of",
     "lorem ipsum dolor sit", "落霞与孤鹜齐飞秋水共长天一色"],
)  # fmt: skip
def test_talk_asks_for_nothing(text: str) -> None:
    assert read(text).intent is Intent.UNCLEAR


@pytest.mark.parametrize(
    "text",
    ["太丑了", "fuck off", "bought it already", "今天天气不错", "林姐你好", "这垃圾呀",
     "A" * 4000, "我昨天刚收到的", "lorem ipsum dolor", "scam!!!"],
)  # fmt: skip
def test_talk_in_reply_asks_for_nothing(text: str) -> None:
    assert read(text, is_reply=True).intent is Intent.UNCLEAR


@pytest.mark.parametrize(
    ("text", "detail"),
    [("这个能机洗吗", "机洗"), ("can I take this on a plane", "plane"), ("这个有小票吗", "小票"),
     ("这个有几个颜色", "颜色"), ("有没有黑色", "黑色")],
)  # fmt: skip
def test_a_detail_of_the_offer_is_asked_for(text: str, detail: str) -> None:
    question = read(text, is_reply=True)
    assert (question.intent, question.topics) == (Intent.FACTS, (Topic.ABOUT,))
    assert detail in question.details[0]


def test_in_reply_words_that_name_no_goods_are_of_that_offer() -> None:
    assert read("能熨烫吗", is_reply=True).details == (("能熨烫",),)
    assert read("plastic or glass?", is_reply=True).topics == (Topic.MATERIAL,)
    assert read("is shipping free bro", is_reply=True).wanted == ()
    assert read("这个大米多少钱", is_reply=True).wanted == ()
    assert read("大米多少钱", is_reply=True).wanted[0].concepts[0][0] == "大米"
    assert read("有XL吗", is_reply=True).topics == (Topic.SIZE,)


@pytest.mark.parametrize(
    "text",
    ["这个是30块对吧", "it is 9.99 right?", "this one 20块 right", "不到100吧这个",
     "is it below 80 dollars", "100以内吗"],
)  # fmt: skip
def test_a_price_to_be_confirmed_is_asked_for(text: str) -> None:
    question = read(text, is_reply=True)
    assert (question.intent, question.topics) == (Intent.FACTS, (Topic.PRICE,))


@pytest.mark.parametrize("text", ["50以内的", "有50以内的吗", "anything below 80 dollars?"])
def test_a_limit_alone_is_a_search_in_reply_too(text: str) -> None:
    question = read(text, is_reply=True)
    assert question.intent is Intent.FIND


def test_goods_and_topics_go_before_likeness() -> None:
    assert not read("类似的大米").is_similar
    assert not read("something like this, can I return it", is_reply=True).is_similar


def test_what_is_named_in_both_languages_is_looked_for_once() -> None:
    assert len(read("纸巾 tissue 抽纸").wanted[0].concepts) == 1


def test_a_rate_is_no_size() -> None:
    assert read("猫粮多少钱一斤").wanted[0].measure is None


def test_a_wish_that_names_nothing_is_open() -> None:
    assert Wanted(()).is_open
    assert not Wanted((), excluded=(OfferId(1),), is_cheapest=True).is_open


@given(st.text(max_size=200), st.booleans())
def test_any_text_is_read(text: str, is_reply: bool) -> None:
    question = read_question(text, currency=Currency("USD"), language="en", is_reply=is_reply)
    assert question.language in ("zh", "en")
    assert len(question.wanted) <= 4


@pytest.mark.parametrize(
    ("text", "place"), [("可以发海南吗", "海南"), ("新疆能到吗", "新疆"), ("西藏到得了吗", "西藏")]
)
def test_a_place_alone_says_that_delivery_is_asked(text: str, place: str) -> None:
    question = read(text, is_reply=True)
    assert (question.topics, question.place) == ((Topic.DELIVERY,), place)
