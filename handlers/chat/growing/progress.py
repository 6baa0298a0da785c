"""How far a promoter has come: the level, its tasks with their ticks, and the next tutorial."""

from bot.domain.growth.levels import Level, Rung
from bot.domain.growth.progress import bar, working_on
from bot.domain.growth.wording import CARDS_OF_A_LEVEL, gains, level_text, task_text
from bot.domain.texts import Html, Texts
from bot.services.growth.outcomes import Progress
from handlers.chat.context import Call
from handlers.chat.wire.callbacks import OldButtonError, field
from handlers.chat.wire.replies import button, keyboard, stacked


async def show(call: Call) -> None:
    """Show the tasks of the level that is worked on, and the next tutorial as a button."""
    found = await call.services.rooms.growth.growing.progress(call.own.id)
    rows = []
    if found.card is not None:
        level, number = found.card
        title = call.texts(f"growth.card_{level}_{number}_title")
        rows.append([button(f"📘 {title}", "grow_card", level, number)])
    await call.show(progress_text(call.texts, found), keyboard(*rows))


async def press_card(call: Call) -> str | None:
    """Show a tutorial: fields level and number."""
    level, number = _card(call)
    growing = call.services.rooms.growth.growing
    await growing.opened_card(call.own.id, level, number)
    title, text = (
        call.texts.html(f"growth.card_{level}_{number}{part}") for part in ("_title", "")
    )
    rows = []
    following = (await growing.progress(call.own.id)).card
    if following is not None:
        rows.append([button(call.texts("growth.next_card"), "grow_card", *following)])
    rows.append([button(call.texts("growth.to_tasks"), "grow_tasks")])
    head = call.texts.html("growth.card_head", title=title, level=level_text(call.texts, level))
    await call.show(Html(f"{head}\n\n{text}"), keyboard(*rows))
    return None


async def press_tasks(call: Call) -> str | None:
    """Back from a tutorial to the tasks."""
    await show(call)
    return None


def progress_text(texts: Texts, found: Progress) -> Html:
    """The level with its bar, each task ticked or open, what comes next and what it brings."""
    rung = working_on(found.rungs, found.done)
    done = sum(f"{rung.level}:{task}" in found.done for task in rung.tasks)
    head = texts.html(
        "growth.head",
        level=level_text(texts, found.level),
        bar=bar(done, len(rung.tasks)),
        done=done,
        total=len(rung.tasks),
        goal=level_text(texts, rung.level),
    )
    parts = [head, _tasks(texts, rung, found)]
    if found.step.rose_to is not None:
        parts.insert(0, texts.html("growth.risen", level=level_text(texts, found.step.rose_to)))
    if found.step.next is None:
        parts.append(texts.html("growth.all"))
    else:
        words = {"invitations": rung.invitations, "mentees": rung.mentees}
        parts.append(texts.html("growth.brings", gains=gains(texts, words)))
    return stacked(parts, gap="\n\n")


def _tasks(texts: Texts, rung: Rung, found: Progress) -> Html:
    lines = []
    for task, need in rung.tasks.items():
        is_done = f"{rung.level}:{task}" in found.done
        key = "growth.task_done" if is_done else "growth.task_open"
        lines.append(texts.html(key, task=task_text(texts, task, need)))
    if rung.reversed_bps < 10_000:
        lines.append(texts.html("growth.reversed", percent=f"{rung.reversed_bps / 100:g}"))
    return stacked(lines)


def _card(call: Call) -> tuple[Level, int]:
    number = field(call.words, 1)
    if call.words[0] not in list(Level) or not 1 <= number <= CARDS_OF_A_LEVEL:
        raise OldButtonError("There is no such tutorial.")
    return Level(call.words[0]), number
