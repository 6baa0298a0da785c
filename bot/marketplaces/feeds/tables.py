"""Rows of delimited text and of JSON lines: one at a time, each with its line in the file."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO

from bot.errors import InputError
from bot.marketplaces.feeds.fields import Broken, Cells, Row, columns

if TYPE_CHECKING:
    import _csv

LINE_LIMIT_BYTES = 1024 * 1024
"""A JSON line past this is refused; nothing of a feed is kept in memory beyond one row."""

SAMPLE_BYTES = 64 * 1024
DELIMITERS = "\t,;|"


def read_table(
    source: BinaryIO, mapping: Mapping[str, str], delimiter: str | None = None
) -> Iterator[Row]:
    """Rows of delimited text with a heading; quoted line breaks and blank lines are understood.

    ``mapping`` is field → column as given by the operator; ``delimiter`` None is found out from
    the heading. Raises InputError when the heading lacks what is needed.
    """
    text = io.TextIOWrapper(source, encoding=encoding(source), errors="replace", newline="")
    try:
        heading = text.readline(LINE_LIMIT_BYTES).removeprefix("\ufeff")
        text.seek(0)
        reader = csv.reader(text, delimiter=delimiter or _delimiter(heading))
        names = next(reader, [])
        names = [name.removeprefix("\ufeff").strip() for name in names]
        yield from _rows(reader, columns(names, mapping), len(names))
    finally:
        # The file is the caller's to close.
        text.detach()


def _rows(reader: "_csv.Reader", places: Sequence[tuple[str, int]], width: int) -> Iterator[Row]:
    last = max(place for _, place in places)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            yield line, Broken(f"not readable: {fault}")
            continue
        if len(cells) > width and any(cells[width:]):
            yield line, Broken(f"{len(cells)} cells under a heading of {width}")
        elif len(cells) > last:
            found = {field: cells[place] for field, place in places}
            if any(found.values()):
                yield line, found
        elif any(cells):
            yield line, {field: cells[place] for field, place in places if place < len(cells)}


def read_lines(source: BinaryIO, mapping: Mapping[str, str]) -> Iterator[Row]:
    """Rows of JSON lines, one object a line; names of members as those of columns."""
    known: dict[tuple[str, ...], Sequence[tuple[str, int]]] = {}
    number = 0
    while line := source.readline(LINE_LIMIT_BYTES):
        number += 1
        if len(line) == LINE_LIMIT_BYTES and not line.endswith(b"\n"):
            yield number, Broken(f"longer than {LINE_LIMIT_BYTES} bytes")
            while line and not line.endswith(b"\n"):
                line = source.readline(LINE_LIMIT_BYTES)
        elif line.strip(b"\xef\xbb\xbf \t\r\n"):
            yield number, _object(line, mapping, known)


def _object(
    line: bytes,
    mapping: Mapping[str, str],
    known: dict[tuple[str, ...], Sequence[tuple[str, int]]],
) -> Cells | Broken:
    try:
        # A number written with a point has no thousands: one more zero says so to the reader of
        # prices, who would otherwise see two readings in 1.234.
        document = json.loads(
            line.decode("utf-8-sig"), parse_float=lambda text: f"{text}0", parse_int=str
        )
    except (ValueError, RecursionError):
        return Broken("not a JSON object")
    if not isinstance(document, dict):
        return Broken("not a JSON object")
    names = tuple(document)
    places = known.get(names)
    if places is None:
        places = columns(names, mapping, is_strict=False)
        if len(known) < 1000:
            known[names] = places
    values = list(document.values())
    return {field: _cell(values[place]) for field, place in places}


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def _delimiter(heading: str) -> str:
    counts = {mark: heading.count(mark) for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: counts[mark])


def encoding(source: BinaryIO) -> str:
    """The encoding of a seekable file: UTF-8, UTF-16 with a mark, or GB18030; rewinds it.

    The first stretch that is not UTF-8 decides: a few bad bytes are damage, many another encoding.
    """
    source.seek(0)
    head = source.read(SAMPLE_BYTES)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        source.seek(0)
        return "utf-16"
    found = "utf-8-sig"
    while head:
        # A stretch ends with a line, so that no character is cut in two.
        head += source.readline(LINE_LIMIT_BYTES)
        try:
            head.decode()
        except UnicodeDecodeError:
            text = head.decode(errors="replace")
            foreign = sum(letter > "\x7f" for letter in text)
            if text.count("\ufffd") * 5 > foreign:
                found = _if_readable(head)
            break
        head = source.read(SAMPLE_BYTES)
    source.seek(0)
    return found


def _if_readable(stretch: bytes) -> str:
    try:
        stretch.decode("gb18030")
    except UnicodeDecodeError:
        raise InputError("The file is neither UTF-8 nor GB18030 text.") from None
    return "gb18030"
