"""Variables: small values that outlive a restart, and the first writer wins."""

import asyncio

from storage import variables
from storage.database import Database


async def test_a_variable_is_found_as_it_was_last_set(database: Database) -> None:
    async with database.write() as connection:
        assert await variables.find(connection, "rate") is None
        await variables.set(connection, "rate", "1")
        await variables.set(connection, "rate", "2")
        assert await variables.find(connection, "rate") == "2"


async def test_of_many_first_writers_one_wins_and_all_learn_the_same(database: Database) -> None:
    async def offer(value: int) -> str:
        async with database.write() as connection:
            return await variables.find_or_set(connection, "key", str(value))

    found = await asyncio.gather(*(offer(value) for value in range(8)))
    assert len(set(found)) == 1


async def test_old_ones_of_a_family_go_and_the_kept_one_stays(database: Database) -> None:
    async with database.write() as connection:
        for name in ("key:1", "key:2", "key_3", "other"):
            await variables.set(connection, name, "x")
        assert await variables.delete_others(connection, "key:", keep=["key:2"]) == 1
        assert await variables.find(connection, "key:1") is None
        assert await variables.find(connection, "key:2") == "x"
        assert await variables.find(connection, "key_3") == "x"
