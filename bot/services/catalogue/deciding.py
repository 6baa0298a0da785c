"""Whose word counts where operators decide over the shortlist: theirs, and the command line's."""

from collections.abc import Collection

from bot.domain.records import PersonId
from bot.errors import InputError, NotAllowedError
from storage.database import Connection
from storage.people import people

COMMAND_LINE = "command line"
REASON_LIMIT = 300
"""Promoters read it in one line."""


async def actor_of(
    connection: Connection, by: PersonId | None, operator_ids: Collection[int]
) -> str:
    """Who decides, as the audit log writes it; None is whoever runs the command line.

    Raises NotAllowedError for a person who is no operator.
    """
    if by is None:
        return COMMAND_LINE
    person = await people.find(connection, by)
    if person is None or person.telegram_id not in operator_ids:
        raise NotAllowedError("Only operators decide over the shortlist.")
    return f"person:{person.id}"


def checked(reason: str) -> str:
    """A reason in one line; raises InputError where there is none, or one that nobody reads."""
    said = " ".join(reason.split())
    if not said:
        raise InputError("This needs a reason: promoters and the audit log tell it.")
    if len(said) > REASON_LIMIT:
        raise InputError(f"A reason has at most {REASON_LIMIT} characters.")
    return said
