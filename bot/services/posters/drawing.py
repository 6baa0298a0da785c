"""Drawing posters: a tracked link is minted, the photo fetched within limits, the picture drawn."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.domain.links.addresses import safe_location
from bot.domain.posters.poster import Poster
from bot.domain.records import Group, GroupId, Offer, OfferId, Promoter
from bot.domain.texts import Texts
from bot.errors import InputError, TemporaryError, TooLargeError
from bot.services.links import sharing
from bot.services.links.sharing import Made, Sharing
from bot.services.paces import Pace

A_MINUTE = 4
"""Posters of one promoter: nobody shows more around, and each is work for a processor."""
WAITING_LIMIT = 8
"""Posters that wait for the one at work; drawing takes a fraction of a second."""
PHOTO_BYTES_LIMIT = 5 * 1024**2
PHOTO_SECONDS = 5.0

logger = logging.getLogger(__name__)


class Held(StrEnum):
    """Why no poster is drawn now; each is a text of the chat."""

    TOO_MANY = "too_many"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A poster: the JPEG, and what it leads to."""

    picture: bytes = field(repr=False)
    offer: Offer
    url: str
    group: Group | None
    """Whose sales its purchases are; None: the promoter's own, and no group's."""


@dataclass(frozen=True, slots=True)
class NotDrawn:
    """No poster, for this reason."""

    reason: Held | sharing.Refusal


@dataclass(frozen=True)
class Drawing:
    """Makes posters, one at a time: their pictures are the memory of this process."""

    sharing: Sharing
    texts: Mapping[str, Texts]
    zone: ZoneInfo
    pace: Pace = field(default_factory=lambda: Pace(A_MINUTE, 60.0))
    _one: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1), init=False)
    _waiting: list[object] = field(default_factory=list, init=False)

    async def draw(
        self,
        promoter: Promoter,
        offer_id: OfferId,
        *,
        language: str,
        group_id: GroupId | None = None,
        trusted: str = "",
    ) -> Drawn | NotDrawn:
        """The poster of an offer in ``language``, its sales credited to the promoter.

        They count for the own group ``group_id`` where one is named. ``trusted`` is an address
        that the operator named: photos of its very host and port are fetched wherever it is.
        """
        if len(self._waiting) >= WAITING_LIMIT:
            return NotDrawn(Held.BUSY)
        if not self.pace.takes(promoter.id):
            return NotDrawn(Held.TOO_MANY)
        token = object()
        self._waiting.append(token)
        try:
            made = await self.sharing.make(promoter, offer_id, sharing.POSTER, group_id=group_id)
            if not isinstance(made, Made):
                return NotDrawn(made.reason)
            texts, zone = self.texts[language], self._zone_of(made.group)
            picture = await self._drawn(Poster(made.offer, texts, zone, made.url), trusted)
            return Drawn(picture, made.offer, made.url, made.group)
        finally:
            self._waiting.remove(token)

    def _zone_of(self, group: Group | None) -> ZoneInfo:
        return self.zone if group is None else ZoneInfo(group.timezone)

    async def _drawn(self, poster: Poster, trusted: str) -> bytes:
        # Pillow, the font and the code's maker come into memory with the first poster.
        from bot.pictures.posters import draw, rest

        async with AsyncExitStack() as stack:
            photo = await self._photo(stack, poster.offer.facts.image_url, trusted)
            async with self._one:
                picture = await asyncio.to_thread(draw, poster, photo)
                if len(self._waiting) == 1:
                    await asyncio.to_thread(rest)
                return picture

    async def _photo(self, stack: AsyncExitStack, url: str | None, trusted: str) -> BinaryIO | None:
        """The photo of the goods as a file of the ``stack``; None where it cannot be had."""
        from bot.marketplaces.fetching import fetched

        location = safe_location(url or "")
        if location is None:
            return None
        try:
            return await stack.enter_async_context(
                fetched(
                    location,
                    size_limit=PHOTO_BYTES_LIMIT,
                    time_limit_seconds=PHOTO_SECONDS,
                    is_operators=_origin(location) == _origin(trusted),
                )
            )
        except (InputError, TemporaryError, TooLargeError) as fault:
            logger.info("a poster goes without its photo: %s", fault)
            return None


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc
