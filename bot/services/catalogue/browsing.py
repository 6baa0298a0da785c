"""Browsing: the eleven channels for one promoter, made, remembered as a list and turned."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.domain.catalogue import brands as rules_of_brands
from bot.domain.catalogue import channels as rules
from bot.domain.catalogue import selection
from bot.domain.catalogue.assortments import narrowed
from bot.domain.catalogue.brands import Brand
from bot.domain.catalogue.channels import (
    HOT_FOR,
    LIST_SIZE,
    SHARED_FOR,
    SHELVES,
    Channel,
    Chosen,
    Glance,
    Reason,
    Shelf,
)
from bot.domain.catalogue.festivals import season_at
from bot.domain.programmes import Festival, Programme
from bot.domain.records import Offer, OfferId, Promoter
from bot.errors import NotFoundError
from bot.services.catalogue.shortlisting import Shortlisting
from storage.catalogue import channels, offers
from storage.database import Connection, Database

Key = TypeVar("Key")
Made = TypeVar("Made")

PAGE = 10
KEPT_FOR = timedelta(seconds=60)
"""A thousand promoters who look at the same minute cost as much as one."""
KEPT_LISTS = 256


@dataclass(frozen=True, slots=True)
class Line:
    """An offer of a list with its number, why it stands there, and whether it is a 30-day low."""

    place: int
    offer: Offer
    reason: Reason
    is_low: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a channel's list; ``total`` 0 where the channel is empty now."""

    channel: Channel
    lines: tuple[Line, ...]
    start: int
    total: int
    season: Festival | None = None
    brand: str | None = None


