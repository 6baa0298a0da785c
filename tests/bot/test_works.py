"""Every row of the timetable has somebody who does it, each at its place."""

from pathlib import Path

import pytest

from bot.app import opened
from bot.settings import load
from bot.voices import voices
from bot.works import places, pushed
from schedules.timetable import TIMETABLE

PARTS = frozenset({"chat", "web", "clock", "outbox"})


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_bot_listens_sends_and_ticks_in_one_place_each(tmp_path: Path, mode: str) -> None:
    settings = load(
        _env_file=None,
        telegram_bot_token="7:first,8:second",
        telegram_api_url="http://127.0.0.1:9",
        telegram_mode=mode,
        public_url="https://haowu.example",
        database_url=f"sqlite:///{tmp_path / 'haowu.db'}",
    )
    async with opened(settings) as app, voices(app) as bots:
        found = places(app, bots, PARTS, TIMETABLE)
        assert list(found["clock"]) == ["clock"]
        assert list(found["outbox"]) == ["outbox:7", "outbox:8"]
        assert list(found.get("chat", {})) == (["chat:7", "chat:8"] if mode == "polling" else [])
        listening = pushed(app, bots, PARTS, None)  # type: ignore[arg-type]
        assert len(listening) == (2 if mode == "webhook" else 0)
        for one in listening:
            one.close()
