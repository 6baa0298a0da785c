"""Putting an answer into words: the plain ones, or a model's where nothing speaks against them."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape, unescape
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.questions.checking import complaints
from bot.domain.questions.wording import worded
from bot.domain.records import Answer, AnswerKind, Group, Offer, Question
from bot.domain.texts import Html, Texts
from bot.phrasing import Phrasing

PLAIN, PHRASED, REFUSED, SILENT = "plain", "phrased", "refused", "silent"
"""Who worded an answer: we, the model, we because its words were refused or did not come."""

PHRASED_KINDS = frozenset({AnswerKind.FACTS, AnswerKind.COMPARED, AnswerKind.FOUND})

logger = logging.getLogger(__name__)

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Composed:
    """The words of an answer, and who chose them."""

    html: Html
    worded: str
    complaints: tuple[str, ...] = ()
    """What spoke against the model's words."""


@dataclass(frozen=True)
class Composing:
    """Words for answers in every language of ``texts``; plain ones without ``phrasing``."""

    texts: Mapping[str, Texts]
    zone: ZoneInfo
    """Of answers in private with no group known."""
    phrasing: Phrasing | None = None

    def texts_in(self, language: str) -> Texts:
        """The texts of ``language``, or English ones."""
        return self.texts.get(language) or self.texts["en"]

    def zone_of(self, group: Group | None) -> ZoneInfo:
        """By whose clocks times are said."""
        return self.zone if group is None else ZoneInfo(group.timezone)

    def plain(self, answer: Answer, question: Question, group: Group | None) -> Html:
        """The answer in our own words."""
        texts = self.texts_in(question.language)
        return worded(answer, question, texts, self.zone_of(group))

    async def compose(self, answer: Answer, question: Question, group: Group | None) -> Composed:
        """The answer in the model's words if they hold nothing but the answer, else in ours.

        What a promoter told, a refusal and a question back are never phrased, nor is an answer
        that leaves a place open: its name beside the delivery would look like a yes.
        """
        plain = self.plain(answer, question, group)
        is_ours = answer.kind not in PHRASED_KINDS or answer.told or answer.place
        if self.phrasing is None or is_ours:
            return Composed(plain, PLAIN)
        words = await self.phrasing.phrase(
            facts_of(answer),
            question=question.text,
            plain=bare(plain),
            language=question.language,
        )
        if words is None:
            return Composed(plain, SILENT)
        found = complaints(words, answer, plain)
        if found:
            # What comes before the colon is of ours, what follows is the model's.
            kinds = sorted({each.partition(":")[0] for each in found})
            logger.info("the model's words were refused: %s", ", ".join(kinds))
            return Composed(plain, REFUSED, tuple(found))
        return Composed(Html(escape(words, quote=False)), PHRASED)


def disclosed(html: Html, texts: Texts) -> Html:
    """An answer whose links earn a commission: it says so ahead of the first of them [§9]."""
    return Html(f"{texts.html('post.disclosure')}\n\n{html}")


def bare(html: Html) -> str:
    """Telegram's HTML as the text that is read."""
    return unescape(_TAG.sub("", html))


def facts_of(answer: Answer) -> list[dict[str, Any]]:
    """The answer's facts as plain values; of an offer without any, its title alone."""
    titles = {offer.id: offer.facts.title for offer in answer.offers}
    found = [
        {
            "title": titles.get(fact.offer_id, ""),
            "topic": fact.topic.value,
            "value": _plain(fact.value),
            "as_of": _plain(fact.as_of),
        }
        for fact in answer.facts
    ]
    spoken_of = {fact.offer_id for fact in answer.facts}
    return found + [_title(offer) for offer in answer.offers if offer.id not in spoken_of]


def _title(offer: Offer) -> dict[str, Any]:
    return {"title": offer.facts.title}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value if isinstance(value, str | int | float | bool | None) else str(value)
