"""Posts: golden files beside this test, and Telegram's limits for any title.

After a change on purpose, `HAOWU_GOLDEN=write pytest tests/bot/domain/test_rendering.py` writes
the files anew: their diff is the review.
"""

import os
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.domain.posts import characters, rendering
from bot.domain.posts.rendering import Card
from bot.domain.programmes import FACTORS
from bot.domain.records import Currency, Factor, Offer, OfferFacts, OfferId, Rendered
from bot.domain.texts import Texts, read_texts

FOLDER = Path(__file__).parent / "golden"
LOCALES = Path(bot.__file__).parent / "locales"
SHANGHAI = ZoneInfo("Asia/Shanghai")
LINK = "https://haowu.example/r/abcdefghijklm"
FAMILY = "👨‍👩‍👧‍👦"


def texts(language: str) -> Texts:
    """The shipped texts of a language."""
    return read_texts(language, tomllib.loads((LOCALES / f"{language}.toml").read_text("utf-8")))


TEXTS = {language: texts(language) for language in ("zh", "en")}


def offer(title: str, **changed: Any) -> Offer:
    """An offer at 59.90 after coupon instead of 99, seen at eight in Shanghai."""
    facts = OfferFacts("p-1", title, "https://shop.example/p-1", 9900, Currency("CNY"), 5990)
    return Offer(
        OfferId(1),
        "feed",
        replace(facts, **changed),
        datetime(2026, 11, 22, 0, 5, tzinfo=UTC),
        None,
    )


def card(title: str, **changed: Any) -> Card:
    """A card without factors that opens with "Hello"."""
    return Card(offer(title, **changed), (), "Hello", LINK, SHANGHAI)


def factors(**values: float) -> tuple[Factor, ...]:
    """The eight factors, neutral but for ``values``."""
    return tuple(Factor(name, values.get(name, 0.5), 1.0, "") for name in FACTORS)


CARDS = {
    "zh": ("zh", replace(card("云南小粒咖啡 250克"), opening="早安，今早值得看的一样")),
    "en": ("en", replace(card("Yunnan coffee 250 g"), opening="Morning! One thing worth a look")),
    "coupon": (
        "zh",
        replace(
            card("抽纸 24 包整箱", coupon="满 99 减 40", image_url="https://shop.example/p.jpg"),
            opening="中午好，这个价格不错",
            factors=factors(coupon=0.9, quality=0.8, value=0.7, commission=1.0),
            is_chosen=True,
            is_thirty_day_low=True,
        ),
    ),
    "no-coupon": (
        "en",
        replace(
            card("Steel water bottle", sale_price_minor=None),
            opening=None,
            factors=factors(marketplace_rank=0.9),
        ),
    ),
    "jpy": (
        "en",
        card("Matcha tin", price_minor=1980, sale_price_minor=1480, currency=Currency("JPY")),
    ),
    "kwd": (
        "en",
        card("Dates, 1 kg", price_minor=3500, sale_price_minor=2750, currency=Currency("KWD")),
    ),
    "right-to-left": ("en", card("سماعات لاسلكية <Pro> بلوتوث 5.3", coupon="خصم 10%")),
    "emoji": ("zh", card(f"亲子睡衣 {FAMILY} 👍🏽 🇨🇳 <b>特价</b> & 包邮")),
    "long": ("zh", card("超" * 150 + FAMILY * 40 + " & " + "x" * 200)),
}


