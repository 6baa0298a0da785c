"""Opening pools, listing, ending and deciding them; each at most once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.catalogue import selection
from bot.domain.catalogue.assortments import narrowed
from bot.domain.links import subids
from bot.domain.links.addresses import safe_location
from bot.domain.pools import boards, deadlines, notes
from bot.domain.pools.pools import Pool, PoolId, PoolState
from bot.domain.programmes import PoolRules, Programme
from bot.domain.records import (
    Group,
    GroupId,
    Link,
    LinkCode,
    Offer,
    OfferId,
    PersonId,
    Promoter,
    PromoterStatus,
)
from bot.domain.texts import Texts
from bot.services.catalogue.fitting import places_of
from bot.services.pools.outcomes import Opened, Own, Proposed, Refusal, Refused
from storage.catalogue import offers
from storage.database import Connection, Database
from storage.links import links
from storage.people import groups
from storage.pools import pickups, pools
from storage.posts import notices

SOURCE, ALONE = "pool", "post"
"""Sources of the two links: whoever buys alone buys as from any post."""
DECIDED_AT_ONCE = 100
OWN_SHOWN = 20
NEW = PoolId(0)


class _UndoneError(Exception):
    """What was begun is taken back: somebody else was quicker."""


@dataclass(frozen=True)
class Pooling:
    """Everything a promoter does with pools, and what the clock does to them."""

    database: Database
    programmes: Mapping[str, Programme]
    texts: Mapping[str, Texts]
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    public_url: str

    async def propose(
        self,
        promoter: Promoter,
        offer_id: OfferId,
        group_id: GroupId,
        *,
        size: int | None = None,
        hours: int | None = None,
    ) -> Proposed | Refused:
        """The pool that would be opened of an offer in an own group, exactly as it would look.

        ``size`` is in people and ``hours`` the time it stays open; None are the programme's own,
        and a programme with a cut-off closes by it whatever ``hours`` says.
        """
        async with self.database.read() as connection:
            return await self._propose(connection, promoter, offer_id, group_id, size, hours)

    async def open(
        self,
        promoter: Promoter,
        offer_id: OfferId,
        group_id: GroupId,
        *,
        size: int | None = None,
        hours: int | None = None,
    ) -> Opened | Refused:
        """Open that pool with both its links; its message is planned and goes out by the outbox.

        A second press finds the first one's pool running.
        """
        try:
            async with self.database.write() as connection:
                found = await self._propose(connection, promoter, offer_id, group_id, size, hours)
                if isinstance(found, Refused):
                    return found
                both = [self._minted(found, SOURCE), self._minted(found, ALONE)]
                await links.add(connection, both)
                pool = replace(found.pool, together_code=both[0].code, alone_code=both[1].code)
                pool_id = await pools.add(connection, pool)
                if pool_id is None:
                    raise _UndoneError
                return Opened(replace(pool, id=pool_id))
        except _UndoneError:
            return Refused(Refusal.RUNNING)

    async def of(self, promoter_id: PersonId) -> list[Own]:
        """The latest pools of a promoter, the latest first."""
        async with self.database.read() as connection:
            return await owned(connection, await pools.list_of(connection, promoter_id, OWN_SHOWN))

    async def latest(self, limit: int) -> list[Own]:
        """The latest pools of all, the latest first."""
        async with self.database.read() as connection:
            return await owned(connection, await pools.list_latest(connection, limit))

    async def find(self, promoter_id: PersonId, pool_id: PoolId) -> Own | None:
        """A pool of this promoter's; None for anybody else's."""
        async with self.database.read() as connection:
            pool = await pools.find(connection, pool_id)
            if pool is None or pool.promoter_id != promoter_id:
                return None
            return (await owned(connection, [pool]))[0]

    async def end(self, promoter_id: PersonId, pool_id: PoolId) -> PoolState | None:
        """Close an own pool that is reached, cancel one that is not; None when it had ended."""
        now = self.now()
        async with self.database.write() as connection:
            if await pools.finish_early(connection, now, promoter_id=promoter_id, pool_id=pool_id):
                return PoolState.CLOSED
            ended = await pools.cancel(connection, now, promoter_id=promoter_id, pool_id=pool_id)
            return PoolState.CANCELLED if ended else None

    async def decide_due(self) -> int:
        """Close or release the pools whose deadline has passed, each once; how many."""
        now = self.now()
        async with self.database.glance() as connection:
            if not await pools.has_due(connection, now):
                return 0
        async with self.database.write() as connection:
            decided = await pools.decide(connection, now, DECIDED_AT_ONCE)
            await noted(connection, decided, now)
            return len(decided)

    async def void_unkept(self) -> int:
        """Call off open pools whose price the shop does not keep any more; how many."""
        async with self.database.glance() as connection:
            found = await pools.list_unkept(connection, DECIDED_AT_ONCE)
        if not found:
            return 0
        async with self.database.write() as connection:
            now = self.now()
            count = await pools.void(connection, found, now)
            await noted(connection, found, now)
            return count

    # ------------------------------------------------------------ proposing

    async def _propose(
        self,
        connection: Connection,
        promoter: Promoter,
        offer_id: OfferId,
        group_id: GroupId,
        size: int | None,
        hours: int | None,
    ) -> Proposed | Refused:
        group = await groups.find(connection, group_id)
        if group is None or group.promoter_id != promoter.id:
            return Refused(Refusal.NOT_YOUR_GROUP)
        programme = self.programmes.get(group.programme)
        rules = programme.pools if programme else None
        if programme is None or rules is None:
            return Refused(Refusal.NO_POOLS)
        if promoter.status != PromoterStatus.ACTIVE:
            return Refused(Refusal.NOT_UNLOCKED)
        if not group.is_served:
            return Refused(Refusal.NOT_SERVED)
        size = rules.size if size is None else size
        if not deadlines.is_sized(size, hours):
            return Refused(Refusal.WRONG_SIZE)
        offer = await offers.find(connection, offer_id)
        if offer is None or not await self._is_postable(connection, offer, group):
            return Refused(Refusal.NOT_POSTABLE)
        reason = _unpoolable(offer, size)
        if reason is not None:
            return Refused(reason)
        pool = self._drawn(offer, group, rules, size, hours)
        points = await pickups.list_of(connection, group.id) if rules.has_pickup else []
        scene = boards.Scene(
            pool,
            offer,
            ZoneInfo(group.timezone),
            together_url=offer.facts.url,
            alone_url=offer.facts.url,
            pickups=tuple(point.name for point in points),
        )
        return Proposed(pool, offer, group, boards.board(scene, self.texts[group.language]))

    async def _is_postable(self, connection: Connection, offer: Offer, group: Group) -> bool:
        now = self.now()
        places = await places_of(connection, self.programmes, [group], now)
        scheme = narrowed(self.programmes, places[group.id]) or self.programmes[group.programme]
        unfit = selection.unfit(offer, scheme, now, promoter_id=group.promoter_id)
        return unfit is None and safe_location(offer.facts.url) is not None

    def _drawn(
        self, offer: Offer, group: Group, rules: PoolRules, size: int, hours: int | None
    ) -> Pool:
        now, facts = self.now(), offer.facts
        return Pool(
            id=NEW,
            group_id=group.id,
            promoter_id=group.promoter_id,
            offer_id=offer.id,
            state=PoolState.OPEN,
            target=size,
            seats=deadlines.seats(rules, size),
            joined=0,
            together_minor=offer.price_now_minor,
            alone_minor=facts.price_minor,
            currency=facts.currency,
            seen_at=offer.seen_at,
            opened_at=now,
            closes_at=deadlines.deadline(rules, now, ZoneInfo(group.timezone), hours),
            ended_at=None,
            together_code=LinkCode(""),
            alone_code=LinkCode(""),
            has_pickup=rules.has_pickup,
            bot_id=group.bot_id,
        )

    def _minted(self, found: Proposed, source: str) -> Link:
        code, offer = subids.mint(self.entropy(subids.ENTROPY_BYTES)), found.offer
        return Link(
            code=code,
            offer_id=offer.id,
            marketplace=offer.marketplace,
            post_id=None,
            group_id=found.group.id,
            promoter_id=found.group.promoter_id,
            target_url=subids.with_sub_id(offer.facts.url, code),
            created_at=self.now(),
            source=source,
        )


async def noted(connection: Connection, ids: Sequence[PoolId], now: datetime) -> None:
    """Let the promoters of these pools be told how they stand, once."""
    found = [await pools.find(connection, pool_id) for pool_id in ids]
    known = await owned(connection, [pool for pool in found if pool is not None])
    told = [notes.note(own.pool, own.offer) for own in known]
    await notices.add(connection, [each for each in told if each is not None], now)


async def owned(connection: Connection, found: list[Pool]) -> list[Own]:
    """Pools with their offers and groups, in their order."""
    by_offer = await offers.list_by_ids(connection, [pool.offer_id for pool in found])
    by_group = await groups.list_by_ids(connection, [pool.group_id for pool in found])
    return [Own(pool, by_offer[pool.offer_id], by_group[pool.group_id]) for pool in found]


def _unpoolable(offer: Offer, size: int) -> Refusal | None:
    if offer.price_now_minor >= offer.facts.price_minor:
        return Refusal.NOT_CHEAPER
    stock = offer.facts.stock
    return Refusal.TOO_FEW_PIECES if stock is not None and stock < size else None
