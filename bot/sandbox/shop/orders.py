"""Orders of the shop: what was bought through which link, received or returned."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from bot.sandbox.shop.catalogue import CURRENCY, Offer

Status = Literal["paid", "received", "returned"]
CENT = Decimal("0.01")
QUANTITY_LIMIT = 99
REPORT_FIELDS = (
    "order_id row sub_id status commission amount currency ordered_at updated_at".split()
)
# The words in which networks of the Keitaro kind report an order.
REPORTED_AS: dict[Status, str] = {"paid": "lead", "received": "sale", "returned": "rejected"}


@dataclass
class Reported:
    """One postback of an order: what was told and what the bot answered."""

    status: str
    payout: str
    at: datetime
    answer: str
    is_delivered: bool


@dataclass
class Order:
    """One order row. A returned order keeps the amounts that it had."""

    id: str
    offer: Offer
    quantity: int
    subid: str
    ordered_at: datetime
    updated_at: datetime
    row: int = 1
    kept: int = 0
    status: Status = "paid"
    is_settled: bool = False
    reports: list[Reported] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not 1 <= self.quantity <= QUANTITY_LIMIT:
            raise ValueError(f"a quantity is 1 to {QUANTITY_LIMIT}")
        self.kept = self.quantity

    @property
    def amount(self) -> Decimal:
        """What was paid for the pieces kept, in yuan."""
        return self.offer.sale_price * self.kept

    @property
    def commission(self) -> Decimal:
        """What the shop owes for this order, in yuan, rounded to the cent."""
        owed = self.amount * self.offer.commission_rate / 100
        return owed.quantize(CENT, ROUND_HALF_UP)

    def receive(self, at: datetime) -> None:
        """Note that the goods arrived; raises `ValueError` if they were sent back."""
        if self.status == "returned":
            raise ValueError("a returned order cannot be received")
        self.status, self.updated_at = "received", at

    def return_all(self, at: datetime) -> None:
        """Note that everything was sent back; raises `ValueError` the second time."""
        if self.status == "returned":
            raise ValueError("everything was returned already")
        self.status, self.updated_at = "returned", at

    def return_half(self, at: datetime) -> None:
        """Note that half of the pieces was sent back; raises `ValueError` for an odd number."""
        if self.status == "returned" or self.kept != self.quantity or self.quantity % 2:
            raise ValueError("half can be returned once, of an even number of pieces")
        self.kept, self.updated_at = self.quantity // 2, at

    def postback(self) -> dict[str, str]:
        """Return the fields of the postback that tells how the order stands now."""
        return {
            "subid": self.subid,
            "txid": self.id,
            "row": str(self.row),
            "status": REPORTED_AS[self.status],
            "payout": f"{self.commission:.2f}",
            "amount": f"{self.amount:.2f}",
            "currency": CURRENCY,
            "time": written(self.updated_at),
        }

    def report_row(self) -> list[str]:
        """Return the row of the month's report, under `REPORT_FIELDS`."""
        status = "rejected" if self.status == "returned" else "settled"
        money = [f"{self.commission:.2f}", f"{self.amount:.2f}", CURRENCY]
        times = [written(self.ordered_at), written(self.updated_at)]
        return [self.id, str(self.row), self.subid, status, *money, *times]


def written(at: datetime) -> str:
    """Return an instant as ISO 8601 in UTC, to the second."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def finished(orders: Iterable[Order]) -> list[Order]:
    """Return the orders that a report can tell of: received or returned, not only paid."""
    return [order for order in orders if order.status != "paid"]


def report(orders: Iterable[Order]) -> bytes:
    """Return the month's order report as CSV in UTF-8."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(REPORT_FIELDS)
    table.writerows(order.report_row() for order in finished(orders))
    return text.getvalue().encode()
