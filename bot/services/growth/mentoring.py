"""Mentors: the inviter, or whoever was chosen; words passed on between the two, within limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.growth.levels import rung_of
from bot.domain.growth.progress import working_on
from bot.domain.programmes import Programme
from bot.domain.records import PersonId, Promoter, PromoterStatus
from bot.errors import NotFoundError
from bot.services.growth.growing import level_of
from bot.services.growth.outcomes import (
    Mentee,
    Mentees,
    Mentoring,
    Relayed,
    Unchosen,
    Unrelayed,
)
from storage.database import Connection, Database
from storage.growth import facts, mentors
from storage.growth.mentors import Mentorship, Relay
from storage.people import people

WORDS_LIMIT = 500
"""Characters of what is passed on."""
RELAYS_A_DAY = 3
"""Words of one side to the other within a day: a mentor is no hot line."""
OFFERED_LIMIT, SHOWN_LIMIT = 20, 5
"""Mentors looked at, and shown to choose from."""
PAGE = 10


@dataclass(frozen=True)
class Mentors:
    """Who helps whom; nothing is earned by it."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]

    async def of(self, promoter_id: PersonId) -> Mentoring:
        """A promoter's mentor, and what the promoter offers."""
        async with self.database.read() as connection:
            promoter = await self._promoter(connection, promoter_id)
            found = await mentors.find(connection, promoter_id)
            return Mentoring(
                mentor=await self._there(connection, found.mentor_id),
                is_inviter=found.mentor_id == promoter.inviter_id,
                is_muted=found.is_muted_by_mentee,
                mentees_limit=self._limit(promoter),
                is_offering=await mentors.is_offering(connection, promoter_id),
            )

    async def pass_on(
        self, sender_id: PersonId, words: str, answered: int | None
    ) -> Relayed | Unrelayed:
        """Whether words may go to one's mentor, or back to whom ``answered`` came from.

        Written down before they go, so that a limit holds whatever happens then; the words
        themselves are not kept.
        """
        if not words.strip():
            return Unrelayed.EMPTY
        if len(words) > WORDS_LIMIT:
            return Unrelayed.LONG
        async with self.database.write() as connection:
            await people.lock(connection, sender_id)
            mentorship = await self._between(connection, sender_id, answered)
            if mentorship is None or mentorship.mentor_id is None:
                return Unrelayed.GONE if answered else Unrelayed.NOBODY
            is_to_mentor = sender_id == mentorship.mentee_id
            other_id = mentorship.mentor_id if is_to_mentor else mentorship.mentee_id
            other = await self._there(connection, other_id)
            if other is None:
                return Unrelayed.NOBODY
            if mentorship.is_muted_by_mentor or mentorship.is_muted_by_mentee:
                return Unrelayed.MUTED
            mentee_id, since = mentorship.mentee_id, self.now() - timedelta(days=1)
            count = await mentors.count_relays(connection, sender_id, mentee_id, since)
            if count >= RELAYS_A_DAY:
                return Unrelayed.LIMIT
            relay = Relay(sender_id, mentee_id, mentorship.mentor_id)
            number = await mentors.add_relay(connection, relay, self.now())
            sender = await self._promoter(connection, sender_id)
            return Relayed(other, sender, number, is_to_mentor)

    async def mute(self, promoter_id: PersonId, relay_id: int | None, *, is_muted: bool) -> bool:
        """Want no words of the own mentor (None), or of whom a relay came from; or want them again.

        False where there is nobody to mute.
        """
        async with self.database.write() as connection:
            mentorship = await self._between(connection, promoter_id, relay_id)
            if mentorship is None or mentorship.mentor_id is None:
                return False
            is_mentee = promoter_id == mentorship.mentee_id
            await mentors.mark_muted(
                connection,
                mentorship.mentee_id,
                self.now(),
                by_mentee=is_muted if is_mentee else None,
                by_mentor=None if is_mentee else is_muted,
            )
            return True

    async def offered(self, promoter_id: PersonId) -> list[Promoter]:
        """Who may be chosen instead: some of the own programme who offer to and have room."""
        async with self.database.read() as connection:
            promoter = await self._promoter(connection, promoter_id)
            ids = await mentors.list_offering(connection, promoter.programme, OFFERED_LIMIT)
            found = await people.promoters_by_ids(connection, ids)
            now = await mentors.find(connection, promoter_id)
            fitting: list[Promoter] = []
            for one in (found[each] for each in ids if each != now.mentor_id):
                if await self._why_not(connection, promoter, one) is None:
                    fitting.append(one)
            return fitting[:SHOWN_LIMIT]

    async def choose(self, promoter_id: PersonId, mentor_id: PersonId) -> Promoter | Unchosen:
        """Take another mentor: one who offers to, or the inviter again."""
        async with self.database.write() as connection:
            await people.lock(connection, mentor_id)
            promoter = await self._promoter(connection, promoter_id)
            mentor = await self._there(connection, mentor_id)
            if mentor is None:
                return Unchosen.UNKNOWN
            is_inviter = mentor_id == promoter.inviter_id
            reason = None if is_inviter else await self._why_not(connection, promoter, mentor)
            if reason is not None:
                return reason
            chosen = None if is_inviter else mentor_id
            await mentors.mark_mentor(connection, promoter_id, chosen, self.now())
            return mentor

    async def assign(
        self, mentee_telegram_id: int, mentor_telegram_id: int, *, by: str
    ) -> tuple[Promoter, Promoter] | Unchosen:
        """An operator's word on who mentors whom (audited).

        Raises NotFoundError where one of the two is no promoter.
        """
        async with self.database.write() as connection:
            mentee = await people.find_promoter_by_telegram(connection, mentee_telegram_id)
            mentor = await people.find_promoter_by_telegram(connection, mentor_telegram_id)
            if mentee is None or mentor is None:
                raise NotFoundError("Both must be promoters.")
            if mentee.id == mentor.id:
                return Unchosen.SELF
            if (await mentors.find(connection, mentor.id)).mentor_id == mentee.id:
                return Unchosen.CIRCLE
            await mentors.mark_mentor(connection, mentee.id, mentor.id, self.now())
            subject = f"person:{mentee.id}"
            reason = f"person:{mentor.id}"
            await people.append_audit(connection, self.now(), by, "mentor", subject, reason)
            return mentee, mentor

    async def offer(self, promoter_id: PersonId, *, is_offering: bool) -> bool:
        """Let others of the programme choose the promoter, or no longer.

        False where the promoter's level does not bring it.
        """
        async with self.database.write() as connection:
            promoter = await self._promoter(connection, promoter_id)
            if not is_offering:
                await mentors.withdraw(connection, promoter_id)
                return True
            if not self._limit(promoter):
                return False
            await mentors.offer(connection, promoter_id, promoter.programme, self.now())
            return True

    async def mentees(self, mentor_id: PersonId, page: int) -> Mentees:
        """How far those are whom somebody mentors: level and tasks, nothing of what they earn."""
        async with self.database.read() as connection:
            ids = await mentors.list_mentees(
                connection, mentor_id, offset=page * PAGE, limit=PAGE + 1
            )
            found = await people.promoters_by_ids(connection, ids[:PAGE])
            done = await facts.list_done(connection, ids[:PAGE])
        shown = [self._mentee(found[each], done[each]) for each in ids[:PAGE]]
        return Mentees(tuple(shown), page, len(ids) > PAGE)

    def _mentee(self, promoter: Promoter, done: set[str]) -> Mentee:
        rungs = self.programmes[promoter.programme].rungs
        rung = working_on(rungs, done)
        count = sum(f"{rung.level}:{task}" in done for task in rung.tasks)
        return Mentee(promoter, level_of(rungs, done, promoter.level), count, len(rung.tasks))

    def _limit(self, promoter: Promoter) -> int:
        return rung_of(self.programmes[promoter.programme].rungs, promoter.level).mentees

    async def _between(
        self, connection: Connection, person_id: PersonId, relay_id: int | None
    ) -> Mentorship | None:
        """The mentorship that is meant: the own, or the one of a relay while it still stands."""
        if relay_id is None:
            return await mentors.find(connection, person_id)
        relay = await mentors.find_relay(connection, relay_id)
        if relay is None or person_id not in (relay.mentee_id, relay.mentor_id):
            return None
        now = await mentors.find(connection, relay.mentee_id)
        return now if now.mentor_id == relay.mentor_id else None

    async def _why_not(
        self, connection: Connection, mentee: Promoter, mentor: Promoter
    ) -> Unchosen | None:
        """Why ``mentor`` may not be chosen by ``mentee``; None where that is fine."""
        if mentor.id == mentee.id:
            return Unchosen.SELF
        if mentor.programme != mentee.programme or mentor.status != PromoterStatus.ACTIVE:
            return Unchosen.UNKNOWN
        if not await mentors.is_offering(connection, mentor.id):
            return Unchosen.NOT_OFFERED
        if (await mentors.find(connection, mentor.id)).mentor_id == mentee.id:
            return Unchosen.CIRCLE
        is_full = await mentors.count_chosen(connection, mentor.id) >= self._limit(mentor)
        return Unchosen.FULL if is_full else None

    async def _there(self, connection: Connection, person_id: PersonId | None) -> Promoter | None:
        """A promoter who can be written to; None for nobody, and for whoever left."""
        found = await people.find_promoter(connection, person_id) if person_id else None
        is_there = found and found.telegram_id and found.status != PromoterStatus.SUSPENDED
        return found if is_there else None

    async def _promoter(self, connection: Connection, person_id: PersonId) -> Promoter:
        found = await people.find_promoter(connection, person_id)
        if found is None:
            raise NotFoundError("That person is no promoter.")
        return found
