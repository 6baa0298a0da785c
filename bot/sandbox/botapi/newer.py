"""What Bot API 10.2 and 10.3 added to the extract (10.1): ephemeral messages, kept by hand.

Source: the Bot API changelog of July 14 (10.2) and August 24, 2026 (10.3). In 10.2 the receiver is
named by parameters of the sending methods, in 10.3 by `ephemeral_message_parameters`; a server
that knows ephemeral messages takes both here.
"""

from typing import Any

RECEIVER = {
    "receiver_user_id": ["Integer"],
    "callback_query_id": ["String"],
    "ephemeral_message_parameters": ["EphemeralMessageParameters"],
}
PLACE = {
    "chat_id": ["Integer", "String", "!"],
    "receiver_user_id": ["Integer", "!"],
    "ephemeral_message_id": ["Integer", "!"],
}
MARKUP = {"reply_markup": ["InlineKeyboardMarkup"]}
METHODS: dict[str, dict[str, list[str]]] = {
    "editEphemeralMessageText": {
        **PLACE,
        "text": ["String", "!"],
        "parse_mode": ["String"],
        "entities": ["Array of MessageEntity"],
        "link_preview_options": ["LinkPreviewOptions"],
        **MARKUP,
    },
    "editEphemeralMessageCaption": {
        **PLACE,
        "caption": ["String"],
        "parse_mode": ["String"],
        "caption_entities": ["Array of MessageEntity"],
        **MARKUP,
    },
    "editEphemeralMessageMedia": {**PLACE, "media": ["InputMedia", "!"], **MARKUP},
    "editEphemeralMessageReplyMarkup": {**PLACE, **MARKUP},
    "deleteEphemeralMessage": PLACE,
}
PARAMETERS: dict[str, dict[str, list[str]]] = {
    "sendMessage": RECEIVER,
    "sendPhoto": RECEIVER,
    "sendDocument": RECEIVER,
}
TYPES: dict[str, dict[str, list[str]]] = {
    "Message": {"receiver_user": ["User"], "ephemeral_message_id": ["Integer"]},
    "ReplyParameters": {"message_id": ["Integer"], "ephemeral_message_id": ["Integer"]},
    "BotCommand": {"is_ephemeral": ["Boolean"]},
    "EphemeralMessageParameters": {
        "receiver_user_id": ["Integer", "!"],
        "callback_query_id": ["String"],
        "replace_callback_query_message": ["Boolean"],
    },
}


def with_newer(extract: dict[str, Any]) -> dict[str, Any]:
    """Return the extract of Bot API 10.1 with what the newer versions added to it."""
    methods = {
        name: {**fields, **PARAMETERS.get(name, {})} for name, fields in extract["methods"].items()
    }
    types = dict(extract["types"])
    for name, fields in TYPES.items():
        types[name] = {"fields": {**types.get(name, {}).get("fields", {}), **fields}}
    return {**extract, "methods": {**methods, **METHODS}, "types": types}
