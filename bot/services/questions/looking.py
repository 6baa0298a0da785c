"""From a question as it was read to what the catalogue and the promoter know about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.catalogue.matching import fold
from bot.domain.questions import holding
from bot.domain.questions.answering import answer as answered
from bot.domain.questions.fitting import fitting
from bot.domain.records import (
    Answer,
    Group,
    Intent,
    Offer,
    OfferId,
    Question,
    Told,
    Wanted,
)
from storage.catalogue import offers, words
from storage.database import Connection
from storage.questions import told as told_storage

Concepts = tuple[tuple[str, ...], ...]

FOUND_LIMIT = 20
"""Offers that an answer is made of at most; it names a few of them."""
SPELLED_LIMIT = 3
"""Known words that one unknown word may stand for."""
SIMILAR_WORDS = 6
"""Words of a title that say what a thing is; the rest is praise."""


@dataclass(frozen=True, slots=True)
class Looking:
    """One question looked up at ``now``; reads, and never writes."""

    connection: Connection
    now: datetime
    freshness: timedelta

    async def answer(self, question: Question, about: Offer | None, group: Group | None) -> Answer:
        """What is known in answer; ``about`` is the offer replied to, ``group`` whose promoter
        may have told something."""
        found = await self._found(question, about)
        ids = [offer.id for several in found for offer in several]
        return answered(
            question,
            found,
            histories=await offers.list_prices(self.connection, ids),
            told=await self._told(group, found),
            now=self.now,
            freshness=self.freshness,
        )

    async def offer(self, offer_id: OfferId | None) -> Offer | None:
        """The offer of a post or answer, ended or not."""
        return None if offer_id is None else await offers.find(self.connection, offer_id)

    async def _found(self, question: Question, about: Offer | None) -> list[list[Offer]]:
        if question.is_similar and about is not None:
            return [await self._similar(question, about)]
        lists = [await self._fitting(wanted) for wanted in question.wanted]
        if about is None:
            return lists
        if not any(lists) and question.intent not in (Intent.FIND, Intent.COUPONS):
            return [[about]]
        if question.intent is Intent.COMPARE and len(lists) == 1:
            return [[about], *lists]
        return lists or [[about]]

    async def _fitting(self, wanted: Wanted) -> list[Offer]:
        if not wanted.concepts:
            return []
        found = await self._fit(wanted, await words.candidates(self.connection, wanted.concepts))
        if found:
            return found
        spelled = await self._spelled(wanted.concepts)
        if spelled != wanted.concepts:
            near = replace(wanted, concepts=spelled)
            found = await self._fit(near, await words.candidates(self.connection, spelled))
        return found or await self._fit(
            wanted, await words.nearest(self.connection, wanted.concepts)
        )

    async def _fit(self, wanted: Wanted, candidates: Sequence[Offer]) -> list[Offer]:
        return fitting(wanted, candidates, now=self.now)[:FOUND_LIMIT]

    async def _spelled(self, concepts: Concepts) -> Concepts:
        """The concepts, each with the known words that an unknown one was meant for."""
        mended = []
        for concept in concepts:
            known = list(concept)
            for word in concept:
                if word.isascii() and word.isalpha():
                    known += (await words.spelled(self.connection, word))[:SPELLED_LIMIT]
            mended.append(tuple(dict.fromkeys(known)))
        return tuple(mended)

    async def _similar(self, question: Question, about: Offer) -> list[Offer]:
        """Live offers of the kind of ``about`` and not itself, within the bounds asked for."""
        bounds = question.wanted[0] if question.wanted else Wanted(concepts=())
        for concepts in _kinds(about):
            near = replace(bounds, concepts=concepts)
            candidates = await words.candidates(self.connection, concepts)
            others = [offer for offer in candidates if offer.id != about.id]
            if found := await self._fit(near, others):
                return found
        title = tuple((word,) for word in fold(about.facts.title).split()[:SIMILAR_WORDS])
        candidates = await words.nearest(self.connection, title)
        others = [offer for offer in candidates if offer.id != about.id]
        return await self._fit(replace(bounds, concepts=()), others)

    async def _told(self, group: Group | None, found: Sequence[Sequence[Offer]]) -> list[Told]:
        """What the promoter of the asker's group told and what still holds."""
        by_id = {offer.id: offer for several in found for offer in several}
        if group is None or not by_id:
            return []
        told = await told_storage.list_of(self.connection, group.promoter_id, list(by_id))
        return [each for each in told if holding.holds(each, by_id[each.offer_id], self.now)]


def _kinds(offer: Offer) -> list[Concepts]:
    """What kind of thing an offer is, by its category: the last step, then the one before."""
    steps = [fold(step) for step in (offer.facts.category or "").split(">")]
    return [((step,),) for step in reversed(steps) if step][:2]
