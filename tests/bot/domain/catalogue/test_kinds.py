"""Which titles are variants of one product."""

import pytest

from bot.domain.catalogue.kinds import kind_of
from tests.bot.domain.catalogue.test_factors import a_candidate


def kind(title: str, brand: str | None = None) -> str:
    return kind_of(a_candidate(title=title, brand=brand))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alisha Cycling Shorts Red, L", "ALISHA cycling shorts navy blue XL"),
        ("Cotton T-Shirt (Size 38)", "Cotton T-Shirt size 42"),
        ("Sneakers UK 8", "Sneakers UK 9"),
        ("Green tea 500ml", "Green tea 1.5 l"),
        ("Green tea 250 g", "Green tea 500 g"),
        ("Socks, pack of 3", "Socks pack of 10"),
        ("纯棉T恤 深蓝色 加大号", "纯棉T恤 白色 均码"),
        ("抽纸 3包", "抽纸 24 包"),
        ("女鞋 红色 38码", "女鞋 黑色 40码"),
        ("橄榄油 500毫升", "橄榄油 1.5升"),
    ],
)
def test_titles_that_differ_by_colour_size_or_quantity_are_of_one_kind(
    one: str, other: str
) -> None:
    assert kind(one) == kind(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kettle 7", "Kettle 8"),
        ("Kettle 7 XL", "Kettle 8 XL"),
        ("iPhone 15 case", "iPhone 16 case"),
        ("Yunnan coffee p-1", "Yunnan coffee p-2"),
        ("Camera d3300", "Camera d3400"),
        ("红茶", "绿茶"),
        ("保温杯 男款", "保温杯 女款"),
        ("Red", "Blue"),
        ("红色", "蓝色"),
    ],
)
def test_other_titles_are_of_other_kinds(one: str, other: str) -> None:
    assert kind(one) != kind(other)


def test_the_same_title_of_two_brands_is_of_two_kinds() -> None:
    assert kind("Tea, red", "Oolong") == kind("Tea", "OOLONG") != kind("Tea", "Minghe")
