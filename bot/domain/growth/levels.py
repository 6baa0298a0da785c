"""The three levels of a promoter [S4]: their growth tasks (成长任务 [S1]), and what they bring."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Levels in their order; nothing about pay depends on them [§9]."""

    STARTER = "starter"
    MIDDLE = "middle"
    SENIOR = "senior"


class Task(StrEnum):
    """What can be asked for: each is a number that the database knows, never a word given."""

    TRAINING = "training"
    """The rules read and the questions passed, or an operator's word for it."""
    GROUPS = "groups"
    """Groups connected."""
    PREVIEWS = "previews"
    """Posts looked at before they went out."""
    PICKS = "picks"
    """Offers chosen for a slot: picked, or kept or swapped in the deck."""
    ORDERS = "orders"
    """Credited orders of others: what one buys by an own link does not count."""
    ANSWERS = "answers"
    """Questions of members answered."""
    ACTIVE_GROUPS = "active_groups"
    """Groups above the programme's floor."""
    PICK_DAYS = "pick_days"
    """Days with picks of the own."""
    MENTEES = "mentees"
    """Promoters whose mentor one is and who reached the middle level."""


MENTEES_LIMIT = 3
"""A level may ask for so many at most: more would be a ladder of head-counts [§9]."""
WHOLE_BPS = 10_000


@dataclass(frozen=True, slots=True)
class Rung:
    """One level: what it asks for and what it brings."""

    level: Level
    tasks: Mapping[Task, int]
    """How much of each, in the order in which they are shown."""
    invitations: int
    """Codes that may be open at a time."""
    mentees: int
    """People who may choose this promoter as their mentor; 0 is nobody but the own invited."""
    reversed_bps: int = WHOLE_BPS
    """Orders count only while no more of them than this share was reversed."""


STANDARD: tuple[Rung, ...] = (
    Rung(
        Level.STARTER,
        {Task.TRAINING: 1, Task.GROUPS: 1, Task.PREVIEWS: 1, Task.PICKS: 1},
        invitations=20,
        mentees=0,
    ),
    Rung(
        Level.MIDDLE,
        {Task.ORDERS: 1, Task.ANSWERS: 1, Task.ACTIVE_GROUPS: 1, Task.PICK_DAYS: 7},
        invitations=30,
        mentees=10,
    ),
    Rung(
        Level.SENIOR,
        {Task.ORDERS: 30, Task.PICK_DAYS: 30, Task.MENTEES: 1},
        invitations=50,
        mentees=30,
        reversed_bps=2000,
    ),
)
"""What holds where a programme's file says nothing else. The documents name the levels and the
tasks and give no figures, so these are ours."""


def rung_of(rungs: tuple[Rung, ...], level: str) -> Rung:
    """What ``level`` brings; the first level's for a word that is none."""
    return next((rung for rung in rungs if rung.level == level), rungs[0])
