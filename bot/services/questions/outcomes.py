"""What comes of questions: replies, limits, what a promoter is asked and what his words reach.

The services speak with the texts ``ask.*`` (answers) and with these of ``question.*``:
``limited_person``, ``limited_day``, ``limited_group``; ``next_post`` {slot} {when},
``next_post_none``; ``order_which``, ``order_where``, ``order_unreported`` {order},
``order_counted`` {order}, ``order_settled`` {order}, ``order_reversed`` {order},
``order_held`` {order}, ``order_orphan`` {order}, ``asked_promoter``, ``nobody_knows``; and on taps
``order_claim_tap``, ``want_tap``. The notice to a promoter is ``notice.question``
{title} {topic} with the tap ``notice.question_tell``.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.posts.notices import Tap
from bot.domain.records import Button, Group, OfferId, Person, QuestionId, Topic
from bot.domain.texts import Html


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came in; ``offer_id`` is of the post or answer that it replied to."""

    text: str
    person: Person | None
    """None for an administrator who writes in the group's name."""
    language: str
    """The asker's, for a question that shows none by its script."""
    group: Group | None
    """None in the private chat."""
    chat_id: int
    message_id: int | None
    offer_id: OfferId | None = None
    is_called: bool = True
    """By name or by command; otherwise it only replies to what the bot said."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Where an answer stands: ``how`` is "private", "group" or "ephemeral:<id>"."""

    chat_id: int
    message_id: int | None
    how: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer. Taps carry "1:claim:<question>" and "1:want:<question>"."""

    html: Html
    buttons: tuple[tuple[Button, ...], ...]
    question_id: QuestionId | None
    is_private: bool
    """It may not be said where others read it: somebody's own order."""
    is_answered: bool
    taps: tuple[tuple[Tap, ...], ...] = ()
    is_talk: bool = False
    """It asked for nothing: who was not spoken to may stay silent."""
    again: Spoken | None = None
    """The same was asked a moment ago: edit the answer that stands there, say nothing new."""


@dataclass(frozen=True, slots=True)
class Limited:
    """Too many questions; ``html`` says so kindly, once, and is None from then on: be silent."""

    html: Html | None


# ---------------------------------------------------------------- the promoter's part


@dataclass(frozen=True, slots=True)
class WaitingQuestion:
    """What nobody knew about an offer, as its promoter is asked for it."""

    question_id: QuestionId
    title: str
    """Of the offer."""
    topic: Topic
    text: str
    """The asker's words; empty once they were forgotten."""
    askers: int
    """How many questions wait for the same."""
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """An answer that stands somewhere and is to be put in new words."""

    question_id: QuestionId
    spoken: Spoken
    html: Html
    buttons: tuple[tuple[Button, ...], ...]
    bot_id: int | None
    """The bot of the group, which alone can edit there; in private, the person's."""
    telegram_id: int | None = None
    """The asker's: an ephemeral message is edited by whom it is for. None once forgotten."""
    chat_id: int | None = None
    """Where the group is by now, if it is no longer where the answer stands."""


@dataclass(frozen=True, slots=True)
class Passed:
    """The promoter spoke or declined; ``deliveries`` are the answers that change by it."""

    deliveries: tuple[Delivery, ...]


class Telling(StrEnum):
    """Why a promoter's words are not passed on; the text is ``question.tell_<value>``."""

    GONE = "gone"
    """No such question of this promoter waits."""
    ANSWERED = "answered"
    """This promoter answered it before."""
    EMPTY = "empty"
    LONG = "long"
    """Over the limit of characters."""
    LINK = "link"
    """It holds an address or a mention."""
    CLAIM = "claim"
    """It holds a banned claim."""


@dataclass(frozen=True, slots=True)
class RefusedTelling:
    """Why the words were not taken, and what in them was wrong."""

    reason: Telling
    detail: str = ""


# ---------------------------------------------------------------- wishes and orders


@dataclass(frozen=True, slots=True)
class Wished:
    """A wish was counted; ``is_new`` unless the same person had it already."""

    words: str
    """Its normal form: what it is counted as."""
    is_new: bool


@dataclass(frozen=True, slots=True)
class WishRow:
    """What at least three people asked for."""

    words: str
    people: int
    last_at: datetime


class Claimed(StrEnum):
    """What comes of "this is my order"; the text is ``question.claim_<value>``."""

    NOTED = "noted"
    """The operator sees it."""
    ALREADY = "already"
    NONE = "none"
    """There is no such order that anybody may claim."""
