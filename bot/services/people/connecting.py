"""Groups from the moment the bot is added: whose they are, what is missing, where they moved."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.people.groups import is_upgrade, missing_rights, standing
from bot.domain.programmes import Programme
from bot.domain.records import Group, GroupId, PersonId, Promoter, PromoterStatus
from bot.domain.texts import LANGUAGES
from bot.errors import InputError, NotAllowedError, NotFoundError
from bot.services.people.connections import (
    CapReached,
    Connected,
    NotPromoter,
    Outcome,
    TakenByOther,
    Visit,
)
from storage.database import Connection, Database
from storage.people import greetings, groups, payloads, people, serving

PAYLOAD_BYTES = 12
"""96 random bits: 16 characters of a start payload, beyond any guessing."""

UPGRADE_WINDOW = timedelta(minutes=10)
"""Adding the bot as an admin may turn a basic group into a supergroup within moments."""

GREETING_DELAY = timedelta(minutes=2)
"""Whoever joins meanwhile shares one purpose notice [S1]."""

RECHECK_AFTER = timedelta(days=1)
"""Floor and cap are re-checked daily [S0,S1]."""

GREETINGS_LIMIT = 200


@dataclass(frozen=True)
class Connecting:
    """Groups, from being added to being lost."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    default_timezone: str
    default_language: str
    bot_ids: Collection[int] = ()
    """Every bot of ours; a group of any other one is free to be taken up."""

    async def payload(self, promoter_id: PersonId) -> str:
        """What the promoter's connecting link carries; the same one every time.

        Raises NotAllowedError for whoever is no promoter or is suspended.
        """
        async with self.database.write() as connection:
            await people.lock(connection, promoter_id)
            promoter = await people.find_promoter(connection, promoter_id)
            if promoter is None or promoter.status == PromoterStatus.SUSPENDED:
                raise NotAllowedError("Only promoters connect groups.")
            known = await payloads.find(connection, promoter_id)
            if known is not None:
                return known
            fresh = urlsafe_b64encode(self.entropy(PAYLOAD_BYTES)).decode()
            await payloads.add(connection, fresh, promoter_id, self.now())
            return fresh

    async def added(
        self,
        chat_id: int,
        title: str,
        by_telegram_id: int,
        rights: Collection[str],
        member_count: int,
        bot_id: int | None = None,
    ) -> Outcome:
        """The bot was added to a chat by somebody, or is in it again; says the same twice.

        ``rights`` are those of ``domain.groups.RIGHTS`` that it has there. A group that another
        bot of ours serves stays with that one.
        """
        visit = Visit(chat_id, title, missing_rights(rights), member_count, bot_id)
        async with self.database.write() as connection:
            promoter = await people.find_promoter_by_telegram(connection, by_telegram_id)
            return await self._connect(connection, promoter, visit)

    async def claim(
        self,
        payload: str,
        by_telegram_id: int | None,
        chat_id: int,
        title: str,
        rights: Collection[str],
        member_count: int,
        bot_id: int | None = None,
    ) -> Outcome:
        """A connecting link's payload arrived from a chat; says the same twice.

        The payload is read by everybody in the group, so it counts from its promoter alone, or
        from an anonymous administrator (None), who cannot be told apart.
        """
        visit = Visit(chat_id, title, missing_rights(rights), member_count, bot_id)
        async with self.database.write() as connection:
            owner_id = await payloads.find_owner(connection, payload)
            if owner_id is None:
                return NotPromoter()
            promoter = await people.find_promoter(connection, owner_id)
            if promoter and by_telegram_id not in (None, promoter.telegram_id):
                return NotPromoter()
            return await self._connect(connection, promoter, visit)

    async def rights_changed(self, chat_id: int, missing: Sequence[str]) -> Group | None:
        """Keep which rights the bot lacks; the group, or None when the chat is not ours."""
        async with self.database.write() as connection:
            group = await groups.find_by_chat(connection, chat_id)
            if group is None:
                return None
            await groups.mark_rights(connection, group.id, missing)
            return replace(group, missing_rights=tuple(missing))

    async def lost(self, chat_id: int, bot_id: int | None = None) -> Group | None:
        """The bot is out of the chat: the group, once; None when there is nothing to lose.

        ``bot_id`` loses only what it serves itself.
        """
        async with self.database.write() as connection:
            group = await groups.find_by_chat(connection, chat_id)
            if group is None or (bot_id is not None and group.bot_id not in (None, bot_id)):
                return None
            if not await groups.mark_lost(connection, chat_id, self.now()):
                return None
            return await groups.find_by_chat(connection, chat_id)

    async def adopt(self, bot_id: int) -> int:
        """Let ``bot_id`` serve every group that no bot is known to serve; how many."""
        async with self.database.write() as connection:
            return await serving.adopt(connection, bot_id)

    def is_free(self, group: Group) -> bool:
        """Whether no bot of ours serves the group, so that the next one there takes it up."""
        return group.lost_at is not None or group.bot_id not in self.bot_ids

    async def moved(self, old_chat_id: int, new_chat_id: int) -> Group | None:
        """The chat has a new id: the group follows, the old id stays an alias; says it twice."""
        async with self.database.write() as connection:
            return await groups.move(connection, old_chat_id, new_chat_id, self.now())

    async def counted(self, chat_id: int, members: int) -> Group:
        """Keep the number of members; the state follows the programme's floor [S0].

        Raises NotFoundError when the chat is not ours.
        """
        async with self.database.write() as connection:
            group = await groups.find_by_chat(connection, chat_id)
            if group is None:
                raise NotFoundError("No group is connected there.")
            return await self._count(connection, group, members)

    async def set_paused(self, group_id: GroupId | None, is_paused: bool, *, by: str) -> int:
        """Pause or resume one group, or all (None); how many. Kept in the audit log."""
        async with self.database.write() as connection:
            touched = await groups.mark_paused(connection, group_id, is_paused=is_paused)
            action = "pause" if is_paused else "resume"
            subject = "groups" if group_id is None else f"group:{group_id}"
            await people.append_audit(connection, self.now(), by, action, subject, "")
            return touched

    async def set_language(self, group_id: GroupId, language: str, *, by: PersonId) -> Group:
        """Speak ``language`` in the group from now on.

        Raises NotFoundError for anybody else's group, InputError for an unknown language.
        """
        if language not in LANGUAGES:
            raise InputError("That language is not spoken here.")
        async with self.database.write() as connection:
            group = await groups.find(connection, group_id)
            if group is None or group.promoter_id != by:
                raise NotFoundError("No such group of yours.")
            await groups.mark_language(connection, group_id, language)
            return replace(group, language=language)

    async def groups_of(self, promoter_id: PersonId) -> list[Group]:
        """The promoter's groups that are not closed, the earliest first."""
        async with self.database.read() as connection:
            return await groups.list_of(connection, promoter_id)

    async def group_by_chat(self, chat_id: int) -> Group | None:
        """The group that is in this chat, or was before it moved."""
        async with self.database.read() as connection:
            return await groups.find_by_chat(connection, chat_id)

    async def group(self, group_id: GroupId) -> Group | None:
        """The group with our id."""
        async with self.database.read() as connection:
            return await groups.find(connection, group_id)

    async def all_groups(self) -> list[Group]:
        """Every group that is not closed."""
        async with self.database.read() as connection:
            return await groups.list_all(connection)

    async def joined(self, chat_id: int) -> None:
        """Somebody joined the chat: a purpose notice is due soon, one for all who join [S1]."""
        async with self.database.write() as connection:
            group = await groups.find_by_chat(connection, chat_id)
            if group is not None and group.chat_id == chat_id:
                due = self.now() + GREETING_DELAY
                await greetings.mark_joined(connection, group.id, due)

    async def greetings_due(self) -> list[Group]:
        """Groups whose purpose notice is due."""
        async with self.database.read() as connection:
            return await greetings.list_greetings(connection, self.now(), GREETINGS_LIMIT)

    async def greeted(self, group_id: GroupId) -> bool:
        """Take the due notice before sending it; False when another took it."""
        async with self.database.write() as connection:
            return await greetings.claim_greeting(connection, group_id, self.now())

    async def to_recheck(self, limit: int) -> list[Group]:
        """Groups to count again, the longest ago first; they are taken by asking."""
        now = self.now()
        async with self.database.write() as connection:
            found = await greetings.list_unchecked(connection, now - RECHECK_AFTER, limit)
            await greetings.mark_checked(connection, [group.id for group in found], now)
            return found

    async def _connect(
        self, connection: Connection, promoter: Promoter | None, visit: Visit
    ) -> Outcome:
        if promoter is None or promoter.status == PromoterStatus.SUSPENDED:
            return NotPromoter()
        await people.lock(connection, promoter.id)
        known = await groups.find_by_chat(connection, visit.chat_id)
        if known is None:
            known = await self._upgraded(connection, promoter, visit)
        if known is not None and known.promoter_id == promoter.id:
            return await self._return(connection, promoter, known, visit)
        if known is not None and known.lost_at is None:
            return TakenByOther()
        full = await self._full(connection, promoter)
        if full is not None:
            return full
        if known is not None:
            await groups.retire(connection, known.id)
        group = visit.group(
            promoter,
            self.programmes[promoter.programme],
            self.now(),
            timezone=self.default_timezone,
            language=self.default_language,
        )
        fresh = await groups.add(connection, group)
        return TakenByOther() if fresh is None else Connected(fresh, is_new=True)

    async def _return(
        self, connection: Connection, promoter: Promoter, known: Group, visit: Visit
    ) -> Outcome:
        full = await self._full(connection, promoter) if known.lost_at is not None else None
        if full is not None:
            return full
        if visit.bot_id not in (None, known.bot_id):
            if not self.is_free(known):
                return Connected(known, is_new=False)
            await serving.mark_served(connection, known.id, visit.bot_id)
        if known.chat_id == visit.chat_id:
            await groups.mark_found(connection, known.id, title=visit.title, missing=visit.missing)
            found = await groups.find(connection, known.id) or known
            return Connected(await self._count(connection, found, visit.member_count), False)
        return Connected(known, is_new=False)

    async def _upgraded(
        self, connection: Connection, promoter: Promoter, visit: Visit
    ) -> Group | None:
        """The promoter's group that just became a supergroup, whichever id is told first."""
        since = self.now() - UPGRADE_WINDOW
        namesakes = await groups.list_fresh_namesakes(connection, promoter.id, visit.title, since)
        for group in namesakes:
            if is_upgrade(group.chat_id, visit.chat_id):
                basic, upgraded = sorted((group.chat_id, visit.chat_id), reverse=True)
                return await groups.move(connection, basic, upgraded, self.now())
        return None

    async def _full(self, connection: Connection, promoter: Promoter) -> CapReached | None:
        limit = self.programmes[promoter.programme].groups_limit
        held = await groups.count_held(connection, promoter.id)
        return CapReached(limit) if held >= limit else None

    async def _count(self, connection: Connection, group: Group, members: int) -> Group:
        more_than = self.programmes[group.programme].more_than_members
        state = standing(group.state, members=members, more_than=more_than)
        await groups.mark_counted(connection, group.id, members=members, state=state, at=self.now())
        return replace(group, member_count=members, state=state)
