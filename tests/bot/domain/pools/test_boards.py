"""What the message of a pool says in each state, in both languages, beginning with what it is."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.pools.boards import Board, Scene, board
from bot.domain.pools.pools import PoolState
from bot.domain.posts.characters import units
from bot.domain.posts.claims import banned, forced
from bot.domain.posts.disclosures import is_disclosed
from bot.domain.posts.notices import Tap
from bot.domain.posts.rendering import CAPTION_LIMIT
from tests.bot.domain.pools.builders import offer, pool
from tests.schemes import TEXTS

GOLDEN = Path(__file__).parent / "golden"
ZONE = ZoneInfo("Asia/Shanghai")
LIST: dict[str, Any] = {"seats": 1000, "has_pickup": True}
CASES: dict[str, dict[str, Any]] = {
    "open": {},
    "reached": {"state": PoolState.REACHED, "joined": 3},
    "closed": {"state": PoolState.CLOSED, "joined": 3},
    "missed": {"state": PoolState.MISSED},
    "cancelled": {"state": PoolState.CANCELLED},
    "void": {"state": PoolState.VOID},
    "list_open": LIST,
    "list_on": LIST | {"state": PoolState.REACHED, "joined": 4},
    "list_closed": LIST | {"state": PoolState.CLOSED, "joined": 12},
}


def made(language: str, case: str, **facts: Any) -> Board:
    fields = CASES[case]
    points = ("东门驿站", "南门水果店") if fields.get("has_pickup") else ()
    scene = Scene(
        pool(**fields), offer(**facts), ZONE, "https://go/r/together", "https://go/r/alone", points
    )
    return board(scene, TEXTS[language])


def written(shown: Board) -> str:
    rows = [
        " | ".join(f"[{one.text}] {one.data if isinstance(one, Tap) else one.url}" for one in row)
        for row in shown.buttons
    ]
    return "\n".join([shown.html, "--", *rows, ""])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", CASES)
def test_it_reads_as_it_was_looked_at(language: str, case: str) -> None:
    shown = written(made(language, case, coupon="满 20 减 10"))
    assert shown == (GOLDEN / f"{case}.{language}.txt").read_text("utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", CASES)
def test_it_discloses_first_promises_nothing_and_makes_nobody_share(
    language: str, case: str
) -> None:
    shown = made(language, case)
    assert is_disclosed(shown, language)  # type: ignore[arg-type]
    assert not banned(shown.html)
    assert not forced(shown.html)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", CASES)
def test_it_stays_within_a_caption_whatever_the_feed_says(language: str, case: str) -> None:
    shown = made(language, case, title="长" * 5000, coupon="<b>&" * 900)
    assert units(shown.html.replace("&lt;", "<").replace("&amp;", "&")) <= CAPTION_LIMIT
    assert "<b>&<b>" not in shown.html


def test_equal_messages_are_known_by_their_digest() -> None:
    assert made("zh", "open").digest == made("zh", "open").digest
    assert made("zh", "open").digest != made("en", "open").digest
