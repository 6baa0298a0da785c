"""Finding offers for who types the bot's name in any chat: personal results, or why there are none.

Nobody is stored for asking, nor what is typed; what a promoter looked for in vain may become a
wish, which names nobody.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.catalogue import selection
from bot.domain.catalogue.assortments import narrowed
from bot.domain.programmes import Programme
from bot.domain.records import Offer, Promoter, PromoterStatus
from bot.services.catalogue.shortlisting import Shortlisting
from bot.services.links.sharing import INLINE, Sharing
from bot.services.paces import Pace
from storage.database import Database
from storage.people import people

PAGE = 10
"""Offers of one answer, and links minted for it at most."""
FOUND_LIMIT = 50
"""Offers of all pages of one search."""
A_MINUTE = 40
"""Answers to one person: a fast typist's, and not a script's."""
MINTED_A_DAY = 500
"""New links of one promoter: more looks like leafing through the catalogue by machine."""
DAY_SECONDS = 86_400.0
TURNS_KEPT = 10_000


class Turned(StrEnum):
    """Why somebody gets no offers; each is the text of one button."""

    STRANGER = "stranger"
    """No promoter: a member, or somebody who never spoke to the bot."""
    LEARNING = "learning"
    SUSPENDED = "suspended"
    BUSY = "busy"
    """Too many in a minute, or too many new links today."""


@dataclass(frozen=True, slots=True)
class Result:
    """One offer to share, and the promoter's own link on it."""

    offer: Offer
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of offers for ``promoter``; ``next_place`` where more follow."""

    promoter: Promoter
    results: tuple[Result, ...]
    next_place: int | None
    is_search: bool
    """Whether words were looked for; else it is what is picked and recommended today."""
    turn: int
    """Which query of the person's it was, to tell whether another came since."""


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """No offers; ``language`` of the person, None where we do not know it."""

    reason: Turned
    language: str | None


@dataclass(frozen=True)
class Finding:
    """Answers inline queries."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]
    shortlisting: Shortlisting
    sharing: Sharing
    pace: Pace = field(default_factory=lambda: Pace(A_MINUTE, 60.0))
    minting: Pace = field(default_factory=lambda: Pace(MINTED_A_DAY, DAY_SECONDS))
    _turns: OrderedDict[int, int] = field(default_factory=OrderedDict, init=False, repr=False)

    async def find(self, telegram_id: int, words: str, *, place: int = 0) -> Found | TurnedAway:
        """Offers for ``words`` from ``place`` on; without words today's picks and shortlist."""
        async with self.database.read() as connection:
            promoter = await people.find_promoter_by_telegram(connection, telegram_id)
            person = None
            if promoter is None:
                person = await people.find_by_telegram(connection, telegram_id)
        if promoter is None:
            return TurnedAway(Turned.STRANGER, person.language if person else None)
        if promoter.status != PromoterStatus.ACTIVE:
            is_learning = promoter.status == PromoterStatus.TRAINING
            reason = Turned.LEARNING if is_learning else Turned.SUSPENDED
            return TurnedAway(reason, promoter.language)
        if not self.pace.takes(promoter.id):
            return TurnedAway(Turned.BUSY, promoter.language)
        turn = self._turn(telegram_id)
        if len(words) == 1 and words.isascii():
            # One letter is no word yet: half the catalogue begins with it.
            words = ""
        name = await self.shortlisting.assortment_of(promoter)
        offers = await self._offers(promoter, name, words, place)
        page = offers[place : place + PAGE]

        def may_mint(count: int) -> bool:
            return self.minting.takes(promoter.id, count)

        urls = await self.sharing.make_all(promoter, page, INLINE, may_mint=may_mint)
        results = tuple(Result(offer, urls[offer.id]) for offer in page if offer.id in urls)
        if page and not results:
            return TurnedAway(Turned.BUSY, promoter.language)
        end = place + PAGE
        has_more = len(offers) > end and end < FOUND_LIMIT
        return Found(promoter, results, end if has_more else None, bool(words), turn)

    def is_latest(self, found: Found) -> bool:
        """Whether nothing was typed since: the words of ``found`` were meant as they stand."""
        telegram_id = found.promoter.telegram_id
        return telegram_id is not None and self._turns.get(telegram_id) == found.turn

    def _turn(self, telegram_id: int) -> int:
        turn = self._turns.get(telegram_id, 0) + 1
        self._turns[telegram_id] = turn
        self._turns.move_to_end(telegram_id)
        if len(self._turns) > TURNS_KEPT:
            self._turns.popitem(last=False)
        return turn

    async def _offers(
        self, promoter: Promoter, name: str, words: str, place: int
    ) -> Sequence[Offer]:
        scheme = narrowed(self.programmes, name)
        if scheme is None:
            return []
        if words:
            limit = min(place + PAGE + 1, FOUND_LIMIT)
            return await self.shortlisting.search(words, programme=name, limit=limit)
        return await self._recommended(promoter, name, scheme)

    async def _recommended(
        self, promoter: Promoter, name: str, scheme: Programme
    ) -> Sequence[Offer]:
        """What the promoter picked and is still to come, then the day's shortlist."""
        now = self.now()
        picks = await self.shortlisting.picks(promoter.id)
        picked = await self.shortlisting.offers_by_ids([pick.offer_id for pick in picks])
        day = now.astimezone(self.shortlisting.zone).date()
        listed = await self.shortlisting.today(name, day)
        found = {each.id: each for each in [*picked, *(row.offer for row in listed.rows)]}
        return [
            offer
            for offer in found.values()
            if selection.unfit(offer, scheme, now, promoter_id=promoter.id) is None
        ][:FOUND_LIMIT]
