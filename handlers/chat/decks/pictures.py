"""Turning a message that may hold a picture: in place where Telegram lets us, else anew."""

from telegram import InlineKeyboardMarkup, InputMediaPhoto, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.domain.texts import Html
from handlers.chat.context import Call
from handlers.chat.wire.replies import UNCHANGED, edit


async def turn(
    call: Call, text: Html, image_url: str | None, markup: InlineKeyboardMarkup | None
) -> None:
    """Show ``text`` in the message whose button was pressed, else in one of its own."""
    if call.pressed is not None and await _turned(call.pressed, text, image_url, markup):
        return
    if image_url is not None and await _sent(call, text, image_url, markup):
        return
    await call.say(text, markup)


async def redraw(message: Message, markup: InlineKeyboardMarkup | None) -> None:
    """Put other buttons under a message."""
    try:
        await message.edit_reply_markup(markup)
    except BadRequest as refusal:
        if UNCHANGED not in refusal.message.lower():
            raise


async def _turned(
    message: Message, text: Html, image_url: str | None, markup: InlineKeyboardMarkup | None
) -> bool:
    """Whether the message could be turned; False when it must be a message of its own."""
    if image_url is not None and await _picture_turned(message, text, image_url, markup):
        return True
    if message.photo:
        # A picture cannot become a text: the card is dealt anew.
        await message.delete()
        return False
    return await edit(message, text, markup)


async def _picture_turned(
    message: Message, text: Html, image_url: str, markup: InlineKeyboardMarkup | None
) -> bool:
    try:
        await message.edit_media(InputMediaPhoto(image_url, text, ParseMode.HTML), markup)
    except BadRequest as refusal:
        # The same card again is as good as shown; a picture that cannot be had is not.
        return UNCHANGED in refusal.message.lower()
    return True


async def _sent(
    call: Call, text: Html, image_url: str, markup: InlineKeyboardMarkup | None
) -> bool:
    try:
        await call.bot.send_photo(
            call.chat_id, image_url, text, parse_mode=ParseMode.HTML, reply_markup=markup
        )
    except BadRequest:
        # Telegram fetches the picture itself: a dead address is refused, and nothing was sent.
        return False
    return True
