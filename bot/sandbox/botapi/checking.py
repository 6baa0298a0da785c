"""Checks a call's parameters, as they came over HTTP, against the extract of the Bot API."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.sandbox.botapi.newer import with_newer
from bot.sandbox.botapi.refusals import bad_request

EXTRACT = Path(__file__).with_name("botapi.json")
ARRAY = "Array of "

Json = dict[str, Any]

# What Telegram says where a required parameter is missing or empty.
MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "user_id": "invalid user_id specified",
    "receiver_user_id": "invalid receiver_user_id specified",
    "ephemeral_message_id": "ephemeral message identifier is not specified",
}
# What Telegram says where a parameter cannot be read as its type.
UNREADABLE = {
    "chat_id": "chat not found",
    "user_id": "invalid user_id specified",
    "message_id": "message identifier is not specified",
    "reply_markup": "can't parse reply keyboard markup JSON object",
    "entities": "can't parse entities JSON object",
    "caption_entities": "can't parse entities JSON object",
    "link_preview_options": "can't parse link preview options JSON object",
    "reply_parameters": "can't parse reply parameters JSON object",
    "media": "can't parse InputMedia JSON object",
    "commands": "can't parse commands JSON object",
}
# An inline query without results is answered so, perhaps with a button.
MAY_BE_EMPTY = frozenset({"results"})


class Mismatch(Exception):
    """A value that does not fit the type it should have."""


@cache
def extract() -> dict[str, Any]:
    """Return the extract: names, types and required marks of methods and types."""
    loaded: dict[str, Any] = json.loads(EXTRACT.read_text(encoding="utf-8"))
    return loaded


@cache
def described(*, has_ephemeral: bool = True) -> dict[str, Any]:
    """Return the extract as a server knows it, with ephemeral messages or from before them."""
    return with_newer(extract()) if has_ephemeral else extract()


def checked(
    method: str, given: dict[str, Any], *, strict: bool, has_ephemeral: bool = True
) -> dict[str, Any]:
    """Return the parameters with their proper types.

    `given` holds strings (form, query) or JSON values, and uploads for `InputFile`. Raises
    `Refusal` (400) for a missing, an unreadable and, if `strict`, an unknown parameter.
    """
    known = described(has_ephemeral=has_ephemeral)
    reader = _Reader(known["types"], is_strict=strict)
    fields = known["methods"][method]
    unknown = [name for name in given if name not in fields and strict]
    attached = {part for part in unknown if _is_upload(given[part])}
    if set(unknown) - attached:
        raise bad_request(f"unknown parameter {', '.join(sorted(set(unknown) - attached))}")
    values = {
        name: reader.parameter(name, fields[name], given[name]) for name in given if name in fields
    }
    for name, types in fields.items():
        lacking: tuple[object, ...] = (None, "") if name in MAY_BE_EMPTY else (None, "", [])
        if "!" in types and values.get(name) in lacking:
            raise bad_request(MISSING.get(name, f"parameter {name} is required"))
    return values


def mismatch(value: Any, kind: str) -> str | None:
    """Return why a JSON value is no valid object of a Bot API type, None if it is one."""
    try:
        _Reader(described()["types"]).fit(value, kind)
    except Mismatch as problem:
        return str(problem)
    return None


def _from_text(value: Any, kind: str) -> Any:
    if not isinstance(value, str) or kind in ("String", "InputFile"):
        return value
    if kind == "Boolean":
        return value.lower() in ("true", "1", "yes")
    try:
        return json.loads(value)
    except ValueError:
        raise Mismatch(f"{kind} expected") from None


def _is_upload(value: Any) -> bool:
    return hasattr(value, "content") and hasattr(value, "name")


def _scalar(value: Any, kind: str) -> Any:
    right = {
        "Integer": isinstance(value, int) and not isinstance(value, bool),
        "Float": isinstance(value, int | float) and not isinstance(value, bool),
        "Boolean": isinstance(value, bool),
        "String": isinstance(value, str),
        "InputFile": isinstance(value, str) or _is_upload(value),
    }[kind]
    if not right and kind == "String" and isinstance(value, int | float):
        return str(value)
    if not right:
        raise Mismatch(f"{kind} expected")
    return value


@dataclass(frozen=True)
class _Reader:
    """Fits values to the types that a server knows; strict ones know no other fields."""

    types: dict[str, Any]
    is_strict: bool = True

    def parameter(self, name: str, types: list[str], value: Any) -> Any:
        """Return a parameter as its type; raises `Refusal` in Telegram's words."""
        try:
            return self.fit_any(value, types, is_text=True)
        except Mismatch as problem:
            words = UNREADABLE.get(name, f"can't parse {name}")
            exact = name in ("chat_id", "user_id", "message_id")
            raise bad_request(words if exact else f"{words}: {problem}") from None

    def fit(self, value: Any, kind: str) -> Any:
        """Return the value as one kind; raises `Mismatch`."""
        if kind.startswith(ARRAY):
            if not isinstance(value, list):
                raise Mismatch("array expected")
            return [self.fit(item, kind.removeprefix(ARRAY)) for item in value]
        if kind in ("Integer", "Float", "Boolean", "String", "InputFile"):
            return _scalar(value, kind)
        if kind == "True":
            return _scalar(value, "Boolean")
        known = self.types.get(kind)
        if known is None:
            # The answers' own extract stops here; what bots send is described to the end.
            return value
        if not isinstance(value, dict):
            raise Mismatch("object expected")
        if "any" in known:
            return self.fit_any(value, known["any"])
        return self._object(value, kind, known["fields"])

    def fit_any(self, value: Any, kinds: list[str], *, is_text: bool = False) -> Any:
        """Return the value as the first kind that it fits; else tell of the likeliest kind."""
        problem: Mismatch | None = None
        wanted = (one for one in kinds if one != "!")
        for kind in sorted(wanted, key=lambda one: self._unlike(value, one)):
            try:
                return self.fit(_from_text(value, kind) if is_text else value, kind)
            except Mismatch as found:
                problem = problem or found
        raise problem or Mismatch("no kind is known")

    def _unlike(self, value: Any, kind: str) -> int:
        """Return less the more field names an object shares with a kind."""
        if isinstance(value, str) and value.startswith("{"):
            value = _from_text(value, kind) if kind not in ("String", "InputFile") else value
        fields = self.types.get(kind, {}).get("fields", {})
        return -len(fields.keys() & value.keys()) if isinstance(value, dict) else 0

    def _object(self, value: Json, kind: str, fields: dict[str, list[str]]) -> Json:
        for name, types in fields.items():
            if "!" in types and name not in value:
                raise Mismatch(f'can\'t find field "{name}" in {kind}')
        for name in value:
            if name not in fields and self.is_strict:
                raise Mismatch(f'unknown field "{name}" in {kind}')
        return {
            name: self._field(item, fields[name], f"{kind}.{name}")
            for name, item in value.items()
            if name in fields
        }

    def _field(self, value: Any, types: list[str], where: str) -> Any:
        try:
            return self.fit_any(value, types)
        except Mismatch as problem:
            raise Mismatch(f"{where}: {problem}") from None
