"""Rooms that are built at their first use, and are the same from then on."""

import subprocess
import sys
from datetime import UTC, datetime
from os import urandom
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.services.rooms import Ground, Rooms
from storage.database import Database


def test_a_room_is_the_same_whoever_enters(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'haowu.db'}")
    rooms = Rooms(
        Ground(
            database,
            {},
            {},
            lambda: datetime.now(UTC),
            urandom,
            "https://go.example.com",
            ZoneInfo("UTC"),
            "en",
        )
    )

    assert rooms.pools is rooms.pools


def test_nobody_waits_at_the_start_for_a_room_that_nobody_enters() -> None:
    asked = "import sys, bot.services.rooms; print('bot.services.pools.together' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)

    assert told.stdout.strip() == "False"
