"""Which brands sell best, and what is theirs."""

from typing import Any

from bot.domain.catalogue import brands
from tests.bot.domain.catalogue.test_channels import glances


def test_brands_are_those_sold_most_whatever_their_letters() -> None:
    found = brands.brands(
        glances(
            {"brand": "Mill", "sales": 10},
            {"brand": "MILL ", "sales": 30},
            {"brand": "Haolai", "sales": 35},
            {"brand": " "},
            {},
        )
    )
    assert [(each.name, each.offer_id) for each in found] == [
        ("MILL", 2),
        ("Haolai", 3),
    ]


def test_the_offers_of_a_brand_are_its_own() -> None:
    facts: tuple[dict[str, Any], ...] = (
        {"brand": "Mill", "sales": 1},
        {"brand": "mill", "sales": 9},
        {"brand": "Millet"},
        {},
    )
    assert list(brands.of_brand("MILL", glances(*facts))) == [2, 1]
