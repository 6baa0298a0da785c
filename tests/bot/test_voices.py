"""Each bot of the settings has a way in, a secret and an outbox of its own."""

from pathlib import Path

import pytest

from bot.app import opened
from bot.settings import Settings, load
from bot.voices import voices
from handlers.chat.wire.chats import id_of


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Two bots over an empty SQLite file."""
    return load(
        _env_file=None,
        telegram_bot_token="7:first,8:second",
        telegram_api_url="http://127.0.0.1:9",
        database_url=f"sqlite:///{tmp_path / 'haowu.db'}",
    )


async def test_each_bot_has_an_address_and_a_secret_of_its_own(settings: Settings) -> None:
    async with opened(settings) as app, voices(app) as (first, second):
        assert (first.webhook_path, second.webhook_path) == ("/telegram", "/telegram/8")
        assert first.webhook_secret != second.webhook_secret
        assert "first" not in first.webhook_secret


async def test_each_chat_door_knows_whose_it_is_and_all_the_others(settings: Settings) -> None:
    async with opened(settings) as app, voices(app) as found:
        for voice in found:
            assert voice.services.bot_id == voice.bot_id == id_of(voice.outward)
            assert list(voice.services.bots) == [7, 8]
            assert voice.services.bots[voice.bot_id] is voice.chat.bot


async def test_only_the_first_bot_speaks_for_what_knows_none(settings: Settings) -> None:
    async with opened(settings) as app, voices(app) as found:
        outboxes = [voice.sending() for voice in found]
        assert [(one.bot_id, one.is_first) for one in outboxes] == [(7, True), (8, False)]
