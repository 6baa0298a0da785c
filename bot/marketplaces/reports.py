"""Order reports as CSV files: streamed row by row, each with the line it stood on."""

import codecs
import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, BinaryIO

from bot.domain.books.conversions import Report
from bot.domain.records import Currency
from bot.errors import InputError
from bot.marketplaces import base

DELIMITERS = ",;\t"
CHUNK_BYTES = 1 << 20
UNREADABLE = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row of a report: ``raw`` is what it said, kept verbatim by our field names.

    ``fault`` is why it was not taken, or None.
    """

    line: int
    raw: str
    fault: str | None = None


def rows(content: BinaryIO, mapping: Mapping[str, str]) -> Iterator[ReportRow]:
    """The rows of a CSV file, one after the other; ``content`` is read twice, never as a whole.

    UTF-8 with or without a mark, else GB18030; comma, semicolon or tab. ``mapping`` is
    field → column; fields that it leaves out are found by their usual names. Raises InputError
    for a file that is no such report at all; a bad row is told in its ``fault``.
    """
    file = io.TextIOWrapper(content, _encoding(content), errors="replace", newline="")
    header = file.readline()
    file.seek(0)
    reader = csv.reader(file, delimiter=max(DELIMITERS, key=header.count), strict=True)
    columns = _columns(_cells(reader) or [], mapping)
    while (cells := _cells(reader)) is not None:
        if isinstance(cells, csv.Error):
            yield ReportRow(reader.line_num, "", f"is no CSV: {cells}")
        elif any(cell.strip() for cell in cells):
            yield _row(reader.line_num, cells, columns)
    # The wrapper must not close what it was lent.
    file.detach()


def read(
    marketplace: str, raw: str, *, currency: Currency, zone: tzinfo, received_at: datetime
) -> Report:
    """Read a row's ``raw`` as a report, which may settle; a time without a zone is in ``zone``.

    Raises InputError for anything malformed or impossible.
    """
    fields = base.fields_of(list(json.loads(raw).items()))
    return base.observe(
        marketplace,
        fields,
        currency=currency,
        zone=zone,
        received_at=received_at,
        is_push=False,
    )


@dataclass(frozen=True, slots=True)
class _Columns:
    width: int
    places: Mapping[str, int]
    """Our field → place of its column."""


def _cells(reader: Any) -> list[str] | csv.Error | None:
    """The next row's cells, None after the last; a row that is no CSV is told, not raised."""
    try:
        return next(reader, None)
    except csv.Error as fault:
        return fault


def _row(line: int, cells: list[str], columns: _Columns) -> ReportRow:
    if len(cells) != columns.width:
        return ReportRow(line, "", f"has {len(cells)} columns, not {columns.width}")
    raw = {field: cells[place] for field, place in columns.places.items() if cells[place].strip()}
    if any(UNREADABLE in cell for cell in raw.values()):
        return ReportRow(line, "", "holds bytes that are no text")
    return ReportRow(line, json.dumps(raw))


def _columns(first: list[str] | csv.Error, mapping: Mapping[str, str]) -> _Columns:
    if isinstance(first, csv.Error):
        raise InputError(f"The first line is no CSV: {first}.")
    header = [name.strip().casefold() for name in first]
    places = {name: place for place, name in enumerate(header)}
    if len(places) != len(header):
        raise InputError("Two columns have the same name.")
    found = {}
    for field, column in mapping.items():
        if field not in base.SYNONYMS:
            raise InputError(f"“{field}” is no field: {', '.join(base.SYNONYMS)}.")
        if column.casefold() not in places:
            raise InputError(f"There is no column “{column}”.")
        found[field] = places[column.casefold()]
    for field, names in base.SYNONYMS.items():
        usual = [places[name] for name in (field, *names) if name in places]
        if usual and field not in found:
            found[field] = usual[0]
    if "order_id" not in found:
        raise InputError("No column holds the order: name it with --map order_id=COLUMN.")
    # Under its first name each field is one that base.fields_of knows.
    return _Columns(len(header), {base.SYNONYMS[field][0]: place for field, place in found.items()})


def _encoding(content: BinaryIO) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := content.read(CHUNK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "gb18030"
    finally:
        content.seek(0)
    return "utf-8-sig"
