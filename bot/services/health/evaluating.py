"""The nightly evaluation: a batch of groups counted, judged and told, in memory that stays flat."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.health import fatigue, notes
from bot.domain.health.fatigue import Rest
from bot.domain.health.signals import KEPT_DAYS
from bot.domain.health.standings import Health, Seen, postponed, turned
from bot.domain.posts.notices import Notice
from bot.domain.programmes import Programme
from bot.domain.records import Group, GroupId, GroupState
from bot.services.health.timing import Looked, look
from storage.database import Connection, Database
from storage.health import days, healths, hours, windows
from storage.health.windows import NOTHING, Windows
from storage.people import people
from storage.posts import notices, outbox

GROUPS_AT_ONCE = 500
"""Groups of one batch: other writers get their turn after each."""
DAY_IS_OVER = timedelta(hours=2)
"""A day, UTC, is judged so long after its end: at ten in the morning in China."""
MISSED_DAYS = 7
"""After a longer outage the days before are not made up for."""
ACTOR = "rule"
POSTED = (GroupState.ACTIVE, GroupState.PROBATION)

Waiting = Sequence[tuple[Health, Group]]


@dataclass(frozen=True, slots=True)
class Turn:
    """What the day changed for one group."""

    old: Health
    new: Health
    group: Group
    state: GroupState
    told: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Evaluating:
    """Judges each group once a day by what it answered; a crash goes on where it was."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]

    async def evaluate(self, limit: int = GROUPS_AT_ONCE) -> int:
        """Evaluate the next groups that wait for it, at most ``limit``; how many."""
        today = (self.now() - DAY_IS_OVER).date()
        async with self.database.glance() as connection:
            waiting = await healths.list_waiting(connection, today, limit)
        if waiting:
            await self._count(waiting, today)
            await self._judge(waiting, today)
        return len(waiting)

    async def adopt(self, limit: int = GROUPS_AT_ONCE) -> int:
        """Remember groups that are new since the last time; how many."""
        today, last, count = (self.now() - DAY_IS_OVER).date(), GroupId(0), 0
        while True:
            async with self.database.write() as connection:
                ids = await healths.adopt(connection, today, after=last, limit=limit)
            count += len(ids)
            if len(ids) < limit:
                return count
            last = ids[-1]

    async def _count(self, waiting: Waiting, today: date) -> None:
        """What the days that are over came to, for those groups that have not got them."""
        since = max(waiting[0][0].evaluated_on, today - timedelta(days=MISSED_DAYS))
        for back in range((today - since).days, 0, -1):
            day = today - timedelta(days=back)
            own = [group for health, group in waiting if health.evaluated_on <= day]
            ids = [group.id for group in own]
            async with self.database.read() as connection:
                sent, clicks = await days.count(connection, ids, day)
            members = {group.id: group.member_count for group in own}
            async with self.database.write() as connection:
                await days.put(connection, day, members, sent, clicks)

    async def _judge(self, waiting: Waiting, today: date) -> None:
        ids = [group.id for _, group in waiting]
        async with self.database.read() as connection:
            found = await windows.list_of(connection, ids, today)
            looked = await look(connection, self.programmes, waiting, today, self.now())
        turns = [
            self._turn(health, group, found.get(group.id, NOTHING), looked, today)
            for health, group in waiting
        ]
        changed = [turn for turn in turns if turn.new != turn.old]
        same = [turn.old.group_id for turn in turns if turn.new == turn.old]
        async with self.database.write() as connection:
            done = await self._write(connection, changed, today)
            await healths.mark_evaluated(connection, same, today)
            await hours.put(
                connection,
                {key: looked.found[key] for key in done & looked.found.keys()},
                self.now(),
            )
            await days.forget(connection, ids, today - timedelta(days=KEPT_DAYS))

    def _turn(
        self, health: Health, group: Group, seen: Windows, looked: Looked, today: date
    ) -> Turn:
        programme = self.programmes.get(group.programme)
        rests = group.is_paused or group.lost_at is not None or group.state == GroupState.CLOSED
        if programme is None or rests:
            gap = (today - health.evaluated_on).days
            return Turn(health, postponed(health, gap), group, group.state)
        told: list[Notice | None] = []
        rest = self._rest(health, group, seen, today)
        facts = Seen(
            group.member_count,
            programme.more_than_members,
            group.missing_rights,
            seen.week,
            seen.month,
            seen.earlier,
            seen.trial,
        )
        rules = programme.health
        state, new = turned(group.state, replace(health, rest=rest), facts, rules, today)
        if state != group.state:
            told.append(notes.stood(group, state, new, facts, rules, today))
        if rest.level != health.rest.level and state in POSTED:
            told.append(notes.rested(group, health.rest, rest, seen.recent, today))
        if group.id in looked.due:
            new = replace(new, suggest_on=looked.next_on)
            if group.id in looked.found and state == GroupState.ACTIVE:
                told.append(notes.suggested(group, looked.found[group.id], today))
        return Turn(health, new, group, state, tuple(note for note in told if note is not None))

    def _rest(self, health: Health, group: Group, seen: Windows, today: date) -> Rest:
        if group.state not in POSTED:
            return health.rest
        members = max(1, group.member_count)
        return fatigue.judged(health.rest, seen.recent, seen.before, members, today)

    async def _write(
        self, connection: Connection, changed: Sequence[Turn], today: date
    ) -> set[GroupId]:
        """Write what changed, but for groups that somebody touched meanwhile: they come again."""
        ids = [turn.old.group_id for turn in changed]
        now_known = await healths.list_by_ids(connection, ids, for_update=True)
        done: list[Turn] = []
        for turn in changed:
            if now_known.get(turn.old.group_id) != turn.old:
                continue
            if turn.state != turn.group.state and not await healths.mark_state(
                connection, turn.group.id, turn.group.state, turn.state
            ):
                continue
            await self._log(connection, turn)
            done.append(turn)
        await healths.put(connection, [replace(turn.new, evaluated_on=today) for turn in done])
        told = [note for turn in done for note in turn.told]
        await notices.add(connection, told, self.now())
        return {turn.group.id for turn in done}

    async def _log(self, connection: Connection, turn: Turn) -> None:
        subject = f"group:{turn.group.id}"
        if turn.state != turn.group.state:
            reason = str(turn.new.cause or turn.old.cause or "")
            action = f"group {turn.state}"
            await people.append_audit(connection, self.now(), ACTOR, action, subject, reason)
            if turn.state == GroupState.CLOSED:
                await outbox.cancel_group(connection, turn.group.id, "closed")
        if turn.new.rest.level != turn.old.rest.level:
            reason = f"{turn.old.rest.level} to {turn.new.rest.level}: {turn.new.rest.sign or ''}"
            await people.append_audit(
                connection, self.now(), ACTOR, "group rest", subject, reason.rstrip(": ")
            )
