"""Every service of the house is built when somebody first asks for it, and only then."""

import subprocess
import sys
from datetime import UTC, datetime
from functools import cached_property
from os import urandom
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.services.desks import Desks
from bot.services.rooms import Ground, Housed, Rooms
from storage.database import Database

NAMES = [name for name, value in vars(Desks).items() if isinstance(value, cached_property)]
NAMES += [name for name, value in vars(Rooms).items() if isinstance(value, cached_property)]


@pytest.fixture
def rooms(tmp_path: Path) -> Rooms:
    """All of them over an empty file."""
    database = Database(f"sqlite:///{tmp_path / 'haowu.db'}")
    ground = Ground(
        database, {}, {}, lambda: datetime.now(UTC), urandom, "", ZoneInfo("UTC"), "en"
    )  # fmt: skip
    return Rooms(ground)


@pytest.mark.parametrize("name", NAMES)
def test_every_service_can_be_built_and_is_the_same_for_everybody(rooms: Rooms, name: str) -> None:
    assert getattr(rooms, name) is getattr(rooms, name)


def test_whoever_has_rooms_has_their_services(rooms: Rooms) -> None:
    class House(Housed):
        def __init__(self) -> None:
            self.rooms = rooms

    assert House().answering is rooms.answering
    with pytest.raises(AttributeError):
        House()._answering  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(AttributeError):
        House().kitchen  # type: ignore[attr-defined]  # noqa: B018


def test_the_roof_is_built_without_a_single_service() -> None:
    asked = (
        "import sys, bot.app;"
        "print(*(m for m in sys.modules if m.startswith('bot.services.') and m.count('.') == 3))"
    )
    told = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert told.stdout.split() == []
