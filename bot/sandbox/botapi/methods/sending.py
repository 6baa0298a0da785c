"""The methods by which a bot puts something new into a chat."""

from bot.sandbox.botapi.calls import Call, Method
from bot.sandbox.botapi.keyboards import checked_keyboard
from bot.sandbox.botapi.media import document, photo
from bot.sandbox.botapi.reactions import checked_reactions
from bot.sandbox.botapi.refusals import bad_request
from bot.sandbox.world.people import Json
from bot.sandbox.world.world import without_reply

CHAT_ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document "
    "choose_sticker find_location record_video_note upload_video_note".split()
)
POLL_OPTIONS = range(1, 13)
QUESTION_LIMIT, OPTION_LIMIT = 300, 100
OPEN_SECONDS = range(5, 2_628_001)


async def send_message(call: Call) -> Json:
    """Send a text."""
    content = worded(call)
    return call.place(call.open_chat(), content)


async def send_photo(call: Call) -> Json:
    """Send a picture with a caption."""
    caption = captioned(call)
    checked_keyboard(call.get("reply_markup"))
    call.open_chat()
    picture = await photo(call, call.get("photo"))
    # The fetch took its time: whether the bot may write is asked again.
    return call.place(call.open_chat(), {"photo": picture.sizes(), **caption})


async def send_document(call: Call) -> Json:
    """Send a file with a caption."""
    caption = captioned(call)
    call.open_chat()
    stored = await document(call, call.get("document"))
    return call.place(call.open_chat(), {"document": stored.document(), **caption})


def worded(call: Call) -> Json:
    """Return text, entities and preview options as parts of a message."""
    text, entities = call.words("text")
    content: Json = {"text": text} | ({"entities": entities} if entities else {})
    if call.get("link_preview_options"):
        content["link_preview_options"] = call.get("link_preview_options")
    return content


def captioned(call: Call, source: Json | None = None) -> Json:
    """Return caption and caption entities as parts of a message, nothing if empty."""
    text, entities = call.words("caption", source)
    if not text:
        return {}
    content: Json = {"caption": text}
    if entities:
        content["caption_entities"] = entities
    above = (call.values if source is None else source).get("show_caption_above_media")
    return content | ({"show_caption_above_media": True} if above else {})


async def send_poll(call: Call) -> Json:
    """Send a poll."""
    chat = call.open_chat()
    question, options = call.get("question"), call.get("options")
    if not question.strip():
        raise bad_request("poll question must be non-empty")
    if len(question) > QUESTION_LIMIT:
        raise bad_request(f"poll question length must not exceed {QUESTION_LIMIT}")
    if len(options) not in POLL_OPTIONS:
        raise bad_request("poll must have at least 1 option and at most 12")
    if any(not option["text"].strip() for option in options):
        raise bad_request("poll options must be non-empty")
    if any(len(option["text"]) > OPTION_LIMIT for option in options):
        raise bad_request(f"poll options length must not exceed {OPTION_LIMIT}")
    closing = _closing(call)
    poll: Json = {
        "id": call.world.new_callback_id(),
        "question": question,
        "options": [
            {"persistent_id": str(number), "text": option["text"], "voter_count": 0}
            for number, option in enumerate(options)
        ],
        "total_voter_count": 0,
        "is_closed": bool(call.get("is_closed", False)),
        "is_anonymous": bool(call.get("is_anonymous", True)),
        "type": call.get("type", "regular"),
        "allows_multiple_answers": bool(call.get("allows_multiple_answers", False)),
        "allows_revoting": bool(call.get("allows_revoting", True)),
        "members_only": bool(call.get("members_only", False)),
        **closing,
    }
    return call.place(chat, {"poll": poll})


def _closing(call: Call) -> Json:
    """When a poll closes by itself, as its parts; nothing where it does not."""
    given = {name: int(call.get(name)) for name in ("open_period", "close_date") if call.get(name)}
    if len(given) == 2:
        raise bad_request("can't use both open_period and close_date")
    if given.get("open_period", 5) not in OPEN_SECONDS:
        raise bad_request("wrong open_period specified")
    return given


async def stop_poll(call: Call) -> Json:
    """Close a poll and return it."""
    chat = call.chat()
    message = chat.messages.get(call.get("message_id"))
    if message is None or "poll" not in message:
        raise bad_request("message with poll to stop not found")
    if message["poll"]["is_closed"]:
        raise bad_request("poll has already been closed")
    closed: Json = {**message["poll"], "is_closed": True}
    chat.messages[message["message_id"]] = {**message, "poll": closed}
    call.world.touch()
    return closed


def _source(call: Call, verb: str) -> Json:
    message = call.chat("from_chat_id").messages.get(call.get("message_id"))
    if message is None:
        raise bad_request(f"message to {verb} not found")
    return without_reply(message)


CONTENT = ("text", "entities", "photo", "document", "caption", "caption_entities", "poll")


async def forward_message(call: Call) -> Json:
    """Forward a message: its content, its URL buttons and where it came from."""
    source = _source(call, "forward")
    content = {key: source[key] for key in (*CONTENT, "reply_markup") if key in source}
    origin = {"type": "user", "date": source["date"], "sender_user": source["from"]}
    return call.place(call.open_chat(), {**content, "forward_origin": origin})


async def copy_message(call: Call) -> Json:
    """Send the content of a message as the bot's own and return its MessageId."""
    source = _source(call, "copy")
    content = {key: source[key] for key in CONTENT if key in source}
    if call.get("caption") is not None:
        content.pop("caption_entities", None)
        content |= captioned(call)
    return {"message_id": call.place(call.open_chat(), content)["message_id"]}


async def send_chat_action(call: Call) -> bool:
    """Show that the bot is busy."""
    if call.get("action") not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.open_chat()
    return True


async def set_message_reaction(call: Call) -> bool:
    """Put the bot's reaction under a message, instead of the one it had; none takes it away."""
    chat = call.chat()
    if call.get("message_id") not in chat.messages:
        raise bad_request("message to react not found")
    key = (chat.id, int(call.get("message_id")))
    reactions = checked_reactions(call.get("reaction") or [])
    call.world.reactions.setdefault(key, {})[int(call.world.bot["id"])] = reactions
    call.world.touch()
    return True


# What the flood limits count: everything that makes a new message.
COUNTED = frozenset(
    {"sendmessage", "sendphoto", "senddocument", "sendpoll", "forwardmessage", "copymessage"}
)
METHODS: dict[str, Method] = {
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "senddocument": send_document,
    "sendpoll": send_poll,
    "stoppoll": stop_poll,
    "forwardmessage": forward_message,
    "copymessage": copy_message,
    "sendchataction": send_chat_action,
    "setmessagereaction": set_message_reaction,
}
