"""`haowu groups`: seen, handed on and taken out by an operator at a terminal."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.app import opened
from bot.commands.groups import groups
from bot.settings import Settings
from tests.cast import CHEN, LIN, SUNNY_COURT, ZHAO, set_stage


@pytest.fixture(autouse=True)
def _own_house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A database of our own with the cast, and none of this machine's settings."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    async def fill() -> None:
        async with opened() as app:
            await set_stage(app.database)

    asyncio.run(fill())


def run(*words: str) -> tuple[int, str]:
    """A command's exit code and what it prints."""
    result = CliRunner().invoke(groups, list(words))
    return result.exit_code, result.output


def listed() -> dict[str, object]:
    """The one group, as programs read it."""
    code, text = run("list", "--format", "json")
    assert code == 0
    (row,) = json.loads(text)
    assert isinstance(row, dict)
    return row


def test_groups_are_listed_and_shown_by_either_id() -> None:
    assert listed() == {
        "group_id": 1, "chat_id": SUNNY_COURT, "title": "Sunny Court", "promoter_id": LIN,
        "programme": "fenxiang", "state": "active", "members": 120,
    }  # fmt: skip
    for number in ("1", str(SUNNY_COURT)):
        code, text = run("show", number)
        assert code == 0
        assert "Asia/Shanghai" in text
    assert run("show", "9")[0] == 2
    assert run("show", "9", "--formt", "json")[0] == 2
    assert json.loads(run("show", "1", "--format", "json")[1])[0]["language"] == "zh"


def test_a_number_that_no_database_holds_is_told_so() -> None:
    for words in (
        ("show",),
        ("reopen", "--reason", "x"),
        ("transfer", "--to", "2", "--reason", "x"),
    ):
        code, text = run(*words, str(10**30))
        assert (code, "not in the range" in text) == (2, True)


def test_a_group_is_handed_on_with_a_reason() -> None:
    assert run("transfer", "1", "--to", str(CHEN))[0] == 2
    code, text = run("transfer", "1", "--to", str(CHEN), "--reason", "moved")
    assert (code, "Sunny Court" in text) == (0, True)
    assert listed()["promoter_id"] == CHEN
    code, text = run("transfer", "1", "--to", str(CHEN), "--reason", "moved")
    assert (code, "already" in text) == (2, True)
    assert run("transfer", "1", "--to", "77", "--reason", "moved")[0] == 2
    assert run("transfer", "1", "--to", str(ZHAO), "--reason", " ")[0] == 2


def test_a_group_is_taken_out_once() -> None:
    code, text = run("disconnect", "1", "--reason", "its owner asked")
    assert (code, "0 posts withdrawn" in text) == (0, True)
    assert listed()["state"] == "disconnected"
    assert "already" in run("disconnect", "1", "--reason", "again")[1]
    assert run("disconnect", "9", "--reason", "none")[0] == 2


def test_a_group_is_closed_and_opened_again() -> None:
    assert run("reopen", "1", "--reason", "x")[0] == 2
    assert run("close", "1", "--reason", "complaints")[0] == 0
    assert run("close", "1", "--reason", "complaints")[0] == 2
    assert run("reopen", "1", "--reason", "mended")[0] == 0
    assert listed()["state"] == "active"


def test_unwell_groups_are_listed_with_what_is_left_out() -> None:
    assert "Every group is well" in run("unwell")[1]
    run("close", "1", "--reason", "complaints")
    (row,) = json.loads(run("unwell", "--format", "json")[1])
    assert (row["state"], row["members"], row["left_out_percent"]) == ("closed", 120, 0)
    run("reopen", "1", "--reason", "mended")
    assert "Every group is well" in run("unwell")[1]
