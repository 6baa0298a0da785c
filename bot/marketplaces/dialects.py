"""Postbacks of trackers and marketplaces, read from query, form or JSON without guessing."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from bot.domain.books.conversions import Report
from bot.domain.records import Currency
from bot.errors import InputError
from bot.marketplaces import base

Pairs = list[tuple[str, str]]

PARAMETERS_LIMIT = 100
FORM = "application/x-www-form-urlencoded"
JSON_TYPE = "application/json"


def envelope(query: str, content_type: str, body: bytes) -> str:
    """A request's query and body as one text that can be kept and read again, nothing lost.

    Raises InputError when the body is no UTF-8.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise InputError("The body must be UTF-8.") from fault
    return json.dumps({"query": query, "content_type": content_type, "body": text})


def read(marketplace: str, raw: str, *, currency: Currency, received_at: datetime) -> Report:
    """Read an ``envelope`` as a report; a time without a zone is UTC.

    Raises InputError, one sentence, for anything malformed, repeated or impossible.
    """
    kept = json.loads(raw)
    pairs = _urlencoded(kept["query"]) + _body(kept["content_type"], kept["body"])
    return base.observe(
        marketplace,
        base.fields_of(pairs),
        currency=currency,
        zone=UTC,
        received_at=received_at,
        is_push=True,
    )


def _body(content_type: str, body: str) -> Pairs:
    if not body.strip():
        return []
    match content_type.partition(";")[0].strip().lower():
        case "application/x-www-form-urlencoded":
            return _urlencoded(body)
        case "application/json":
            return _json(body)
    raise InputError(f"The body must be {FORM} or {JSON_TYPE}.")


def _urlencoded(text: str) -> Pairs:
    try:
        return parse_qsl(
            text.strip(),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=PARAMETERS_LIMIT,
        )
    except ValueError as fault:
        raise InputError("The parameters cannot be read.") from fault


def _json(text: str) -> Pairs:
    try:
        # Numbers stay the text they were: a float has lost cents before anybody looks.
        found = json.loads(
            text,
            object_pairs_hook=_Object,
            parse_float=str,
            parse_int=str,
            parse_constant=_refuse_constant,
        )
    except (json.JSONDecodeError, RecursionError) as fault:
        raise InputError("The body is no JSON.") from fault
    if not isinstance(found, _Object):
        raise InputError("The body must be one JSON object.")
    known = {name for names in base.SYNONYMS.values() for name in names}
    return [
        (name, _text(name, value) if name in known else "")
        for name, value in found.pairs
        if value is not None
    ]


class _Object:
    """A JSON object with its repetitions, which a dict would hide."""

    def __init__(self, pairs: Sequence[tuple[str, Any]]) -> None:
        self.pairs = pairs


def _text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    raise InputError(f"“{name}” must be a text or a number.")


def _refuse_constant(_name: str) -> NoReturn:
    raise InputError("NaN and Infinity are no numbers.")