class _Visible(HTMLParser):
    """What Telegram counts and shows: the text without its entities."""

    TAGS = frozenset({"b", "s"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.TAGS
        assert not attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def visible(rendered: Rendered) -> str:
    """The text of a post as a reader sees it; fails on anything but our own tags."""
    parser = _Visible()
    parser.feed(rendered.html)
    parser.close()
    assert parser.open == []
    return parser.text


@pytest.mark.parametrize("name", CARDS)
def test_a_post_looks_as_its_golden_file(name: str) -> None:
    language, golden_card = CARDS[name]
    rendered = rendering.render(golden_card, TEXTS[language])
    labels = "\n".join(f"[{button.text}]" for row in rendered.buttons for button in row)
    text = f"{rendered.html}\n\n{labels}\n"
    path = FOLDER / f"{name}.html"
    if os.environ.get("HAOWU_GOLDEN") == "write":
        path.write_text(text, "utf-8")
    assert path.read_text("utf-8") == text


@pytest.mark.parametrize(("language", "start"), [("zh", "「广告」"), ("en", "Ad · links earn a ")])
def test_the_disclosure_comes_first(language: str, start: str) -> None:
    rendered = rendering.render(card("<b>「」"), TEXTS[language])
    assert rendered.html.startswith(start)


@given(
    title=st.text(st.characters(), max_size=600),
    opening=st.none() | st.text(max_size=400),
    coupon=st.none() | st.text(max_size=400),
    price=st.integers(0, 10**15),
    paid=st.floats(0, 1),
    code=st.sampled_from(["CNY", "JPY", "KWD", "USD", "CLF"]),
    language=st.sampled_from(["zh", "en"]),
    values=st.lists(st.floats(0, 1), min_size=8, max_size=8),
)
def test_a_caption_keeps_its_limit_whatever_is_put_in(
    title: str,
    opening: str | None,
    coupon: str | None,
    price: int,
    paid: float,
    code: str,
    language: str,
    values: list[float],
) -> None:
    wanted = replace(
        card(title, price_minor=price, sale_price_minor=int(price * paid), coupon=coupon),
        opening=opening,
        factors=factors(**dict(zip(FACTORS, values, strict=True))),
        is_chosen=True,
        is_thirty_day_low=True,
    )
    facts = replace(wanted.offer.facts, currency=Currency(code))
    wanted = replace(wanted, offer=replace(wanted.offer, facts=facts))
    rendered = rendering.render(wanted, TEXTS[language])
    text = visible(rendered)
    assert characters.units(text) <= rendering.CAPTION_LIMIT
    assert text.encode("utf-8")
    assert all(
        character == "\n"
        or character.isprintable()
        or character in "\u2068\u2069"
        or ord(character) > 0x7F
        for character in text
    )
    assert all(
        0 < characters.units(button.text) <= rendering.BUTTON_LIMIT
        for row in rendered.buttons
        for button in row
    )


def test_the_title_is_escaped_and_shown_as_it_is() -> None:
    rendered = rendering.render(card("Fish & <i>chips</i>"), TEXTS["en"])
    assert "<b>Fish &amp; &lt;i&gt;chips&lt;/i&gt;</b>" in rendered.html
    assert "Fish & <i>chips</i>" in visible(rendered)


def test_a_discount_below_one_percent_is_not_spoken_of() -> None:
    rendered = rendering.render(card("x", price_minor=10_000, sale_price_minor=9_950), TEXTS["en"])
    assert "<s>" not in rendered.html
    assert "¥99.50" in rendered.html


def test_a_price_of_nothing_divides_nothing() -> None:
    rendered = rendering.render(card("x", price_minor=0, sale_price_minor=0), TEXTS["en"])
    assert "<b>¥0.00</b>" in rendered.html


def test_the_link_stands_on_the_button_alone() -> None:
    rendered = rendering.render(card("x"), TEXTS["en"])
    assert [[button.url for button in row] for row in rendered.buttons] == [[LINK]]
    assert "http" not in rendered.html


def test_the_strongest_factors_give_the_reasons_and_the_commission_never_does() -> None:
    strong = factors(commission=1.0, value=0.7, coupon=0.9, quality=0.8)
    assert rendering.reasons(strong) == ("coupon", "quality")
    assert rendering.reasons(factors()) == ()


def test_every_factor_that_may_speak_has_words_in_both_languages() -> None:
    for name in (*FACTORS, "promoter"):
        assert all(f"post.why_{name}" in texts.words for texts in TEXTS.values())


@pytest.mark.parametrize("words", ["Hello", "今天 <b>第一样</b> & more"])
def test_a_script_put_over_a_post_afterwards_stands_where_it_would_have_stood(words: str) -> None:
    bare = rendering.render(replace(card("Tea"), opening=None), texts("en"))
    at_once = rendering.render(replace(card("Tea"), opening=words), texts("en"))
    assert rendering.opened(bare, words) == at_once
    assert rendering.opened(bare, None) == bare
