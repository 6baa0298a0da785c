"""The desk at which the tests of questions ask, on each engine in turn."""

import pytest

from storage.database import Database
from tests.bot.services.questions.desk import Desk, open_desk


@pytest.fixture
async def desk(database: Database) -> Desk:
    """Lin's group at noon."""
    return await open_desk(database)
