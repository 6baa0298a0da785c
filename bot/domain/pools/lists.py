"""The one order list that a closed pool makes for the supplier (C2M), as CSV and JSON."""

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.domain.pools.pools import Joiner, Pool
from bot.domain.posts.characters import cleaned
from bot.domain.records import Group, Offer

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""A cell that begins with one of these is carried out by a spreadsheet, the wide ones too."""

COLUMNS = ("pool", "offer_id", "offer", "group", "pickup", "quantity", "name", "joined_at")

Row = dict[str, Any]


def rows(pool: Pool, offer: Offer, group: Group, joiners: Sequence[Joiner]) -> list[Row]:
    """A row a joiner who stayed, by pick-up point and then by time; names as they were shown."""
    staying = [each for each in joiners if each.left_at is None]
    staying.sort(key=lambda each: (each.pickup or "", each.joined_at))
    return [
        {
            "pool": pool.id,
            "offer_id": offer.facts.external_id,
            "offer": cleaned(offer.facts.title),
            "group": cleaned(group.title),
            "pickup": each.pickup or "",
            "quantity": each.quantity,
            "name": cleaned(each.name or ""),
            "joined_at": each.joined_at.isoformat(timespec="seconds"),
        }
        for each in staying
    ]


def totals(found: Sequence[Row]) -> dict[str, int]:
    """Pieces by pick-up point."""
    counts: Counter[str] = Counter()
    for row in found:
        counts[row["pickup"]] += row["quantity"]
    return dict(counts)


def as_csv(found: Sequence[Row]) -> str:
    """The rows as CSV with a head; no cell is a formula. It begins with a mark for spreadsheets."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows({name: harmless(row[name]) for name in COLUMNS} for row in found)
    return "\ufeff" + out.getvalue()


def as_json(found: Sequence[Row]) -> str:
    """The rows as JSON, Chinese as it is."""
    return json.dumps(list(found), ensure_ascii=False, indent=2)


def harmless(value: object) -> object:
    """``value`` as a cell that a spreadsheet shows and does not carry out."""
    if isinstance(value, str) and value.lstrip().startswith(FORMULAS):
        return f"'{value}"
    return value
