"""Following a link: where it goes, and the click kept before anyone is sent there."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.links import subids
from bot.domain.links.addresses import safe_location
from bot.domain.links.clicks import click_id, tick_of
from bot.domain.records import ClickClass, Link, LinkCode, PostId
from bot.services.links.batching import Batching
from bot.services.links.clicking import Clicking
from storage.catalogue import replacements
from storage.catalogue.replacements import Replacement
from storage.database import Database
from storage.links import links

FRESH_FOR = timedelta(seconds=60)
"""A known link is looked up again after this: its offer may have ended."""
POSTED_WITHIN = timedelta(days=14)
"""A replacement is taken from the group's own posts of this long."""

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


@dataclass(slots=True)
class _Known:
    """A link in memory with what was found out about it."""

    link: Link
    location: str | None
    followed: Followed | None
    """None when the offer has ended or the location is none that anybody may be sent to."""
    until: datetime
    asked_until: datetime
    """Before this nobody asks again whether the link's post arrived."""


@dataclass(frozen=True)
class Tracking:
    """Links followed and clicks kept, many in one transaction."""

    database: Database
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    links_in_memory: int = 50_000
    _known: OrderedDict[str, _Known] = field(default_factory=OrderedDict, init=False)
    _finding: Batching[LinkCode, _Known | None] = field(init=False)
    _clicking: Clicking = field(init=False)

    def __post_init__(self) -> None:
        """Make the two that work in batches: one reads links, one writes clicks."""
        object.__setattr__(self, "_finding", Batching(self._find))
        clicking = Clicking(self.database, self.now, self.entropy)
        object.__setattr__(self, "_clicking", clicking)

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
        at, code = self.now(), known.link.code
        arrived = _arrived(known, kind, at)
        await self._clicking.keep(code, at=at, kind=kind, address=address, arrived=arrived)
        return await self._answer(known)

    def take(
        self, code: str, kind: ClickClass, address: str | None, then: Callable[[bool], None]
    ) -> Followed | None:
        """Where ``code`` leads, at once; the person may be sent there only after ``then(True)``.

        ``then`` is told, in the order of the calls, whether the click is committed. None, and
        ``then`` is not called, where only ``follow`` can answer: the link is not in memory, was
        not looked at for a while or has ended, or too many clicks wait already.
        """
        known = self._known.get(code)
        if known is None or known.followed is None:
            return None
        clicking, link = self._clicking, known.link
        at = clicking.turn or clicking.now()
        if known.until <= at:
            return None
        arrived = None if link.post_id is None else _arrived(known, kind, at)
        is_taken = clicking.take((link.code, at, kind, address, arrived, then))
        return known.followed if is_taken else None

    async def peek(self, code: str) -> Followed | Ended | Unknown:
        """Where ``code`` leads, for a request that is no click (``HEAD``).

        Raises TemporaryError when the database does not answer.
        """
        known = await self._look_up(code)
        return Unknown() if known is None else await self._answer(known)

    async def rotate(self) -> int:
        """Delete the visitor keys of other days, so that no old visitor can be told again."""
        return await self._clicking.rotate()

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
        await self._clicking.close()

    # ---- links in memory

    async def _look_up(self, code: str) -> _Known | None:
        if not subids.is_code(code):
            return None
        key = LinkCode(code)
        known = self._known.get(key)
        if known is None or known.until <= self.now():
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
            asked_until = link.created_at if before is None else before.asked_until
            followed = None if location is None or code in ended else Followed(location)
            self._known[code] = _Known(link, location, followed, until, asked_until)
        answers = [self._known.get(code) if code in found else None for code in codes]
        while len(self._known) > self.links_in_memory:
            self._known.popitem(last=False)
        return answers

    # ---- answers

    async def _answer(self, known: _Known) -> Followed | Ended:
        if known.followed is not None:
            return known.followed
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


def _arrived(known: _Known, kind: ClickClass, at: datetime) -> PostId | None:
    # A link is clicked often, its post marked once: asking again each minute is enough, and
    # covers a post that became uncertain only after its first click.
    post_id = known.link.post_id
    if post_id is None or kind is not ClickClass.PERSON or at < known.asked_until:
        return None
    known.asked_until = at + FRESH_FOR
    return post_id
