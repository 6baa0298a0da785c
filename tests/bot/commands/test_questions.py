"""`haowu wishes`: what several people want, for an operator at a terminal."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.app import opened
from bot.commands.questions import wishes
from bot.settings import Settings


@pytest.fixture(autouse=True)
def _own_house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A database of our own, and none of this machine's settings."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


async def fill(count: int) -> None:
    """So many people want the same."""
    async with opened() as app:
        for number in range(count):
            person = await app.enrolling.meet(5_000 + number, "Somebody", "en")
            await app.wishing.want(person.id, None, "electric violin")


def test_what_three_want_is_listed_and_two_are_nobody() -> None:
    asyncio.run(fill(2))
    assert "No three people" in CliRunner().invoke(wishes).output
    asyncio.run(fill(3))
    (row,) = json.loads(CliRunner().invoke(wishes, ["--format", "json"]).output)
    assert row["people"] == 3
    assert "violin" in row["wish"]
