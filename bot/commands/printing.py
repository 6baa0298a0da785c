"""Rows for people and for programs: a table, CSV or JSON on standard output."""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import click

FORMATS = click.Choice(["table", "csv", "json"])

SENTENCE_WIDTH = 12
"""Columns of a terminal from which on a text of a list has a line of its own."""

Rows = Sequence[Mapping[str, Any]]


def print_rows(rows: Rows, style: str, *, empty: str = "Nothing yet.") -> None:
    """Print ``rows`` in ``style``, one of FORMATS; a table of none says ``empty``."""
    match style:
        case "json":
            print_json(list(rows))
        case "csv":
            click.echo(_csv(rows), nl=False)
        case _:
            click.echo(_table(rows) if rows else empty)


def print_json(value: object) -> None:
    """Print ``value`` as JSON, Chinese as it is, instants in ISO 8601."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def print_outline(document: Mapping[str, Any]) -> None:
    """Print a ``document`` of mappings, lists and plain values as indented lines."""
    for line in _outlined(document, ""):
        click.echo(line)


def _outlined(value: Mapping[str, Any] | Sequence[Any], indent: str) -> Iterator[str]:
    is_named = isinstance(value, Mapping)
    for key, each in value.items() if isinstance(value, Mapping) else enumerate(value, 1):
        name = f"{indent}{_told(key)}:" if is_named else f"{indent}-"
        if (isinstance(each, Mapping) and each) or (
            isinstance(each, list | tuple) and any(map(_is_nested, each))
        ):
            yield name
            yield from _outlined(each, f"{indent}  ")
        else:
            yield f"{name} {_told(each)}"


def _is_nested(value: object) -> bool:
    # Sentences are easier to read one a line than behind each other.
    return isinstance(value, Mapping | list | tuple) or (
        isinstance(value, str) and _width(value) > SENTENCE_WIDTH
    )


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    is_none = value is None or (isinstance(value, Mapping | list | tuple | str) and not value)
    return "–" if is_none else _cell(value)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _csv(rows: Rows) -> str:
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return out.getvalue()


def _table(rows: Rows) -> str:
    head = list(rows[0])
    cells = [head, *([_cell(row[name]) for name in head] for row in rows)]
    widths = [max(_width(line[column]) for line in cells) for column in range(len(head))]
    lines = [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        )
        for line in cells
    ]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _width(text: str) -> int:
    # A Chinese character takes two columns of a terminal.
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
