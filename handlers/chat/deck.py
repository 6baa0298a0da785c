"""The day's shortlist as a deck of cards: one message that is turned, with buttons to pick."""

from collections.abc import Sequence
from datetime import date
from unicodedata import normalize

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain.posts.characters import cleaned, isolated, shortened
from bot.domain.records import Factor, Group, GroupId, Note, Offer, OfferId, Ranked, Shortlist
from bot.domain.texts import Html, Texts
from bot.services.catalogue.shortlisting import Picked, Refusal, Refused
from handlers.chat.context import Call
from handlers.chat.decks import turning
from handlers.chat.decks.pictures import redraw, turn
from handlers.chat.wire.callbacks import OldButtonError, field
from handlers.chat.wire.replies import button, keyboard, stacked

TITLE_LIMIT = 120
ALERT_LIMIT = 200
"""Of what is shown over the chat (Bot API); a reason of an operator's may be longer."""

REFUSED = {
    Refusal.UNKNOWN_OFFER: "answer.pick_unknown",
    Refusal.ENDED: "answer.pick_ended",
    Refusal.SOLD_OUT: "answer.pick_sold_out",
    Refusal.BANNED: "ranking.is_banned",
    Refusal.STALE: "answer.pick_stale",
    Refusal.NOT_ALLOWED: "answer.pick_not_allowed",
    Refusal.NO_GROUP: "answer.pick_no_group",
    Refusal.NOT_YOUR_GROUP: "answer.pick_not_yours",
    Refusal.NO_SLOT: "answer.pick_no_slot",
    Refusal.FULL: "answer.pick_full",
    Refusal.REPEATED: "answer.pick_repeated",
}


async def today(call: Call) -> None:
    """Answer /today: the day's deck where one is open, then the first card of the shortlist."""
    await turning.open_today(call)
    shortlist = await _todays(call, call.services.today())
    ids = [row.offer.id for row in shortlist.rows]
    await call.services.shortlisting.remember(call.person.id, "today", ids)
    if not shortlist.rows:
        await call.say(call.texts.html("pick.empty"))
        return
    await _show(call, shortlist, 0)


async def press_card(call: Call) -> str | None:
    """Turn to a card: fields day and place."""
    shortlist, place = await _deck(call)
    await _show(call, shortlist, place)
    return None


async def press_take(call: Call) -> str | None:
    """Pick a card for all own groups, and turn to the next one: fields day, place, offer."""
    return await _take(call, None)


async def press_give(call: Call) -> str | None:
    """Pick a card for one group: fields day, place, offer, group."""
    return await _take(call, GroupId(field(call.words, 3)))


async def press_skip(call: Call) -> str | None:
    """Keep an offer out of own groups today, and turn to the next card."""
    shortlist, place = await _deck(call)
    await call.services.shortlisting.skip(call.own.id, OfferId(field(call.words, 2)))
    await _show(call, shortlist, _next(shortlist, place))
    return call.texts("answer.skipped")


async def press_choose(call: Call) -> str | None:
    """Show own groups under the card, to pick for one of them: fields day, place, offer."""
    shortlist, place = await _deck(call)
    own = await call.services.connecting.groups_of(call.own.id)
    if not own:
        return call.texts("answer.pick_no_group")
    markup = _choices(call.texts, shortlist.day, place, OfferId(field(call.words, 2)), own)
    if call.pressed is not None:
        await redraw(call.pressed, markup)
    return None


async def _take(call: Call, group_id: GroupId | None) -> str:
    shortlist, place = await _deck(call)
    offer_id = OfferId(field(call.words, 2))
    outcome = await call.services.shortlisting.pick(call.own.id, offer_id, group_id=group_id)
    if isinstance(outcome, Picked):
        place = _next(shortlist, place)
    await _show(call, shortlist, place)
    return picked(call.texts, outcome)


def picked(texts: Texts, outcome: Picked | Refused) -> str:
    """What came of a pick, in a sentence that fits over the chat."""
    if isinstance(outcome, Refused):
        return shortened(texts(REFUSED[outcome.reason], reason=outcome.words), ALERT_LIMIT)
    first = outcome.picks[0]
    count = len({pick.group_id for pick in outcome.picks})
    slot, day = slot_name(texts, first.slot), texts.day(first.day)
    return texts("answer.picked", slot=slot, day=day, count=count)


def slot_name(texts: Texts, slot: str) -> str:
    """A slot's name as the reader calls it; its own name where there is no better word."""
    return texts.words.get(f"slot.{slot}", slot)


