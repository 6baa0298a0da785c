"""Links into own groups by name, and what became of those who came by them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import cohorts
from bot.domain.people.cohorts import NAME_LIMIT, Day
from bot.domain.posts.characters import cleaned
from bot.domain.records import Group, GroupId, PersonId
from bot.errors import NotFoundError
from bot.services.leaving import arriving
from bot.services.leaving.arriving import Arriving
from bot.services.leaving.outcomes import Cohort, NoLink
from storage.database import Database
from storage.leaving import cohorts as storage
from storage.leaving import invite_links
from storage.leaving.invite_links import InviteLink
from storage.people import groups

LINKS_LIMIT = 20
"""Links of one group in use: more than anybody keeps apart."""


@dataclass(frozen=True)
class Linking:
    """Named invite links; Telegram makes them, we remember and count."""

    database: Database
    now: Callable[[], datetime]
    arriving: Arriving

    async def name(self, promoter_id: PersonId, group_id: GroupId, words: str) -> str | NoLink:
        """The name that a link into an own group would bear, or why there can be none.

        Raises NotFoundError for anybody else's group.
        """
        name = cleaned(words)
        async with self.database.read() as connection:
            group = await groups.find(connection, group_id)
            if group is None or group.promoter_id != promoter_id:
                raise NotFoundError("No such group of yours.")
            count = await invite_links.count_open(connection, group_id)
        if group.lost_at is not None:
            return NoLink.GONE
        if not name:
            return NoLink.NAMELESS
        if len(name) > NAME_LIMIT:
            return NoLink.LONG
        return NoLink.MANY if count >= LINKS_LIMIT else name

    async def keep(self, group_id: GroupId, name: str, url: str) -> None:
        """Remember a link that Telegram made; saying it twice keeps one."""
        async with self.database.write() as connection:
            await invite_links.add(connection, group_id, name, url, self.now())

    async def find(self, promoter_id: PersonId, link_id: int) -> tuple[InviteLink, Group]:
        """A link into an own group. Raises NotFoundError for anybody else's."""
        async with self.database.read() as connection:
            link = await invite_links.find(connection, link_id)
            group = await groups.find(connection, link.group_id) if link else None
        if link is None or group is None or group.promoter_id != promoter_id:
            raise NotFoundError("No such link of yours.")
        return link, group

    async def revoked(self, link_id: int) -> bool:
        """Telegram lets nobody in by the link any more; False when it was so before."""
        async with self.database.write() as connection:
            return await invite_links.mark_revoked(connection, link_id, self.now())

    async def figures(self, promoter_id: PersonId) -> list[tuple[Group, list[Cohort]]]:
        """Every own group with its links, and as much of their cohorts as may be told."""
        await self.arriving.flush()
        async with self.database.read() as connection:
            own = await groups.list_of(connection, promoter_id)
            links = await invite_links.list_of(connection, [group.id for group in own])
        busy = [group.id for group in own if links[group.id]]
        if busy:
            await arriving.tally(self.database, busy)
        async with self.database.read() as connection:
            links = await invite_links.list_of(connection, [group.id for group in own])
            ids = [link.id for found in links.values() for link in found]
            days = await storage.list_days(connection, ids)
        return [(group, self._cohorts(links[group.id], days)) for group in own]

    def _cohorts(self, links: list[InviteLink], days: Mapping[int, list[Day]]) -> list[Cohort]:
        return [self._cohort(link, days[link.id]) for link in links]

    def _cohort(self, link: InviteLink, days: list[Day]) -> Cohort:
        came = sum(day.came for day in days)
        stays = cohorts.stays(days, self.now().date())
        return Cohort(
            id=link.id,
            name=link.name,
            url=link.url,
            made_at=link.made_at,
            is_revoked=link.revoked_at is not None,
            came=cohorts.told(came),
            has_anybody=came > 0,
            stays=tuple((stay, cohorts.told(stay.stayed)) for stay in stays),
            claimed=cohorts.told(link.claimed),
            pooled=cohorts.told(link.pooled),
        )
