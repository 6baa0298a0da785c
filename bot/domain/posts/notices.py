"""Sentences for one person in private, each told at most once by its key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.health.buttons import TAPS
from bot.domain.posts.characters import cleaned, shortened
from bot.domain.records import PersonId, Post, QuestionId, Topic
from bot.domain.texts import Html, Texts

QUESTION = "notice.question"
GROWTH = "growth."
DECK = "deck.ready"
TITLE_LIMIT = 100
"""Characters of an offer's title in a notice."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What to tell whom: a key of the texts with its words; ``key`` makes it unique for ever."""

    key: str
    person_id: PersonId
    text: str
    """Such as "notice.late"."""
    words: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Tap:
    """A button under a notice that tells the bot something; ``data`` is at most 64 bytes."""

    text: str
    data: str


def slot_missed(reason: str, promoter_id: PersonId, *, day: date, slot: str, groups: int) -> Notice:
    """Why nothing was posted in a slot of ``groups`` groups: "late" or "nothing_fresh"."""
    return Notice(
        key=f"{reason}:{promoter_id}:{day}:{slot}",
        person_id=promoter_id,
        text=f"notice.{reason}",
        words={"slot": slot, "day": day.isoformat(), "groups": groups},
    )


def slot_silent(promoter_id: PersonId, *, slot: str, groups: int) -> Notice:
    """A slot that lies wholly in quiet hours; said once, for it stays so until somebody acts."""
    return Notice(
        key=f"quiet:{promoter_id}:{slot}",
        person_id=promoter_id,
        text="schedule.told_quiet",
        words={"slot": slot, "groups": groups},
    )


def posts_skipped(promoter_id: PersonId, *, day: date, slot: str, posts: int) -> Notice:
    """Posts that the window left no time for."""
    return Notice(
        key=f"late_posts:{promoter_id}:{day}:{slot}",
        person_id=promoter_id,
        text="notice.late_posts",
        words={"slot": slot, "day": day.isoformat(), "posts": posts},
    )


def stock_decided(
    number: int, promoter_id: PersonId, title: str, state: str, reason: str
) -> Notice:
    """What an operator said to goods of a promoter's own: "approved" or "refused"."""
    return Notice(
        key=f"stock:{number}",
        person_id=promoter_id,
        text=f"scheme.stock_{state}",
        words={"title": shortened(cleaned(title), TITLE_LIMIT), "reason": reason},
    )


def group_lost(post: Post, title: str) -> Notice:
    """The bot is no longer in a group; ``post`` is the one that found out."""
    return Notice(f"lost:{post.id}", post.promoter_id, "notice.lost", {"title": title})


def post_failed(post: Post, title: str, reason: str) -> Notice:
    """A post that Telegram refused."""
    words = {"title": title, "reason": reason}
    return Notice(f"failed:{post.id}", post.promoter_id, "notice.failed", words)


def post_undisclosed(post: Post, title: str, operator_id: PersonId) -> Notice:
    """A post that was held back for its missing disclosure, told to an operator."""
    words: dict[str, str | int] = {"title": title, "post_id": post.id}
    return Notice(f"undisclosed:{post.id}:{operator_id}", operator_id, "scheme.undisclosed", words)


def post_uncertain(post: Post, title: str) -> Notice:
    """A post of which nobody knows whether it arrived; its taps settle it."""
    words: dict[str, str | int] = {"title": title, "post_id": post.id}
    return Notice(f"uncertain:{post.id}", post.promoter_id, "notice.uncertain", words)


def question_asked(
    question_id: QuestionId,
    promoter_id: PersonId,
    *,
    title: str,
    topic: Topic,
    is_anew: bool = False,
) -> Notice:
    """What members ask of an offer and nobody knows; the asker's words are not in it.

    ``is_anew`` where another was asked the same question before.
    """
    words: dict[str, str | int] = {
        "title": shortened(cleaned(title), TITLE_LIMIT),
        "topic": topic.value,
        "question_id": question_id,
    }
    key = f"question:{question_id}"
    return Notice(f"{key}:{promoter_id}" if is_anew else key, promoter_id, QUESTION, words)


def worded(notice: Notice, texts: Texts) -> Html:
    """What the notice says in the reader's language, days and slots in the reader's way."""
    if notice.text.startswith(GROWTH):
        # Imported here: that room makes notices itself.
        from bot.domain.growth.wording import spelled

        return spelled(notice, texts)
    words = dict(notice.words)
    if "day" in words:
        words["day"] = texts.day(date.fromisoformat(str(words["day"])))
    if "slot" in words:
        words["slot"] = texts.words.get(f"slot.{words['slot']}", str(words["slot"]))
    if "topic" in words:
        words["topic"] = texts.words.get(f"ask.topic_{words['topic']}", str(words["topic"]))
    return texts.html(notice.text, **words)


def is_over(notice: Notice, now: datetime) -> bool:
    """Whether what a notice speaks of is past: it is not told any more."""
    until = notice.words.get("until")
    return until is not None and datetime.fromisoformat(str(until)) <= now


def taps(notice: Notice) -> tuple[tuple[str, Tap], ...]:
    """The buttons of a notice as (text key, tap); most notices have none."""
    if notice.text == QUESTION:
        tap = Tap("", f"1:tell:{notice.words['question_id']}")
        return (("notice.question_tell", tap),)
    if notice.text in TAPS:
        own = TAPS[notice.text]
        return tuple((key, Tap("", data.format(**notice.words))) for key, data in own)
    if notice.text == DECK:
        deck_id = notice.words["deck_id"]
        return (
            ("deck.button_open", Tap("", f"1:deck:{deck_id}:0")),
            ("deck.button_keep_all", Tap("", f"1:deck_all:{deck_id}")),
        )
    if notice.text != "notice.uncertain":
        return ()
    # The form in which the chat's door packs its buttons: version, action, fields.
    post_id = notice.words["post_id"]
    return tuple(
        (f"notice.uncertain_{answer}", Tap("", f"1:post:{answer}:{post_id}"))
        for answer in ("arrived", "missing")
    )