def slot_meant(call: Call, word: str) -> str:
    """The slot that somebody writes as "evening" or, in any language, as we call it."""
    wanted = normalize("NFKC", word).lower()
    for texts in call.services.texts.values():
        for key, name in texts.words.items():
            if key.startswith("slot.") and name.lower() == wanted:
                return key.removeprefix("slot.")
    return wanted


def title_of(offer: Offer, limit: int = TITLE_LIMIT) -> str:
    """An offer's title, safe to stand in a line of ours."""
    return isolated(shortened(cleaned(offer.facts.title), limit))


def priced(texts: Texts, offer: Offer) -> Html:
    """The price now, with the price before where the coupon lowers it."""
    facts = offer.facts
    now = texts.money(offer.price_now_minor, facts.currency)
    if offer.price_now_minor >= facts.price_minor:
        return texts.html("pick.price", now=now)
    before = texts.money(facts.price_minor, facts.currency)
    return texts.html("pick.price_lowered", now=now, before=before)


async def _todays(call: Call, day: date) -> Shortlist:
    shortlisting = call.services.shortlisting
    return await shortlisting.today(await shortlisting.assortment_of(call.own), day)


async def _deck(call: Call) -> tuple[Shortlist, int]:
    """The day's shortlist and the card that the button speaks of.

    Raises OldButtonError for a button of another day: its numbers mean other offers.
    """
    day = call.services.today()
    if field(call.words, 0) != day.toordinal():
        raise OldButtonError("That deck is of another day.")
    shortlist = await _todays(call, day)
    if not shortlist.rows:
        raise OldButtonError("There are no cards today.")
    return shortlist, max(0, min(field(call.words, 1), len(shortlist.rows) - 1))


def _next(shortlist: Shortlist, place: int) -> int:
    return (place + 1) % len(shortlist.rows)


async def _show(call: Call, shortlist: Shortlist, place: int) -> None:
    row = shortlist.rows[place]
    text = _card(call, row, len(shortlist.rows))
    markup = _buttons(call.texts, shortlist, place)
    await turn(call, text, row.offer.facts.image_url, markup)


def _card(call: Call, row: Ranked, count: int) -> Html:
    texts, zone, offer = call.texts, call.services.zone, row.offer
    lines = [
        texts.html("pick.card", place=row.rank, count=count, title=title_of(offer)),
        priced(texts, offer),
    ]
    if offer.facts.coupon:
        coupon = shortened(cleaned(offer.facts.coupon), 60)
        lines.append(texts.html("pick.coupon", coupon=coupon))
    if offer.facts.commission_bps is not None:
        percent = f"{offer.facts.commission_bps / 100:g}"
        lines.append(texts.html("pick.commission", percent=percent))
    seen_on = texts.day(offer.seen_at.astimezone(zone).date())
    clock = texts.clock(offer.seen_at, zone)
    lines.append(texts.html("post.as_of", day=seen_on, clock=clock))
    lines += [_note(texts, note) for note in row.notes]
    factors = stacked(_factor(texts, factor) for factor in row.factors)
    score = f"{row.score * 100:.0f}"
    lines.append(texts.html("pick.score", score=score, factors=factors))
    return stacked(lines)


def _note(texts: Texts, note: Note) -> Html:
    words = {
        name: shortened(cleaned(value), TITLE_LIMIT) if isinstance(value, str) else value
        for name, value in note.words.items()
    }
    return texts.html(note.reason, **words)


def _factor(texts: Texts, factor: Factor) -> Html:
    name = texts(f"factor.name_{factor.name}")
    return texts.html("pick.factor", name=name, reason=texts.figures(factor.reason, **factor.words))


def _buttons(texts: Texts, shortlist: Shortlist, place: int) -> InlineKeyboardMarkup | None:
    day, count = shortlist.day.toordinal(), len(shortlist.rows)
    offer_id = shortlist.rows[place].offer.id
    return keyboard(
        [
            button(texts("button.take"), "take", day, place, offer_id),
            button(texts("button.skip"), "skip", day, place, offer_id),
        ],
        [
            button(texts("button.choose"), "choose", day, place, offer_id),
            button(texts("send.button_card"), "send", offer_id),
        ],
        [
            button(texts("button.previous"), "card", day, (place - 1) % count),
            button(texts("button.next"), "card", day, (place + 1) % count),
        ],
    )


def _choices(
    texts: Texts, day: date, place: int, offer_id: OfferId, own: Sequence[Group]
) -> InlineKeyboardMarkup | None:
    ordinal = day.toordinal()
    rows: list[list[InlineKeyboardButton]] = [
        [button(group.title, "give", ordinal, place, offer_id, group.id)] for group in own
    ]
    return keyboard(*rows, [button(texts("button.back"), "card", ordinal, place)])
