"""The group in which somebody is at home."""

from storage.database import Database
from storage.people import homes, people
from tests.cast import NOON, set_stage


async def test_the_last_group_counts_and_who_was_forgotten_has_none(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        assert await homes.find(connection, stage.chen) is None
        await homes.mark(connection, stage.chen, stage.group)
        assert await homes.find(connection, stage.chen) == stage.group
        assert await homes.find(connection, stage.lin) is None
        await people.erase(connection, stage.chen, NOON)
        assert await homes.find(connection, stage.chen) is None
        await homes.mark(connection, stage.chen, stage.group)
        assert await homes.find(connection, stage.chen) is None
