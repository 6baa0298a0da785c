"""A language model that lies changes nothing of what members are sent."""

from pathlib import Path

import pytest

from storage.database import Database
from tests.questions import lying
from tests.questions.lies import FAITHFUL, LIES, Lie
from tests.questions.lying import Lied, report

QUICK = (
    "another price", "two titles in each other's place", "a price in Chinese numerals",
    "a made-up coupon", "a link", "the other language", "bold type", "instructions obeyed",
    "a promise of delivery", "a tool call", "not JSON", "status 500", "silence",
)  # fmt: skip
"""One of each sort; all of them are told by ``python -m tests.questions --lies``."""


async def told(folder: Path, lies: dict[str, Lie]) -> tuple[list[Lied], list[Lied]]:
    """Some lies about every answer, and the faithful words."""
    url = f"sqlite:///{folder / 'questions.db'}"
    database = Database(url)
    await database.create()
    await database.close()
    return await lying.lied(url, lies)


async def test_no_lie_is_sent_on_and_faithful_words_are(tmp_path: Path) -> None:
    lies, faithful = await told(tmp_path, {name: LIES[name] for name in QUICK})

    assert {each.name for each in lies} == set(QUICK)
    assert not [(each.name, each.sent.text) for each in lies if not each.is_plain]
    assert [each for each in faithful if each.sent.worded == "phrased"]
    assert {each.name for each in faithful} == set(FAITHFUL)


@pytest.mark.slow
async def test_none_of_all_the_lies_is_sent_on(tmp_path: Path) -> None:
    assert report(*await told(tmp_path, LIES)) == 0


def test_there_are_many_ways_to_lie() -> None:
    assert len(LIES) >= 100
