"""What inline results look like in the list, and what is sent when one is tapped."""

from zoneinfo import ZoneInfo

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.constants import ParseMode

from bot.domain.links.addresses import safe_location
from bot.domain.posts.characters import shortened
from bot.domain.posts.rendering import BUTTON_LIMIT
from bot.domain.records import Offer
from bot.domain.texts import Texts
from bot.services.inlines.finding import Result, Turned
from handlers.chat.deck import priced, title_of
from handlers.chat.wire.replies import NO_PREVIEW

TITLE_LIMIT = 90
"""Two lines of the list of results."""

LEARN, HOME = "learn", "inline"
"""Where a button leads in the private chat: a word behind /start."""
PAYLOADS = {Turned.LEARNING: LEARN}


def article(texts: Texts, zone: ZoneInfo, result: Result) -> InlineQueryResultArticle:
    """An offer in the list; tapped, it becomes a message with the disclosure first [§9]."""
    offer = result.offer
    price = texts.money(offer.price_now_minor, offer.facts.currency)
    label = shortened(texts("inline.button_open", price=price), BUTTON_LIMIT)
    return InlineQueryResultArticle(
        id=str(offer.id),
        title=title_of(offer, TITLE_LIMIT),
        description=_described(texts, zone, offer),
        thumbnail_url=safe_location(offer.facts.image_url or ""),
        input_message_content=InputTextMessageContent(
            texts.html(
                "inline.message",
                disclosure=texts.html("post.disclosure"),
                title=title_of(offer),
                price=priced(texts, offer),
                as_of=texts.html("post.as_of", **_seen(texts, zone, offer)),
            ),
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
        ),
        reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton(label, url=result.url)]]),
    )


def turned(texts: Texts, reason: Turned) -> InlineQueryResultsButton:
    """The one button for who gets no offers."""
    return InlineQueryResultsButton(
        texts(f"inline.button_{reason}"), start_parameter=PAYLOADS.get(reason, HOME)
    )


def nothing(texts: Texts, *, is_search: bool) -> InlineQueryResultsButton:
    """The button where nothing was found, which says so."""
    key = "inline.button_none" if is_search else "inline.button_nothing"
    return InlineQueryResultsButton(texts(key), start_parameter=HOME)


def _described(texts: Texts, zone: ZoneInfo, offer: Offer) -> str:
    price = texts.money(offer.price_now_minor, offer.facts.currency)
    before = texts.money(offer.facts.price_minor, offer.facts.currency)
    is_lowered = offer.price_now_minor < offer.facts.price_minor
    key = "inline.described_lowered" if is_lowered else "inline.described"
    return texts(key, price=price, before=before, **_seen(texts, zone, offer))


def _seen(texts: Texts, zone: ZoneInfo, offer: Offer) -> dict[str, str]:
    seen_at = offer.seen_at
    return {
        "day": texts.day(seen_at.astimezone(zone).date()),
        "clock": texts.clock(seen_at, zone),
    }
