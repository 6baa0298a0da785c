"""What belongs to each of the eleven channels, in which order, and why."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.catalogue import channels
from bot.domain.catalogue.channels import CHANNELS, SHELVES, Channel, Glance, Reason
from bot.domain.records import Currency, Factor, Offer, OfferFacts, OfferId, Ranked
from tests.cast import NOON

NOW = NOON.astimezone(ZoneInfo("Asia/Shanghai"))
CNY = Currency("CNY")


def offer(number: int, *, seen_at: datetime = NOON, **facts: Any) -> Offer:
    plain: dict[str, Any] = {"price_minor": 2000, "currency": CNY}
    told = OfferFacts(f"p-{number}", f"Tea {number}", "https://a.example", **plain | facts)
    return Offer(OfferId(number), "feed", told, seen_at, None)


def glances(*facts: dict[str, Any]) -> list[Glance]:
    return [channels.glance(offer(number, **each)) for number, each in enumerate(facts, 1)]


def chosen(channel: Channel, *facts: dict[str, Any], **more: Any) -> dict[OfferId, Reason]:
    return channels.choose(channel, glances(*facts), now=NOW, **more)


def test_there_are_eleven() -> None:
    assert len(CHANNELS) == 11
    assert Channel.SELLERS not in CHANNELS
    assert set(SHELVES) < set(CHANNELS)


def test_most_popular_is_by_sales_and_leaves_out_what_states_none() -> None:
    found = chosen(Channel.POPULAR, {"sales": 5}, {}, {"sales": 50}, {"sales": 5}, {"sales": 0})
    assert list(found) == [3, 1, 4]
    assert found[OfferId(3)] == Reason("factor.sales", {"count": 50})


def test_coupons_are_the_strongest_first_and_above_half_the_price_the_best_sold() -> None:
    found = chosen(
        Channel.COUPONS,
        {"sale_price_minor": 1800},
        {"sale_price_minor": 100, "sales": 1},
        {"sale_price_minor": 900, "sales": 9},
        {"coupon": "满20减10", "sales": 99},
        {"sale_price_minor": 2000},
        {},
    )
    assert list(found) == [3, 2, 1, 4]
    assert found[OfferId(1)] == Reason("factor.coupon", {"percent": "10"})
    assert found[OfferId(4)] == Reason("channel.reason_coupon", {"coupon": "满20减10"})


def test_an_event_is_a_coupon_that_ends_soon_the_soonest_first() -> None:
    facts = (
        {"coupon": "11月25日截止"},
        {"coupon": "11月22日截止"},
        {"coupon": "11月26日截止", "sale_price_minor": 1500},
        {"coupon": "11月21日截止", "sale_price_minor": 1500},
        {"coupon": "满20减10"},
        {"sale_price_minor": 1000},
    )
    found = chosen(Channel.EVENTS, *facts)
    assert list(found) == [2, 1]
    assert found[OfferId(2)] == Reason("channel.reason_ends", {"day": date(2026, 11, 22)})
    # In a season every coupon is an event, but for one that is over.
    assert list(chosen(Channel.EVENTS, *facts, is_season=True)) == [2, 1, 6, 3, 5]


def test_today_only_means_the_day_on_which_the_feed_said_so() -> None:
    yesterday = offer(1, seen_at=NOON - timedelta(days=1), coupon="仅限今天")
    today = offer(2, coupon="仅限今天")
    both = [channels.glance(yesterday), channels.glance(today)]
    assert list(channels.choose(Channel.EVENTS, both, now=NOW, is_season=True)) == [2]


def test_fast_delivery_is_read_from_the_feeds_words() -> None:
    found = chosen(
        Channel.FAST,
        {"delivery": "次日达"},
        {"delivery": "48小时发货", "sales": 9},
        {"delivery": "next-day", "sales": 9},
        {},
    )
    assert list(found) == [3, 1]
    assert found[OfferId(1)] == Reason("channel.reason_delivery", {"delivery": "次日达"})


def test_recommended_are_the_best_rated_by_enough_people() -> None:
    found = chosen(
        Channel.RATED,
        {"rating_bps": 9200, "reviews": 5000},
        {"rating_bps": 9800, "reviews": 4000},
        {"rating_bps": 10_000, "reviews": 49},
        {"rating_bps": 8900, "reviews": 9000},
        {"rating_bps": 9900},
        {"reviews": 900},
    )
    assert list(found) == [2, 1]
    assert found[OfferId(2)] == Reason("channel.reason_rating", {"stars": "4.9", "count": 4000})


def test_nine_ninety_is_after_coupon_and_in_yuan_alone() -> None:
    found = chosen(
        Channel.NINE,
        {"price_minor": 990},
        {"price_minor": 991},
        {"price_minor": 5000, "sale_price_minor": 980, "sales": 9},
        {"price_minor": 100, "currency": Currency("USD")},
    )
    assert list(found) == [3, 1]


def test_a_channel_is_no_longer_than_anybody_turns() -> None:
    many = [{"sales": number} for number in range(1, 80)]
    assert len(chosen(Channel.POPULAR, *many)) == channels.LIST_SIZE


def test_the_first_thing_worth_telling_is_told() -> None:
    told = [
        channels.told(one)
        for one in glances(
            {"sales": 4, "rating_bps": 9500, "reviews": 90},
            {"rating_bps": 9500, "reviews": 90, "sale_price_minor": 1000},
            {"sale_price_minor": 1000},
            {},
        )
    ]
    assert [each.key for each in told] == [
        "factor.sales", "channel.reason_rating", "factor.coupon", "channel.reason_plain",
    ]  # fmt: skip


def test_shared_hits_are_by_peoples_clicks() -> None:
    clicks = {OfferId(1): 2, OfferId(2): 9, OfferId(3): 0, OfferId(4): 2}
    assert channels.shared(clicks) == {
        OfferId(2): Reason("channel.reason_clicks", {"count": 9}),
        OfferId(1): Reason("channel.reason_clicks", {"count": 2}),
        OfferId(4): Reason("channel.reason_clicks", {"count": 2}),
    }


def test_hot_is_by_clicks_and_orders_an_order_as_ten_clicks() -> None:
    found = channels.hot({OfferId(1): 12, OfferId(2): 3}, {OfferId(2): 1, OfferId(3): 1})
    assert list(found) == [2, 1, 3]
    assert found[OfferId(2)] == Reason("channel.reason_hot", {"clicks": 3, "orders": 1})
    assert found[OfferId(1)] == Reason("channel.reason_hot_clicks", {"clicks": 12, "orders": 0})


def ranked(number: int, *known: Factor, **facts: Any) -> Ranked:
    return Ranked(number, offer(number, **facts), 0.5, known)


def test_todays_must_posts_are_the_top_of_the_shortlist_with_what_speaks_most_for_them() -> None:
    quality = Factor("quality", 0.9, 1.0, "factor.rating", {"stars": "4.8"})
    commission = Factor("commission", 1.0, 9.0, "factor.commission", {"percent": "40"})
    unknown = Factor("stock", 1.0, 99.0, "factor.unknown")
    weak = Factor("coupon", 0.4, 9.0, "factor.coupon", {"percent": "1"})
    rows = [
        ranked(1, unknown, weak, quality),
        ranked(2, quality, commission, sales=7),
        ranked(3, unknown),
        *(ranked(number) for number in range(4, 20)),
    ]
    found = channels.must_post(rows)
    assert len(found) == channels.MUST_POST
    assert [found[OfferId(each)].key for each in (1, 2, 3)] == [
        "factor.rating", "factor.sales", "channel.reason_plain",
    ]  # fmt: skip


def test_the_best_sellers_are_of_the_whole_shortlist() -> None:
    rows = [ranked(number, sales=number * 10 or None) for number in range(15)]
    assert list(channels.best_sellers(rows)) == list(range(14, 0, -1))
