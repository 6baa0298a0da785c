"""The promoter's part: asked for what nobody knows, his words go to everybody who waits."""

import logging
import re

from telegram import ForceReply, InlineKeyboardMarkup, Message
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.domain.records import QuestionId
from bot.domain.texts import Html, Texts
from bot.services.questions.outcomes import (
    Delivery,
    Passed,
    RefusedTelling,
    Telling,
    WaitingQuestion,
)
from handlers.chat.context import Audience, Call
from handlers.chat.questions.quiet import GROUP, Listener
from handlers.chat.wire.callbacks import field
from handlers.chat.wire.order import step_aside
from handlers.chat.wire.replies import button, keyboard, link_button, patiently, stacked

log = logging.getLogger(__name__)

MARK = re.compile(r"(💬|✏️) #([0-9]{1,18}) ")
"""Begins what the promoter is to reply to: the number lives in the message, restarts or not."""
CORRECTING = "✏️"

TITLE_LIMIT = 80
WAITING_SHOWN = 20


async def questions(call: Call) -> None:
    """Answer /questions: what members wait for, each with a button to answer it."""
    found = (await call.services.consulting.waiting(call.own.id))[:WAITING_SHOWN]
    told = await call.services.consulting.answered(call.own.id)
    lines = [call.texts.html("question.waiting_head" if found else "question.waiting_none")]
    rows = []
    for place, one in enumerate(found, 1):
        words = {"place": place, "title": one.title[:TITLE_LIMIT], "topic": _topic(call.texts, one)}
        lines.append(call.texts.html("question.waiting", count=one.askers, **words))
        rows.append([button(f"{place}. {one.title}", "tell", one.question_id)])
    if told:
        lines.append(call.texts.html("question.told_head"))
        rows += [[button(f"{CORRECTING} {one.title}", "correct", one.question_id)] for one in told]
    await call.say(stacked(lines), keyboard(*rows) if rows else None)


async def press_tell(call: Call) -> str | None:
    """Let a promoter answer a question: field question."""
    question_id = QuestionId(field(call.words, 0))
    waiting = await call.services.consulting.take(call.own.id, question_id)
    if isinstance(waiting, RefusedTelling):
        return call.texts(f"question.tell_{waiting.reason}")
    decline = button(call.texts("question.tell_decline"), "decline", question_id)
    await call.show(_asked(call.texts, waiting), keyboard([decline]))
    await _prompt(call, question_id, "question.tell_reply")
    return None


async def press_correct(call: Call) -> str | None:
    """Let a promoter put other words in the place of the own ones: field question."""
    question_id = QuestionId(field(call.words, 0))
    await _prompt(call, question_id, "question.correct_reply")
    return None


async def press_decline(call: Call) -> str | None:
    """The promoter does not know either: field question."""
    question_id = QuestionId(field(call.words, 0))
    call.services.prompted.forget(call.chat_id)
    outcome = await call.services.consulting.decline(call.own.id, question_id)
    if isinstance(outcome, RefusedTelling):
        return call.texts(f"question.tell_{outcome.reason}")
    await call.show(call.texts.html("question.declined"))
    await _renew(call, outcome.deliveries, is_answered=False)
    return None


async def heard(call: Call, words: str, replied: Message | None) -> bool:
    """Take ``words`` as the answer of a promoter who was just asked; False when none was."""
    if not call.admits(Audience.PROMOTER):
        return False
    marked = MARK.match(replied.text or "") if replied is not None else None
    is_correction = marked is not None and marked.group(1) == CORRECTING
    if marked is not None:
        question_id = QuestionId(int(marked.group(2)))
    elif replied is None and (prompted := call.services.prompted.get(call.chat_id)) is not None:
        question_id = prompted
    else:
        return False
    await _tell(call, question_id, words, is_correction=is_correction)
    return True


