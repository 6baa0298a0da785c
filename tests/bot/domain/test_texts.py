"""Both languages say everything, and what they say fits where it is shown."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from bot.domain.programmes import FACTORS
from bot.domain.records import ConversionState, Currency
from bot.domain.texts import LANGUAGES, Html, Texts, read_texts
from bot.errors import InputError
from bot.services.posts.drafting import Outcome
from tests.cast import NOON
from tests.schemes import PROGRAMMES, TEXTS

ROOT = Path(__file__).parent.parent.parent.parent
CALLBACK_ANSWER_LIMIT = 200
"""Characters that Telegram shows over the chat (answerCallbackQuery)."""
MESSAGE_LIMIT = 4096
BUTTON_LIMIT = 40

LITERAL = re.compile(r"""["']([a-z]+)\.([a-z_0-9]+)["']""")
"""A text's key as the code writes it; only words of a section that there is are looked up."""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_language_that_is_promised_is_there() -> None:
    assert set(TEXTS) == set(LANGUAGES)


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    chinese, english = TEXTS["zh"].words, TEXTS["en"].words
    assert set(chinese) == set(english)
    assert {key: placeholders(text) for key, text in chinese.items()} == {
        key: placeholders(text) for key, text in english.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_too_long(language: str) -> None:
    words = TEXTS[language].words
    assert not [key for key, text in words.items() if not text.strip()]
    assert not [key for key, text in words.items() if len(text) > MESSAGE_LIMIT]
    answers = {key: text for key, text in words.items() if key.startswith("answer.")}
    assert not [key for key, text in answers.items() if len(text) > CALLBACK_ANSWER_LIMIT]
    buttons = {key: text for key, text in words.items() if key.startswith("button.")}
    assert not [key for key, text in buttons.items() if len(text) > BUTTON_LIMIT]


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_is_what_telegram_takes(language: str) -> None:
    for key, text in TEXTS[language].words.items():
        tags = re.findall(r"</?([a-z]+)[^>]*>", text)
        assert set(tags) <= {"b", "i", "s", "code", "a", "blockquote"}, key
        assert text.count("<") == text.count(">"), key


def asked() -> set[str]:
    sections = {key.partition(".")[0] for key in TEXTS["zh"].words}
    return {
        f"{section}.{name}"
        for room in ("bot", "handlers", "schedules")
        for path in (ROOT / room).rglob("*.py")
        if "sandbox" not in path.parts
        for section, name in LITERAL.findall(path.read_text("utf-8"))
        if section in sections and not name.endswith("toml")
    }


def test_every_text_that_the_code_asks_for_is_there() -> None:
    assert len(asked()) > 100
    assert sorted(asked() - set(TEXTS["zh"].words)) == []


def test_every_outcome_and_state_has_its_words() -> None:
    words = set(TEXTS["zh"].words)
    assert {f"outcome.{outcome}" for outcome in Outcome} <= words
    assert {f"earnings.{state}" for state in ConversionState} <= words
    assert {f"factor.name_{name}" for name in FACTORS} <= words
    slots = {plan.name for programme in PROGRAMMES.values() for plan in programme.slots}
    assert {f"slot.{name}" for name in slots} <= words


def test_values_are_escaped_unless_they_are_markup_already() -> None:
    texts = Texts("en", {"a.b": "<b>{title}</b> {line} {count}"})
    written = texts.html("a.b", title="A & <B>", line=Html("<i>x</i>"), count=3)
    assert written == "<b>A &amp; &lt;B&gt;</b> <i>x</i> 3"
    assert texts("a.b", title="A & B", line="-", count=3) == "<b>A & B</b> - 3"


def test_days_clocks_and_money_are_written_in_the_readers_way() -> None:
    chinese, english = TEXTS["zh"], TEXTS["en"]
    assert chinese.day(date(2026, 11, 22)) == "11月22日 周日"
    assert english.day(date(2026, 11, 22)) == "Sun 22 Nov"
    assert english.clock(NOON, ZoneInfo("Asia/Shanghai")) == "12:00"
    assert chinese.month(2026, 1) == "2026年1月"
    assert english.month(2026, 11) == "November 2026"
    assert chinese.money(125000, Currency("CNY")) == "¥1,250.00"


@pytest.mark.parametrize(
    ("days", "chinese", "english"),
    [
        (range(7), "每天", "every day"),
        ((0, 1, 2, 3, 4), "周一至周五", "Mon–Fri"),
        ((5, 6), "周六、周日", "Sat, Sun"),
        ((0, 2, 4), "周一、周三、周五", "Mon, Wed, Fri"),
    ],
)
def test_weekdays_are_written_in_the_readers_way(
    days: Sequence[int], chinese: str, english: str
) -> None:
    assert TEXTS["zh"].days(days) == chinese
    assert TEXTS["en"].days(days) == english


@pytest.mark.parametrize(
    ("count", "chinese", "english"),
    [
        (0, "0 件", "0 pieces"),
        (9_999, "9999 件", "9,999 pieces"),
        (10_000, "1 万件", "10,000 pieces"),
        (19_999, "1.9 万件", "19,999 pieces"),
        (1_234_567, "123.4 万件", "1,234,567 pieces"),
    ],
)
def test_figures_are_written_in_the_readers_way(count: int, chinese: str, english: str) -> None:
    assert TEXTS["zh"].figures("factor.stock", count=count) == chinese
    assert TEXTS["en"].figures("factor.stock", count=count) == english


def test_an_amount_among_the_figures_is_written_as_money() -> None:
    about = {"minor": 150, "currency": "CNY"}
    said = TEXTS["en"].figures("factor.commission_of", percent="10", amount=about)
    assert said == "10%, about ¥1.50 an order"


def test_chinese_texts_quote_as_chinese_does() -> None:
    assert not [key for key, text in TEXTS["zh"].words.items() if re.search("[“”]", text)]


@pytest.mark.parametrize("document", [{"hello": "no section"}, {"start": {"hello": 3}}])
def test_a_file_of_texts_has_sections_with_texts(document: dict[str, object]) -> None:
    with pytest.raises(InputError):
        read_texts("en", document)
