"""Training in the chat: the rules, one question after the other, then the growth tasks."""

from bot.domain.programmes import Programme, own_bps, terms_at
from bot.services.people.training import Open, Unlocked, Wrong
from handlers.chat import menus
from handlers.chat.context import Call
from handlers.chat.growing import progress
from handlers.chat.wire.callbacks import field
from handlers.chat.wire.replies import button, keyboard


async def learn(call: Call) -> None:
    """Answer /learn: the next thing to read or to answer."""
    step = await call.services.training.progress(call.person.id)
    await _show(call, step)


async def press_rules(call: Call) -> str | None:
    """The promoter says the rules are read."""
    await _show(call, await call.services.training.read_rules(call.person.id))
    return None


async def press_answer(call: Call) -> str | None:
    """Take an answer: the next question, or a word of comfort over the chat."""
    question, choice = field(call.words, 0), field(call.words, 1)
    step = await call.services.training.answer(call.person.id, question, choice)
    if isinstance(step, Wrong):
        return call.texts("answer.wrong")
    await _show(call, step)
    return call.texts("answer.right")


async def _show(call: Call, step: Open | Unlocked) -> None:
    if isinstance(step, Unlocked):
        if not step.is_new:
            await progress.show(call)
            return
        await call.show(call.texts.html("lesson.unlocked"))
        await menus.show_own(call, step.promoter)
    elif not step.has_read_rules:
        await _show_rules(call, call.services.programmes[step.promoter.programme])
    elif step.questions:
        programme = call.services.programmes[step.promoter.programme]
        await _show_question(call, programme, step.questions[0])


async def _show_rules(call: Call, programme: Programme) -> None:
    terms = terms_at(programme, call.services.now())
    text = call.texts.html(
        "lesson.rules",
        more_than=programme.more_than_members,
        limit=programme.groups_limit,
        percent=f"{own_bps(terms.split) / 100:g}",
        hold=terms.hold_days,
    )
    await call.show(text, keyboard([button(call.texts("button.rules_read"), "rules")]))


async def _show_question(call: Call, programme: Programme, place: int) -> None:
    question, language = programme.questions[place], call.texts.language
    text = call.texts.html(
        "lesson.question",
        place=place + 1,
        count=len(programme.questions),
        question=question.text[language],
    )
    choices = question.choices[language]
    rows = [[button(choice, "answer", place, at)] for at, choice in enumerate(choices)]
    await call.show(text, keyboard(*rows))
