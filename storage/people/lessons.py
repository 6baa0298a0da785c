"""Training tasks that promoters have done."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import PersonId
from storage.tables import lessons
from storage.upsert import insert_ignore


async def mark(connection: AsyncConnection, promoter_id: PersonId, task: str, at: datetime) -> None:
    """Note that a training task is done; the first time counts."""
    row = {"promoter_id": promoter_id, "task": task, "done_at": at}
    await insert_ignore(connection, lessons, [row])


async def list_done(connection: AsyncConnection, promoter_id: PersonId) -> set[str]:
    """The training tasks that a promoter has done."""
    rows = await connection.execute(
        select(lessons.c.task).where(lessons.c.promoter_id == promoter_id)
    )
    return {row[0] for row in rows}
