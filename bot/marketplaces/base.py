"""What every way of reporting an order row shares: its fields, and reading them strictly."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from bot.domain import money
from bot.domain.books.conversions import Report
from bot.domain.records import ConversionState, Currency, Observation
from bot.errors import InputError

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "sub_id": ("subid", "sub_id", "cid", "click_id", "clickid", "cnv_id", "aff_sub"),
    "order_id": ("txid", "tid", "order_id", "transaction_id"),
    "row": ("row", "row_id"),
    "status": ("status", "cnv_status"),
    "commission": ("payout", "commission", "sum", "revenue"),
    "amount": ("amount",),
    "currency": ("currency", "cnv_currency"),
    "time": ("time",),
    "ordered_at": ("ordered_at",),
    "updated_at": ("updated_at",),
}
"""Our fields, and what trackers and marketplaces call them [MARKETPLACES §8]."""
FIELDS: Mapping[str, str] = {name: field for field, names in SYNONYMS.items() for name in names}
"""Their names, and which of our fields each is."""

STATES: Mapping[str, ConversionState] = (
    dict.fromkeys(("created", "unpaid"), ConversionState.CREATED)
    | dict.fromkeys(("pending", "lead", "hold", "wait", "waiting", "open"), ConversionState.PENDING)
    | dict.fromkeys(
        ("approved", "approve", "sale", "rebill", "confirmed", "conversion", "upsell"),
        ConversionState.APPROVED,
    )
    | dict.fromkeys(("settled",), ConversionState.SETTLED)
    | dict.fromkeys(
        (
            "rejected", "reject", "reversed", "declined", "decline", "cancelled", "canceled",
            "cancel", "trash", "refunded", "refund", "chargeback", "invalid", "deleted",
        ),
        ConversionState.REVERSED,
    )
)  # fmt: skip
"""Words of Keitaro, Voluum, RedTrack, Binom and AlterCPA, and our own [MARKETPLACES §8, §10].

Numbers (Affise) mean different things to different senders, so they are not guessed at.
"""

DEFAULT_STATUS = "sale"
"""Keitaro's own, for a report that names no status."""
ID_LIMIT = 128
STATUS_LIMIT = 64
DIGITS = frozenset("0123456789")
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
FUTURE_LIMIT = timedelta(days=1)
"""Clocks differ by minutes and zones by hours; what is further ahead is a mistake."""

COMMISSION_NEEDED = (ConversionState.APPROVED, ConversionState.SETTLED)


def fields_of(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Our fields from (name, value) ``pairs`` under any of their names; empty values are absent.

    Raises InputError for a repeated name, for two different values of one field, and for a
    character that is no text.
    """
    given: set[str] = set()
    fields: dict[str, str] = {}
    for name, text in pairs:
        if name in given:
            raise InputError(f"“{name[:ID_LIMIT]}” is given twice.")
        given.add(name)
        field, value = FIELDS.get(name), text.strip(" ")
        if field is None or not value:
            continue
        if fields.setdefault(field, value) != value:
            raise InputError(f"“{field}” is given twice with different values.")
        if not value.isprintable():
            raise InputError(f"“{field}” holds a character that is no text.")
    if "status" not in fields and not given.isdisjoint(SYNONYMS["status"]):
        raise InputError("“status” is empty.")
    return fields


def observe(
    marketplace: str,
    fields: Mapping[str, str],
    *,
    currency: Currency,
    zone: tzinfo,
    received_at: datetime,
    is_push: bool,
) -> Report:
    """Read ``fields`` as a report of one order row.

    ``currency`` and ``zone`` are for a report that names none. Without a time of its own a
    report counts from ``received_at``. A push never settles [MARKETPLACES §8]: its "settled" is
    approved. Raises InputError, one sentence, for anything that can never be right.
    """
    code = money.currency(fields.get("currency", currency))
    status = _bounded(fields, "status", STATUS_LIMIT) or DEFAULT_STATUS
    state = STATES.get(status.lower())
    if state is ConversionState.SETTLED and is_push:
        state = ConversionState.APPROVED
    if state in COMMISSION_NEEDED and "commission" not in fields:
        raise InputError("The commission is missing.")
    order_id = _bounded(fields, "order_id", ID_LIMIT)
    if order_id is None:
        raise InputError("The order is missing: give it as txid.")
    moment = _instant(fields, "time", zone, received_at) or received_at
    return Report(
        Observation(
            marketplace=marketplace,
            order_id=order_id,
            row_id=_bounded(fields, "row", ID_LIMIT) or "1",
            sub_id=_bounded(fields, "sub_id", ID_LIMIT),
            state=state or ConversionState.CREATED,
            native_status=status,
            commission_minor=_amount(fields, "commission", code),
            amount_minor=_amount(fields, "amount", code),
            currency=code,
            ordered_at=_instant(fields, "ordered_at", zone, received_at) or moment,
            updated_at=_instant(fields, "updated_at", zone, received_at) or moment,
        ),
        is_push=is_push,
        is_known=state is not None,
        has_commission="commission" in fields,
        has_amount="amount" in fields,
    )


def _bounded(fields: Mapping[str, str], field: str, limit: int) -> str | None:
    value = fields.get(field)
    if value is not None and len(value) > limit:
        raise InputError(f"“{field}” is longer than {limit} characters.")
    return value


def _amount(fields: Mapping[str, str], field: str, code: Currency) -> int:
    text = fields.get(field)
    if text is None:
        return 0
    if text.startswith("-"):
        raise InputError(f"“{field}” is below zero: report the row's new {field}.")
    return money.to_minor(text[:ID_LIMIT], code)


def _instant(
    fields: Mapping[str, str], field: str, zone: tzinfo, received_at: datetime
) -> datetime | None:
    text = fields.get(field)
    if text is None:
        return None
    try:
        moment = (
            datetime.fromtimestamp(int(text), UTC)
            if DIGITS.issuperset(text) and len(text) != len("20261122")
            else datetime.fromisoformat(text)
        )
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as fault:
        raise InputError(
            f"“{field}” must be an ISO 8601 time or unix seconds, not “{text[:STATUS_LIMIT]}”."
        ) from fault
    if not EARLIEST <= moment <= received_at + FUTURE_LIMIT:
        raise InputError(f"“{field}” lies where no order can: {moment.isoformat()}.")
    return moment
