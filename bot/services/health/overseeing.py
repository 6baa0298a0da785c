"""Looking after groups: how they stand, a promoter's own word, opening again, closing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.health import fatigue
from bot.domain.health.hours import Suggestion
from bot.domain.health.rules import HealthRules
from bot.domain.health.standings import Health, reopened, share
from bot.domain.posts.notices import Notice
from bot.domain.programmes import Programme
from bot.domain.records import Group, GroupId, GroupState, PersonId
from bot.errors import InputError, NotFoundError
from bot.services.health.outcomes import Refusal, Refused, Reopened, Standing, View
from bot.services.posts.scheduling import refresh_openings
from storage.database import Connection, Database
from storage.health import healths, hours, windows
from storage.people import groups, people
from storage.posts import notices, outbox

WEEKS = 8
"""Four weeks of seven days, and the four before them."""


@dataclass(frozen=True)
class Overseeing:
    """What promoters and operators see of the health of groups, and do about it."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]

    async def of(self, promoter_id: PersonId) -> list[Standing]:
        """The groups of a promoter, those that were closed for their health at the end."""
        async with self.database.read() as connection:
            own = await groups.list_of(connection, promoter_id)
            own += await healths.list_closed_of(connection, promoter_id)
            known = await healths.list_by_ids(connection, [group.id for group in own])
        return [Standing(group, known.get(group.id)) for group in own]

    async def standing(self, group: Group) -> Standing:
        """A group with what is remembered of it."""
        async with self.database.read() as connection:
            known = await healths.list_by_ids(connection, [group.id])
        return Standing(group, known.get(group.id))

    async def ailing(self, limit: int) -> list[Standing]:
        """Groups on probation, closed for their health, or spared some posts, of all."""
        async with self.database.read() as connection:
            found = await healths.list_ailing(connection, limit)
        return [Standing(group, health) for health, group in found]

    async def view(self, group_id: GroupId, *, of: PersonId | None) -> View | None:
        """One group with its figures; None for anybody else's, an operator (None) sees all."""
        async with self.database.read() as connection:
            group = await self._own(connection, group_id, of)
            if group is None:
                return None
            known = await healths.list_by_ids(connection, [group_id])
            weeks = await windows.weeks(connection, group_id, self._today(), WEEKS)
        programme = self.programmes.get(group.programme)
        rules = programme.health if programme else HealthRules()
        more_than = programme.more_than_members if programme else 0
        return View(group, known.get(group_id), weeks, rules, more_than)

    async def keep(self, group_id: GroupId, *, by: PersonId) -> date | None:
        """The promoter wants every post again: until when the rule is silent; None if not own.

        Probation is no matter of taste: what it leaves out stays left out.
        """
        async with self.database.write() as connection:
            group = await self._own(connection, group_id, by)
            if group is None or group.state == GroupState.CLOSED:
                return None
            health = await self._known(connection, group_id)
            rest = fatigue.kept(self._today())
            left_out = share(group.state, rest, self._rules(group))
            await healths.put(connection, [replace(health, rest=rest, share_bps=left_out)])
            await people.append_audit(
                connection,
                self.now(),
                f"person:{by}",
                "group keep",
                f"group:{group_id}",
                f"level {health.rest.level}, until {rest.kept_until}",
            )
        return rest.kept_until

    async def reopen(
        self, group_id: GroupId, *, of: PersonId | None, by: str, reason: str, members: int | None
    ) -> Reopened | Refused:
        """Open a closed group again; a promoter (``of``) only above the floor and within the cap.

        ``members`` were counted a moment ago, None leaves the number as it is. An operator (None)
        gives a reason instead. Raises InputError without one.
        """
        if not reason.strip():
            raise InputError("Say why, for the log.")
        async with self.database.write() as connection:
            group = await self._own(connection, group_id, of)
            known = await healths.list_by_ids(connection, [group_id], for_update=True)
            health = known.get(group_id)
            if group is None or health is None or not _is_closed(group, health):
                return Refused(Refusal.NOT_CLOSED)
            count = group.member_count if members is None else members
            refused = await self._refused(connection, group, count) if of is not None else None
            if refused is not None:
                return refused
            now = self.now()
            await groups.mark_counted(
                connection, group_id, members=count, state=GroupState.ACTIVE, at=now
            )
            await healths.put(connection, [reopened(health, self._today())])
            await refresh_openings(connection, self.programmes, [group_id], now)
            subject = f"group:{group_id}"
            await people.append_audit(connection, now, by, "group reopen", subject, reason)
            if of is None:
                await self._tell(connection, group, "reopened", reason)
            return Reopened(replace(group, state=GroupState.ACTIVE, member_count=count))

    async def close(self, group_id: GroupId, *, by: str, reason: str) -> None:
        """Close a group at once; posts that are not under way are taken back.

        Raises InputError without a reason, NotFoundError for one that is not open.
        """
        if not reason.strip():
            raise InputError("Say why, for the log.")
        async with self.database.write() as connection:
            group = await groups.find(connection, group_id)
            if group is None or group.state == GroupState.CLOSED:
                raise NotFoundError(f"There is no open group {group_id}.")
            health = replace(await self._known(connection, group_id), closed_on=self._today())
            await healths.mark_state(connection, group_id, group.state, GroupState.CLOSED)
            await healths.put(connection, [health])
            await outbox.cancel_group(connection, group_id, "closed")
            subject = f"group:{group_id}"
            await people.append_audit(connection, self.now(), by, "group closed", subject, reason)
            await self._tell(connection, group, "closed_by_operator", reason)

    async def decide(
        self, group_id: GroupId, slot: str, state: str, *, by: PersonId
    ) -> Suggestion | None:
        """Take a promoter's word on a suggested time, once; None when there is none."""
        async with self.database.write() as connection:
            if await self._own(connection, group_id, by) is None:
                return None
            found = await hours.decide(connection, group_id, slot, state, self.now())
            if found is not None:
                await people.append_audit(
                    connection,
                    self.now(),
                    f"person:{by}",
                    f"posting time {state}",
                    f"group:{group_id}",
                    f"{slot} {found.opens}-{found.closes}",
                )
            return found

    def _today(self) -> date:
        return self.now().date()

    def _rules(self, group: Group) -> HealthRules:
        programme = self.programmes.get(group.programme)
        return programme.health if programme else HealthRules()

    async def _own(
        self, connection: Connection, group_id: GroupId, of: PersonId | None
    ) -> Group | None:
        group = await groups.find(connection, group_id)
        return group if group is not None and of in (None, group.promoter_id) else None

    async def _known(self, connection: Connection, group_id: GroupId) -> Health:
        """What is remembered, held against the evaluation; begun now where there is nothing."""
        await healths.add_if_none(connection, [Health(group_id, self._today())])
        return (await healths.list_by_ids(connection, [group_id], for_update=True))[group_id]

    async def _refused(self, connection: Connection, group: Group, members: int) -> Refused | None:
        programme = self.programmes.get(group.programme)
        if programme is None:
            return Refused(Refusal.NOT_CLOSED)
        if members <= programme.more_than_members:
            return Refused(Refusal.SMALL, programme.more_than_members + 1)
        if await groups.count_held(connection, group.promoter_id) >= programme.groups_limit:
            return Refused(Refusal.FULL, programme.groups_limit)
        return None

    async def _tell(self, connection: Connection, group: Group, text: str, reason: str) -> None:
        now = self.now()
        note = Notice(
            f"health:{group.id}:{text}:{now:%Y-%m-%dT%H:%M:%S}",
            group.promoter_id,
            f"health.{text}",
            {"title": group.title, "group_id": group.id, "reason": reason},
        )
        await notices.add(connection, [note], now)


def _is_closed(group: Group, health: Health) -> bool:
    """Whether it was closed for its health, and its chat is still its own."""
    is_there = group.chat_id > groups.RETIRED_BASE and group.disconnected_at is None
    return is_there and group.state == GroupState.CLOSED and health.closed_on is not None
