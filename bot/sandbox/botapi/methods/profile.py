"""The methods by which a bot describes itself: commands, names, menu button; and getFile."""

import re
from functools import partial

from bot.sandbox.botapi.calls import Call, Method
from bot.sandbox.botapi.refusals import bad_request
from bot.sandbox.world.chats import RIGHTS
from bot.sandbox.world.people import Json

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
DESCRIPTION_LIMIT = 256
COMMANDS_LIMIT = 100
TEXT_LIMITS = {"name": 64, "description": 512, "short_description": 120}


async def get_me(call: Call) -> Json:
    """Describe the bot."""
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": call.world.supports_inline,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
    }
    return {**call.world.bot, **abilities}


async def get_file(call: Call) -> Json:
    """Tell where a file can be downloaded."""
    stored = call.world.files.by_id.get(call.get("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.upload.content),
        "file_path": stored.path,
    }


def scope_key(scope: Json | None) -> str:
    """Return a scope as one word, such as `all_private_chats` or `chat:-4000100001`."""
    scope = scope or {"type": "default"}
    parts = [scope["type"], scope.get("chat_id"), scope.get("user_id")]
    return ":".join(str(part) for part in parts if part is not None)


def _key(call: Call) -> tuple[str, str]:
    scope = call.get("scope")
    if scope and "chat_id" in scope:
        Call(call.world, call.method, {"chat_id": scope["chat_id"]}, {}).chat()
    return scope_key(scope), call.get("language_code") or ""


async def set_my_commands(call: Call) -> bool:
    """Set the command menu of a scope and language."""
    commands = call.get("commands")
    if len(commands) > COMMANDS_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= DESCRIPTION_LIMIT:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    call.world.profile.commands[_key(call)] = commands
    call.world.touch()
    return True


async def delete_my_commands(call: Call) -> bool:
    """Delete the command menu of a scope and language."""
    call.world.profile.commands.pop(_key(call), None)
    call.world.touch()
    return True


async def get_my_commands(call: Call) -> list[Json]:
    """Return the command menu of a scope and language, as it was set."""
    return call.world.profile.commands.get(_key(call), [])


async def _set_text(call: Call, *, name: str) -> bool:
    text = call.get(name) or ""
    if len(text) > TEXT_LIMITS[name]:
        raise bad_request(f"BOT_{name.upper()}_TOO_LONG")
    call.world.profile.texts[name, call.get("language_code") or ""] = text
    if name == "name" and text and not call.get("language_code"):
        call.world.bot_name = text
    call.world.touch()
    return True


async def _get_text(call: Call, *, name: str) -> Json:
    texts = call.world.profile.texts
    fallback = call.world.bot_name if name == "name" else ""
    own = texts.get((name, call.get("language_code") or ""))
    return {name: own or texts.get((name, "")) or fallback}


async def set_default_rights(call: Call) -> bool:
    """Set the rights that the bot asks for when it is made an administrator."""
    call.world.profile.default_rights = call.get("rights") or {}
    return True


async def get_default_rights(call: Call) -> Json:
    """Return the rights that the bot asks for."""
    asked = call.world.profile.default_rights
    return {right: bool(asked.get(right, False)) for right in ("is_anonymous", *RIGHTS)}


async def set_menu_button(call: Call) -> bool:
    """Set the menu button of a private chat, or of all."""
    button = call.get("menu_button") or {"type": "default"}
    call.world.profile.menu_buttons[call.get("chat_id") or 0] = button
    return True


async def get_menu_button(call: Call) -> Json:
    """Return the menu button of a private chat."""
    buttons = call.world.profile.menu_buttons
    fallback = buttons.get(0, {"type": "commands"})
    return buttons.get(call.get("chat_id") or 0, fallback)


async def say_yes(call: Call) -> bool:
    """Agree and do nothing: `close` and `logOut` have no effect on a stand-in."""
    return call.method in ("close", "logout")


METHODS: dict[str, Method] = {
    "getme": get_me,
    "getfile": get_file,
    "setmycommands": set_my_commands,
    "deletemycommands": delete_my_commands,
    "getmycommands": get_my_commands,
    "setmyname": partial(_set_text, name="name"),
    "getmyname": partial(_get_text, name="name"),
    "setmydescription": partial(_set_text, name="description"),
    "getmydescription": partial(_get_text, name="description"),
    "setmyshortdescription": partial(_set_text, name="short_description"),
    "getmyshortdescription": partial(_get_text, name="short_description"),
    "setmydefaultadministratorrights": set_default_rights,
    "getmydefaultadministratorrights": get_default_rights,
    "setchatmenubutton": set_menu_button,
    "getchatmenubutton": get_menu_button,
    "close": say_yes,
    "logout": say_yes,
}
