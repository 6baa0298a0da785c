"""Lin's group on each engine."""

from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from tests.bot.services.health import stage
from tests.bot.services.health.stage import Scene


@pytest.fixture
async def scene(database: Database) -> AsyncIterator[Scene]:
    """Lin's group of 120 members, known since this morning."""
    async with stage.scene(database) as found:
        yield found
