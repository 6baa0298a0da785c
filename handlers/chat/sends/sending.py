"""One-tap send: /send N shows what would go where; a tap sends it, another takes it back."""

from html import escape

from bot.domain.posts.characters import shortened
from bot.domain.posts.sends import Fate, fate
from bot.domain.records import OfferId, PostId
from bot.domain.texts import Html
from bot.services.sends.outcomes import Changed, Preview, Refusal, Refused, Result, Sent
from handlers.chat.context import Call
from handlers.chat.deck import ALERT_LIMIT
from handlers.chat.picks import send_rendered
from handlers.chat.ranking.banning import banned
from handlers.chat.sends.wording import plan, plan_buttons, report, report_buttons
from handlers.chat.wire.callbacks import OldButtonError, field, number
from handlers.chat.wire.replies import edit

GONE = (Fate.ON_ITS_WAY, Fate.SENT, Fate.UNCERTAIN)

REFUSED = {
    Refusal.UNKNOWN_OFFER: "answer.pick_unknown",
    Refusal.NO_GROUP: "answer.pick_no_group",
}


async def send(call: Call) -> None:
    """Answer /send N: the N-th offer of the last list as it would go to all own groups."""
    place = number(call.words, 0)
    listed = await call.services.shortlisting.remembered(call.person.id)
    if place is None or not listed:
        await call.say(call.texts.html("send.usage"))
        return
    if not 1 <= place <= len(listed):
        await call.say(call.texts.html("pick.no_such", count=len(listed)))
        return
    reason = await banned(call, listed[place - 1])
    if reason is not None:
        await call.say(Html(escape(reason, quote=False)))
        return
    found = await call.services.dispatching.preview(call.own.id, listed[place - 1])
    if isinstance(found, Refused):
        await call.say(call.texts.html(REFUSED[found.reason]))
        return
    await _offer(call, found)


async def press_send(call: Call) -> str | None:
    """Show an offer as it would go to all own groups: field offer."""
    offer_id = OfferId(field(call.words, 0))
    reason = await banned(call, offer_id)
    if reason is not None:
        return shortened(reason, ALERT_LIMIT)
    found = await call.services.dispatching.preview(call.own.id, offer_id)
    if isinstance(found, Refused):
        return call.texts(REFUSED[found.reason])
    await _offer(call, found)
    return None


async def press_go(call: Call) -> str | None:
    """Send what a preview showed: fields offer, when it was asked for, fingerprint."""
    offer_id, asked_ms = OfferId(field(call.words, 0)), field(call.words, 1)
    if len(call.words) != 3:
        raise OldButtonError("That button cannot be read.")
    found = await call.services.dispatching.send(
        call.own.id, offer_id, asked_ms=asked_ms, fingerprint=call.words[2]
    )
    if isinstance(found, Refused):
        return call.texts(REFUSED[found.reason])
    if isinstance(found, Changed):
        await call.show(call.texts.html("send.changed"))
        await _offer(call, found.preview)
        return call.texts("send.answer_changed")
    return await _confirmed(call, found)


async def press_no(call: Call) -> str | None:
    """Send nothing: fields offer, when it was asked for."""
    offer_id, asked_ms = OfferId(field(call.words, 0)), field(call.words, 1)
    dispatching = call.services.dispatching
    known = await dispatching.sent(call.own.id, offer_id, asked_ms=asked_ms)
    if known is not None:
        # The other button was faster.
        return await _confirmed(call, Sent(known, is_new=False))
    await call.show(call.texts.html("send.cancelled"))
    return call.texts("send.answer_cancelled")


async def press_undo(call: Call) -> str | None:
    """Take back what of a send is not sent yet: field post."""
    undone = await call.services.dispatching.undo(call.own.id, PostId(field(call.words, 0)))
    await _show(call, undone.result)
    gone = sum(fate(post) in GONE for _, post in undone.result.posts)
    if not undone.stopped:
        return call.texts("send.answer_too_late")
    return call.texts("send.answer_undone", count=undone.stopped, gone=gone)


async def press_result(call: Call) -> str | None:
    """Show how a send stands: field post."""
    result = await call.services.dispatching.result(call.own.id, PostId(field(call.words, 0)))
    await _show(call, result)
    return call.texts("send.answer_over" if result.is_over else "send.answer_under_way")


async def _offer(call: Call, preview: Preview) -> None:
    """The post as it will look, and below it where it would go."""
    if preview.rendered is not None:
        await send_rendered(call, preview.rendered)
    await call.say(plan(call.texts, preview), plan_buttons(call.texts, preview))


async def _confirmed(call: Call, sent: Sent) -> str:
    await _show(call, sent.result)
    if sent.is_new:
        return call.texts("send.answer_sent", count=len(sent.result.posts))
    return call.texts("send.answer_sent_before")


async def _show(call: Call, result: Result) -> None:
    """Tell how a send stands in the message that was pressed, and keep that up to date."""
    texts, dispatching, shown = call.texts, call.services.dispatching, report(call.texts, result)
    await call.show(shown, report_buttons(texts, result))
    message = call.pressed
    if message is None or result.is_over:
        return

    async def look() -> bool:
        nonlocal shown
        now = await dispatching.result(call.own.id, result.post_id, before=result)
        text = report(texts, now)
        if text != shown and not await edit(message, text, report_buttons(texts, now)):
            return True
        shown = text
        return now.is_over

    call.services.following.begin(call.chat_id, result.post_id, look)
