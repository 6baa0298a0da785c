"""The books once more, in plain arithmetic: what docs/money.md and PRODUCT §6 say they must hold.

Nothing here comes from the code under test: a row keeps the report that stands, and every balance
is worked out anew from all rows.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction

RANKS = {"created": 0, "pending": 1, "approved": 2, "settled": 3, "reversed": 4}
UNKNOWN = "99"
"""A status that nobody knows."""

Key = tuple[str, str, str]
"""Marketplace, order, row."""
Account = tuple[str, str]
"""Name and currency."""


@dataclass(frozen=True)
class Terms:
    """What is shared from a moment on: (first, second) by levels, (partner, team, company) else."""

    from_at: datetime
    bps: tuple[int, ...]


@dataclass(frozen=True)
class Link:
    """A link and all that decides who has a part in what was bought by it."""

    code: str
    marketplace: str
    programme: str
    promoter_id: int
    inviter_id: int | None
    joined_at: datetime
    clicked_at: datetime | None
    terms: tuple[Terms, ...]


@dataclass(frozen=True)
class Told:
    """One report as it was sent."""

    key: Key
    status: str
    commission: int | None
    currency: str
    sub_id: str | None
    at: datetime
    ordered_at: datetime
    is_push: bool

    @property
    def state(self) -> str:
        """What the status means; a push that says settled is only believed to be approved."""
        return "approved" if self.is_push and self.status == "settled" else self.status


@dataclass(frozen=True)
class Standing:
    """What the books were last moved to for a row."""

    state: str = "created"
    commission: int = 0
    currency: str = ""
    link: Link | None = None
    is_released: bool = False


@dataclass
class Row:
    """What is known of one order row."""

    key: Key
    ordered_at: datetime
    at: datetime
    state: str
    commission: int
    currency: str
    name: str | None
    is_frozen: bool
    link: Link | None = None
    settled_at: datetime | None = None
    is_released: bool = False
    standing: Standing = Standing()


@dataclass
class Model:
    """Every row that was ever reported, and what was paid out."""

    links: Mapping[str, Link]
    hold: timedelta
    rows: dict[Key, Row] = field(default_factory=dict)
    paid: Counter[Account] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    """What happened, by its word, so that a run can tell that it did."""

    def hear(self, told: Told) -> None:
        """Take one report, after all those before it."""
        row = self.rows.get(told.key)
        if row is None:
            row = self._first(told)
        elif told.status == UNKNOWN:
            self._freeze(row, told)
        else:
            self._merge(row, told)
        self._settle(row)

    def release(self, now: datetime) -> int:
        """Make payable what was held long enough; how many rows."""
        due = [
            row
            for row in self.rows.values()
            if row.settled_at is not None
            and (row.state, row.is_frozen, row.is_released) == ("settled", False, False)
            and row.link is not None
            and row.settled_at + self.hold <= now
        ]
        for row in due:
            row.is_released = True
            self._post(row)
        self.seen["released"] += len(due)
        return len(due)

    def orphans(self, order: str) -> list[Row]:
        """The rows of ``order``, wherever it was bought, that are credited to nobody."""
        return [row for row in self.rows.values() if row.key[1] == order and row.link is None]

    def match(self, order: str, code: str) -> None:
        """An operator ties an order's orphans to a link."""
        for row in self.orphans(order):
            row.link = self.links[code]
            self.seen["matched"] += 1
            self._post(row)

    def pay(self, account: Account, amount: int, settlement: str) -> None:
        """Money leaves an account for good."""
        self.paid[account] -= amount
        self.paid[settlement, account[1]] += amount
        self.seen["paid out"] += 1

    def balances(self) -> dict[Account, int]:
        """Every account that is not at zero."""
        sums = Counter(self.paid)
        for row in self.rows.values():
            for account, amount in amounts(row).items():
                sums[account] += amount
        return {account: amount for account, amount in sums.items() if amount}

    def _first(self, told: Told) -> Row:
        is_known = told.status != UNKNOWN
        row = Row(
            key=told.key,
            ordered_at=told.ordered_at,
            at=told.at,
            state=told.state if is_known else "created",
            commission=told.commission or 0,
            currency=told.currency,
            name=told.sub_id,
            is_frozen=not is_known,
        )
        self.rows[told.key] = row
        self.seen["first"] += 1
        return row

    def _freeze(self, row: Row, told: Told) -> None:
        if told.at >= row.at:
            row.at, row.is_frozen = told.at, True
            self.seen["frozen"] += 1

    def _merge(self, row: Row, told: Told) -> None:
        commission = row.commission if told.commission is None else told.commission
        currency = row.currency if told.commission is None else told.currency
        is_less = currency == row.currency and commission < row.commission
        is_no_more = is_less or (currency, commission) == (row.currency, row.commission)
        state = told.state
        if told.is_push and row.state == "settled" and state != "reversed" and is_no_more:
            state = "settled"
        old, new = (row.at, RANKS[row.state]), (told.at, RANKS[state])
        if new > old or (new == old and is_less):
            self._note(row, state, is_less)
            row.is_frozen = row.is_frozen and new == old
            row.at, row.state, row.commission, row.currency = told.at, state, commission, currency
            row.name = told.sub_id or row.name
        else:
            self.seen["late" if new < old else "repeated"] += 1
            row.name = row.name or told.sub_id

    def _note(self, row: Row, state: str, is_less: bool) -> None:
        if state == "reversed" and row.state != "reversed":
            self.seen["clawed back after release" if row.is_released else "clawed back"] += 1
        elif row.state == "reversed" and state != "reversed":
            self.seen["un-reversed"] += 1
        elif is_less:
            self.seen["partial after release" if row.is_released else "partial"] += 1
        if row.is_frozen:
            self.seen["thawed"] += 1

    def _settle(self, row: Row) -> None:
        link = self.links.get(row.name or "")
        if row.link is None and link is not None and link.marketplace == row.key[0]:
            row.link = link
        if row.state == "settled":
            row.settled_at = row.settled_at or row.at
        else:
            row.is_released = False
        self._post(row)

    def _post(self, row: Row) -> None:
        if not row.is_frozen:
            row.standing = Standing(
                row.state, row.commission, row.currency, row.link, row.is_released
            )


