"""Programmes on the command line: listed, shown as data, checked line by line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import bot
from bot.__main__ import cli

REFUSED = Path(bot.__file__).parent / "programmes" / "refused" / "yunji.toml"
NAMED = {
    "dongxiaodian", "fenxiang", "jingxiaofu", "jingxiaoge", "jingxiaojia", "pinduoduo", "tuangou",
    "wanwu", "youpin", "yundian", "yunji",
}  # fmt: skip


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def test_every_named_scheme_is_listed() -> None:
    rows = json.loads(run("programme", "list", "--format", "json").stdout)
    assert {row["name"] for row in rows} == NAMED
    assert all(row["zh"] and row["en"] and row["source"] for row in rows)


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("fenxiang", {"levels": [5000, 1000]}),
        ("dongxiaodian", {"pool": [3000, 3500, 3500]}),
        ("wanwu", {"community": [7500, 2500]}),
    ],
)
def test_terms_are_shown_in_basis_points(name: str, terms: dict[str, list[int]]) -> None:
    shown = json.loads(run("programme", "show", name, "--format", "json").stdout)
    assert terms.items() <= shown["terms"].items()


@pytest.mark.parametrize("name", sorted(NAMED))
def test_every_file_that_ships_passes_the_check_and_speaks_both_languages(name: str) -> None:
    file = REFUSED.parent.parent / f"{name}.toml"
    assert run("programme", "check", str(file)).exit_code == 0
    shown = json.loads(run("programme", "show", name, "--format", "json").stdout)
    for slot in (plan["name"] for plan in shown["slots"]):
        for language in ("zh", "en"):
            assert len(shown["scripts"][slot][language]) >= 2
    assert all({"zh", "en"} == set(question["text"]) for question in shown["questions"])
    assert len(shown["questions"]) == 3


def test_the_ladder_is_refused_with_each_rule_and_its_line() -> None:
    told = run("programme", "check", str(REFUSED))
    assert told.exit_code == 2
    for words in ("line 22", "“entry-fee”", "line 25", "line 29", "“head-count-salary”"):
        assert words in told.stderr


def test_a_programme_is_shown_to_people_without_a_word_of_python() -> None:
    shown = run("programme", "show", "wanwu").stdout
    for line in ("  community: 7500, 2500", "is_training_required: yes", "  zh: 万物心选"):
        assert line in shown.splitlines()
    for word in ("datetime", "None", "True", "{'", "(("):
        assert word not in shown
