"""A feed file in, its offers out, one at a time: the format is found out from the content."""

import gzip
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO, cast

from bot.domain.records import OfferFacts
from bot.errors import InputError
from bot.marketplaces.feeds.cells import Defaults, read_facts
from bot.marketplaces.feeds.documents import read_xml
from bot.marketplaces.feeds.fields import Broken, Row
from bot.marketplaces.feeds.tables import read_lines, read_table


class FeedFormat(StrEnum):
    """What ``--format`` may name; GOOGLE is RSS, Atom or tab-separated text."""

    AUTO = "auto"
    GOOGLE = "google"
    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that became no offer: its line in the file, and why."""

    line: int
    reason: str
    is_end: bool = False
    """Whether the file could not be read beyond this line."""


@dataclass(frozen=True, slots=True)
class Read:
    """A row that became an offer, with its line in the file."""

    line: int
    facts: OfferFacts


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a file: its format, field → column, and what it leaves unsaid."""

    defaults: Defaults
    format: FeedFormat = FeedFormat.AUTO
    mapping: Mapping[str, str] = field(default_factory=dict)


def read_feed(source: BinaryIO, reading: Reading) -> Iterator[Read | Refused]:
    """Read a seekable binary ``source`` (plain or gzip) row by row, in constant memory.

    Raises InputError when it is no feed at all: empty, a spreadsheet, a web page, without the
    needed columns, with a document type. A bad row is a Refused and never the end.
    """
    source = _unpacked(source)
    try:
        for line, cells in _rows(source, reading):
            if isinstance(cells, Broken):
                yield Refused(line, cells.reason, cells.is_end)
                continue
            try:
                yield Read(line, read_facts(cells, reading.defaults))
            except InputError as fault:
                yield Refused(line, str(fault))
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError("The compressed file is damaged.") from None


def _unpacked(source: BinaryIO) -> BinaryIO:
    source.seek(0)
    magic = source.read(4)
    source.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        return cast(BinaryIO, gzip.GzipFile(fileobj=source))
    if magic == b"PK\x03\x04":
        raise InputError("This is a spreadsheet or an archive: save it as CSV.")
    return source


def _rows(source: BinaryIO, reading: Reading) -> Iterator[Row]:
    first = _first(source)
    if not first:
        raise InputError("The file is empty.")
    match reading.format:
        case FeedFormat.JSONL:
            return read_lines(source, reading.mapping)
        case FeedFormat.CSV:
            return read_table(source, reading.mapping)
        case FeedFormat.GOOGLE if first != "<":
            return read_table(source, reading.mapping, "\t")
        case FeedFormat.AUTO if first == "{":
            return read_lines(source, reading.mapping)
        case FeedFormat.AUTO if first != "<":
            return read_table(source, reading.mapping)
    return read_xml(source, reading.mapping)


def _first(source: BinaryIO) -> str:
    """The first character that means something; rewinds the file."""
    head = source.read(4096).replace(b"\x00", b"").lstrip(b"\xff\xfe\xef\xbb\xbf \t\r\n")
    source.seek(0)
    return chr(head[0]) if head else ""
