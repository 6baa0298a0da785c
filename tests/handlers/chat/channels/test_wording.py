"""What a promoter reads of the channels, in both languages."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.catalogue.brands import Brand
from bot.domain.catalogue.channels import CHANNELS, Channel, Reason
from bot.domain.programmes import Festival
from bot.domain.records import Currency, Offer, OfferFacts, OfferId
from bot.services.catalogue.browsing import Line, Page
from handlers.chat.channels import wording
from tests.cast import NOON
from tests.schemes import TEXTS

ZONE = ZoneInfo("Asia/Shanghai")
ELEVEN = Festival("double_eleven", {"zh": "双11", "en": "11.11"}, "11-01", "11-11")


def line(place: int, reason: Reason, *, is_low: bool = False, **facts: Any) -> Line:
    told: dict[str, Any] = {
        "price_minor": 2990, "sale_price_minor": 1990, "currency": Currency("CNY"),
        "commission_bps": 1250,
    }  # fmt: skip
    told = {"title": f"Coffee <{place}>"} | told | facts
    stated = OfferFacts(f"p-{place}", url="https://a.example", **told)
    seen_at = NOON - timedelta(minutes=place)
    return Line(place, Offer(OfferId(place), "feed", stated, seen_at, None), reason, is_low)


def plain(text: str) -> str:
    """Without the marks that set foreign words apart."""
    return text.replace("\u2068", "").replace("\u2069", "")


def labels(markup: Any) -> list[list[str]]:
    return [[one.text for one in row] for row in markup.inline_keyboard]


SALES = Reason("factor.sales", {"count": 38_000})


def test_a_line_has_price_commission_and_one_reason() -> None:
    page = Page(Channel.POPULAR, (line(1, SALES, is_low=True), line(2, SALES)), 0, 2)
    assert plain(wording.page_text(TEXTS["zh"], ZONE, page)) == (
        "<b>人气之王</b>\n\n"
        "<b>1.</b> Coffee &lt;1&gt;\n"
        "<b>¥19.90</b> <s>¥29.90</s> · 佣金 12.5% · 📉 30 天最低 · 已售 3.8 万件\n"
        "<b>2.</b> Coffee &lt;2&gt;\n"
        "<b>¥19.90</b> <s>¥29.90</s> · 佣金 12.5% · 已售 3.8 万件\n\n"
        "券后价，11月22日 周日 11:58 更新。点数字就选它，也可以发 /pick 或 /send 加序号。"
    )
    assert plain(wording.page_text(TEXTS["en"], ZONE, page)).splitlines()[3] == (
        "<b>¥19.90</b> <s>¥29.90</s> · commission 12.5% · 📉 30-day low · 38,000 sold"
    )


@pytest.mark.parametrize(
    ("reason", "zh", "en"),
    [
        (Reason("channel.reason_coupon", {"coupon": "满20<减>10"}),) + ("满20&lt;减&gt;10",) * 2,
        (
            Reason("channel.reason_ends", {"day": date(2026, 11, 25)}),
            "券到11月25日 周三截止",
            "coupon ends Wed 25 Nov",
        ),
        (Reason("channel.reason_delivery", {"delivery": "次日达"}), "🚚 次日达", "🚚 次日达"),
        (
            Reason("channel.reason_clicks", {"count": 12_345}),
            "近三天 1.2 万次点击",
            "clicks in three days: 12,345",
        ),
        (
            Reason("channel.reason_hot", {"clicks": 9, "orders": 1}),
            "9 次点击，1 单",
            "clicks: 9, orders: 1",
        ),
        (Reason("channel.reason_plain"), "符合你的计划", "fits your plan"),
        (Reason("factor.coupon", {"percent": "33"}), "券后省 33%", "33% off"),
    ],
)
def test_every_reason_is_told_in_both_languages(reason: Reason, zh: str, en: str) -> None:
    page = Page(Channel.HOT, (line(1, reason, commission_bps=None),), 0, 1)
    for language, told in (("zh", zh), ("en", en)):
        text = plain(wording.page_text(TEXTS[language], ZONE, page))
        assert text.splitlines()[3].endswith(f" · {told}"), text


def test_what_a_feed_states_at_length_is_cut() -> None:
    reason = Reason("channel.reason_delivery", {"delivery": "次日达" * 100})
    page = Page(Channel.FAST, (line(1, reason),), 0, 1)
    assert len(wording.page_text(TEXTS["zh"], ZONE, page)) < 300


def test_ten_long_offers_fit_one_message() -> None:
    lines = tuple(line(place, SALES, title="Ü" * 200) for place in range(1, 11))
    text = wording.page_text(TEXTS["en"], ZONE, Page(Channel.POPULAR, lines, 0, 50))
    assert "…" not in text.splitlines()
    assert "of 50" in text


def test_an_empty_channel_says_kindly_so() -> None:
    for texts in TEXTS.values():
        for channel in Channel:
            text = wording.page_text(texts, ZONE, Page(channel, (), 0, 0))
            assert len(text) > 10
            assert "{" not in text
    told = wording.page_text(TEXTS["zh"], ZONE, Page(Channel.HOT, (), 0, 0))
    assert told.startswith("最近两小时还没有人点过链接")


def test_a_page_from_which_all_is_gone_says_so() -> None:
    text = wording.page_text(TEXTS["zh"], ZONE, Page(Channel.HOT, (), 10, 12))
    assert text == "<b>两小时热榜</b> 11–12 / 共 12 件\n这一页的好物刚刚都下架或卖完了。"


def test_in_season_the_must_posts_bear_the_festivals_name() -> None:
    assert wording.name_of(TEXTS["zh"], Channel.TODAY, ELEVEN) == "双11必推"
    assert wording.name_of(TEXTS["en"], Channel.TODAY, ELEVEN) == "11.11 must-posts"
    assert wording.name_of(TEXTS["zh"], Channel.HOT, ELEVEN) == "两小时热榜"
    assert labels(wording.menu(TEXTS["zh"], ELEVEN))[0] == ["双11必推", "两小时热榜"]
    assert labels(wording.menu(TEXTS["en"], None))[0] == ["Today’s must-posts", "Hot in 2 hours"]


def test_the_eleven_have_names_of_their_own() -> None:
    for texts in TEXTS.values():
        names = [name for row in labels(wording.menu(texts, None)) for name in row]
        assert len(set(names)) == len(CHANNELS) == 11


def test_numbers_pages_and_ways_back_are_buttons() -> None:
    lines = tuple(line(place, SALES) for place in range(11, 21))
    texts = TEXTS["zh"]
    assert labels(wording.page_buttons(texts, Page(Channel.POPULAR, lines, 10, 25))) == [
        ["11", "12", "13", "14", "15"],
        ["16", "17", "18", "19", "20"],
        ["‹ 上一页", "下一页 ›"],
        ["全部频道"],
    ]
    first = Page(Channel.TODAY, lines[:1], 0, 1, ELEVEN)
    assert labels(wording.page_buttons(texts, first)) == [["11"], ["畅销榜", "全部频道"]]
    sellers = Page(Channel.SELLERS, lines[:1], 0, 1, ELEVEN)
    assert labels(wording.page_buttons(texts, sellers)) == [["11"], ["双11必推", "全部频道"]]
    brand = Page(Channel.BRANDS, (), 0, 0, brand="Mill")
    assert labels(wording.page_buttons(texts, brand)) == [["全部品牌", "全部频道"]]


def test_brands_are_buttons_known_by_an_offer() -> None:
    found = [Brand("Mill " * 30, OfferId(7)), Brand("好来", OfferId(8))]
    markup = wording.brands_buttons(TEXTS["zh"], found)
    assert markup is not None
    assert [one.callback_data for one in markup.inline_keyboard[0]] == [
        "1:channel_brand:7",
        "1:channel_brand:8",
    ]
    assert labels(markup)[0][1] == "好来"
    assert wording.brands_text(TEXTS["zh"], found) == "点一个品牌，看它的好物："
    assert wording.brands_text(TEXTS["en"], []).startswith("None of the offers")


def test_as_of_is_the_oldest_of_the_page() -> None:
    old = datetime(2026, 11, 21, 1, 5, tzinfo=UTC)
    young = line(1, SALES)
    aged = Line(2, Offer(OfferId(2), "feed", young.offer.facts, old, None), SALES, False)
    text = wording.page_text(TEXTS["en"], ZONE, Page(Channel.HOT, (young, aged), 0, 2))
    assert "as of Sat 21 Nov, 09:05" in text
