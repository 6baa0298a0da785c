"""The books against a model: whatever is reported, in whatever order, they never differ.

The model keeps, for each order row, the report that stands, and works the balances out anew.
"""

import asyncio
import io
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.services.books.settling import Settling
from storage.books import postbacks
from storage.books.postbacks import Postback
from storage.database import Database
from tests.bot.services.bookshop import CHENS, HOLD_DAYS, LINS, Shop, open_shop

ROWS = st.sampled_from(["1", "2", "3"])
STATES = st.sampled_from(["created", "pending", "approved", "settled", "reversed"])
AMOUNTS = st.integers(0, 2_000)
MINUTES = st.integers(0, 60)
LINKS = st.sampled_from([CHENS, LINS, None])
RANKS = {"created": 0, "pending": 1, "approved": 2, "settled": 3, "reversed": 4}


@dataclass
class Row:
    """What stands of one order row, as the model has it."""

    link: str | None
    at: datetime
    state: str
    amount: int
    is_frozen: bool = False
    settled_at: datetime | None = None
    is_released: bool = False
    posted: tuple[str, int, str | None, bool] = ("created", 0, None, False)
    """State, commission, link and release that the books were last moved to."""


class Books(RuleBasedStateMachine):
    """Reports of three rows: duplicate, late, partial, reversed, undone, unknown, crashed."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.rows: dict[str, Row] = {}

    def run(self, awaitable: Any) -> Any:
        return self.loop.run_until_complete(awaitable)

    @initialize()
    def open(self) -> None:
        self.database = Database(f"sqlite:///{Path(self.folder.name) / 'haowu.db'}")
        self.run(self.database.create())
        self.shop: Shop = self.run(open_shop(self.database))
        self.settling = Settling(self.database, lambda: self.shop.at)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            found = self.run(self.settling.verify())
            self.run(self.database.close())
            assert found.faults == ()
        self.loop.close()
        self.folder.cleanup()

    # ------------------------------------------------------------ what is reported

    @rule(row=ROWS, state=STATES, amount=AMOUNTS, minutes=MINUTES, link=LINKS)
    def a_file_row(self, row: str, state: str, amount: int, minutes: int, link: str | None) -> None:
        at = self.shop.at - timedelta(minutes=minutes)
        text = (
            "order_id,row,sub_id,status,commission,updated_at\n"
            f"O-1,{row},{link or ''},{state},{amount / 100:.2f},{at.isoformat()}\n"
        )
        content = io.BytesIO(text.encode())
        self.run(self.shop.crediting.receive_file("feed", content, {}))
        self.model(row, state, amount, at, link)

    @rule(row=ROWS, state=STATES, amount=AMOUNTS, link=LINKS)
    def a_push(self, row: str, state: str, amount: int, link: str | None) -> None:
        payout = f"{amount / 100:.2f}"
        self.run(self.shop.report(row=row, status=state, payout=payout, subid=link))
        self.model_push(row, state, amount, link)

    @rule(row=ROWS, amount=AMOUNTS)
    def a_push_that_only_a_crash_kept(self, row: str, amount: int) -> None:
        """Received and committed, and then the process died; judged at the next start."""
        self.shop.at += timedelta(seconds=1)
        raw = (
            f'{{"query": "txid=O-1&row={row}&payout={amount / 100:.2f}", '
            '"content_type": "", "body": ""}'
        )
        kept = [Postback(0, "feed", "http", raw, self.shop.at)]
        self.run(self.keep(kept))
        assert self.run(self.shop.crediting.replay()) == 1
        self.model_push(row, "approved", amount, None)

    @rule(row=ROWS)
    def an_unknown_status(self, row: str) -> None:
        self.run(self.shop.report(row=row, status="99", subid=None))
        self.rows.setdefault(row, Row(None, self.shop.at, "created", 1_000))
        self.rows[row].is_frozen = True
        self.rows[row].at = self.shop.at

    @rule(days=st.integers(0, HOLD_DAYS))
    def time_passes_and_the_clock_strikes(self, days: int) -> None:
        self.shop.at += timedelta(days=days)
        self.run(self.settling.release_due())
        for row in self.rows.values():
            is_due = (
                row.state == "settled"
                and row.link is not None
                and not row.is_frozen
                and row.settled_at is not None
                and row.settled_at + timedelta(days=HOLD_DAYS) <= self.shop.at
            )
            row.is_released = row.is_released or is_due
            self.post(row)

    async def keep(self, kept: list[Postback]) -> None:
        async with self.database.write() as connection:
            await postbacks.append(connection, kept)

    # ------------------------------------------------------------ the model

    def model_push(self, row: str, state: str, amount: int, link: str | None) -> None:
        state = "approved" if state == "settled" else state
        stored = self.rows.get(row)
        is_settled = stored is not None and stored.state == "settled" and amount <= stored.amount
        if is_settled and state != "reversed":
            state = "settled"
        self.model(row, state, amount, self.shop.at, link)

    def model(self, row: str, state: str, amount: int, at: datetime, link: str | None) -> None:
        stored = self.rows.setdefault(row, Row(link, at, state, amount))
        old, new = (stored.at, RANKS[stored.state]), (at, RANKS[state])
        if new > old:
            stored.is_frozen = False
        if new > old or (new == old and amount < stored.amount):
            stored.at, stored.state, stored.amount = at, state, amount
        stored.link = stored.link or link
        if stored.state == "settled":
            stored.settled_at = stored.settled_at or stored.at
        else:
            stored.is_released = False
        self.post(stored)

    def post(self, row: Row) -> None:
        if not row.is_frozen:
            row.posted = (row.state, row.amount, row.link, row.is_released)

    def balances(self) -> dict[str, int]:
        found: dict[str, int] = {}

        def add(account: str, amount: int) -> None:
            found[account] = found.get(account, 0) + amount

        for row in self.rows.values():
            state, amount, link, is_released = row.posted
            if state in ("created", "reversed"):
                continue
            add("marketplace:feed", -amount)
            if link is None:
                add("house:unattributed", amount)
                continue
            part = "payable" if is_released else "held"
            house = "house:earned" if is_released else "house:held"
            parts = {"lin": 5000} if link == LINS else {"chen": 5000, "lin": 1000}
            exact = [amount * bps for bps in (*parts.values(), 10_000 - sum(parts.values()))]
            shares = [value // 10_000 for value in exact]
            by_rest = sorted(range(len(exact)), key=lambda n: (-(exact[n] % 10_000), n))
            for place in by_rest[: amount - sum(shares)]:
                shares[place] += 1
            for name, share in zip([*parts, "house"], shares, strict=True):
                add(house if name == "house" else f"{name}:{part}", share)
        return {account: amount for account, amount in found.items() if amount}

    @invariant()
    def the_books_are_as_the_model_says(self) -> None:
        if hasattr(self, "database"):
            assert self.run(self.shop.balances()) == self.balances()


Books.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestBooks = Books.TestCase
