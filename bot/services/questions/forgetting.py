"""What was asked is forgotten: words after a week, questions and wishes after a month."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.domain.records import PersonId
from bot.services.questions.wishing import KEPT_FOR, SECRET, person_in
from storage import variables
from storage.database import Connection, Database
from storage.questions import claims, questions, told, wishes

WORDS_KEPT_FOR = timedelta(days=7)
"""Long enough for a promoter who is away a weekend to read what was asked."""
QUESTIONS_KEPT_FOR = timedelta(days=30)
"""Without words: for the figures, and for replies to an answer."""


@dataclass(frozen=True)
class Forgetting:
    """Deletes what is old; safe to run again."""

    database: Database
    now: Callable[[], datetime]

    async def forget_old(self) -> int:
        """Empty old words, delete old questions and wishes; how many rows changed."""
        now = self.now()
        async with self.database.write() as connection:
            count = await questions.delete_old(connection, now - QUESTIONS_KEPT_FOR)
            count += await questions.empty_texts(connection, now - WORDS_KEPT_FOR)
            count += await wishes.delete_old(connection, now - KEPT_FOR)
        return count


async def erase(connection: Connection, person_id: PersonId) -> None:
    """Forget everything that a person asked, told, wished and claimed."""
    await questions.erase_of(connection, person_id)
    await told.erase_of(connection, person_id)
    await claims.erase_of(connection, person_id)
    secret = await variables.find(connection, SECRET)
    if secret is not None:
        await wishes.erase_of(connection, partial(person_in, bytes.fromhex(secret), person_id))
