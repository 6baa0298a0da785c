"""Makes `botapi.json`, the part of a Bot API description that the sandbox checks calls against.

Run: `python -m bot.sandbox.botapi.extract DESCRIPTION.json [--check]`. With `--check` nothing is
written, and the exit code is 1 if the file beside this module would change.
"""

import json
import sys
from pathlib import Path
from typing import Any

KEPT = Path(__file__).with_name("botapi.json")

METHODS = [
    "getMe",
    "getUpdates",
    "setWebhook",
    "deleteWebhook",
    "getWebhookInfo",
    "logOut",
    "close",
    "sendMessage",
    "sendPhoto",
    "sendDocument",
    "sendPoll",
    "sendChatAction",
    "forwardMessage",
    "copyMessage",
    "editMessageText",
    "editMessageCaption",
    "editMessageMedia",
    "editMessageReplyMarkup",
    "deleteMessage",
    "deleteMessages",
    "pinChatMessage",
    "unpinChatMessage",
    "setMessageReaction",
    "stopPoll",
    "answerCallbackQuery",
    "answerInlineQuery",
    "getFile",
    "getChat",
    "getChatMember",
    "getChatMemberCount",
    "getChatAdministrators",
    "leaveChat",
    "exportChatInviteLink",
    "createChatInviteLink",
    "revokeChatInviteLink",
    "createForumTopic",
    "setChatMemberTag",
    "setMyDefaultAdministratorRights",
    "getMyDefaultAdministratorRights",
    "setMyCommands",
    "deleteMyCommands",
    "getMyCommands",
    "setMyName",
    "getMyName",
    "setMyDescription",
    "getMyDescription",
    "setMyShortDescription",
    "getMyShortDescription",
    "setChatMenuButton",
    "getChatMenuButton",
]

ANSWERS = [
    "Update",
    "Message",
    "User",
    "Chat",
    "ChatFullInfo",
    "ChatMemberUpdated",
    "CallbackQuery",
    "MessageEntity",
    "PhotoSize",
    "Document",
    "File",
    "WebhookInfo",
    "ChatInviteLink",
    "BotCommand",
    "MessageId",
    "Poll",
    "PollOption",
    "InaccessibleMessage",
    "ChatMemberOwner",
    "ChatMemberAdministrator",
    "ChatMemberMember",
    "ChatMemberRestricted",
    "ChatMemberLeft",
    "ChatMemberBanned",
    "MessageReactionUpdated",
]

# Kinds of content that the bot has no use for: a call that carries one is refused.
LEFT_OUT = {
    "InlineQueryResult": {"InlineQueryResultArticle", "InlineQueryResultPhoto"},
    "InputMedia": {"InputMediaPhoto", "InputMediaDocument"},
    "InputMessageContent": {"InputTextMessageContent"},
}
OPAQUE = {"InputRichMessage", "InputPollMedia", "InputPollOptionMedia"}


def extract(description: dict[str, Any]) -> dict[str, Any]:
    """Return names, types and required marks of the kept methods and of all they take."""
    methods = {name: _fields(description["methods"][name]) for name in METHODS}
    types: dict[str, Any] = {}
    waiting = [part for fields in methods.values() for part in _named(fields)]
    while waiting:
        name = waiting.pop()
        if name in types or name in OPAQUE or name not in description["types"]:
            continue
        types[name] = _type(name, description["types"][name])
        waiting += types[name].get("any", []) or list(_named(types[name]["fields"]))
    for name in ANSWERS:
        types.setdefault(name, _type(name, description["types"][name]))
    return {
        "version": description["version"],
        "methods": methods,
        "types": {name: types[name] for name in sorted(types)},
    }


def _type(name: str, source: dict[str, Any]) -> dict[str, Any]:
    if "subtypes" in source:
        kept = LEFT_OUT.get(name, set(source["subtypes"]))
        return {"any": [part for part in source["subtypes"] if part in kept]}
    return {"fields": _fields(source)}


def _fields(source: dict[str, Any]) -> dict[str, Any]:
    return {
        field["name"]: [*field["types"], *(["!"] if field["required"] else [])]
        for field in source.get("fields", [])
    }


def _named(fields: dict[str, list[str]]) -> list[str]:
    every = [name for names in fields.values() for name in names]
    return [name.rsplit(" ", maxsplit=1)[-1] for name in every]


def dumped(extracted: dict[str, Any]) -> str:
    """Return the text of the kept file, one method or type a line."""
    lines = [f'{{"version": {json.dumps(extracted["version"])},']
    for part in ("methods", "types"):
        rows = [f"{json.dumps(key)}: {json.dumps(row)}" for key, row in extracted[part].items()]
        lines.append(
            f'"{part}": {{\n' + ",\n".join(rows) + ("\n}," if part == "methods" else "\n}}")
        )
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the kept file, or with `--check` only compare; return the exit code."""
    text = dumped(extract(json.loads(Path(arguments[0]).read_text())))
    if "--check" in arguments:
        return int(KEPT.read_text() != text)
    KEPT.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
