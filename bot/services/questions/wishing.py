"""What people wish for and nobody lists: counted by people whom the counts cannot name."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.questions.keys import wish_key
from bot.domain.questions.reading import read_question
from bot.domain.records import Currency, Group, PersonId, Question, QuestionId
from bot.services.questions.outcomes import Wished, WishRow
from storage import variables
from storage.database import Connection, Database
from storage.people import people
from storage.questions import questions, wishes

SECRET, SECRET_BYTES = "wish_secret", 32
HASH_BYTES = 16
PEOPLE = 3
"""Operators see only what at least so many asked for: below that it is somebody's own affair."""
KEPT_FOR = timedelta(days=30)
SHOWN_LIMIT = 50
KEY_LIMIT = 256
TEXT_LIMIT = 500


@dataclass(frozen=True)
class Wishing:
    """Counts wishes by a normal form of their words."""

    database: Database
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    currency: Currency

    async def want(self, person_id: PersonId, group: Group | None, words: str) -> Wished | None:
        """Count a wish of ``/want WORDS``; None where the words name nothing.

        ``group`` is where it was said: whose currency and language the words are in.
        """
        async with self.database.read() as connection:
            person = await people.find(connection, person_id)
        spoken = [each.language for each in (person, group) if each is not None]
        question = read_question(
            words[:TEXT_LIMIT], currency=self.currency, language=spoken[0] if spoken else "en"
        )
        secret = await self.secret()
        async with self.database.write() as connection:
            return await self.note(connection, person_id, question, secret)

    async def want_asked(self, person_id: PersonId, question_id: QuestionId) -> Wished | None:
        """Count what a question asked for as a wish of whoever taps; None once it is forgotten."""
        async with self.database.read() as connection:
            kept = await questions.find(connection, question_id)
        if kept is None or not kept.text:
            return None
        return await self.want(person_id, None, kept.text)

    async def inbox(self, limit: int = SHOWN_LIMIT) -> list[WishRow]:
        """What at least PEOPLE people asked for in the last 30 days, most wished first."""
        async with self.database.read() as connection:
            found = await wishes.list_common(
                connection, people=PEOPLE, since=self.now() - KEPT_FOR, limit=limit
            )
        return [WishRow(each.key, each.people, each.last_at) for each in found]

    async def secret(self) -> bytes:
        """The key of the hashes, made once; without it nobody's wishes can be told apart."""
        async with self.database.read() as connection:
            kept = await variables.find(connection, SECRET)
        if kept is None:
            fresh = self.entropy(SECRET_BYTES).hex()
            async with self.database.write() as connection:
                kept = await variables.find_or_set(connection, SECRET, fresh)
        return bytes.fromhex(kept)

    async def note(
        self, connection: Connection, person_id: PersonId, question: Question, secret: bytes
    ) -> Wished | None:
        """Count what ``question`` asks for, in the transaction at hand."""
        key = wish_key(question)[:KEY_LIMIT]
        concepts = [concept for wanted in question.wanted for concept in wanted.concepts]
        if not key or not concepts:
            return None
        person = person_in(secret, person_id, key)
        is_new = await wishes.add(connection, key, person, concepts, self.now())
        return Wished(key, is_new)


def person_in(secret: bytes, person_id: PersonId, key: str) -> str:
    """32 hex characters for a person within one wish: another wish shows another person."""
    return hmac.digest(secret, f"{person_id}\t{key}".encode(), "blake2b")[:HASH_BYTES].hex()
