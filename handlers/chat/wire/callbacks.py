"""What a button carries: a version, an action and its fields, in at most 64 bytes."""

from dataclasses import dataclass

from bot.errors import InputError

VERSION = "1"
"""Old messages keep old buttons for ever: another meaning needs another version."""

BYTES_LIMIT = 64
"""Bot API: callback_data has 1 to 64 bytes."""

SEPARATOR = ":"


class OldButtonError(InputError):
    """A button that speaks of what is no longer there, or that nobody of us made."""


@dataclass(frozen=True)
class Pressed:
    """A button as it was understood: the action and its fields."""

    action: str
    fields: tuple[str, ...]


def pack(action: str, *fields: str | int) -> str:
    """Write a button's data; raises ValueError past the limit or for a field with a colon."""
    parts = [VERSION, action, *(str(field) for field in fields)]
    data = SEPARATOR.join(parts)
    if len(data.encode()) > BYTES_LIMIT or data.count(SEPARATOR) != len(parts) - 1:
        raise ValueError(f"“{data}” does not fit a button")
    return data


def unpack(data: str) -> Pressed | None:
    """Read a button's data; None for another version's or anybody's invention."""
    version, *rest = data.split(SEPARATOR)
    if version != VERSION or not rest:
        return None
    return Pressed(rest[0], tuple(rest[1:]))


def number(fields: tuple[str, ...], place: int) -> int | None:
    """The whole number at ``place`` of the fields or words; None where there is none."""
    text = fields[place] if place < len(fields) else ""
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        return None
    return int(text)


def field(fields: tuple[str, ...], place: int) -> int:
    """The whole number at ``place`` of a button's fields.

    Raises OldButtonError where there is none.
    """
    found = number(fields, place)
    if found is None:
        raise OldButtonError("That button cannot be read.")
    return found
