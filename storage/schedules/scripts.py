"""Scripts that operators set in the place of a programme's own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import script_sets
from storage.upsert import insert_for

Scripts = Mapping[str, Mapping[str, tuple[str, ...]]]


async def list_set(connection: AsyncConnection) -> dict[str, tuple[datetime, Scripts]]:
    """By programme: since when, and the scripts; programmes without any are left out."""
    rows = await connection.execute(select(script_sets))
    return {row.programme: (row.set_at, _read(row.scripts)) for row in rows}


async def set_of(
    connection: AsyncConnection, programme: str, scripts: Scripts, at: datetime
) -> None:
    """Keep ``scripts`` for ``programme`` in the place of those before."""
    document: dict[str, Any] = {
        slot: {language: list(variants) for language, variants in by_language.items()}
        for slot, by_language in scripts.items()
    }
    statement = insert_for(connection, script_sets).values(
        programme=programme, scripts=document, set_at=at
    )
    changed = {name: statement.excluded[name] for name in ("scripts", "set_at")}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[script_sets.c.programme], set_=changed)
    )


async def delete_of(connection: AsyncConnection, programme: str) -> bool:
    """Go back to the file's scripts; whether there were others."""
    done = await connection.execute(delete(script_sets).where(script_sets.c.programme == programme))
    return done.rowcount == 1


def _read(document: Mapping[str, Mapping[str, list[str]]]) -> Scripts:
    return {
        slot: {language: tuple(variants) for language, variants in by_language.items()}
        for slot, by_language in document.items()
    }
