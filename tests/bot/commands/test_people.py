"""Invitations, gold owners and own stock on the command line."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import cli
from bot.app import opened


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a database of its own and no other settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'haowu.db'}")
    monkeypatch.setenv("DEFAULT_LANGUAGE", "en")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def enrol(programme: str, telegram_id: int) -> None:
    """Make somebody a promoter by an operator's code."""

    async def join() -> None:
        async with opened() as app:
            person = await app.enrolling.meet(telegram_id, "Lin", "en")
            made = await app.enrolling.invite(programme, owner_id=None)
            await app.enrolling.join(person.id, made.code)
            await app.enrolling.unlock(telegram_id, by="test", reason="test")

    asyncio.run(join())


def test_a_list_of_staff_becomes_codes_and_bad_lines_are_told(folder: Path) -> None:
    (folder / "staff.csv").write_text("no,name\n1,Wang\n2,\n3,Li\n", "utf-8")
    words = ("invite", "--programme", "jingxiaoge", "--list", "staff.csv")
    done = run(*words, "--format", "json")
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)
    assert [(row["line"], row["name"]) for row in rows] == [(2, "Wang"), (4, "Li")]
    assert len({row["code"] for row in rows}) == 2
    assert "line 3: no name" in done.stderr
    assert "from column “name”: 2 codes, 1 refused" in done.stderr
    as_csv = run(*words, "--format", "csv", "--column", "no").stdout.splitlines()
    assert as_csv[0] == "line,name,code,link"
    assert len(as_csv) == 4
    (folder / "staff.csv").write_text("name\n\n", "utf-8")
    assert run(*words).exit_code == 2


def test_a_shops_invitation_needs_brand_and_shop(folder: Path) -> None:
    assert folder
    missing = run("invite", "--programme", "yundian")
    assert (missing.exit_code, "needs a brand" in missing.stderr) == (2, True)
    bound = ("--brand", "Haier", "--shop", "Pudong 3")
    made = run("invite", "--programme", "yundian", *bound, "--format", "json")
    assert json.loads(made.stdout)["programme"] == "yundian"
    assert run("invite", "--programme", "fenxiang", *bound).exit_code == 2
    assert run("invite", "--programme", "fenxiang", "--format", "csv").stdout.startswith("code,")


def test_gold_has_a_day_and_a_reason_and_can_be_taken_back(folder: Path) -> None:
    assert folder
    enrol("wanwu", 2001)
    said = run("promoter", "gold", "2001", "--from", "2030-01-01", "--reason", "grew")
    assert said.exit_code == 0, said.output
    assert "2001 is gold from 2030-01-01 00:00 CST on." in said.stdout
    assert run("promoter", "gold", "2001", "--reason", "now").exit_code == 0
    wrong = run("promoter", "gold", "2001", "--from", "soon", "--reason", "x")
    assert (wrong.exit_code, "YYYY-MM-DD" in wrong.stderr) == (2, True)
    listed = json.loads(run("promoter", "list", "--format", "json").stdout)
    assert listed[0]["gold_since"]
    ended = run("promoter", "gold", "2001", "--end", "--reason", "a mistake")
    assert "gold no longer" in ended.stdout


def test_own_stock_is_listed_approved_and_refused(folder: Path) -> None:
    assert folder
    enrol("dongxiaodian", 2001)

    async def offer() -> None:
        async with opened() as app:
            lin = await app.enrolling.promoter_by_telegram(2001)
            assert lin is not None
            for name in ("Honey", "Jam"):
                await app.stocking.offer(lin, name, "9.90", "https://a.example.com/")

    asyncio.run(offer())
    rows = json.loads(run("stock", "list", "--format", "json").stdout)
    assert [(row["number"], row["title"], row["price"]) for row in rows] == [
        (1, "Honey", "9.90"),
        (2, "Jam", "9.90"),
    ]
    assert "Honey may go" in run("stock", "approve", "1", "--reason", "seen").stdout
    assert "Jam is refused" in run("stock", "refuse", "2", "--reason", "no page").stdout
    assert "Nothing waits." in run("stock", "list").stdout
    assert run("stock", "approve", "1").exit_code == 2
    assert run("report", "--by", "shop", "--format", "json").stdout.strip() == "[]"


def test_own_purchases_are_switched_off_for_a_known_marketplace(folder: Path) -> None:
    (folder / "feed.csv").write_text("title,url,price\nTea,https://a.example/1,5\n", "utf-8")
    assert run("catalog", "import", "feed.csv", "--marketplace", "bazaar").exit_code == 0
    words = ("marketplace", "self-purchase", "bazaar")
    assert "No /buy links" in run(*words, "off", "--reason", "their terms").stdout
    assert "pays for own" in run(*words, "on", "--reason", "new terms").stdout
    assert run("marketplace", "self-purchase", "nowhere", "off", "--reason", "x").exit_code == 2
