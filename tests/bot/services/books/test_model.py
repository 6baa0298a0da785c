"""The books against a model, for a moment; ``python -m tests.evidence --only R1`` takes longer."""

from pathlib import Path

import pytest

from tests.bot.services.books import stands
from tests.bot.services.books.model import split


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_books_stand_as_the_model_says(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    stand = (
        stands.on_sqlite(tmp_path)
        if engine == "sqlite"
        else stands.on_postgresql(request.getfixturevalue("postgres"))
    )
    examples = 12 if engine == "sqlite" else 4
    stands.run(stand, examples=examples, steps=25, seed_=20261122)
    assert stand.happened["steps"] > examples
    assert stand.happened["broke.at statement"]


def test_the_model_splits_as_the_page_on_money_does() -> None:
    pool = (3000, 3500, 3500)
    assert [split(amount, pool) for amount in (999, 100, 1)] == [
        [300, 350, 349],
        [30, 35, 35],
        [0, 1, 0],
    ]
