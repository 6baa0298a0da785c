"""From a question as it was read to what the catalogue and the promoter know about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.catalogue.selection import is_banned
from bot.domain.questions import holding
from bot.domain.questions.answering import answer as answered
from bot.domain.questions.fitting import alike, closest, fitting
from bot.domain.questions.vocabulary.spelling import meant
from bot.domain.records import (
    Answer,
    Group,
    Intent,
    Offer,
    OfferId,
    Question,
    Told,
    Topic,
    Wanted,
)
from storage.catalogue import offers, popular, words
from storage.database import Connection
from storage.questions import told as told_storage

Concepts = tuple[tuple[str, ...], ...]

FOUND_LIMIT = 20
"""Offers that an answer is made of at most; it names a few of them."""
CANDIDATES, NARROW_CANDIDATES = 100, 200
"""Offers with the words that are looked at; more where a price or a size leaves most out."""
ENOUGH = 3 * FOUND_LIMIT
"""Offers that fit, among which the best are looked for: they come by order of popularity."""
SPELLED_LIMIT = 3
"""Known words that one unknown word may stand for."""
NAMING_WORDS = 2
"""So many words must name a thing before a word beside them is taken for talk."""
SEARCHES = frozenset({Intent.FIND, Intent.COUPONS})
"""What may be answered with something near, which is said; a fact is of the thing itself."""
NOTE_CLOSE, NOTE_MEANT = "ask.note_near", "ask.note_spelled"
"""Says that nothing is just what was asked for; that it is what a word was taken for."""


@dataclass(frozen=True, slots=True)
class Found:
    """Offers that answer one thing that was wanted; ``is_close`` when none is just that."""

    offers: list[Offer]
    is_close: bool = False
    meant: str | None = None
    """The goods that a misspelt word was taken for."""


@dataclass(frozen=True, slots=True)
class Looking:
    """One question looked up at ``now``; reads, and never writes."""

    connection: Connection
    now: datetime
    freshness: timedelta
    programme: str | None = None
    """Of the asker's group: what an operator took out of it is not offered in an answer either."""

    async def answer(self, question: Question, about: Offer | None, group: Group | None) -> Answer:
        """What is known in answer; ``about`` is the offer replied to, ``group`` whose promoter
        may have told something."""
        asked_in = replace(self, programme=group.programme if group else None)
        found = await asked_in._found(question, about)
        lists = [each.offers for each in found]
        ids = [offer.id for several in lists for offer in several]
        is_of_past = Topic.LOWEST in question.topics
        made = answered(
            question,
            lists,
            histories=await offers.list_prices(self.connection, ids) if is_of_past else {},
            told=await self._told(group, lists),
            now=self.now,
            freshness=self.freshness,
        )
        if made.offers and made.note is None and any(each.is_close for each in found):
            return replace(made, note=NOTE_CLOSE)
        taken = [each.meant for each in found if each.meant and each.offers]
        if made.offers and made.note is None and taken:
            return replace(made, note=NOTE_MEANT, note_words={"word": taken[0]})
        return made

    async def offer(self, offer_id: OfferId | None) -> Offer | None:
        """The offer of a post or answer, ended or not."""
        return None if offer_id is None else await offers.find(self.connection, offer_id)

    async def _found(self, question: Question, about: Offer | None) -> list[Found]:
        """What answers each thing that is wanted; where nothing is named, the offer replied to."""
        own = Found([about] if about is not None else [])
        if question.is_similar:
            return await self._alike(question, about)
        is_search = question.intent in SEARCHES
        found = [
            own if wanted.is_open and not is_search else await self._look(wanted, is_search)
            for wanted in question.wanted
        ]
        if own.offers and not is_search and not any(each.offers for each in found):
            # Words that name nothing we have are words about what was replied to.
            return [own]
        return found or [own]

    async def _alike(self, question: Question, about: Offer | None) -> list[Found]:
        if about is None:
            named = [wanted for wanted in question.wanted if wanted.concepts]
            return [await self._look(wanted, is_search=True) for wanted in named]
        return [
            await self._look(alike(wanted, about), is_search=True) for wanted in question.wanted
        ]

    async def _look(self, wanted: Wanted, is_search: bool) -> Found:
        """What fits, as it was written, else as it was meant; else, in a search, what is near."""
        if not wanted.concepts:
            some = await popular.list_popular(self.connection, wanted) if is_search else []
            return Found(fitting(wanted, self._free(some), now=self.now)[:FOUND_LIMIT])
        exactly = await self._fit(wanted)
        if exactly:
            return Found(exactly)
        spelled = await self._spelled(wanted.concepts)
        if spelled != wanted.concepts:
            fit = await self._fit(replace(wanted, concepts=spelled))
            if fit:
                return Found(fit)
        known, word = await self._meant(wanted.concepts)
        if word is not None:
            fit = await self._fit(replace(wanted, concepts=known))
            if fit:
                return Found(fit, meant=word)
        if not is_search:
            return Found(await self._named(wanted))
        near = await words.nearest(self.connection, wanted.concepts)
        return Found(closest(wanted, self._free(near), now=self.now)[:FOUND_LIMIT], is_close=True)

    async def _named(self, wanted: Wanted) -> list[Offer]:
        """What fits without a word that no offer has at all, where two others name the thing.

        Of three words the one that nobody sells is more likely talk than a name.
        """
        kept = [each for each in wanted.concepts if len(each) > 1 or await self._is_known(each)]
        if len(kept) < NAMING_WORDS or len(kept) < len(wanted.concepts) - 1:
            return []
        return await self._fit(replace(wanted, concepts=tuple(kept)))

    async def _is_known(self, concept: tuple[str, ...]) -> bool:
        return bool(await words.candidates(self.connection, [concept], limit=1))

    async def _fit(self, wanted: Wanted) -> list[Offer]:
        is_narrow = wanted.bounds or wanted.measure or wanted.has_coupon or wanted.is_cheapest
        limit = NARROW_CANDIDATES if is_narrow else CANDIDATES
        found = await words.candidates(self.connection, wanted.concepts, limit=limit)
        return fitting(wanted, self._free(found), now=self.now, enough=ENOUGH)[:FOUND_LIMIT]

    def _free(self, some: Sequence[Offer]) -> list[Offer]:
        return [offer for offer in some if not is_banned(offer, self.programme)]

    async def _spelled(self, concepts: Concepts) -> Concepts:
        """The concepts, each with the known words that an unknown one was meant for."""
        mended = []
        for concept in concepts:
            # What has other names is in the vocabulary, and so well spelt.
            word = concept[0]
            if len(concept) == 1 and word.isascii() and word.isalpha():
                known = await words.spelled(self.connection, word)
                concept = tuple(dict.fromkeys((word, *known[:SPELLED_LIMIT])))
            mended.append(concept)
        return tuple(mended)

    async def _meant(self, concepts: Concepts) -> tuple[Concepts, str | None]:
        """The concepts, each with the goods that a word no offer has was meant for; the last."""
        mended, word = list(concepts), None
        for at, concept in enumerate(concepts):
            goods = meant(concept[0]) if len(concept) == 1 else None
            if goods is not None and not await self._is_known(concept):
                mended[at], word = goods.alternatives, goods.text
        return tuple(mended), word

    async def _told(self, group: Group | None, found: Sequence[Sequence[Offer]]) -> list[Told]:
        """What the promoter of the asker's group told and what still holds."""
        by_id = {offer.id: offer for several in found for offer in several}
        if group is None or not by_id:
            return []
        told = await told_storage.list_of(self.connection, group.promoter_id, list(by_id))
        return [each for each in told if holding.holds(each, by_id[each.offer_id], self.now)]
