"""The questions and what is expected of their answers are sound before anything is asked."""

import re
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from storage.database import Database
from tests.cast import NOON
from tests.questions import shelf
from tests.questions.asking import Asking, questions
from tests.questions.figures import in_force
from tests.questions.shelf import Stored

COLUMN = {"rating": "rating_bps"}


@pytest.fixture
async def stored(tmp_path: Path) -> dict[str, Stored]:
    database = Database(f"sqlite:///{tmp_path / 'shelf.db'}")
    await database.create()
    await shelf.fill(database)
    found = await shelf.stored(database)
    await database.close()
    return found


def everything() -> list[Asking]:
    return questions() + questions(is_held_out=True)


def test_there_are_enough_questions_of_every_language_and_a_third_is_held_out() -> None:
    asked = everything()
    languages = Counter(each.language for each in asked)
    held_out = sum(each.is_held_out for each in asked)

    assert len(asked) >= 340
    assert languages["zh"] >= 130
    assert languages["en"] >= 130
    assert languages["mixed"] >= 40
    assert held_out * 3 >= len(asked)
    assert len({each.id for each in asked}) == len(asked)


def test_no_question_is_both_open_and_held_out() -> None:
    both = {(each.text, each.reply_to) for each in questions()} & {
        (each.text, each.reply_to) for each in questions(is_held_out=True)
    }

    assert not both


async def test_every_offer_that_a_question_names_is_on_the_shelf(
    stored: dict[str, Stored],
) -> None:
    offers = [several for each in everything() for several in each.expected.offers]
    named = {name for several in offers for name in several.split("/")}
    named |= {each.reply_to for each in everything() if each.reply_to}

    assert named <= set(stored)
    assert len(shelf.rows()) >= 160


async def test_what_is_expected_to_be_told_is_what_is_stored(stored: dict[str, Stored]) -> None:
    wrong = [
        (each.id, column, value)
        for each in everything()
        for columns in each.expected.tells.values()
        for column, value in columns.items()
        if value is not None and not _is_held(stored[each.expected.offers[0]], column, value)
    ]

    assert not wrong


async def test_what_is_expected_to_be_unknown_is_not_stored(stored: dict[str, Stored]) -> None:
    wrong = [
        (each.id, topic)
        for each in everything()
        for topic in each.expected.unknown
        if stored[each.expected.offers[0]].columns[COLUMN.get(topic, topic)] is not None
    ]

    assert not wrong


async def test_prices_have_histories_and_some_offers_ended_or_grew_old(
    stored: dict[str, Stored],
) -> None:
    assert sum(len(each.history) >= 3 for each in stored.values()) >= 25
    assert sum(each.columns["ended_at"] is not None for each in stored.values()) >= 4
    assert sum(NOON - each.columns["seen_at"] > timedelta(hours=72) for each in stored.values()) > 4
    assert {each.columns["currency"] for each in stored.values()} == {"CNY", "INR", "USD"}


def _is_held(offer: Stored, column: str, value: str) -> bool:
    if column in ("price", "sale_price"):
        return Decimal(offer.columns[f"{column}_minor"]) / 100 == Decimal(value)
    if column == "history":
        return Decimal(min(in_force(offer, NOON))) / 100 == Decimal(value)
    if column == "rating":
        return Decimal(offer.columns["rating_bps"]) * 5 / 10_000 == Decimal(value)
    if column == "description":
        return re.sub(r"\s", "", value) in re.sub(r"\s", "", offer.columns[column])
    return value in str(offer.columns[column])
