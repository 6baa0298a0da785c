"""The mentor: who it is, one message to and fro, wanting none, and choosing another."""

import logging

from telegram import ForceReply, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.domain.records import PersonId
from bot.domain.texts import Html
from bot.services.growth.mentoring import RELAYS_A_DAY, WORDS_LIMIT
from bot.services.growth.outcomes import Mentoring, Relayed, Unchosen, Unrelayed
from handlers.chat.context import Audience, Call
from handlers.chat.wire.asked import RELAYED
from handlers.chat.wire.callbacks import field, number
from handlers.chat.wire.replies import button, keyboard, patiently, send

log = logging.getLogger(__name__)

TO_MENTOR = 0


async def mentor(call: Call) -> None:
    """Answer /mentor: one's own; for operators also ``/mentor PROMOTER MENTOR``, Telegram ids."""
    mentee, other = number(call.words, 0), number(call.words, 1)
    if call.is_operator and mentee is not None and other is not None:
        await _assign(call, mentee, other)
    elif call.admits(Audience.PROMOTER):
        await _show(call)
    else:
        await call.say(call.texts.html("growth.mentor_usage"))


async def press_ask(call: Call) -> str | None:
    """Ask for words to pass on: to the mentor, or in answer to a number."""
    answered = field(call.words, 0)
    key = "growth.relay_answer" if answered else "growth.relay_ask"
    hint = call.texts("growth.relay_hint")
    await patiently(
        lambda: call.bot.send_message(
            call.chat_id,
            call.texts.html(key, number=answered, limit=WORDS_LIMIT),
            ParseMode.HTML,
            reply_markup=ForceReply(input_field_placeholder=hint),
        )
    )
    return None


async def heard(call: Call) -> None:
    """Pass on what was replied to our question."""
    message = call.update.effective_message
    asked = message.reply_to_message if message else None
    marked = RELAYED.match((asked.text if asked else None) or "")
    if message is None or marked is None:
        return
    words = (message.text or message.caption or "").strip()
    answered = int(marked.group(1)) or None
    outcome = await call.services.rooms.growth.mentors.pass_on(call.own.id, words, answered)
    if isinstance(outcome, Unrelayed):
        text = call.texts.html(f"growth.relay_{outcome}", limit=WORDS_LIMIT, a_day=RELAYS_A_DAY)
        await call.say(text)
        return
    is_there = await _deliver(call, outcome, words)
    key = "growth.relayed" if is_there else "growth.relay_unreached"
    await call.say(call.texts.html(key, name=outcome.to.name))


async def press_mute(call: Call) -> str | None:
    """Want no words, or want them again: fields number (0 is the own mentor) and 1 or 0."""
    relay_id, is_muted = field(call.words, 0) or None, bool(field(call.words, 1))
    mentors = call.services.rooms.growth.mentors
    if not await mentors.mute(call.own.id, relay_id, is_muted=is_muted):
        return call.texts("growth.mute_nobody")
    if relay_id is None:
        await _show(call)
    return call.texts("growth.muted" if is_muted else "growth.unmuted")


async def press_list(call: Call) -> str | None:
    """Show who else may be chosen."""
    found = await call.services.rooms.growth.mentors.offered(call.own.id)
    rows = [[button(one.name or "—", "mentor_take", one.id)] for one in found]
    own = await call.services.rooms.growth.mentors.of(call.own.id)
    if not own.is_inviter and call.own.inviter_id is not None:
        rows.append([button(call.texts("growth.mentor_back"), "mentor_take", call.own.inviter_id)])
    key = "growth.mentor_choose" if rows else "growth.mentor_nobody_else"
    await call.show(call.texts.html(key), keyboard(*rows))
    return None


async def press_take(call: Call) -> str | None:
    """Take another mentor: field person."""
    person_id = PersonId(field(call.words, 0))
    outcome = await call.services.rooms.growth.mentors.choose(call.own.id, person_id)
    if isinstance(outcome, Unchosen):
        return call.texts(f"growth.unchosen_{outcome}")
    await _show(call)
    return call.texts("growth.chosen")


async def press_offer(call: Call) -> str | None:
    """Offer to be chosen as a mentor, or no longer: field 1 or 0."""
    is_offering = bool(field(call.words, 0))
    mentors = call.services.rooms.growth.mentors
    if not await mentors.offer(call.own.id, is_offering=is_offering):
        return call.texts("growth.unchosen_no_right")
    await _show(call)
    return None


async def _show(call: Call) -> None:
    found = await call.services.rooms.growth.mentors.of(call.own.id)
    if found.mentor is None:
        text = call.texts.html("growth.mentor_none")
    else:
        key = "growth.mentor_inviter" if found.is_inviter else "growth.mentor_chosen"
        text = call.texts.html(key, name=found.mentor.name or "—")
        if found.is_muted:
            text = Html(f"{text}\n\n{call.texts.html('growth.mentor_is_muted')}")
    await call.show(text, _buttons(call, found))


def _buttons(call: Call, found: Mentoring) -> InlineKeyboardMarkup | None:
    texts, rows = call.texts, []
    if found.mentor is not None:
        if not found.is_muted:
            rows.append([button(texts("growth.button_ask"), "mentor_ask", TO_MENTOR)])
        mute = "growth.button_unmute" if found.is_muted else "growth.button_mute"
        rows.append([button(texts(mute), "mentor_mute", TO_MENTOR, int(not found.is_muted))])
    rows.append([button(texts("growth.button_other"), "mentor_list")])
    if found.mentees_limit:
        offer = "growth.button_withdraw" if found.is_offering else "growth.button_offer"
        label = texts(offer, limit=found.mentees_limit)
        rows.append([button(label, "mentor_offer", int(not found.is_offering))])
    return keyboard(*rows)


async def _deliver(call: Call, relayed: Relayed, words: str) -> bool:
    """Say it to the other one, in that one's language; False where nobody can be reached."""
    to = relayed.to
    texts = call.services.texts_in(to.language)
    key = "growth.from_mentee" if relayed.is_to_mentor else "growth.from_mentor"
    answer = button(texts("growth.button_answer"), "mentor_ask", relayed.number)
    mute = button(texts("growth.button_mute"), "mentor_mute", relayed.number, 1)
    text = texts.html(key, name=relayed.sender.name or "—", words=words)
    bot = call.services.bot_of(to.bot_id, call.bot)
    try:
        await send(bot, to.telegram_id or 0, text, keyboard([answer, mute]))
    except TelegramError as fault:
        log.info("relay %s did not arrive: %s", relayed.number, fault.message)
        return False
    return True


async def _assign(call: Call, mentee: int, other: int) -> None:
    mentors = call.services.rooms.growth.mentors
    outcome = await mentors.assign(mentee, other, by=call.actor)
    if isinstance(outcome, Unchosen):
        await call.say(call.texts.html(f"growth.unchosen_{outcome}"))
        return
    names = {"mentee": outcome[0].name, "mentor": outcome[1].name}
    await call.say(call.texts.html("growth.assigned", **names))
