"""How far a promoter has come: counts of stored facts in, tasks done and the level out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.growth.levels import WHOLE_BPS, Level, Rung, Task


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database counts of one promoter; what is missing is none."""

    counts: Mapping[Task, int] = field(default_factory=dict)
    reversed_orders: int = 0
    """Orders that were credited and reversed whole; ``counts`` hold those that stand."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One task of one level."""

    level: Level
    task: Task
    need: int

    @property
    def key(self) -> str:
        """By what it is kept as done."""
        return f"{self.level}:{self.task}"


@dataclass(frozen=True, slots=True)
class Step:
    """What an evaluation found out."""

    fresh: tuple[Mark, ...]
    """Done now and not before."""
    rose_to: Level | None
    """A level that was reached by them, the highest."""
    next: Mark | None
    """What to do next; None when all is done."""


def marks(rungs: Sequence[Rung]) -> tuple[Mark, ...]:
    """Every task of every level, in the order in which they are shown."""
    return tuple(
        Mark(rung.level, task, need) for rung in rungs for task, need in rung.tasks.items()
    )


def is_done(rung: Rung, task: Task, facts: Facts) -> bool:
    """Whether the facts verify a task of ``rung``."""
    count = facts.counts.get(task, 0)
    if task == Task.ORDERS and count:
        share_bps = facts.reversed_orders * WHOLE_BPS // (count + facts.reversed_orders)
        if share_bps > rung.reversed_bps:
            return False
    return count >= rung.tasks[task]


def advance(rungs: Sequence[Rung], done: Collection[str], facts: Facts) -> Step:
    """What the facts add to the tasks that were ``done`` before: nothing is ever taken back."""
    fresh = tuple(
        Mark(rung.level, task, need)
        for rung in rungs
        for task, need in rung.tasks.items()
        if f"{rung.level}:{task}" not in done and is_done(rung, task, facts)
    )
    now = {*done, *(mark.key for mark in fresh)}
    before, after = reached(rungs, done), reached(rungs, now)
    return Step(fresh, after if after != before else None, next_of(rungs, now))


def reached(rungs: Sequence[Rung], done: Collection[str]) -> Level | None:
    """The highest level of which all tasks are done, and all of those below; None is a newcomer."""
    found = None
    for rung in rungs:
        if any(f"{rung.level}:{task}" not in done for task in rung.tasks):
            break
        found = rung.level
    return found


def next_of(rungs: Sequence[Rung], done: Collection[str]) -> Mark | None:
    """The first task that is not done, of the lowest level; None when all are."""
    return next((mark for mark in marks(rungs) if mark.key not in done), None)


def working_on(rungs: Sequence[Rung], done: Collection[str]) -> Rung:
    """The level whose tasks are shown: the first that is not complete, else the last."""
    found = next_of(rungs, done)
    return next((rung for rung in rungs if found and rung.level == found.level), rungs[-1])


def bar(done: int, total: int, width: int = 8) -> str:
    """A bar of progress of ``width`` signs; full only when all is done."""
    filled = done * width // total
    return "▰" * filled + "▱" * (width - filled)
