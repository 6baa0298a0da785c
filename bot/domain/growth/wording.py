"""Tasks and levels in a reader's words, for cards and for notices."""

from collections.abc import Iterable, Mapping

from bot.domain.growth.levels import Level, Rung, Task
from bot.domain.growth.progress import Mark, Step
from bot.domain.posts.notices import Notice
from bot.domain.records import PersonId
from bot.domain.texts import Html, Texts

CARDS_OF_A_LEVEL = 3
"""Tutorials (赚钱教程 [S1]) of each level, as texts."""


def task_text(texts: Texts, task: str, need: int) -> str:
    """What a task asks for, such as "7 days with your own picks"."""
    key = f"growth.task_{task}"
    return texts(f"{key}_one" if need == 1 else key, need=need)


def grown(promoter_id: PersonId, step: Step, rungs: Iterable[Rung]) -> Notice:
    """What a promoter is told of tasks that were done; at least one is fresh.

    A task is done once for ever, so the first of them makes the notice unique.
    """
    words: dict[str, str | int] = {"done": _packed(step.fresh)}
    key = "growth.done"
    if step.next is None:
        key = "growth.done_all"
    else:
        words["next"] = _packed([step.next])
    if step.rose_to is not None:
        key = "growth.rose_all" if step.next is None else "growth.rose"
        rung = next(each for each in rungs if each.level == step.rose_to)
        words |= {
            "level": rung.level.value,
            "invitations": rung.invitations,
            "mentees": rung.mentees,
        }
    return Notice(f"grown:{promoter_id}:{step.fresh[0].key}", promoter_id, key, words)


def spelled(notice: Notice, texts: Texts) -> Html:
    """A notice of this room in the reader's language."""
    words: dict[str, object] = dict(notice.words)
    for name in ("done", "next"):
        if name in words:
            words[name] = _unpacked(str(words[name]), texts)
    if "level" in words:
        words["gains"] = gains(texts, notice.words)
        words["level"] = texts(f"growth.level_{words['level']}")
    return texts.html(notice.text, **words)


def gains(texts: Texts, words: Mapping[str, str | int]) -> str:
    """What a level brings: codes at a time, and who may choose the promoter as a mentor."""
    key = "growth.gains_mentor" if words["mentees"] else "growth.gains"
    return texts(key, **words)


def level_text(texts: Texts, level: Level | None) -> str:
    """A level's name; that of a newcomer for None."""
    return texts(f"growth.level_{level or 'newcomer'}")


def _packed(marks: Iterable[Mark]) -> str:
    return ",".join(f"{mark.task}={mark.need}" for mark in marks)


def _unpacked(packed: str, texts: Texts) -> str:
    found = []
    for one in packed.split(","):
        task, _, need = one.partition("=")
        found.append(task_text(texts, Task(task), int(need)))
    return texts("growth.and").join(found)
