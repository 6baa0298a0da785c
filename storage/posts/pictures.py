"""What Telegram calls the pictures that it already has."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import pictures
from storage.upsert import insert_for


async def list_known(
    connection: AsyncConnection, image_urls: Collection[str], *, bot_id: int
) -> dict[str, str]:
    """``file_id`` of those of ``image_urls`` that ``bot_id`` sent before."""
    if not image_urls:
        return {}
    rows = await connection.execute(
        select(pictures.c.image_url, pictures.c.file_id).where(
            pictures.c.bot_id == bot_id, pictures.c.image_url.in_(image_urls)
        )
    )
    return {image_url: file_id for image_url, file_id in rows}


async def set_known(connection: AsyncConnection, found: Mapping[str, str], *, bot_id: int) -> None:
    """Keep ``bot_id``'s ``file_id`` of each image address in the place of an earlier one."""
    if not found:
        return
    statement = insert_for(connection, pictures)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[pictures.c.bot_id, pictures.c.image_url],
            set_={"file_id": statement.excluded.file_id},
        ),
        # In one order, so that two workers never wait for each other's rows in a circle.
        [{"bot_id": bot_id, "image_url": url, "file_id": found[url]} for url in sorted(found)],
    )
