"""The plain answer is taken apart by offers."""

from bot.domain.questions.stated import Stated, bare
from tests.bot.domain.questions.shop import MANGO, RICE, SHOP, answered


def test_html_is_read_as_people_see_it() -> None:
    assert bare("<b>A &amp; B</b>") == "A & B"


def test_each_offer_has_its_lines_and_the_rest_is_of_all() -> None:
    _, made, html = answered("大米和充电器比一下")
    stated = Stated(made, html)
    assert not stated.is_single
    assert stated.is_chinese
    assert any("49.90" in line for line in stated.lines_of(0))
    assert not any("49.90" in line for line in stated.lines_of(1))
    assert any("08:00" in line for line in stated.lines_of(None))
    assert "更" in stated.labels[0]
    assert stated.prices_of(0) == ("49.9", "69.9")


def test_lines_that_stand_as_a_whole_are_known_as_such() -> None:
    _, made, html = answered("多少钱", MANGO)
    stated = Stated(made, html)
    assert stated.needed == {("已售罄", 0)}
    _, made, html = answered("what material, how much", RICE)
    assert ("the shop does not say: material", 0) in Stated(made, html).needed
    assert not Stated(made, html).is_chinese
    assert Stated(made, html).prices_of(0)


def test_offers_without_a_price_told_have_none() -> None:
    _, made, html = answered("几天到", RICE, shop=SHOP)
    assert Stated(made, html).prices_of(0) is None
