"""Quiet hours and blackout dates of any scope, as operators see and set them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.programmes import Programme
from bot.domain.records import GroupId
from bot.domain.schedules import seasons
from bot.domain.schedules.rules import Blackout, Quiet
from bot.domain.schedules.seasons import Coming
from bot.errors import InputError, NotFoundError
from bot.services.posts.scheduling import GROUPS_AT_ONCE, Scheduling
from bot.services.schedules.quieting import cut_planned
from storage.database import Database
from storage.people import groups, people
from storage.posts import slots
from storage.schedules import silences


@dataclass(frozen=True)
class Operating:
    """Raises InputError or NotFoundError for a scope that is none."""

    database: Database
    programmes: Mapping[str, Programme]
    scheduling: Scheduling
    now: Callable[[], datetime]

    async def quiet_hours(self) -> list[tuple[str, Quiet | None, bool]]:
        """(scope, quiet hours, whether they were set by hand): the programmes' first."""
        async with self.database.read() as connection:
            by_hand = await silences.list_quiet(connection)
        rows = [
            (scope, programme.quiet, False)
            for name, programme in self.programmes.items()
            if (scope := f"programme:{name}") not in by_hand and programme.quiet is not None
        ]
        return [*rows, *((scope, quiet, True) for scope, quiet in sorted(by_hand.items()))]

    async def blackouts(self, since: date) -> list[tuple[str, Blackout]]:
        """Every blackout by scope that is not over by ``since``, the earliest first."""
        async with self.database.read() as connection:
            by_hand = await silences.list_blackouts(connection, None, since)
        rows = [
            (f"programme:{name}", each)
            for name, programme in self.programmes.items()
            for each in programme.blackouts
            if each.ends_on >= since
        ]
        rows += [(scope, each) for scope, own in by_hand.items() for each in own]
        return sorted(rows, key=lambda row: (row[1].starts_on, row[0], row[1].id))

    def festivals(self, day: date) -> list[tuple[str, Coming]]:
        """The festivals that each programme has on ``day`` or in the weeks behind it."""
        return [
            (name, each)
            for name, programme in self.programmes.items()
            for each in seasons.coming(programme, day)
        ]

    async def set_quiet(self, scope: str, quiet: Quiet | None, *, by: str) -> None:
        """Set the quiet hours of ``scope``; None switches a programme's off, and others' back."""
        async with self.database.write() as connection:
            await self.scheduling.checked(connection, scope)
            if quiet is None and not scope.startswith("programme:"):
                await silences.delete_quiet(connection, scope)
            else:
                await silences.set_quiet(connection, scope, quiet)
            written = str(quiet or "off")
            await people.append_audit(connection, self.now(), by, "quiet hours", scope, written)
        await self._cut_under(scope)

    async def add_blackout(self, scope: str, blackout: Blackout, *, by: str) -> int:
        """Let no slot open on these days in ``scope``; the blackout's number."""
        async with self.database.write() as connection:
            await self.scheduling.checked(connection, scope)
            number = await silences.add_blackout(connection, scope, blackout)
            written = f"{blackout} {blackout.reason}".strip()
            await people.append_audit(connection, self.now(), by, "blackout", scope, written)
        await self._cut_under(scope)
        return number

    async def remove_blackout(self, scope: str, text: str, *, by: str) -> Blackout:
        """Take back the blackout of ``scope`` that holds the day ``text``.

        Raises InputError for no day, NotFoundError where there is none.
        """
        try:
            day = date.fromisoformat(text)
        except ValueError as fault:
            raise InputError(f"“{text}” is no date such as 2026-12-24.") from fault
        async with self.database.write() as connection:
            await self.scheduling.checked(connection, scope)
            listed = await silences.list_blackouts(connection, [scope], day)
            found = next((each for each in listed.get(scope, ()) if each.holds(day)), None)
            if found is None:
                raise NotFoundError(f"{scope} has no blackout on {day}.")
            await silences.delete_blackout(connection, found.id, [scope])
            at = self.now()
            await people.append_audit(connection, at, by, "blackout removed", scope, str(found))
        return found

    async def _cut_under(self, scope: str) -> None:
        last = GroupId(0)
        while True:
            async with self.database.write() as connection:
                ids = await slots.list_groups_under(
                    connection, scope, after=last, limit=GROUPS_AT_ONCE
                )
                found = await groups.list_by_ids(connection, ids)
                await cut_planned(connection, self.programmes, found.values(), self.now())
            if len(ids) < GROUPS_AT_ONCE:
                return
            last = ids[-1]