def amounts(row: Row) -> dict[Account, int]:
    """What the books hold for a row, by account."""
    held = row.standing
    if held.state in ("created", "reversed") or held.commission == 0:
        return {}
    found: Counter[Account] = Counter()
    found[f"marketplace:{row.key[0]}", held.currency] -= held.commission
    if held.link is None:
        found["house:unattributed", held.currency] += held.commission
        return dict(found)
    names, bps = _parties(held.link, row.ordered_at, is_released=held.is_released)
    for name, share in zip(names, split(held.commission, bps), strict=True):
        if share:
            found[name, held.currency] += share
    return dict(found)


def split(amount: int, bps: Sequence[int]) -> list[int]:
    """Largest remainder: whole parts, then one more each to the largest rests, earlier first."""
    exact = [Fraction(amount * part, 10_000) for part in bps]
    found = [int(part) for part in exact]
    rests = sorted(range(len(bps)), key=lambda place: (found[place] - exact[place], place))
    for place in rests[: amount - sum(found)]:
        found[place] += 1
    return found


def _parties(
    link: Link, ordered_at: datetime, *, is_released: bool
) -> tuple[list[str], tuple[int, ...]]:
    """The accounts that have a part, and their basis points, as of the click or the order."""
    is_clicked = link.clicked_at is not None and link.clicked_at <= ordered_at
    moment = link.clicked_at if is_clicked and link.clicked_at else ordered_at
    terms = next((some for some in reversed(link.terms) if some.from_at <= moment), link.terms[0])
    drawer = "payable" if is_released else "held"
    own = f"promoter:{link.promoter_id}:{drawer}"
    house = "house:earned" if is_released else "house:held"
    if len(terms.bps) == 3:
        return [own, f"pool:{link.programme}", house], terms.bps
    first, second = terms.bps
    if link.inviter_id is None or second == 0 or link.joined_at > moment:
        return [own, house], (first, 10_000 - first)
    inviter = f"promoter:{link.inviter_id}:{drawer}"
    return [own, inviter, house], (first, second, 10_000 - first - second)


def moved(told: Told, **changed: object) -> Told:
    """``told`` with some of it changed."""
    return replace(told, **changed)  # type: ignore[arg-type]
