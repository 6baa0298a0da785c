"""The rules for inline keyboards: what Telegram lets a button be."""

from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.botapi.refusals import bad_request

BUTTON_LIMIT = 100
CALLBACK_DATA_LIMIT_BYTES = 64
COPY_TEXT_LIMIT = 256
ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


def checked_keyboard(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the inline keyboard without empty rows, None if there is none.

    Raises `Refusal` for a button that Telegram would refuse. Other kinds of markup (reply
    keyboards, forced replies) pass as they are.
    """
    if markup is None or "inline_keyboard" not in markup:
        return markup
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(len(row) for row in rows) > BUTTON_LIMIT:
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _check_button(button)
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: dict[str, Any]) -> None:
    actions = [name for name in ACTIONS if name in button]
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: Button text must be non-empty")
    if len(actions) != 1:
        words = "Text buttons are unallowed in the inline keyboard"
        raise bad_request(f"can't parse inline keyboard button: {words}")
    if "callback_data" in button:
        size = len(button["callback_data"].encode())
        if not 1 <= size <= CALLBACK_DATA_LIMIT_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        check_address(button["url"])
    if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= COPY_TEXT_LIMIT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def check_address(address: str) -> None:
    """Refuse an address that Telegram would not put on a button: a host name needs a dot."""
    parts = urlsplit(address if "://" in address else f"http://{address}")
    if parts.scheme == "tg":
        return
    right = parts.scheme in ("http", "https") and "." in (parts.hostname or "").strip(".")
    if not right:
        raise bad_request(f"inline keyboard button URL '{address}' is invalid: Wrong HTTP URL")
