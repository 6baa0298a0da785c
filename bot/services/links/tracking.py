"""Following a link: where it goes, and the click kept before anyone is sent there."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.domain.links import subids
from bot.domain.links.addresses import safe_location
from bot.domain.links.clicks import Click, click_id, tick_of, visitor
from bot.domain.records import ClickClass, Link, LinkCode, PostId
from bot.services.links.batching import Batching
from storage import variables
from storage.catalogue import replacements
from storage.catalogue.replacements import Replacement
from storage.database import Database
from storage.links import links
from storage.posts import posts

FRESH_FOR = timedelta(seconds=60)
"""A known link is looked up again after this: its offer may have ended."""
POSTED_WITHIN = timedelta(days=14)
"""A replacement is taken from the group's own posts of this long."""
KEY_PREFIX = "visitor_key:"
KEY_BYTES = 32

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Followed:
    """Where to send the person: a stored, checked address as an ASCII header."""

    url: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The offer ended; ``replacement`` is the code of a tracked link to a live one, or None."""

    title: str
    replacement: LinkCode | None
    replacement_title: str | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """No link has this code, or it leads where nobody may be sent."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A request to be kept; ``address`` is hashed in the same breath and never stored."""

    code: LinkCode
    at: datetime
    kind: ClickClass
    address: str | None
    arrived: PostId | None
    """The post that a person must have seen to come here, when it is to be marked so."""


@dataclass(slots=True)
class _Known:
    """A link in memory with what was found out about it."""

    link: Link
    location: str | None
    is_ended: bool
    until: datetime
    marked_at: datetime | None = None


