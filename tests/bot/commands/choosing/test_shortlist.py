"""The shortlist from the command line: shown in words, steered, weighed, and past days."""

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.commands.catalog import catalog
from bot.commands.choosing.shortlist import shortlist
from bot.domain.programmes import FACTORS

HEAD = "id,title,url,price,sale_price,currency,rating,reviews,stock,sales\n"
NAMES = ("Tea", "Oil", "Cup", "Kite")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four offers of falling sales in a database of their own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'haowu.db'}")
    monkeypatch.setenv("DEFAULT_LANGUAGE", "en")
    rows = "".join(
        f"{at},{name},https://a.example/{at},30,20,CNY,4.5,90,500,{10_000 // 4**at}\n"
        for at, name in enumerate(NAMES)
    )
    (tmp_path / "feed.csv").write_text(HEAD + rows, "utf-8")
    assert CliRunner().invoke(catalog, ["import", "feed.csv"]).exit_code == 0
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(shortlist, list(words))


def order() -> list[str]:
    return [row["title"] for row in json.loads(run("--format", "json").stdout)]


def test_each_of_the_eight_factors_is_told_in_words_in_both_languages(folder: Path) -> None:
    for language, words in {
        "en": ("Sales rank: 10,000 sold", "Discount: ¥30.00 before, ¥20.00 after coupon: 33% off",
               "Commission: no data yet", "Quality: rated 4.5 of 5 by 90", "Stock: 500 pieces"),
        "zh": ("大数据排行：已售 1万件", "优惠力度：原价 ¥30.00，券后 ¥20.00，省 33%",
               "佣金比例：暂无数据", "品质：评分 4.5（满分 5），90 条评价", "库存：500 件"),
    }.items():  # fmt: skip
        table = run("--language", language).stdout.replace("1 万", "1万")
        for each in words:
            assert each in table, each
    [first, *_] = json.loads(run("--format", "json").stdout)
    assert [each["name"] for each in first["factors"]] == list(FACTORS)
    assert all(each["reason"] for each in first["factors"])
    assert "notes" not in first


def test_pins_moves_and_bans_change_the_list_and_say_so(folder: Path) -> None:
    assert order() == ["Tea", "Oil", "Cup", "Kite"]
    done = run("pin", "4", "--reason", "our anniversary")
    assert done.stdout == "Kite: pinned in fenxiang; version 2 of today's list.\n", done.output
    assert order() == ["Kite", "Tea", "Oil", "Cup"]
    rows = json.loads(run("--format", "json").stdout)
    assert rows[0]["notes"] == ["📌 Put first by the operator: our anniversary"]
    assert "Put first by the operator: our anniversary" in run().stdout
    run("move", "3", "2", "--reason", "fresh")
    assert order() == ["Kite", "Cup", "Tea", "Oil"]
    banned = run("ban", "1", "--reason", "fake goods")
    assert banned.stdout.splitlines() == [
        "Tea: taken out of all programmes; version 4 of today's list.", "posts called back: 0",
    ]  # fmt: skip
    assert order() == ["Kite", "Cup", "Oil"]
    [row] = json.loads(run("bans", "--format", "json").stdout)
    assert (row["offer_id"], row["programme"], row["reason"]) == (1, "*", "fake goods")
    assert "let into all programmes again" in run("unban", "1").stdout
    assert "it was so already" in run("unban", "1").stdout
    assert "No offer is taken out." in run("bans").stdout
    assert "unpinned" in run("unpin", "4").stdout
    with sqlite3.connect(folder / "haowu.db") as database:
        actions = [row[0] for row in database.execute("SELECT action FROM audit ORDER BY id")]
        versions = database.execute("SELECT count(*) FROM shortlists").fetchone()[0]
    assert actions == ["pin", "move", "ban", "unban", "unpin"]
    assert versions == 5


def test_weights_are_shown_set_from_a_day_on_and_given_back(folder: Path) -> None:
    shown = run("weights", "--format", "json")
    assert [row["factor"] for row in json.loads(shown.stdout)] == list(FACTORS)
    done = run("weights", "stock=3", "--reason", "full store")
    assert "full store" in done.stdout, done.output
    rows = {row["factor"]: row for row in json.loads(run("weights", "--format", "json").stdout)}
    assert (rows["stock"]["weight"], rows["stock"]["file"]) == (3.0, 0.5)
    assert {each["weight"] for row in json.loads(run("--format", "json").stdout)
            for each in row["factors"] if each["name"] == "stock"} == {3.0}  # fmt: skip
    run("weights", "--reset", "--reason", "enough")
    rows = {row["factor"]: row for row in json.loads(run("weights", "--format", "json").stdout)}
    assert rows["stock"]["weight"] == 0.5


def test_a_past_day_is_shown_as_it_was_frozen_with_its_prices(folder: Path) -> None:
    order()
    with sqlite3.connect(folder / "haowu.db") as database:
        database.execute("UPDATE shortlists SET day = '2025-01-02'")
        database.execute("UPDATE offers SET sale_price_minor = 900")
    rows = json.loads(run("--date", "2025-01-02", "--format", "json").stdout)
    assert [(row["title"], row["price_minor"]) for row in rows][:1] == [("Tea", 2000)]
    today = json.loads(run("--format", "json").stdout)
    assert today[0]["price_minor"] == 900
    assert "Nothing was frozen on 2025-01-03" in run("--date", "2025-01-03").stdout
    refused = run("--date", "2025-01-02", "--recalculate")
    assert refused.exit_code == 2
    assert "stays as it was frozen" in refused.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["pin", "1"],
        ["pin", "99", "--reason", "so"],
        ["pin", "1", "--programme", "none", "--reason", "so"],
        ["pin", "1", "--rank", "0", "--reason", "so"],
        ["ban", "1"],
        ["ban", "x", "--reason", "so"],
        ["move", "1", "--reason", "so"],
        ["weights", "stock", "--reason", "so"],
        ["weights", "luck=2", "--reason", "so"],
        ["weights", "stock=2"],
        ["weights", "stock=2", "--from", "soon", "--reason", "so"],
        ["weights", "stock=2", "--from", "2025-01-01", "--reason", "so"],
        ["hide", "1"],
    ],
)
def test_wrong_use_is_exit_code_two_and_changes_nothing(folder: Path, words: list[str]) -> None:
    done = run(*words)
    assert done.exit_code == 2, done.output
    assert done.stderr
    assert order() == list(NAMES)
