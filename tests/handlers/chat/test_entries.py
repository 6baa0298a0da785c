"""The tables of the chat door name handlers that are there, and loads none of them early."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from handlers.chat import entries
from handlers.chat.wire.late import ROOM, Late, late

HERE = Path(entries.__file__).parent
NAMED = sorted(
    {
        place
        for path in HERE.rglob("*.py")
        for place in re.findall(r'\blate\(\s*"([^"]+)"\s*\)', path.read_text("utf-8"))
    }
)


def test_every_handler_of_the_tables_is_named() -> None:
    tables = [handler for _, handler in entries.COMMANDS.values()]
    assert len(NAMED) > len(tables)
    assert all(isinstance(handler, Late) for handler in tables)


@pytest.mark.parametrize("place", NAMED)
def test_what_is_named_is_a_coroutine_of_the_chat_door(place: str) -> None:
    handler = late(place).handler
    assert inspect.iscoroutinefunction(handler)
    assert handler.__module__.startswith(f"{ROOM}.")
    assert handler.__doc__


def test_buttons_that_stand_in_groups_are_buttons() -> None:
    assert set(entries.OPEN_PRESSES) <= set(entries.PRESSES)


async def test_a_handler_is_called_as_if_it_had_been_there() -> None:
    with pytest.raises(AttributeError, match="services"):
        await late("earnings:earnings")(None)


def test_the_door_stands_before_the_first_handler_is_loaded() -> None:
    asked = "import sys, handlers.chat.door; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    loaded = set(told.stdout.split())
    modules = {f"{ROOM}.{place.partition(':')[0]}" for place in NAMED}
    assert sorted(loaded & modules) == []
