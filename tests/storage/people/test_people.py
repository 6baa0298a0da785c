"""People and promoters as the database keeps them."""

from storage.database import Database
from storage.people import people
from tests.cast import LIN, NOON, set_stage


async def test_an_upline_goes_from_the_inviter_to_the_root(database: Database) -> None:
    stage = await set_stage(database)
    async with database.read() as connection:
        assert await people.list_upline(connection, stage.zhao) == [stage.chen, stage.lin]
        assert await people.list_upline(connection, stage.lin) == []


async def test_a_known_telegram_id_is_the_same_person(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        again = await people.add(
            connection, telegram_id=LIN, name="Another", language="en", at=NOON
        )
    assert (again.id, again.name, again.language) == (stage.lin, "Lin", "zh")


async def test_the_latest_promoters_come_first(database: Database) -> None:
    stage = await set_stage(database)
    async with database.read() as connection:
        everybody = await people.list_promoters(connection)
        latest = await people.list_promoters(connection, 2)
    assert [one.id for one in everybody] == [stage.lin, stage.chen, stage.zhao]
    assert [one.id for one in latest] == [stage.zhao, stage.chen]


async def test_a_very_long_name_is_kept_in_part(database: Database) -> None:
    async with database.write() as connection:
        person = await people.add(connection, telegram_id=1, name="n" * 500, language="zh", at=NOON)
    assert len(person.name) == people.NAME_LIMIT
