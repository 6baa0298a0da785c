"""Links for many clients: each has a link of its own, so that its clicks can be told."""

from sqlalchemy import text

from bot.domain.records import Link, LinkCode
from storage.database import Database
from storage.links import links
from tests.cast import NOON, add_offer, set_stage

CLIENTS = 64
CODES = [f"aaaaaaaaaa{'abcdefgh'[number // 8]}{'abcdefgh'[number % 8]}a" for number in range(64)]
TARGET = "https://shop.example.com/p-1?subid="


async def linked(database_url: str) -> str:
    """``database_url``, of a database with tables, into which a link of each code was put."""
    database = Database(database_url)
    stage = await set_stage(database)
    async with database.write() as connection:
        offer = await add_offer(connection)
        new = [
            Link(LinkCode(code), offer, "feed", None, stage.group, stage.lin, TARGET + code, NOON)
            for code in CODES
        ]
        await links.add(connection, new)
    await database.close()
    return database_url


async def kept(database: Database) -> dict[str, tuple[int, int]]:
    """By code: clicks in all, and how many of them are people's by the count of the hours."""
    async with database.read() as connection:
        rows = await connection.execute(text("SELECT code, count(*) FROM clicks GROUP BY code"))
        clicks = {code: number for code, number in rows}
        rows = await connection.execute(
            text("SELECT code, sum(people), sum(people + bots) FROM click_hours GROUP BY code")
        )
        counted = {code: (int(people), int(everybody)) for code, people, everybody in rows}
    assert clicks == {code: everybody for code, (_people, everybody) in counted.items()}
    return {code: (number, counted[code][0]) for code, number in clicks.items()}
