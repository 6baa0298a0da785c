"""The methods by which a bot changes and deletes ephemeral messages (Bot API 10.2)."""

from bot.sandbox.botapi.calls import Call, Method
from bot.sandbox.botapi.media import content_of
from bot.sandbox.botapi.methods.editing import WORDS, changed
from bot.sandbox.botapi.methods.sending import captioned, worded
from bot.sandbox.botapi.refusals import bad_request
from bot.sandbox.world.people import Json
from bot.sandbox.world.state import BOT_ID


def _own(call: Call, verb: str) -> Json:
    chat = call.chat()
    number = call.get("ephemeral_message_id")
    message = call.world.whispers.find(chat.id, call.get("receiver_user_id"), number)
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if message["from"]["id"] != BOT_ID and verb == "edit":
        raise bad_request("message can't be edited")
    return message


def _replace(call: Call, message: Json, content: Json, dropped: tuple[str, ...]) -> bool:
    call.world.whispers.replace(changed(call, message, content, dropped))
    call.world.touch()
    return True


async def edit_text(call: Call) -> bool:
    """Change a text; without `reply_markup` its keyboard goes."""
    content = worded(call)
    message = _own(call, "edit")
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    return _replace(call, message, content, (*WORDS, "link_preview_options"))


async def edit_caption(call: Call) -> bool:
    """Change the caption of a picture or file; without `reply_markup` its keyboard goes."""
    content = captioned(call)
    message = _own(call, "edit")
    if "photo" not in message and "document" not in message:
        raise bad_request("there is no caption in the message to edit")
    return _replace(call, message, content, WORDS)


async def edit_media(call: Call) -> bool:
    """Change the picture or file of a message, with its caption."""
    media: Json = call.get("media")
    content = await content_of(call, media) | captioned(call, media)
    return _replace(call, _own(call, "edit"), content, (*WORDS, "photo", "document"))


async def edit_markup(call: Call) -> bool:
    """Change the keyboard of a message, or take it away."""
    return _replace(call, _own(call, "edit"), {}, ())


async def delete(call: Call) -> bool:
    """Delete an ephemeral message, the bot's own or one said to it."""
    call.world.whispers.drop(_own(call, "delete")["ephemeral_message_id"])
    call.world.touch()
    return True


METHODS: dict[str, Method] = {
    "editephemeralmessagetext": edit_text,
    "editephemeralmessagecaption": edit_caption,
    "editephemeralmessagemedia": edit_media,
    "editephemeralmessagereplymarkup": edit_markup,
    "deleteephemeralmessage": delete,
}
