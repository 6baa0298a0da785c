"""What a promoter is told in private of the deck and of autopilot; each once by its key."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.decks.cards import DeckId
from bot.domain.decks.timing import minutes
from bot.domain.posts.notices import Notice
from bot.domain.records import PersonId

LINES_SHOWN = 12
"""Cards named before the deck is opened; more are a list that nobody reads."""


def deck_ready(
    deck_id: DeckId,
    promoter_id: PersonId,
    *,
    day: date,
    until: datetime,
    groups: int,
    cards: int,
    lines: Sequence[str],
    quiet: str,
) -> Notice:
    """The day's deck; not told any more once its first slot opened, at ``until``.

    ``lines`` name the first cards, and ``quiet`` says what autopilot did yesterday, or nothing;
    both are in the promoter's language.
    """
    shown = list(lines[:LINES_SHOWN])
    if cards > len(shown):
        shown.append("…")
    return Notice(
        key=f"deck:{promoter_id}:{day}",
        person_id=promoter_id,
        text="deck.ready",
        words={
            "deck_id": deck_id,
            "until": until.isoformat(),
            "day": day.isoformat(),
            "cards": cards,
            "groups": groups,
            "minutes": minutes(cards),
            "lines": "\n".join(shown),
            "quiet": f"\n\n{quiet}" if quiet else "",
        },
    )


def autopilot_began(promoter_id: PersonId, *, day: date, posts: int) -> Notice:
    """Told once, after the first day on which autopilot chose ``posts`` posts."""
    return Notice(
        key=f"autopilot:{promoter_id}",
        person_id=promoter_id,
        text="deck.autopilot_began",
        words={"day": day.isoformat(), "posts": posts},
    )
