"""The eleven channels: /channels shows them, a press opens one, another turns its page."""

from dataclasses import replace

from telegram import ForceReply
from telegram.constants import ParseMode

from bot.domain.catalogue.channels import Channel
from bot.domain.records import OfferId
from bot.services.catalogue.browsing import Page
from handlers.chat import picks
from handlers.chat.channels import wording
from handlers.chat.context import Call
from handlers.chat.wire.asked import SEARCHED
from handlers.chat.wire.callbacks import OldButtonError, field
from handlers.chat.wire.replies import patiently


async def channels(call: Call) -> None:
    """Answer /channels: the eleven as buttons."""
    season = call.services.browsing.season(call.own)
    await call.say(call.texts.html("channel.head"), wording.menu(call.texts, season))


async def press_channels(call: Call) -> str | None:
    """Back to the eleven."""
    season = call.services.browsing.season(call.own)
    await call.show(call.texts.html("channel.head"), wording.menu(call.texts, season))
    return None


async def press_channel(call: Call) -> str | None:
    """Open a channel: field channel."""
    channel = _channel(call)
    if channel is Channel.SEARCH:
        await _ask_for_words(call)
    elif channel is Channel.BRANDS:
        found = await call.services.browsing.brands(call.own)
        text = wording.brands_text(call.texts, found)
        await call.show(text, wording.brands_buttons(call.texts, found))
    else:
        await _show(call, await call.services.browsing.open(call.own, channel))
    return None


async def press_brand(call: Call) -> str | None:
    """Open the list of a brand: field offer, which is one of the brand's."""
    page = await call.services.browsing.open_brand(call.own, OfferId(field(call.words, 0)))
    if page is None:
        raise OldButtonError("There is no such brand any more.")
    await _show(call, page)
    return None


async def press_page(call: Call) -> str | None:
    """Turn to a page of the list that was shown last: fields channel and first place.

    Another list was shown since: the channel is opened anew, for its numbers are not these.
    """
    channel = _channel(call)
    page = await call.services.browsing.turn(call.own, channel, field(call.words, 1))
    if page is None and channel is Channel.BRANDS:
        raise OldButtonError("Nobody knows which brand it was.")
    await _show(call, page or await call.services.browsing.open(call.own, channel))
    return None


async def searched(call: Call) -> None:
    """Answer the words that the search channel asked for, as /search does."""
    message = call.update.effective_message
    words = (message.text if message else None) or ""
    await picks.search(replace(call, words=tuple(words.split())))


def _channel(call: Call) -> Channel:
    try:
        return Channel(call.words[0])
    except (IndexError, ValueError) as fault:
        raise OldButtonError("There is no such channel.") from fault


async def _show(call: Call, page: Page) -> None:
    text = wording.page_text(call.texts, call.services.zone, page)
    await call.show(text, wording.page_buttons(call.texts, page))


async def _ask_for_words(call: Call) -> None:
    await patiently(
        lambda: call.bot.send_message(
            call.chat_id,
            call.texts.html(SEARCHED),
            ParseMode.HTML,
            reply_markup=ForceReply(
                input_field_placeholder=call.texts("channel.search_placeholder")
            ),
        )
    )
