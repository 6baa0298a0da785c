"""Whoever is forgotten stands on no board, mentors nobody and is nobody's choice."""

from bot.domain.records import PersonId
from storage.database import Connection
from storage.growth import boards, mentors


async def erase(connection: Connection, person_id: PersonId) -> None:
    """Take somebody out of all that growing keeps; tasks done stay as bare numbers."""
    await boards.remove_promoter(connection, person_id)
    await boards.remove_member(connection, person_id)
    await mentors.erase(connection, person_id)
