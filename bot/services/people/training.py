"""Rules and questions between joining and posting: the training that unlocks it [S1]."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.programmes import Programme
from bot.domain.records import PersonId, Promoter, PromoterStatus
from bot.errors import InputError, NotAllowedError
from storage.database import Connection, Database
from storage.people import lessons, people

RULES = "rules"
"""The task of reading the rules; "question:N" are the others."""


@dataclass(frozen=True)
class Open:
    """What is still to be done: reading the rules, and questions by index."""

    promoter: Promoter
    has_read_rules: bool
    questions: tuple[int, ...]


@dataclass(frozen=True)
class Wrong:
    """The answer was wrong; it may be tried again."""

    promoter: Promoter
    question: int


@dataclass(frozen=True)
class Unlocked:
    """The training is done; ``is_new`` is False when it had been before."""

    promoter: Promoter
    is_new: bool


@dataclass(frozen=True)
class Training:
    """A promoter's lessons; all of them done means posting is unlocked."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]

    async def progress(self, person_id: PersonId) -> Open | Unlocked:
        """How far a promoter is.

        Raises NotAllowedError for whoever is no promoter or is suspended.
        """
        async with self.database.read() as connection:
            promoter = await self._pupil(connection, person_id)
            return await self._progress(connection, promoter)

    async def read_rules(self, person_id: PersonId) -> Open | Unlocked:
        """The promoter has read the rules.

        Raises NotAllowedError for whoever is no promoter or is suspended.
        """
        async with self.database.write() as connection:
            promoter = await self._pupil(connection, person_id)
            return await self._done(connection, promoter, RULES)

    async def answer(
        self, person_id: PersonId, question: int, choice: int
    ) -> Open | Wrong | Unlocked:
        """Take the choice (by index) for a question (by index); a right one is kept.

        Raises NotAllowedError for whoever is no promoter or is suspended, InputError for a
        question that there is not.
        """
        async with self.database.write() as connection:
            promoter = await self._pupil(connection, person_id)
            questions = self.programmes[promoter.programme].questions
            if question not in range(len(questions)):
                raise InputError("There is no such question.")
            if questions[question].answer != choice:
                return Wrong(promoter, question)
            return await self._done(connection, promoter, f"question:{question}")

    async def _pupil(self, connection: Connection, person_id: PersonId) -> Promoter:
        promoter = await people.find_promoter(connection, person_id)
        if promoter is None or promoter.status == PromoterStatus.SUSPENDED:
            raise NotAllowedError("Training is for promoters.")
        return promoter

    async def _done(self, connection: Connection, promoter: Promoter, task: str) -> Open | Unlocked:
        await people.lock(connection, promoter.id)
        await lessons.mark(connection, promoter.id, task, self.now())
        step = await self._progress(connection, promoter)
        if isinstance(step, Unlocked) or not step.has_read_rules or step.questions:
            return step
        await people.mark_status(connection, promoter.id, PromoterStatus.ACTIVE, self.now())
        unlocked = await people.find_promoter(connection, promoter.id)
        return Unlocked(unlocked or promoter, is_new=True)

    async def _progress(self, connection: Connection, promoter: Promoter) -> Open | Unlocked:
        if promoter.status == PromoterStatus.ACTIVE:
            return Unlocked(promoter, is_new=False)
        done = await lessons.list_done(connection, promoter.id)
        count = len(self.programmes[promoter.programme].questions)
        left = tuple(number for number in range(count) if f"question:{number}" not in done)
        return Open(promoter, RULES in done, left)
