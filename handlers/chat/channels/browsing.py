"""The eleven channels: /channels shows them, a press opens one, another turns its page."""

from collections.abc import Iterable
from dataclasses import replace

from telegram import ForceReply, Message
from telegram.constants import ParseMode
from telegram.ext import filters

from bot.domain.catalogue.channels import Channel
from bot.domain.records import OfferId
from bot.domain.texts import Texts
from bot.services.catalogue.browsing import Page
from handlers.chat import picks
from handlers.chat.channels import wording
from handlers.chat.context import Audience, Call, PressHandler
from handlers.chat.wire.callbacks import OldButtonError, field
from handlers.chat.wire.replies import patiently

ASKED = "channel.search_ask"


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


class Answering(filters.MessageFilter):
    """Replies to our question for words to search; it is known by its text in any language."""

    def __init__(self, texts: Iterable[Texts]) -> None:
        """``texts`` of every language that the bot speaks."""
        super().__init__()
        self._asked = frozenset(each(ASKED) for each in texts)

    def filter(self, message: Message) -> bool:
        """Whether ``message`` replies to that question of ours."""
        asked = message.reply_to_message
        is_ours = asked is not None and asked.from_user is not None and asked.from_user.is_bot
        return is_ours and asked is not None and asked.text in self._asked


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
            call.texts.html(ASKED),
            ParseMode.HTML,
            reply_markup=ForceReply(
                input_field_placeholder=call.texts("channel.search_placeholder")
            ),
        )
    )


PRESSES: dict[str, tuple[Audience, PressHandler]] = {
    "channels": (Audience.PROMOTER, press_channels),
    "channel": (Audience.PROMOTER, press_channel),
    "channel_page": (Audience.PROMOTER, press_page),
    "channel_brand": (Audience.PROMOTER, press_brand),
}
"""Buttons of the channels, for the door's table."""
