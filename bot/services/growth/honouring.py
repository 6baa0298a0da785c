"""Boards of who wants to be seen: of a programme's promoters, and of a group's members."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.growth import boards as rules
from bot.domain.growth.boards import ACTS_FOR, ACTS_OF_A_HELPER, PEOPLE_LEAST, Span
from bot.domain.records import GroupId, PersonId, Promoter
from bot.services.growth.outcomes import Board, Tagging
from storage import variables
from storage.database import Database
from storage.growth import boards
from storage.growth.boards import Shown
from storage.people import groups, homes, people

REFUSED_FOR = timedelta(days=1)
"""Servers are updated and rights are given: then a tag is tried again."""
COUNTED_FOR = timedelta(minutes=10)
"""A board of promoters is counted anew no sooner; who is named on it is asked each time."""
CURSOR = "tags_group"
GROUPS_AT_ONCE = 20

Counted = dict[tuple[str, Span], tuple[datetime, dict[PersonId, int]]]


@dataclass(frozen=True)
class Honouring:
    """Nobody is shown who did not ask for it; leaving a board is leaving it at once."""

    database: Database
    now: Callable[[], datetime]
    zone: ZoneInfo
    counted: Counted = field(default_factory=dict)
    refusals: dict[tuple[int | None, ...], datetime] = field(default_factory=dict)
    """What Telegram refused, by server, chat or member of one; forgotten with the process."""

    async def show_promoter(self, promoter: Promoter, name: str) -> str | None:
        """Show a promoter by ``name``; the name as it is shown, None for one that may not be."""
        shown = rules.shown_name(name)
        if shown is not None:
            async with self.database.write() as connection:
                await boards.put_promoter(
                    connection, promoter.id, promoter.programme, shown, self.now()
                )
            self.counted.clear()
        return shown

    async def promoters(self, promoter: Promoter, span: Span) -> Board:
        """The board of the promoter's programme, by credited orders of groups."""
        programme = promoter.programme
        async with self.database.read() as connection:
            names = await boards.list_promoters(connection, programme)
            at, counts = self.counted.get((programme, span), (None, {}))
            if at is None or self.now() - at >= COUNTED_FOR:
                since = rules.since(span, self.now(), self.zone)
                counts = await boards.count_orders(connection, programme, since)
                self.counted[programme, span] = (self.now(), counts)
        return Board(
            rules.places(names, counts), len(names) < PEOPLE_LEAST, promoter.id in names, span
        )

    async def home_of(self, person_id: PersonId) -> GroupId | None:
        """The group that somebody was last seen in; None where none is known."""
        async with self.database.read() as connection:
            return await homes.find(connection, person_id)

    async def show_member(self, group_id: GroupId, person_id: PersonId, name: str) -> str | None:
        """Show a member of a group by ``name``; None for a name that may not be shown."""
        shown = rules.shown_name(name)
        if shown is not None:
            async with self.database.write() as connection:
                await boards.put_member(connection, group_id, person_id, shown, self.now())
        return shown

    async def members(self, group_id: GroupId, person_id: PersonId | None) -> Board:
        """The board of a group: what those who want to be seen did openly, of late."""
        async with self.database.read() as connection:
            names = await boards.list_members(connection, group_id)
            since = self.now() - ACTS_FOR
            counts = await boards.count_acts(connection, group_id, names, since)
        return Board(rules.places(names, counts), len(names) < PEOPLE_LEAST, person_id in names)

    async def hide(self, person_id: PersonId, group_id: GroupId | None = None) -> list[Tagging]:
        """Show somebody no longer: in one group, or anywhere (None).

        Where a tag stood beside a name it is to be taken away, which the list tells.
        """
        async with self.database.write() as connection:
            if group_id is None:
                await boards.remove_promoter(connection, person_id)
            gone = await boards.remove_member(connection, person_id, group_id)
        return [tagging for one in gone if one.tag and (tagging := _tagging(one, is_helper=False))]

    async def left(self, chat_id: int, telegram_id: int) -> None:
        """Somebody left a group, which took the tag with it: show them there no longer."""
        async with self.database.read() as connection:
            person = await people.find_by_telegram(connection, telegram_id)
            group = await groups.find_by_chat(connection, chat_id)
            names = await boards.list_members(connection, group.id) if group else {}
        if person is not None and group is not None and person.id in names:
            await self.hide(person.id, group.id)

    async def to_tag(self) -> list[Tagging]:
        """Whose tags in the next groups are not what they should be; goes round by ids."""
        async with self.database.read() as connection:
            after = int(await variables.find(connection, CURSOR) or 0)
            batch = await boards.list_groups(connection, GroupId(after), GROUPS_AT_ONCE)
            found: list[Tagging] = []
            for group_id in batch:
                shown = await boards.list_shown(connection, group_id)
                ids = [one.person_id for one in shown]
                since = self.now() - ACTS_FOR
                acts = await boards.count_acts(connection, group_id, ids, since)
                for one in shown:
                    is_helper = acts.get(one.person_id, 0) >= ACTS_OF_A_HELPER
                    if is_helper == (one.tag is None) and (
                        tagging := _tagging(one, is_helper=is_helper)
                    ):
                        found.append(tagging)
        last = batch[-1] if len(batch) == GROUPS_AT_ONCE else 0
        if last != after:
            async with self.database.write() as connection:
                await variables.set(connection, CURSOR, str(last))
        return found

    def may_tag(self, tagging: Tagging) -> bool:
        """Whether nothing of the kind was refused within a day."""
        since = self.now() - REFUSED_FOR
        return all(
            self.refusals.get(key, since) <= since
            for key in ((tagging.bot_id,), _chat(tagging), _member(tagging))
        )

    def refused(self, tagging: Tagging, *, is_server: bool = False, is_chat: bool = False) -> None:
        """Telegram refused a tag: for all of a bot's server, for a chat, or for a member."""
        wide = (tagging.bot_id,) if is_server else _chat(tagging)
        self.refusals[wide if is_server or is_chat else _member(tagging)] = self.now()

    async def tagged(self, tagging: Tagging, tag: str | None) -> None:
        """A tag stands beside a name now, or none does."""
        async with self.database.write() as connection:
            await boards.mark_tag(connection, tagging.group_id, tagging.person_id, tag)


def _chat(tagging: Tagging) -> tuple[int | None, ...]:
    return (tagging.bot_id, tagging.chat_id)


def _member(tagging: Tagging) -> tuple[int | None, ...]:
    return (tagging.bot_id, tagging.chat_id, tagging.telegram_id)


def _tagging(shown: Shown, *, is_helper: bool) -> Tagging | None:
    if shown.telegram_id is None:
        return None
    return Tagging(
        shown.group_id,
        shown.chat_id,
        shown.bot_id,
        shown.language,
        shown.person_id,
        shown.telegram_id,
        is_helper,
    )
