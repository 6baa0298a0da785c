"""One row's cells judged: what becomes of them, and why a row is refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.records import Currency, OfferFacts
from bot.errors import InputError
from bot.marketplaces.feeds.cells import Defaults, made_id, read_facts

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DEFAULTS = Defaults(Currency("CNY"), 1000, NOW)
ROW = {"title": "Yunnan coffee", "url": "https://shop.example.com/p/1", "price": "29.90"}


def facts(**cells: str) -> OfferFacts:
    return read_facts(ROW | cells, DEFAULTS)


def test_title_address_and_price_are_enough() -> None:
    found = facts()
    assert (found.title, found.price_minor, found.currency) == ("Yunnan coffee", 2990, "CNY")
    assert found.external_id == made_id(ROW["url"])
    assert found.commission_bps == 1000
    assert (found.sale_price_minor, found.stock, found.image_url) == (None, None, None)


def test_an_id_made_of_the_address_forgets_the_fragment_and_nothing_else() -> None:
    assert made_id("https://a.example/x#reviews") == made_id("https://a.example/x")
    assert made_id("https://a.example/x?sku=1") != made_id("https://a.example/x?sku=2")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"title": ""}, "no title"),
        ({"title": " N/A "}, "no title"),
        ({"title": "a\x00b"}, "broken characters in the title"),
        ({"title": "cafe\ufffd"}, "broken characters in the title"),
        ({"title": "\ud83d"}, "broken characters in the title"),
        ({"title": "abc\u202eexe"}, "broken characters in the title"),
        ({"title": "x" * 501}, "the title is longer than 500"),
        ({"id": "x" * 129}, "the id is longer than 128"),
        ({"url": ""}, "no url"),
        ({"url": "ftp://shop.example.com/1"}, "not an http:// or https://"),
        ({"url": "javascript:alert(1)"}, "not an http:// or https://"),
        ({"url": "https://jd.com@evil.example/1"}, "not an http:// or https://"),
        ({"url": "https://a.example\\@b.example/"}, "not an http:// or https://"),
        ({"url": "https:///nowhere"}, "not an http:// or https://"),
        ({"url": "https://a.example/x y"}, "not an http:// or https://"),
        ({"url": "https://a.example/\x00"}, "not an http:// or https://"),
        ({"url": "https://a.example/" + "x" * 2048}, "the url is longer than 2048"),
        ({"url": f"https://{'ü' * 70}.example/"}, "no host"),
        ({"price": ""}, "no price"),
        ({"price": "none"}, "no price"),
        ({"price": "cheap"}, "not an amount"),
        ({"price": "0"}, "not above zero"),
        ({"price": "-3"}, "not above zero"),
        ({"price": "12 EUR", "currency": "USD"}, "the currency column says USD"),
        ({"currency": "XXY"}, "unknown currency"),
        ({"sale_price": "30"}, "sale price is above the price"),
        ({"sale_price": "-1"}, "sale price is below zero"),
        ({"sale_price": "soon"}, "sale price: “soon” is not"),
        ({"sale_price": "19 EUR"}, "the price is in CNY, the sale price in EUR"),
        ({"commission_rate": "150%"}, "above 100"),
        ({"commission_rate": "high"}, "not a percentage"),
        ({"expiration_date": "2026-11-01"}, "expired on 2026-11-01"),
    ],
)
def test_a_bad_row_is_refused_with_the_reason(cells: dict[str, str], reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        facts(**cells)


def test_a_sale_price_of_zero_or_of_the_price_is_no_discount() -> None:
    assert facts(sale_price="0").sale_price_minor is None
    assert facts(sale_price="29.90").sale_price_minor is None
    assert facts(sale_price="19.90").sale_price_minor == 1990


@pytest.mark.parametrize(
    ("dates", "is_on"),
    [
        ("2026-11-01T00:00+0000/2026-11-30T23:59+0000", True),
        ("2026-11-01/2026-11-30", True),
        ("2026-10-01/2026-10-31", False),
        ("2026-12-01T00:00:00Z/2026-12-31T00:00:00Z", False),
        ("whenever", False),
        ("2026-11-01", False),
    ],
)
def test_a_sale_price_counts_on_its_dates_only(dates: str, is_on: bool) -> None:
    found = facts(sale_price="19.90", sale_price_effective_date=dates)
    assert (found.sale_price_minor == 1990) is is_on


def test_an_expiry_to_come_is_no_fault() -> None:
    assert facts(expiration_date="2027-01-01").title
    assert facts(expiration_date="some day").title


def test_texts_lose_html_entities_and_breaks() -> None:
    found = facts(
        title="<b>Fish &amp; Chips</b>\n 2 &lt; 3",
        description="<style>p{}</style><p>Good&nbsp;<br/>&lt;b&gt;things&lt;/b&gt;</p>\x07",
        brand="A &amp; B",
    )
    assert found.title == "Fish & Chips 2 < 3"
    assert found.description == "Good things"
    assert found.brand == "A & B"


def test_a_long_description_is_cut_and_says_so() -> None:
    description = facts(description="字" * 5000).description
    assert description is not None
    assert len(description) == 2000
    assert description.endswith("…")


@pytest.mark.parametrize(
    ("cells", "image"),
    [
        ({"image": '["https://a.example/1.jpg", "https://a.example/2.jpg"]'}, "https://a.example/1.jpg"),
        ({"image": "https://a.example/1.jpg"}, "https://a.example/1.jpg"),
        ({"image": "['https://a.example/1.jpg']"}, "https://a.example/1.jpg"),
        ({"image": "[]"}, None),
        ({"image": "1.jpg"}, None),
        ({"image": "data:image/png;base64,xx"}, None),
    ],
)  # fmt: skip
def test_the_picture_is_the_first_address_or_none(cells: dict[str, str], image: str | None) -> None:
    assert facts(**cells).image_url == image


@pytest.mark.parametrize(
    ("cells", "category"),
    [
        ({"category": '["Wear >> Women\'s Wear >> Yunnan coffee"]'}, "Wear > Women's Wear"),
        ({"category": '["Food >> Coffee >> Yunnan coffee, 500 g (fi..."]'}, "Food > Coffee"),
        ({"category": "食品 > 咖啡"}, "食品 > 咖啡"),
        ({"product_type": "Home &gt; Kitchen", "google_product_category": "123"}, "Home > Kitchen"),
        ({"google_product_category": "2271"}, None),
        ({"google_product_category": "Apparel > Dresses"}, "Apparel > Dresses"),
        ({"category": "Yunnan coffee"}, "Yunnan coffee"),
        ({"category": " >> "}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_a_category_is_a_readable_path(cells: dict[str, str], category: str | None) -> None:
    assert facts(**cells).category == category


def test_an_address_of_other_letters_becomes_one_that_every_header_takes() -> None:
    assert facts(url="https://bücher.example/好物?q=a b".replace(" ", "+")).url == (
        "https://xn--bcher-kva.example/%E5%A5%BD%E7%89%A9?q=a+b"
    )


@given(
    st.dictionaries(
        st.sampled_from("title url price sale_price image category description rating".split()),
        st.text(max_size=60),
    )
)
def test_no_cells_break_the_judge(cells: dict[str, str]) -> None:
    try:
        found = read_facts(ROW | cells, DEFAULTS)
    except InputError:
        return
    assert found.price_minor > 0
    assert found.sale_price_minor is None or found.sale_price_minor < found.price_minor
    found.title.encode()
    found.url.encode("ascii")


def test_what_is_asked_about_an_offer_is_kept_in_the_feeds_words_and_never_refuses_a_row() -> None:
    found = facts(
        size="30 &times; 20 cm", material=" Cotton\n100%", returns="x" * 600, contents="<b>One</b>"
    )
    assert (found.size, found.material) == ("30 × 20 cm", "Cotton 100%")
    assert (found.returns, found.contents) == (f"{'x' * 499}…", "One")
    none = facts(size="n/a", material="\x00", returns="")
    assert (none.size, none.material, none.returns, none.contents) == (None, None, None, None)
