"""The shortlist in the order in which it suits a group, each offer with the reason in words."""

from dataclasses import replace

from bot.domain.decks.cards import Reason
from bot.domain.decks.fitting import fitted, narrower
from bot.domain.decks.tastes import UNKNOWN, Band, Liking, Taste
from tests.bot.domain.decks.shelf import ranked
from tests.schemes import PROGRAMMES

TASTE = Taste(
    categories={
        "food > coffee": Liking("Coffee", 1.0, 9, 3),
        "home > paper": Liking("Paper", 0.2, 5, 0),
    },
    brands={"wild": Liking("Wild", 1.0, 9, 3)},
    bands={"CNY": Band(500, 1500)},
)


def test_a_group_without_a_history_gets_the_plain_ranking_and_hears_so() -> None:
    rows = [ranked(1, 0.6), ranked(2, 0.9)]
    found = fitted(rows, UNKNOWN)
    assert [each.offer_id for each in found] == [1, 2]
    assert found[0].reasons == (Reason("plain", {"rank": 1}),)


def test_what_a_group_buys_comes_first_and_ties_go_by_the_ranking() -> None:
    rows = [
        ranked(1, 0.60, price_minor=90_000),
        ranked(2, 0.55, category="Home > Paper > Rolls", price_minor=90_000),
        ranked(3, 0.50, category="Food > Coffee"),
        ranked(4, 0.50, category="Food > Coffee"),
        ranked(5, 0.45, brand="WILD", category="Food > Coffee"),
    ]
    found = fitted(rows, TASTE)
    assert [each.offer_id for each in found] == [5, 3, 4, 1, 2]
    assert [each.reasons[0].key for each in found] == [
        "bought", "bought", "bought", "other", "clicked",
    ]  # fmt: skip
    assert found[0].reasons == (
        Reason("bought", {"kind": "Coffee", "count": 3}),
        Reason("brand", {"brand": "Wild"}),
    )
    band: dict[str, str | int] = {"low": 500, "high": 1500, "currency": "CNY"}
    assert found[1].reasons[1] == Reason("band", band)
    assert found[4].reasons == (Reason("clicked", {"kind": "Paper", "count": 5}),)


def test_what_narrows_the_choice_is_said_first() -> None:
    [found] = fitted([ranked(1)], UNKNOWN, Reason("own_brand", {"brand": "Wild"}))
    assert [reason.key for reason in found.reasons] == ["own_brand", "plain"]


def test_an_assortment_says_by_what_it_is_narrowed() -> None:
    yundian, jia = PROGRAMMES["yundian"], PROGRAMMES["jingxiaojia"]
    assert narrower(PROGRAMMES["fenxiang"], "fenxiang") is None
    assert narrower(yundian, "yundian@brand:Wild") == Reason("own_brand", {"brand": "Wild"})
    first, second = list(jia.verticals)[:2]
    assert narrower(jia, "jingxiaojia") == Reason("vertical", dict(jia.verticals[first].title))
    named = narrower(jia, f"jingxiaojia@{second}")
    assert named == Reason("vertical", dict(jia.verticals[second].title))
    assert narrower(replace(jia, verticals={}), "jingxiaojia") is None
