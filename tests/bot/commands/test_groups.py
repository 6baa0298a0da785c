"""`haowu groups`: which are unwell, opening one again, closing one."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.app import opened
from bot.commands.groups import groups
from bot.settings import Settings
from tests.cast import set_stage


@pytest.fixture(autouse=True)
def _own_house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A database of our own, and none of this machine's settings."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


async def fill() -> int:
    """Lin's group; its id."""
    async with opened() as app:
        return (await set_stage(app.database)).group


def run(*words: str) -> str:
    """What a command prints."""
    done = CliRunner().invoke(groups, list(words))
    return done.output + str(done.exception or "")


def test_a_group_is_closed_shown_and_opened_again_with_reasons() -> None:
    number = str(asyncio.run(fill()))
    assert "Every group is well" in run("unwell")
    assert "reason" in run("close", number)
    assert "is closed" in run("close", number, "--reason", "spam")
    (row,) = json.loads(run("unwell", "--format", "json"))
    assert (row["state"], row["members"], row["left_out_percent"]) == ("closed", 120, 0)
    assert "is open again" in run("reopen", number, "--reason", "they mended it")
    assert "Every group is well" in run("unwell")


def test_what_cannot_be_is_said() -> None:
    number = str(asyncio.run(fill()))
    assert "not closed" in run("reopen", number, "--reason", "why not")
    assert "Say why" in run("close", number, "--reason", " ")
    run("close", number, "--reason", "spam")
    assert "no open group" in run("close", number, "--reason", "spam")
