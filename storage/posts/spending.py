"""How many posts each bot paid for on each day, UTC: a budget that survives restarts."""

from datetime import date

from sqlalchemy import Integer, Text, cast
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import variables as named
from storage.tables import variables
from storage.upsert import insert_for


async def count(connection: AsyncConnection, bot_id: int, day: date) -> int:
    """How many posts of the bot were paid for on ``day``."""
    return int(await named.find(connection, _name(bot_id, day)) or 0)


async def add(connection: AsyncConnection, bot_id: int, day: date, posts: int) -> None:
    """Count ``posts`` more, or fewer where it is below zero: those that were not sent."""
    if posts == 0:
        return
    counted = cast(variables.c.value, Integer) + posts
    await connection.execute(
        insert_for(connection, variables)
        .values(name=_name(bot_id, day), value=str(max(posts, 0)))
        .on_conflict_do_update(
            index_elements=[variables.c.name], set_={"value": cast(counted, Text)}
        )
    )


def _name(bot_id: int, day: date) -> str:
    return f"paid:{bot_id}:{day.isoformat()}"
