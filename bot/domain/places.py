"""Where in a TOML text something stands, so that a fault can be found by whoever wrote it."""

import re
from collections.abc import Sequence

HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\-]+)\s*\]\]?\s*(?:#.*)?")
KEY = re.compile(r"\s*([A-Za-z0-9_.\-]+)\s*=")


def line_of(text: str, path: Sequence[str | int], said: str | None = None) -> int | None:
    """The line, from 1, on which ``path`` stands; None where it cannot be told.

    A path holds keys, and behind the name of a list of tables its place from 0. ``said`` is a
    sentence in what stands there, which may begin some lines below its key.
    """
    keys = [part for part in path if isinstance(part, str)]
    place = next((part for part in path if isinstance(part, int)), None)
    listed = ".".join(str(part) for part in path[: path.index(place)]) if place is not None else ""
    table: list[str] = []
    here: list[str] = []
    seen: dict[str, int] = {}
    nearest, depth = None, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if header := HEADER.fullmatch(line):
            here = table = header[2].split(".")
            seen[header[2]] = seen.get(header[2], -1) + 1
        elif key := KEY.match(line):
            here = [*table, *key[1].split(".")]
        if not here or here != keys[: len(here)] or place not in (None, seen.get(listed, 0)):
            continue
        if here == keys and (said is None or said in line):
            return number
        if len(here) > depth:
            nearest, depth = number, len(here)
    return nearest