@dataclass(frozen=True)
class Browsing:
    """The channels over the stored catalogue; what is listed is what the programme may post."""

    database: Database
    programmes: Mapping[str, Programme]
    shortlisting: Shortlisting
    now: Callable[[], datetime]
    zone: ZoneInfo
    _lists: dict[tuple[Channel, str], tuple[datetime, Chosen]] = field(default_factory=dict)
    _brands: dict[str, tuple[datetime, list[Brand]]] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def season(self, promoter: Promoter) -> Festival | None:
        """The festival of this moment, after which today's must-posts are called; or None."""
        programme = self.programmes.get(promoter.programme)
        return None if programme is None else season_at(self.now(), programme, self.zone)

    async def open(self, promoter: Promoter, channel: Channel) -> Page:
        """The first page of a channel, remembered as the list that numbers speak of.

        Raises NotFoundError where the promoter's programme does not run.
        """
        name = await self.shortlisting.assortment_of(promoter)
        chosen = await self._chosen(channel, name)
        return await self._shown(promoter, channel, name, chosen)

    async def open_brand(self, promoter: Promoter, offer_id: OfferId) -> Page | None:
        """The first page of the brand of an offer; None where there is no such brand."""
        name = await self.shortlisting.assortment_of(promoter)
        programme = self._programme(name)
        known = await self.shortlisting.offer(offer_id)
        brand = known.facts.brand if known else None
        if not brand or not brand.strip():
            return None
        async with self.database.read() as connection:
            found = await channels.list_of_brand(connection, brand)
        own = [rules.glance(offer) for offer in self._fit(found, programme)]
        chosen = rules_of_brands.of_brand(brand, own)
        return await self._shown(promoter, Channel.BRANDS, name, chosen, brand=brand.strip())

    async def turn(self, promoter: Promoter, channel: Channel, start: int) -> Page | None:
        """The page of the remembered list from ``start`` on; None when it is another list's turn.

        Numbers stay as they were; what may no longer be posted is left out.
        """
        async with self.database.read() as connection:
            kind, ids = await channels.find_shown(connection, promoter.id)
        if kind != _kind(channel) or not 0 <= start < len(ids):
            return None
        name = await self.shortlisting.assortment_of(promoter)
        reasons = {} if channel is Channel.BRANDS else await self._chosen(channel, name)
        return await self._page(promoter, channel, name, ids, reasons, start)

    async def brands(self, promoter: Promoter) -> list[Brand]:
        """The brands among the best sold offers, those first that are sold most."""
        name = await self.shortlisting.assortment_of(promoter)
        programme = self._programme(name)

        async def make() -> list[Brand]:
            async with self.database.read() as connection:
                return rules_of_brands.brands(await self._glances(connection, Shelf.ALL, programme))

        return await self._once(self._brands, name, make)

    # ---- how a list is made

    async def _chosen(self, channel: Channel, name: str) -> Chosen:
        """The list of a channel in an assortment, made now or within the last minute."""
        programme = self._programme(name)
        if channel in (Channel.TODAY, Channel.SELLERS):
            return await self._of_shortlist(channel, name, programme)
        return await self._once(
            self._lists, (channel, name), lambda: self._made(channel, programme)
        )

    async def _once(
        self,
        kept: dict[Key, tuple[datetime, Made]],
        key: Key,
        make: Callable[[], Awaitable[Made]],
    ) -> Made:
        """What was made within the last minute; else made now, one at a time."""
        async with self._turn:
            found = kept.get(key)
            if found is None or self.now() - found[0] >= KEPT_FOR:
                kept.pop(key, None)
                found = (self.now(), await make())
                while len(kept) >= KEPT_LISTS:
                    del kept[next(iter(kept))]
                kept[key] = found
        return found[1]

    async def _of_shortlist(self, channel: Channel, name: str, programme: Programme) -> Chosen:
        day = self.now().astimezone(self.zone).date()
        shortlist = await self.shortlisting.today(name, day)
        fit = {offer.id for offer in self._fit([row.offer for row in shortlist.rows], programme)}
        rows = [row for row in shortlist.rows if row.offer.id in fit]
        return rules.must_post(rows) if channel is Channel.TODAY else rules.best_sellers(rows)

    async def _made(self, channel: Channel, programme: Programme) -> Chosen:
        now = self.now()
        async with self.database.read() as connection:
            if channel in SHELVES:
                return rules.choose(
                    channel,
                    await self._glances(connection, SHELVES[channel], programme),
                    now=now.astimezone(self.zone),
                    is_season=season_at(now, programme, self.zone) is not None,
                )
            since = now - (HOT_FOR if channel is Channel.HOT else SHARED_FOR)
            chosen = rules.shared(people := await channels.count_people(connection, since, now))
            if channel is Channel.HOT:
                chosen = rules.hot(people, await channels.count_orders(connection, since))
            known = await offers.list_by_ids(connection, chosen)
        fitting = self._fit([known[each] for each in chosen if each in known], programme)
        return {offer.id: chosen[offer.id] for offer in fitting[:LIST_SIZE]}

    async def _glances(
        self, connection: Connection, shelf: Shelf, programme: Programme
    ) -> list[Glance]:
        """What ``programme`` may post of a shelf; of a brand's own goods all are looked through."""
        if programme.brands:
            own: dict[OfferId, Offer] = {}
            for brand in programme.brands:
                found = await channels.list_of_brand(connection, brand)
                own |= {offer.id: offer for offer in found}
            return [rules.glance(offer) for offer in self._fit(list(own.values()), programme)]
        since = selection.fresh_since(programme, self.now())
        is_allowed = selection.allowance(programme)
        return [
            one
            for one in await channels.list_glances(connection, shelf, programme)
            if one.seen_at >= since
            and one.each.stock != 0
            and is_allowed(one.each)
            and selection.ban_of(one.bans, programme) is None
        ]

    def _fit(self, found: Sequence[Offer], programme: Programme) -> list[Offer]:
        now = self.now()
        return [offer for offer in found if selection.unfit(offer, programme, now) is None]

    # ---- how it is shown

    async def _shown(
        self,
        promoter: Promoter,
        channel: Channel,
        name: str,
        chosen: Chosen,
        *,
        brand: str | None = None,
    ) -> Page:
        ids = list(chosen)
        await self.shortlisting.remember(promoter.id, _kind(channel), ids)
        return await self._page(promoter, channel, name, ids, chosen, 0, brand=brand)

    async def _page(
        self,
        promoter: Promoter,
        channel: Channel,
        name: str,
        ids: Sequence[OfferId],
        reasons: Mapping[OfferId, Reason],
        start: int,
        *,
        brand: str | None = None,
    ) -> Page:
        programme, part = self._programme(name), ids[start : start + PAGE]
        async with self.database.read() as connection:
            known = await offers.list_by_ids(connection, part)
            prices = await offers.list_prices(connection, part)
        fit = {offer.id for offer in self._fit(list(known.values()), programme)}
        lines = []
        for place, each in enumerate(part, start + 1):
            if each in fit:
                offer, history = known[each], prices.get(each, [])
                reason = reasons.get(each) or rules.told(rules.glance(offer))
                is_low = selection.true_low(history, self.now()) and (
                    history[-1].price_minor == offer.price_now_minor
                )
                lines.append(Line(place, offer, reason, is_low))
        season = self.season(promoter)
        return Page(channel, tuple(lines), start, len(ids), season, brand)

    def _programme(self, name: str) -> Programme:
        found = narrowed(self.programmes, name)
        if found is None:
            raise NotFoundError(f"There is no programme “{name}”.")
        return found


def _kind(channel: Channel) -> str:
    return f"ch:{channel}"
