"""The commands of the catalogue from the outside: what is printed where, and the exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.commands.catalog import catalog
from bot.commands.choosing.shortlist import shortlist

HEAD = "id,title,url,price,sale_price,currency,rating,reviews\n"
GOOD = "".join(
    f"{number},Tea {number},https://a.example/{number},{20 + number},10,CNY,4.5,{number * 9}\n"
    for number in range(1, 6)
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a database of its own and no other settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'haowu.db'}")
    monkeypatch.setenv("DEFAULT_LANGUAGE", "en")
    return tmp_path


def bring(*words: str) -> Result:
    return CliRunner().invoke(catalog, ["import", *words])


def rank(*words: str) -> Result:
    return CliRunner().invoke(shortlist, list(words))


def test_an_import_ends_with_one_line_and_tells_refusals_apart(folder: Path) -> None:
    (folder / "feed.csv").write_text(HEAD + GOOD + "x,,https://a.example/x,5,,,,\n", "utf-8")
    first = bring("feed.csv")
    assert first.exit_code == 0, first.output
    assert first.stdout == "imported 5, updated 0, unchanged 0, refused 1\n"
    assert first.stderr == "line 7: no title\n"
    assert bring("feed.csv").stdout == "imported 0, updated 0, unchanged 5, refused 1\n"


def test_many_refusals_are_told_in_short_in_full_or_into_a_file(folder: Path) -> None:
    (folder / "feed.csv").write_text(HEAD + "x,,https://a.example/x,5,,,,\n" * 30, "utf-8")
    short = bring("feed.csv").stderr.splitlines()
    assert len(short) == 21
    assert short[-1].startswith("… and 10 more refused rows")
    assert len(bring("feed.csv", "--verbose").stderr.splitlines()) == 30
    bring("feed.csv", "--refused", "refused.tsv")
    kept = (folder / "refused.tsv").read_text("utf-8").splitlines()
    assert (len(kept), kept[0]) == (30, "2\tno title")


def test_every_option_reaches_the_import(folder: Path) -> None:
    (folder / "feed.csv").write_text("name;url;price\nTea;https://a.example/1;5\n", "utf-8")
    words = ["--map", "title=name", "--currency", "inr", "--commission", "12%"]
    done = bring("feed.csv", "--format", "csv", "--marketplace", "bazaar", *words)
    assert done.stdout == "imported 1, updated 0, unchanged 0, refused 0\n", done.output
    (folder / "feed.csv").write_text("name;url;price\nOil;https://a.example/2;5\n", "utf-8")
    ended = bring("feed.csv", "--marketplace", "bazaar", "--end-missing", *words)
    assert ended.stderr == "ended 1\n"
    [row] = json.loads(rank("--format", "json").stdout)
    assert (row["title"], row["currency"], row["price_minor"]) == ("Oil", "INR", 500)
    commission = next(each for each in row["factors"] if each["name"] == "commission")
    assert commission["reason"] == "12%, about ₹0.60 an order"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["none.csv"], "There is no file none.csv."),
        (["feed.csv", "--map", "title"], "--map takes FIELD=COLUMN"),
        (["feed.csv", "--map", "title=none"], "There is no column “none”"),
        (["feed.csv", "--currency", "XXY"], "is not an ISO 4217 currency code"),
        (["feed.csv", "--commission", "much"], "commission rate"),
        (["feed.csv", "--marketplace", "a/b"], "marketplace's name"),
        (["feed.csv", "--format", "xlsx"], "Invalid value for '--format'"),
        (["ftp://a.example/feed"], "is not an http:// or https:// address"),
    ],
)
def test_wrong_use_is_exit_code_two_and_a_sentence(
    folder: Path, words: list[str], sentence: str
) -> None:
    (folder / "feed.csv").write_text(HEAD + GOOD, "utf-8")
    done = bring(*words)
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert done.stdout == ""


def test_a_feed_that_breaks_off_fails_after_what_was_read(folder: Path) -> None:
    item = "<item><title>Tea</title><link>https://a.example/1</link><price>5</price></item>"
    (folder / "feed.xml").write_text(f"<rss>{item}<item>", "utf-8")
    done = bring("feed.xml")
    assert done.exit_code == 1
    assert done.stdout == "imported 1, updated 0, unchanged 0, refused 1\n"
    assert "not XML from here on" in done.stderr


def test_an_address_that_does_not_answer_is_a_failure_and_not_wrong_use(folder: Path) -> None:
    done = bring("http://127.0.0.1:9/feed.csv")
    assert done.exit_code == 1
    assert "could not be fetched" in done.stderr


def test_the_shortlist_is_printed_for_people_and_for_programs(folder: Path) -> None:
    assert "import a feed" in rank("--date", "2026-11-20").stdout
    (folder / "feed.csv").write_text(HEAD + GOOD, "utf-8")
    bring("feed.csv")
    rows = json.loads(rank("--programme", "fenxiang", "--format", "json").stdout)
    assert [row["rank"] for row in rows] == [1, 2, 3, 4, 5]
    assert list(rows[0]) == [
        "rank", "offer_id", "title", "price_minor", "currency", "score", "factors",
    ]  # fmt: skip
    assert len(rows[0]["factors"]) == 8
    assert set(rows[0]["factors"][0]) == {"name", "value", "weight", "reason"}
    table = rank().stdout
    assert "Tea 5" in table
    assert "rated 4.5 of 5 by 45" in table


def test_a_ranking_is_made_anew_on_demand(folder: Path) -> None:
    rows = "".join(f"{n},Tea {n},https://a.example/{n},{n + 10},,,,\n" for n in range(1, 51))
    (folder / "feed.csv").write_text(HEAD + rows, "utf-8")
    bring("feed.csv")
    first = rank("--format", "json").stdout
    (folder / "feed.csv").write_text(HEAD + rows.replace(",,,,", ",5,,5,999"), "utf-8")
    bring("feed.csv")
    assert json.loads(rank("--format", "json").stdout)[0]["score"] == json.loads(first)[0]["score"]
    assert (
        json.loads(first)[0]["score"]
        < json.loads(rank("--format", "json", "--recalculate").stdout)[0]["score"]
    )


@pytest.mark.parametrize("words", [["--programme", "none"], ["--date", "tomorrow"]])
def test_a_shortlist_of_nothing_known_is_wrong_use(folder: Path, words: list[str]) -> None:
    done = rank(*words)
    assert done.exit_code == 2
    assert done.stderr
