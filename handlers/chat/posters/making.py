"""Posters: /poster N makes a picture with a code to scan; buttons make it anew in other ways."""

from html import escape

from telegram import InlineKeyboardMarkup
from telegram.constants import ParseMode

from bot.domain.records import GroupId, GroupState, OfferId
from bot.domain.texts import LANGUAGES, Html
from bot.services.links import sharing
from bot.services.posters.drawing import Drawn, Held
from handlers.chat.context import Call
from handlers.chat.deck import priced, title_of
from handlers.chat.ranking.banning import banned
from handlers.chat.wire.callbacks import OldButtonError, field, number
from handlers.chat.wire.order import step_aside
from handlers.chat.wire.replies import button, keyboard, patiently

REFUSED: dict[Held | sharing.Refusal, str] = {
    Held.TOO_MANY: "poster.too_many",
    Held.BUSY: "poster.busy",
    **{refusal: f"scheme.{refusal}" for refusal in sharing.Refusal},
    sharing.Refusal.UNKNOWN_GROUP: "poster.unknown_group",
}
FILE_NAME = "haowu.jpg"


async def poster(call: Call) -> None:
    """Answer /poster N: a poster of the N-th offer of the last list, as a photo."""
    place = number(call.words, 0)
    listed = await call.services.shortlisting.remembered(call.person.id)
    if place is None or not listed:
        await call.say(call.texts.html("poster.usage"))
        return
    if not 1 <= place <= len(listed):
        await call.say(call.texts.html("pick.no_such", count=len(listed)))
        return
    refused = await _make(call, listed[place - 1], call.texts.language, None)
    if refused is not None:
        await call.say(Html(escape(refused, quote=False)))


async def press_poster(call: Call) -> str | None:
    """Make a poster anew: fields offer, language, group (0 for none)."""
    offer_id, group_id = OfferId(field(call.words, 0)), GroupId(field(call.words, 2))
    if call.words[1] not in LANGUAGES:
        raise OldButtonError("That language is not spoken here.")
    return await _make(call, offer_id, call.words[1], group_id or None)


async def _make(
    call: Call, offer_id: OfferId, language: str, group_id: GroupId | None
) -> str | None:
    """Send a poster; the words of a refusal where there is none."""
    # A photo may be slow to come; the others of the chat need not wait for it.
    step_aside()
    found = await call.services.rooms.posters.draw(
        call.own,
        offer_id,
        language=language,
        group_id=group_id,
        trusted=str(call.bot.base_url),
    )
    if not isinstance(found, Drawn):
        return await banned(call, offer_id) or call.texts(REFUSED[found.reason])
    await _send(call, found, language)
    await _explain(call, found, language)
    return None


async def _send(call: Call, drawn: Drawn, language: str) -> None:
    """The picture with a caption that can be passed on with it."""
    texts, zone = call.services.texts_in(language), call.services.zone
    seen_at = drawn.offer.seen_at
    day, clock = texts.day(seen_at.astimezone(zone).date()), texts.clock(seen_at, zone)
    caption = texts.html(
        "poster.caption",
        disclosure=texts.html("post.disclosure"),
        title=title_of(drawn.offer),
        price=priced(texts, drawn.offer),
        as_of=texts.html("post.as_of", day=day, clock=clock),
        url=drawn.url,
    )
    group_id = drawn.group.id if drawn.group else 0
    others = [
        button(texts(f"poster.button_{other}"), "poster", drawn.offer.id, other, group_id)
        for other in LANGUAGES
        if other != language
    ]
    await patiently(
        lambda: call.bot.send_photo(
            call.chat_id,
            drawn.picture,
            caption,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(others),
            filename=FILE_NAME,
        )
    )


async def _explain(call: Call, drawn: Drawn, language: str) -> None:
    """Whose sales the poster's purchases are; own groups to choose from, where it is none's."""
    texts = call.texts
    if drawn.group is not None:
        await call.say(texts.html("poster.how_here", group=drawn.group.title))
        return
    markup = await _groups(call, drawn, language)
    await call.say(texts.html("poster.how_groups" if markup else "poster.how"), markup)


async def _groups(call: Call, drawn: Drawn, language: str) -> InlineKeyboardMarkup | None:
    own = await call.services.connecting.groups_of(call.own.id)
    return keyboard(
        *(
            [button(group.title or "—", "poster", drawn.offer.id, language, group.id)]
            for group in own
            if group.state != GroupState.CLOSED
        )
    )
