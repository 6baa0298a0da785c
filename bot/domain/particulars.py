"""Reading what only single schemes have: verticals, scopes, festivals, pools, rights, coupons."""

import re
from collections.abc import Mapping
from typing import Any

from bot.domain.cells import Cells, Table, part_of
from bot.domain.growth.reading import read_rungs
from bot.domain.health.reading import read_health
from bot.domain.programmes import (
    BASIS_POINTS,
    Coupon,
    Festival,
    PoolRules,
    Range,
    Scope,
    Vertical,
)
from bot.domain.schedules.reading import check_day, read_schedule, read_slots

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
POOL_LIMIT = 10_000
"""People in one pool; more is a sale, not a pool."""


def read_particulars(cells: Cells, document: Table) -> dict[str, Any]:
    """The fields of a Programme that most schemes leave alone; faults go into ``cells``."""
    catalogue = part_of(document, "catalogue")
    members = part_of(document, "members")
    cells.known(members, ("can_buy", "can_share"), "members")
    least, most = _rates(cells, catalogue)
    return {
        "rate_min_bps": least,
        "rate_max_bps": most,
        "verticals": _verticals(cells, part_of(document, "verticals")),
        "scopes": _scopes(cells, document.get("scopes", ())),
        "festivals": _festivals(cells, part_of(document, "festivals")),
        "has_own_stock": cells.flag(part_of(document, "own_stock"), "is_allowed"),
        "coupon": _coupon(cells, part_of(document, "recruiting")),
        "pools": _pools(cells, document),
        "can_buy": cells.flag(members, "can_buy"),
        "can_share": cells.flag(members, "can_share"),
        "health": read_health(cells, document),
        **read_schedule(cells, document),
        "rungs": read_rungs(cells, part_of(document, "levels")),
    }


def _rates(cells: Cells, catalogue: Table) -> tuple[int | None, int | None]:
    least = cells.optional_number(catalogue, "rate_min_bps")
    most = cells.optional_number(catalogue, "rate_max_bps")
    if (least or 0) > (BASIS_POINTS if most is None else most) or (most or 0) > BASIS_POINTS:
        cells.faults.append("rate_min_bps to rate_max_bps must go up, and not beyond 10000.")
    return least, most


def _verticals(cells: Cells, tables: Table) -> Mapping[str, Vertical]:
    found = {}
    for name, value in tables.items():
        table = cells.table(value, f"verticals.{name}")
        categories = cells.words(table, "categories")
        if not NAME.fullmatch(name) or not categories:
            cells.faults.append(f"vertical “{name}” needs a plain name and categories.")
            continue
        found[name] = Vertical(cells.texts(table.get("title", {}), "title"), categories)
    return found


def _scopes(cells: Cells, value: Any) -> tuple[Scope, ...]:
    def one(table: Table) -> Scope | None:
        from_at = cells.since(table, "scopes")
        if table.get("range") not in list(Range):
            cells.faults.append(f"a scope's range is one of {', '.join(Range)}.")
            return None
        return None if from_at is None else Scope(from_at, Range(table["range"]))

    return tuple(sorted(cells.each(value, "scopes", one), key=lambda scope: scope.from_at))


def _festivals(cells: Cells, tables: Table) -> tuple[Festival, ...]:
    found = []
    for name, value in tables.items():
        table = cells.table(value, f"festivals.{name}")
        starts, ends = str(table.get("starts")), str(table.get("ends"))
        if not (NAME.fullmatch(name) and _is_day(starts) and _is_day(ends)):
            cells.faults.append(f"festival “{name}” starts and ends on days such as 11-01.")
            continue
        title = cells.texts(table.get("title", {}), "title")
        slots = read_slots(cells, table, during=(starts, ends))
        found.append(Festival(name, title, starts, ends, slots))
    names = [slot.name for festival in found for slot in festival.slots]
    for name in sorted({name for name in names if names.count(name) > 1}):
        cells.faults.append(f"two festivals have a slot “{name}”; give each a name of its own.")
    return tuple(found)


def _is_day(text: str) -> bool:
    return MONTH_DAY.fullmatch(text) is not None and check_day(text)


def _coupon(cells: Cells, recruiting: Table) -> Coupon | None:
    amount_minor = cells.number(recruiting, "coupon_minor", 0)
    currency = cells.currency(recruiting) or "CNY"
    return Coupon(amount_minor, currency) if amount_minor else None


def _pools(cells: Cells, document: Table) -> PoolRules | None:
    if "pools" not in document:
        return None
    table = part_of(document, "pools")
    cells.known(table, ("size", "hours", "cut_off", "has_pickup"), "pools")
    size = cells.number(table, "size", 2, least=2)
    cut_off = table.get("cut_off")
    if size > POOL_LIMIT:
        cells.faults.append(f"a pool has at most {POOL_LIMIT} people.")
    if cut_off is not None and not CLOCK.fullmatch(str(cut_off)):
        cells.faults.append("“cut_off” is a time such as 22:00.")
        cut_off = None
    return PoolRules(
        size=size,
        hours=cells.number(table, "hours", 24, least=1),
        cut_off=cut_off,
        has_pickup=cells.flag(table, "has_pickup"),
    )
