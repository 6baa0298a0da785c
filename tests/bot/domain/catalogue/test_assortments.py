"""What a promoter's group may choose from."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.catalogue.assortments import assortment, is_own_stock, narrowed, own_marketplace
from bot.domain.programmes import festival_on
from bot.domain.records import PersonId
from tests.schemes import PROGRAMMES

BEFORE, AFTER = datetime(2026, 11, 22, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC)
YUNDIAN, HOME = PROGRAMMES["yundian"], PROGRAMMES["jingxiaojia"]


@pytest.mark.parametrize(
    ("name", "moment", "brand", "vertical", "wanted"),
    [
        ("fenxiang", BEFORE, "Haier", "pets", "fenxiang"),
        ("yundian", BEFORE, "Haier", None, "yundian@brand:Haier"),
        ("yundian", BEFORE, None, None, "yundian@brand:"),
        ("yundian", AFTER, "Haier", None, "yundian"),
        ("yundian", datetime(2000, 1, 1, tzinfo=UTC), "Haier", None, "yundian@brand:Haier"),
        ("jingxiaojia", BEFORE, None, "pets", "jingxiaojia@pets"),
        ("jingxiaojia", BEFORE, None, "home", "jingxiaojia"),
        ("jingxiaojia", BEFORE, None, "cars", "jingxiaojia"),
    ],
)
def test_an_assortment_is_named_by_what_narrows_it(
    name: str, moment: datetime, brand: str | None, vertical: str | None, wanted: str
) -> None:
    assert assortment(PROGRAMMES[name], moment, brand=brand, vertical=vertical) == wanted


def test_a_name_narrows_its_programme_and_a_foreign_one_is_none() -> None:
    assert narrowed(PROGRAMMES, "fenxiang") is PROGRAMMES["fenxiang"]
    assert narrowed(PROGRAMMES, "nowhere") is None
    assert narrowed(PROGRAMMES, "fenxiang@pets") is None
    brand = narrowed(PROGRAMMES, "yundian@brand:Haier")
    assert brand == replace(YUNDIAN, name="yundian@brand:Haier", brands=("Haier",))
    pets = narrowed(PROGRAMMES, "jingxiaojia@pets")
    assert pets is not None
    assert pets.categories == HOME.verticals["pets"].categories
    plain = narrowed(PROGRAMMES, "jingxiaojia")
    assert plain is not None
    assert plain.categories == HOME.verticals["home"].categories


def test_own_stock_is_told_by_its_marketplace() -> None:
    assert is_own_stock(own_marketplace(PersonId(7)))
    assert not is_own_stock("owner")


@pytest.mark.parametrize(
    ("day", "wanted"),
    [("2026-11-11", "double_eleven"), ("2026-11-12", None), ("2026-12-31", "year_end"),
     ("2027-01-05", "year_end"), ("2027-01-06", None), ("2026-06-01", "six_eighteen")],
)  # fmt: skip
def test_a_festival_has_its_days_over_the_turn_of_the_year_too(
    day: str, wanted: str | None
) -> None:
    found = festival_on(YUNDIAN, datetime.fromisoformat(day).date())
    assert (found and found.name) == wanted
