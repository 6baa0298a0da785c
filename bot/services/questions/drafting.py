"""An answer on its way, and the row that is kept of its question."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.questions.keys import detail_of
from bot.domain.records import (
    Answer,
    Button,
    Group,
    GroupId,
    Offer,
    PersonId,
    Question,
    QuestionId,
    Subject,
)
from bot.domain.texts import Html
from bot.services.questions.composing import PLAIN
from bot.services.questions.linking import Linking
from bot.services.questions.outcomes import Asked
from storage.questions.questions import Kept

TEXT_LIMIT = 500
"""Characters of a question that are read and kept: whoever writes more tells a story."""


@dataclass
class Draft:
    """An answer on its way: what was read of it, until it is written."""

    asked: Asked
    now: datetime
    question: Question
    group: Group | None
    answer: Answer | None = None
    """None where something else than the catalogue answers."""
    html: Html = Html("")
    linking: Linking | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    same: Kept | None = None
    """The same question of a moment ago."""
    worded: str = PLAIN
    is_own_order: bool = False
    is_claimable: bool = False
    passes_on: bool = False

    @property
    def person_id(self) -> PersonId | None:
        """Who asks; None for an administrator in the group's name."""
        return None if self.asked.person is None else self.asked.person.id

    @property
    def group_id(self) -> GroupId | None:
        """The group it is answered as in."""
        return None if self.group is None else self.group.id

    @property
    def focus(self) -> Offer | None:
        """The offer that the answer is about first of all."""
        return self.answer.offers[0] if self.answer is not None and self.answer.offers else None

    @property
    def unknown(self) -> Subject | None:
        """What the promoter can be asked for."""
        if self.answer is None or self.focus is None or not self.answer.unknown:
            return None
        topic = self.answer.unknown[0]
        return Subject(self.focus.id, topic, detail_of(self.question, topic))

    @property
    def repeated(self) -> Subject | None:
        """Which word of a promoter it repeats: when that is put right, so is the answer."""
        told = self.answer.told if self.answer is not None else ()
        return Subject(told[0].offer_id, told[0].topic, told[0].detail) if told else None


def kept(draft: Draft, text: str, state: str, *, kind: str | None = None) -> Kept:
    """The row of a question; ``kind`` in the place of the answer's own."""
    answer, focus = draft.answer, draft.focus
    about = draft.unknown if draft.passes_on else draft.repeated
    return Kept(
        id=QuestionId(0),
        person_id=draft.person_id,
        group_id=draft.group_id,
        chat_id=draft.asked.chat_id,
        asked_at=draft.now,
        language=draft.question.language,
        text=text[:TEXT_LIMIT],
        about_id=draft.asked.offer_id,
        offer_id=None if focus is None else focus.id,
        kind=kind or (draft.question.intent.value if answer is None else answer.kind.value),
        state=state,
        topic=None if about is None else about.topic,
        detail="" if about is None else about.detail,
        worded=draft.worded,
    )
