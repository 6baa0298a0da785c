"""The methods by which a bot changes, deletes and pins messages and answers queries."""

from typing import Any

from bot.sandbox.botapi.calls import Call, Method
from bot.sandbox.botapi.keyboards import check_address, checked_keyboard
from bot.sandbox.botapi.media import content_of
from bot.sandbox.botapi.methods.sending import captioned, worded
from bot.sandbox.botapi.refusals import bad_request
from bot.sandbox.world.chats import Chat
from bot.sandbox.world.people import Json
from bot.sandbox.world.state import BOT_ID, SERVICE

DELETABLE_SECONDS = 48 * 3600
ANSWER_LIMIT = 200
MANY_LIMIT = 100
UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
WORDS = ("text", "entities", "caption", "caption_entities")


def _own(call: Call) -> tuple[Chat, Json]:
    if call.get("chat_id") is None:
        raise bad_request("chat_id is empty")
    chat = call.chat()
    message = chat.messages.get(call.get("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message["from"]["id"] != BOT_ID or SERVICE & message.keys():
        raise bad_request("message can't be edited")
    return chat, message


def _replace(
    call: Call, chat: Chat, message: Json, content: Json, dropped: tuple[str, ...]
) -> Json:
    edited = changed(call, message, content, dropped)
    chat.messages[message["message_id"]] = edited
    call.world.ledger.record_edit(chat.id, message["message_id"])
    call.world.touch()
    return edited


def changed(call: Call, message: Json, content: Json, dropped: tuple[str, ...]) -> Json:
    """Return a message with new content; raises `Refusal` where nothing would change."""
    markup = checked_keyboard(call.get("reply_markup"))
    kept = {key: value for key, value in message.items() if key not in (*dropped, "reply_markup")}
    edited = kept | content | ({"reply_markup": markup} if markup else {})
    if edited == message:
        raise bad_request(UNCHANGED)
    return {**edited, "edit_date": call.world.timestamp()}


async def edit_text(call: Call) -> Json:
    """Change a text; without `reply_markup` its keyboard goes."""
    content = worded(call)
    chat, message = _own(call)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    return _replace(call, chat, message, content, (*WORDS, "link_preview_options"))


async def edit_caption(call: Call) -> Json:
    """Change the caption of a picture or file; without `reply_markup` its keyboard goes."""
    content = captioned(call)
    chat, message = _own(call)
    if "photo" not in message and "document" not in message:
        raise bad_request("there is no caption in the message to edit")
    return _replace(call, chat, message, content, (*WORDS, "show_caption_above_media"))


async def edit_media(call: Call) -> Json:
    """Change the picture or file of a message, with its caption."""
    _own(call)
    media: Json = call.get("media")
    content = await content_of(call, media) | captioned(call, media)
    chat, message = _own(call)
    return _replace(call, chat, message, content, (*WORDS, "photo", "document"))


async def edit_markup(call: Call) -> Json:
    """Change the keyboard of a message, or take it away."""
    chat, message = _own(call)
    return _replace(call, chat, message, {}, ())


async def delete_message(call: Call) -> bool:
    """Delete a message."""
    _delete(call, call.chat(), call.get("message_id"))
    return True


async def delete_messages(call: Call) -> bool:
    """Delete several messages; those that are gone already are passed over."""
    chat, wanted = call.chat(), call.get("message_ids")
    if not 1 <= len(wanted) <= MANY_LIMIT:
        raise bad_request("too many messages to delete" if wanted else "there are no messages")
    for message_id in wanted:
        if message_id in chat.messages:
            _delete(call, chat, message_id)
    return True


def _delete(call: Call, chat: Chat, message_id: int) -> None:
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to delete not found")
    is_fresh = call.world.timestamp() - message["date"] <= DELETABLE_SECONDS
    is_own = message["from"]["id"] == BOT_ID
    if not _has_right(chat, "can_delete_messages") and not (
        is_fresh and (is_own or chat.is_private)
    ):
        raise bad_request("message can't be deleted for everyone")
    del chat.messages[message_id]
    call.world.touch()


def _has_right(chat: Chat, right: str) -> bool:
    standing = chat.standing(BOT_ID)
    return standing is not None and standing.is_admin and right in standing.rights


async def pin(call: Call) -> bool:
    """Pin a message."""
    chat = call.chat()
    if call.get("message_id") not in chat.messages:
        raise bad_request("message to pin not found")
    if not chat.is_private and not _has_right(chat, "can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    chat.pinned = call.get("message_id")
    call.world.touch()
    return True


async def unpin(call: Call) -> bool:
    """Unpin the pinned message."""
    chat = call.chat()
    if not chat.is_private and not _has_right(chat, "can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    chat.pinned = None
    call.world.touch()
    return True


async def answer_callback(call: Call) -> bool:
    """Answer the press of a button, once."""
    query_id = call.get("callback_query_id")
    if query_id not in call.world.answers or call.world.answers[query_id] is not None:
        raise bad_request(TOO_OLD)
    if len(call.get("text") or "") > ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    if call.get("url"):
        check_address(call.get("url"))
    call.world.answers[query_id] = _answer(call)
    call.world.touch()
    return True


def _answer(call: Call) -> dict[str, Any]:
    return {
        "text": call.get("text") or "",
        "show_alert": bool(call.get("show_alert", False)),
        "url": call.get("url"),
    }


# What the flood limits count beside new messages.
COUNTED = frozenset(
    {"editmessagetext", "editmessagecaption", "editmessagemedia", "editmessagereplymarkup"}
)
METHODS: dict[str, Method] = {
    "editmessagetext": edit_text,
    "editmessagecaption": edit_caption,
    "editmessagemedia": edit_media,
    "editmessagereplymarkup": edit_markup,
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "pinchatmessage": pin,
    "unpinchatmessage": unpin,
    "answercallbackquery": answer_callback,
}
