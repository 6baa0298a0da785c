"""What people would like to see offered, said in words or by a tap; orders that they claim."""

from bot.domain.records import QuestionId
from bot.services.questions.outcomes import Wished
from handlers.chat.context import Call, GroupCall
from handlers.chat.questions.asking import asking_in
from handlers.chat.wire.callbacks import field
from handlers.chat.wire.replies import stacked

WORDS_LIMIT = 100
WISHES_SHOWN = 30


async def want(call: Call) -> None:
    """Answer /want WORDS in private."""
    words = " ".join(call.words)[:WORDS_LIMIT]
    if not words:
        await call.say(call.texts.html("question.want_usage"))
        return
    wished = await call.services.wishing.want(call.person.id, None, words)
    await call.say(call.texts.html(_key(wished), words=words))


async def want_here(call: GroupCall) -> None:
    """Answer /want WORDS in a group, as quietly as a question."""
    asking = await asking_in(call)
    words = " ".join(call.words)[:WORDS_LIMIT]
    if not words or asking.person is None:
        await asking.say(asking.texts.html("question.want_usage"))
        return
    wished = await call.services.wishing.want(asking.person.id, call.group, words)
    await asking.say(asking.texts.html(_key(wished), words=words))


def _key(wished: Wished | None) -> str:
    if wished is None:
        return "question.want_usage"
    return "question.wanted" if wished.is_new else "question.wanted_before"


async def press_want(call: Call) -> str | None:
    """Count the asker's failed question as a wish of whoever taps: field question."""
    question_id = QuestionId(field(call.words, 0))
    wished = await call.services.wishing.want_asked(call.person.id, question_id)
    is_known = wished is not None and not wished.is_new
    return call.texts("question.wanted_tap_before" if is_known else "question.wanted_tap")


async def press_claim(call: Call) -> str | None:
    """Say that an order of the group is one's own: field question."""
    question_id = QuestionId(field(call.words, 0))
    outcome = await call.services.answering.claim(call.person.id, question_id)
    return call.texts(f"question.claim_{outcome}")


async def wishes(call: Call) -> None:
    """Answer /wishes: what at least three people want, the most wanted first."""
    rows = await call.services.wishing.inbox()
    if not rows:
        await call.say(call.texts.html("question.wishes_none"))
        return
    zone, texts = call.services.zone, call.texts
    lines = [texts.html("question.wishes_head")]
    for row in rows[:WISHES_SHOWN]:
        day = texts.day(row.last_at.astimezone(zone).date())
        lines.append(texts.html("question.wish", people=row.people, words=row.words, day=day))
    await call.say(stacked(lines))
