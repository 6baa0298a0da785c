"""What a group is after: sums over everybody, and nothing where it may be one person's affair."""

from typing import Any

from bot.domain.decks.tastes import Band, Sign, taste


def sign(**changed: Any) -> Sign:
    """Four clicks on a coffee of 20.00."""
    given: dict[str, Any] = {
        "category": "Food > Coffee > Beans",
        "brand": "Wild",
        "currency": "CNY",
        "price_minor": 2000,
        "clicks": 4,
        "orders": 0,
    }
    return Sign(**given | changed)


def test_without_a_sign_nothing_is_known() -> None:
    assert not taste([]).is_known
    assert not taste([sign(clicks=2)]).is_known
    assert not taste([sign(clicks=0, orders=2)]).is_known


def test_an_order_tells_as_much_as_ten_clicks() -> None:
    found = taste([sign(), sign(category="Home > Paper", brand=None, clicks=1, orders=2)])
    assert found.is_known
    paper, coffee = found.categories["home > paper"], found.categories["food > coffee"]
    assert (paper.name, paper.share, paper.clicks, paper.orders) == ("Paper", 1.0, 1, 2)
    assert (coffee.name, round(coffee.share, 3), coffee.clicks) == ("Coffee", 0.19, 4)
    assert list(found.brands) == ["wild"]


def test_what_has_no_category_and_no_brand_still_tells_a_price() -> None:
    found = taste([sign(category=None, brand=None)])
    assert (found.categories, found.brands) == ({}, {})
    assert found.bands == {"CNY": Band(2000, 2000)}


def test_the_band_leaves_out_what_is_rare_and_mixes_no_currencies() -> None:
    usual = [sign(price_minor=price, clicks=30) for price in (1500, 2500, 3500)]
    odd = [sign(price_minor=10, clicks=1), sign(price_minor=90_000, clicks=1)]
    found = taste([*odd, *usual, sign(currency="USD", clicks=2)])
    assert found.bands == {"CNY": Band(1500, 3500)}


def test_the_order_of_the_signs_changes_nothing() -> None:
    signs = [sign(brand="WILD"), sign(brand="wild", price_minor=5), sign(category="Home")]
    assert taste(signs) == taste(signs[::-1])
    assert taste(signs).brands["wild"].name == "WILD"