@dataclass(frozen=True)
class Tracking:
    """Links followed and clicks kept, many in one transaction."""

    database: Database
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    links_in_memory: int = 50_000
    _known: OrderedDict[LinkCode, _Known] = field(default_factory=OrderedDict, init=False)
    _keys: dict[date, bytes] = field(default_factory=dict, init=False)
    _ids: "_Ids" = field(init=False)
    _finding: Batching[LinkCode, _Known | None] = field(init=False)
    _keeping: Batching[Hit, None] = field(init=False)

    def __post_init__(self) -> None:
        """Make the two batches: one that reads links, one that writes clicks."""
        object.__setattr__(self, "_ids", _Ids(self.entropy))
        object.__setattr__(self, "_finding", Batching(self._find))
        object.__setattr__(self, "_keeping", Batching(self._keep))

    async def follow(
        self, code: str, *, kind: ClickClass, address: str | None
    ) -> Followed | Ended | Unknown:
        """Where ``code`` leads; the click is committed before this returns.

        ``address`` is the client's IP address. Raises TemporaryError when the database does not
        answer; the click is not kept then.
        """
        known = await self._look_up(code)
        if known is None:
            return Unknown()
        at = self.now()
        hit = Hit(known.link.code, at, kind, address, _arrived(known, kind, at))
        await self._keeping.ask(hit)
        return await self._answer(known)

    def is_at_hand(self, code: str) -> bool:
        """Whether ``code`` is in memory, fresh, and leads to a live offer."""
        known = self._known.get(LinkCode(code))
        return (
            known is not None
            and not known.is_ended
            and known.location is not None
            and known.until > self.now()
        )

    async def peek(self, code: str) -> Followed | Ended | Unknown:
        """Where ``code`` leads, for a request that is no click (``HEAD``).

        Raises TemporaryError when the database does not answer.
        """
        known = await self._look_up(code)
        return Unknown() if known is None else await self._answer(known)

    async def rotate(self) -> int:
        """Delete the visitor keys of other days, so that no old visitor can be told again."""
        async with self.database.write() as connection:
            return await variables.delete_others(
                connection, KEY_PREFIX, keep=[_key_name(self.now().date())]
            )

    async def forget_clicks(
        self, *, older_than: timedelta, at_once: int = 5_000, pause_seconds: float = 0.05
    ) -> int:
        """Delete clicks older than ``older_than``, ``at_once`` in a transaction; how many.

        The counts by the hour stay. Between the transactions other writers have their turn.
        """
        below = click_id(tick_of(self.now() - older_than), 0)
        total = 0
        while True:
            async with self.database.write() as connection:
                deleted = await links.delete_clicks(connection, below=below, limit=at_once)
            total += deleted
            if deleted < at_once:
                return total
            await asyncio.sleep(pause_seconds)

    async def close(self) -> None:
        """Wait until every click that was taken is kept."""
        await self._finding.close()
        await self._keeping.close()

    # ---- links in memory

    async def _look_up(self, code: str) -> _Known | None:
        if not subids.is_code(code):
            return None
        key = LinkCode(code)
        known = self._known.get(key)
        if known is not None and known.until > self.now():
            self._known.move_to_end(key)
        else:
            known = await self._finding.ask(key)
        return None if known is None or known.location is None else known

    async def _find(self, codes: Sequence[LinkCode]) -> list[_Known | None]:
        wanted = list(dict.fromkeys(codes))
        async with self.database.read() as connection:
            found = await links.list_by_codes(connection, wanted)
            ended = await links.list_ended(connection, list(found))
        until = self.now() + FRESH_FOR
        for code, link in found.items():
            location = safe_location(link.target_url)
            if location is None:
                logger.warning("link %s leads where nobody may be sent", code)
            before = self._known.pop(code, None)
            marked_at = None if before is None else before.marked_at
            self._known[code] = _Known(link, location, code in ended, until, marked_at)
        answers = [self._known.get(code) if code in found else None for code in codes]
        while len(self._known) > self.links_in_memory:
            self._known.popitem(last=False)
        return answers

    # ---- clicks

    async def _keep(self, hits: Sequence[Hit]) -> list[None]:
        async with self.database.write() as connection:
            days = {hit.at.date() for hit in hits}
            keys = {day: self._keys.get(day) for day in days}
            for day in days:
                if keys[day] is None:
                    fresh = self.entropy(KEY_BYTES).hex()
                    kept = await variables.find_or_set(connection, _key_name(day), fresh)
                    keys[day] = bytes.fromhex(kept)
            await links.append_clicks(connection, self._clicks(hits, keys))
            arrived = {hit.arrived for hit in hits if hit.arrived is not None}
            for post_id in await links.list_uncertain_posts(connection, sorted(arrived)):
                await posts.mark_arrived(connection, post_id, hits[-1].at)
        self._keys.clear()
        self._keys.update({day: key for day, key in keys.items() if key is not None})
        return [None] * len(hits)

    def _clicks(self, hits: Iterable[Hit], keys: dict[date, bytes | None]) -> list[Click]:
        return [
            Click(
                self._ids.next(hit.at),
                hit.code,
                hit.at,
                hit.kind,
                visitor(keys[hit.at.date()] or b"", hit.address),
            )
            for hit in hits
        ]

    # ---- answers

    async def _answer(self, known: _Known) -> Followed | Ended:
        if not known.is_ended:
            return Followed(known.location or "")
        link = known.link
        async with self.database.read() as connection:
            title = await replacements.find_title(connection, link.offer_id)
            found = await replacements.find_posted(
                connection, link, since=self.now() - POSTED_WITHIN
            ) or await replacements.find_listed(connection, link)
        if found is None:
            return Ended(title or "", None, None)
        code = found.code or await self._mint(link, found)
        return Ended(title or "", code, None if code is None else found.title)

    async def _mint(self, ended: Link, instead: Replacement) -> LinkCode | None:
        code = subids.mint(self.entropy(subids.ENTROPY_BYTES))
        target = subids.with_sub_id(instead.url, code)
        if safe_location(target) is None:
            return None
        link = Link(
            code=code,
            offer_id=instead.offer_id,
            marketplace=instead.marketplace,
            post_id=None,
            group_id=ended.group_id,
            promoter_id=ended.promoter_id,
            target_url=target,
            created_at=self.now(),
        )
        async with self.database.write() as connection:
            await links.add(connection, [link])
        return code


class _Ids:
    """Click ids that never repeat: by time, then counted up from a random number."""

    def __init__(self, entropy: Callable[[int], bytes]) -> None:
        self._entropy = entropy
        self._tick = -1
        self._number = 0

    def next(self, at: datetime) -> str:
        """The id of a click at ``at``; it sorts after every id given before."""
        tick = tick_of(at)
        if tick > self._tick:
            self._tick = tick
            self._number = int.from_bytes(self._entropy(4), "big")
        else:
            self._number += 1
        return click_id(self._tick, self._number)


def _arrived(known: _Known, kind: ClickClass, at: datetime) -> PostId | None:
    # A link is clicked often, its post marked once: asking again each minute is enough, and
    # covers a post that became uncertain only after its first click.
    if kind is not ClickClass.PERSON or known.link.post_id is None:
        return None
    if known.marked_at is not None and at - known.marked_at < FRESH_FOR:
        return None
    known.marked_at = at
    return known.link.post_id


def _key_name(day: date) -> str:
    return f"{KEY_PREFIX}{day.isoformat()}"