async def _tell(call: Call, question_id: QuestionId, words: str, *, is_correction: bool) -> None:
    consulting = call.services.consulting
    keep = consulting.correct if is_correction else consulting.tell
    outcome = await keep(call.own.id, question_id, words)
    again = "question.correct_again" if is_correction else "question.tell_again"
    match outcome:
        case Passed():
            await _thank(call, question_id, outcome)
        case RefusedTelling(reason, detail):
            refusal = call.texts.html(f"question.tell_{reason}", detail=detail)
            await call.say(refusal)
            call.services.prompted.forget(call.chat_id)
            if reason not in (Telling.GONE, Telling.ANSWERED):
                await _prompt(call, question_id, again)


async def _thank(call: Call, question_id: QuestionId, passed: Passed) -> None:
    call.services.prompted.forget(call.chat_id)
    own = await call.services.connecting.groups_of(call.own.id)
    count = sum(group.lost_at is None for group in own)
    key = "question.tell_thanks_one" if count == 1 else "question.tell_thanks"
    correct = button(call.texts("question.correct"), "correct", question_id)
    await call.say(call.texts.html(key, count=count), keyboard([correct]))
    await _renew(call, passed.deliveries, is_answered=True)


async def _prompt(call: Call, question_id: QuestionId, key: str) -> None:
    """Ask for a reply in Telegram's own way; for some minutes plain words will do."""
    hint = call.texts("question.tell_placeholder")
    await patiently(
        lambda: call.bot.send_message(
            call.chat_id,
            call.texts.html(key, number=question_id),
            ParseMode.HTML,
            reply_markup=ForceReply(input_field_placeholder=hint),
        )
    )
    if not key.endswith(("correct_reply", "correct_again")):
        # Plain words without a reply may be a question again; only an open one takes them.
        call.services.prompted.learn(call.chat_id, question_id)


def _asked(texts: Texts, waiting: WaitingQuestion) -> Html:
    topic = _topic(texts, waiting)
    key = "question.tell_head" if waiting.text else "question.tell_head_forgotten"
    title = waiting.title[:TITLE_LIMIT]
    lines = [texts.html(key, title=title, words=waiting.text, topic=topic)]
    if waiting.askers > 1:
        lines.append(texts.html("question.tell_askers", count=waiting.askers))
    return stacked(lines, gap="\n\n")


def _topic(texts: Texts, waiting: WaitingQuestion) -> str:
    return texts(f"ask.topic_{waiting.topic}")


async def _renew(call: Call, deliveries: tuple[Delivery, ...], *, is_answered: bool) -> None:
    """Put the answers that waited in their new words, each where it stands."""
    step_aside()
    for one in deliveries:
        try:
            await _deliver(call, one)
        except TelegramError as fault:
            # Whoever asked is gone, or the network is; the others are not.
            kind = type(fault).__name__
            log.info("the answer to question %s was not renewed: %s", one.question_id, kind)
            continue
        await call.services.reactions.settled(one.question_id, is_answered=is_answered)


async def _deliver(call: Call, one: Delivery) -> None:
    """Edit an answer; say it anew where it does not stand any more, or only in a chat that moved.

    One in the open that somebody took away stays away.
    """
    quiet, bot = call.services.quiet, call.services.bot_of(one.bot_id, call.bot)
    is_open, markup = one.spoken.how == GROUP, _links(one)
    if one.chat_id is None and await quiet.renew(
        bot, one.spoken, one.telegram_id, one.html, markup
    ):
        return
    if is_open and one.chat_id is None:
        return
    listener = Listener(one.chat_id or one.spoken.chat_id, one.telegram_id, bot)
    place = await quiet.say(bot, listener, one.html, markup, is_private=not is_open)
    if place is not None:
        await call.services.answering.spoken(
            one.question_id, chat_id=place.chat_id, message_id=place.message_id, how=place.how
        )


def _links(one: Delivery) -> InlineKeyboardMarkup | None:
    return keyboard(*([link_button(each.text, each.url) for each in row] for row in one.buttons))
