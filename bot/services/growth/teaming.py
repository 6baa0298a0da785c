"""Teams: what the directly invited sold, apart from who was invited; both by pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.growth.boards import month_of, month_span
from bot.domain.records import PersonId
from bot.services.growth.outcomes import Invitations, Sales, Seller, Total
from storage import variables
from storage.database import Database
from storage.growth import teams
from storage.people import people

CURSOR = "team_entry"
BATCH = 2_000
"""Entries of one look."""
LAG = timedelta(seconds=30)
"""Entries younger than this wait for the next look: others may still commit an earlier one."""
PAGE = 10


@dataclass(frozen=True)
class Teaming:
    """One level down and no further: nobody sees whom others invited."""

    database: Database
    now: Callable[[], datetime]
    zone: ZoneInfo

    async def add_up(self) -> int:
        """Bring the sums of teams up to the books; how many entries lie behind.

        Goes by the entries of the books from where it was: whatever moved since, its month and
        seller are counted anew from orders and entries, so that doing it twice changes nothing.
        """
        until = self.now()
        if not self.database.is_sqlite:
            until -= LAG
        async with self.database.read() as connection:
            after = int(await variables.find(connection, CURSOR) or 0)
            moved, last = await teams.list_moved(connection, after, BATCH, until)
        if last == after:
            return 0
        sums: dict[tuple[PersonId, date], set[PersonId]] = {}
        for one in moved:
            month = month_of(one.ordered_at, self.zone)
            sums.setdefault((one.inviter_id, month), set()).add(one.promoter_id)
        async with self.database.write() as connection:
            for (inviter_id, month), sellers in sums.items():
                span = month_span(month, self.zone)
                await teams.renew(connection, inviter_id, month, span, sellers)
            await variables.set(connection, CURSOR, str(last))
        return last - after

    async def sales(self, inviter_id: PersonId, page: int = 0) -> Sales:
        """This month's orders through the directly invited, and the own share of them."""
        month = month_of(self.now(), self.zone)
        async with self.database.read() as connection:
            totals = await teams.totals(connection, inviter_id, month)
            found = await teams.list_sellers(
                connection, inviter_id, month, offset=page * PAGE, limit=PAGE + 1
            )
            names = await people.promoters_by_ids(
                connection, [each.promoter_id for each in found[:PAGE]]
            )
        return Sales(
            month=month,
            totals=tuple(Total(code, *figures) for code, figures in sorted(totals.items())),
            sellers=tuple(
                Seller(names[one.promoter_id].name, one.orders, one.share_minor, one.currency)
                for one in found[:PAGE]
            ),
            page=page,
            has_more=len(found) > PAGE,
        )

    async def invitations(self, owner_id: PersonId, page: int = 0) -> Invitations:
        """Own codes and who joined: a page of each, the latest first."""
        wanted = {"offset": page * PAGE, "limit": PAGE + 1}
        async with self.database.read() as connection:
            codes = await teams.list_invitations(connection, owner_id, **wanted)
            ids = await teams.list_joined(connection, owner_id, **wanted)
            joined = await people.promoters_by_ids(connection, ids[:PAGE])
            total = await people.count_invited(connection, owner_id)
        return Invitations(
            codes=tuple(codes[:PAGE]),
            joined=tuple(joined[each] for each in ids[:PAGE]),
            total=total,
            page=page,
            has_more=max(len(codes), len(ids)) > PAGE,
        )
