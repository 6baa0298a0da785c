"""Gold owners: an operator's word, dated and with a reason; communities separate by it [S4]."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.programmes import Community, Programme
from bot.domain.records import PersonId, Promoter
from bot.errors import InputError, NotFoundError
from storage.database import Connection, Database
from storage.people import people, standings


@dataclass(frozen=True)
class Standing:
    """Makes promoters gold and takes it back; what was credited before stays as it was."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]

    async def make_gold(
        self, telegram_id: int, since: datetime, *, by: str, reason: str
    ) -> Promoter:
        """Let a promoter be gold from ``since`` on, which may lie ahead (audited).

        Raises NotFoundError for no promoter, InputError without a reason, for a time before the
        promoter joined, and where the programme has no communities.
        """
        async with self.database.write() as connection:
            promoter = await self._promoter(connection, telegram_id, reason)
            if since < promoter.joined_at:
                raise InputError("Nobody is gold before joining.")
            await standings.set_gold(connection, promoter.id, since)
            said = f"from {since.isoformat()}: {reason.strip()}"
            await self._audit(connection, by, "gold", promoter.id, said)
            return promoter

    async def end_gold(self, telegram_id: int, *, by: str, reason: str) -> Promoter:
        """Take back that a promoter is gold (audited); orders that were credited stay.

        Raises as ``make_gold``, and InputError where the promoter is not gold.
        """
        async with self.database.write() as connection:
            promoter = await self._promoter(connection, telegram_id, reason)
            if not await standings.remove_gold(connection, promoter.id):
                raise InputError("This promoter is not gold.")
            await self._audit(connection, by, "not gold", promoter.id, reason.strip())
            return promoter

    async def gold(self, promoters: list[Promoter]) -> dict[PersonId, datetime]:
        """Since when those of ``promoters`` are gold who are or will be."""
        async with self.database.read() as connection:
            return await standings.list_gold(connection, [each.id for each in promoters])

    async def _promoter(self, connection: Connection, telegram_id: int, reason: str) -> Promoter:
        if not reason.strip():
            raise InputError("This needs a reason: it moves shares.")
        promoter = await people.find_promoter_by_telegram(connection, telegram_id)
        if promoter is None:
            raise NotFoundError(f"No promoter has the Telegram id {telegram_id}.")
        programme = self.programmes.get(promoter.programme)
        terms = programme.terms if programme else ()
        if not any(isinstance(each.split, Community) for each in terms):
            raise InputError(f"“{promoter.programme}” has no gold owners.")
        return promoter

    async def _audit(
        self, connection: Connection, by: str, action: str, promoter_id: PersonId, reason: str
    ) -> None:
        subject = f"person:{promoter_id}"
        await people.append_audit(connection, self.now(), by, action, subject, reason)
