"""The day's deck, turned by taps: keep, swap, own words, keep all, the same for all own groups."""

from telegram import ForceReply
from telegram.constants import ParseMode

from bot.domain.decks.cards import DeckId
from bot.domain.decks.openers import WORDS_LIMIT, Objected
from bot.services.decks.outcomes import Dealt, Done, Refused, Seen
from handlers.chat.context import Call
from handlers.chat.decks import wording
from handlers.chat.decks.pictures import turn
from handlers.chat.wire.asked import OPENED
from handlers.chat.wire.callbacks import field
from handlers.chat.wire.replies import patiently


async def open_today(call: Call) -> None:
    """Show the deck of the day as a message, where the promoter has one to decide."""
    dealt = await call.services.rooms.decks.turning.today(call.own.id)
    if dealt is not None:
        await call.say(wording.cover(call.texts, dealt), wording.cover_buttons(call.texts, dealt))


async def press_deck(call: Call) -> str | None:
    """Turn to a card: fields deck and place."""
    deck_id, place = _card(call)
    seen = await call.services.rooms.decks.turning.look(call.own.id, deck_id, place)
    if isinstance(seen, Refused):
        return _refused(call, seen)
    if not seen.dealt.open_places:
        return call.texts("deck.refused_late")
    await _draw(call, seen)
    return None


async def press_keep(call: Call) -> str | None:
    """Keep a card and turn to the next one: fields deck and place."""
    deck_id, place = _card(call)
    outcome = await call.services.rooms.decks.deciding.keep(call.own.id, deck_id, place)
    if isinstance(outcome, Refused | Objected):
        return _refused(call, outcome)
    slot = await _slot(call, deck_id, place)
    await _go_on(call, deck_id, place)
    return call.texts("deck.kept", slot=slot)


async def press_swap(call: Call) -> str | None:
    """Put the group's next best on a card: fields deck and place."""
    deck_id, place = _card(call)
    outcome = await call.services.rooms.decks.deciding.swap(call.own.id, deck_id, place)
    if isinstance(outcome, Refused):
        return _refused(call, outcome)
    await _show(call, deck_id, place)
    return call.texts("deck.swapped")


async def press_same(call: Call) -> str | None:
    """Keep a card's offer in every own group: fields deck and place."""
    deck_id, place = _card(call)
    outcome = await call.services.rooms.decks.deciding.same_for_all(call.own.id, deck_id, place)
    if isinstance(outcome, Refused):
        return _refused(call, outcome)
    await _go_on(call, deck_id, place)
    key = "deck.same_some" if outcome.left else "deck.same"
    return call.texts(key, count=outcome.cards, left=outcome.left)


async def press_all(call: Call) -> str | None:
    """Keep every card: field deck."""
    deck_id = DeckId(field(call.words, 0))
    outcome = await call.services.rooms.decks.deciding.keep_all(call.own.id, deck_id)
    if isinstance(outcome, Refused):
        return _refused(call, outcome)
    await _go_on(call, deck_id, -1)
    key = "deck.kept_some" if outcome.left else "deck.kept_all"
    return call.texts(key, count=outcome.cards, left=outcome.left)


async def press_words(call: Call) -> str | None:
    """Ask for own words over a post: fields deck and place."""
    deck_id, place = _card(call)
    seen = await call.services.rooms.decks.turning.look(call.own.id, deck_id, place)
    if isinstance(seen, Refused):
        return _refused(call, seen)
    if not seen.is_open:
        return call.texts("deck.refused_late")
    await _ask_for_words(call, deck_id, place)
    return None


async def heard(call: Call) -> None:
    """Take own words, said in reply to the question for them."""
    message = call.update.effective_message
    asked = message.reply_to_message if message else None
    marked = OPENED.match((asked.text if asked else None) or "")
    if message is None or marked is None:
        return
    deck_id, place = DeckId(int(marked.group(1))), int(marked.group(2))
    words = message.text or ""
    outcome = await call.services.rooms.decks.deciding.keep(
        call.own.id, deck_id, place, words=words
    )
    match outcome:
        case Done():
            await call.say(call.texts.html("deck.words_kept"))
            await _show(call, deck_id, place)
        case Objected(reason, word):
            key = f"deck.objection_{reason}"
            await call.say(call.texts.html(key, word=word, limit=WORDS_LIMIT))
            await _ask_for_words(call, deck_id, place)
        case refused:
            await call.say(call.texts.html(f"deck.refused_{refused.reason}"))


def _card(call: Call) -> tuple[DeckId, int]:
    return DeckId(field(call.words, 0)), field(call.words, 1)


def _refused(call: Call, refused: Refused | Objected) -> str:
    if isinstance(refused, Objected):
        return call.texts(f"deck.objection_{refused.reason}", word=refused.word, limit=WORDS_LIMIT)
    return call.texts(f"deck.refused_{refused.reason}")


async def _slot(call: Call, deck_id: DeckId, place: int) -> str:
    dealt = await call.services.rooms.decks.turning.deck(call.own.id, deck_id)
    if isinstance(dealt, Refused):
        return ""
    at = dealt.index(place)
    slot = dealt.cards[at].key.slot if at is not None else ""
    return call.texts.words.get(f"slot.{slot}", slot)


async def _go_on(call: Call, deck_id: DeckId, place: int) -> None:
    """Turn to the next card to be decided, or say that all are."""
    dealt = await call.services.rooms.decks.turning.deck(call.own.id, deck_id)
    if isinstance(dealt, Refused):
        return
    after = dealt.after(place)
    if after is not None:
        await _show(call, deck_id, after)
    else:
        await _done(call, dealt)


async def _done(call: Call, dealt: Dealt) -> None:
    text = call.texts.html("deck.done", count=len(dealt.cards))
    await turn(call, text, None, wording.cover_buttons(call.texts, dealt))


async def _show(call: Call, deck_id: DeckId, place: int) -> None:
    seen = await call.services.rooms.decks.turning.look(call.own.id, deck_id, place)
    if not isinstance(seen, Refused):
        await _draw(call, seen)


async def _draw(call: Call, seen: Seen) -> None:
    text, image_url = wording.card(call.texts, seen)
    await turn(call, text, image_url, wording.card_buttons(call.texts, seen))


async def _ask_for_words(call: Call, deck_id: DeckId, place: int) -> None:
    asked = call.texts.html("deck.words_ask", deck=deck_id, place=place, limit=WORDS_LIMIT)
    hint = call.texts("deck.words_placeholder")
    await patiently(
        lambda: call.bot.send_message(
            call.chat_id,
            asked,
            ParseMode.HTML,
            reply_markup=ForceReply(input_field_placeholder=hint),
        )
    )
