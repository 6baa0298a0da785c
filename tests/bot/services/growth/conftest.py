"""The scene of growing, on each engine."""

import pytest

from storage.database import Database
from tests.bot.services.growth.stage import Scene, open_scene


@pytest.fixture
async def scene(database: Database) -> Scene:
    """Lin, Chen and Zhao, an offer, a clock."""
    return await open_scene(database)
