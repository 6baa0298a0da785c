"""The rule-based machine of the books: whatever is reported, however it breaks, the model agrees.

Subclasses say on which database (``stand``); an example begins with it as it was in the template.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import groupby
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.errors import TemporaryError
from tests.bot.services.books.breaking import Broken
from tests.bot.services.books.drawing import (
    AT_ONCE,
    BALANCES,
    COUNTS,
    FAULT,
    OWED,
    PART,
    PLACE,
    REPORT,
    Stand,
)
from tests.bot.services.books.market import CODES, ORDERED_AT, Market
from tests.bot.services.books.model import Account, Key, Row, Told, amounts, moved
from tests.bot.services.bookshop import HOLD_DAYS


class Books(RuleBasedStateMachine):
    """Reports of eight rows in two shops, three currencies and every kind of terms."""

    stand: ClassVar[Stand]

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Told] = []
        self.on_the_way: list[Told] = []
        self.under_way: list[Told] = []
        """Reports that the model has heard, and the services hear before anything is compared."""
        self.unjudged: list[Told] = []
        """Kept by a process that then died."""
        self.is_open = False

    def run(self, awaitable: Awaitable[Any]) -> Any:
        return self.stand.loop.run_until_complete(awaitable)

    @initialize()
    def open(self) -> None:
        self.stand.database.disarm()
        self.run(self.stand.renew())
        self.market, self.model, self.is_open = (
            Market(self.stand.database),
            self.stand.model(),
            True,
        )
        self.before: Counter[str] = Counter(self.stand.database.broke)

    def teardown(self) -> None:
        if self.is_open:
            self.stand.database.disarm()
            try:
                self._replay()
                self._compare_rows()
            finally:
                self._count_up()
        self.is_open = False

    # ------------------------------------------------------------ what a marketplace reports

    @rule(given=REPORT)
    def a_push(self, given: Any) -> None:
        self._deliver("push", self._told(given, is_push=True))

    @rule(given=st.lists(REPORT, min_size=1, max_size=4))
    def a_file(self, given: list[Any]) -> None:
        shop = given[0][0][0]
        rows = [self._told(((shop, *one[0][1:]), *one[1:]), is_push=False) for one in given]
        self._deliver("file", *rows)

    @rule(given=REPORT, is_push=st.booleans())
    def one_that_stays_on_the_way(self, given: Any, is_push: bool) -> None:
        self._count("delayed")
        self.on_the_way.append(self._told(given, is_push=is_push))

    @precondition(lambda self: self.on_the_way)
    @rule(place=PLACE)
    def one_that_arrives_late(self, place: int) -> None:
        told = self.on_the_way.pop(place % len(self.on_the_way))
        self._deliver("re-ordered", told)

    @precondition(lambda self: self.sent)
    @rule(place=PLACE)
    def a_duplicate(self, place: int) -> None:
        self._deliver("duplicate", self.sent[place % len(self.sent)])

    # ------------------------------------------------------------ what becomes of a sale

    @precondition(lambda self: self.model.rows)
    @rule(place=PLACE, percent=PART, is_push=st.booleans())
    def a_partial_refund(self, place: int, percent: int, is_push: bool) -> None:
        row = self._row(place)
        self._deliver(
            "partial refund",
            self._news(
                row.key,
                row.state,
                is_push=is_push,
                commission=row.commission * percent // 100,
                currency=row.currency,
            ),
        )

    @precondition(lambda self: self.model.rows)
    @rule(place=PLACE, is_push=st.booleans())
    def a_clawback(self, place: int, is_push: bool) -> None:
        row = self._row(place)
        told = self._news(row.key, "reversed", is_push=is_push, currency=row.currency)
        self._deliver("clawback", told)

    @precondition(lambda self: any(row.state == "reversed" for row in self.model.rows.values()))
    @rule(place=PLACE, is_push=st.booleans())
    def an_un_reversal(self, place: int, is_push: bool) -> None:
        row = self._row(place, "reversed")
        told = self._news(
            row.key,
            "approved" if is_push else "settled",
            is_push=is_push,
            commission=row.commission,
            currency=row.currency,
        )
        self._deliver("un-reversal", told)

    @precondition(lambda self: self.model.rows)
    @rule(place=PLACE)
    def a_settlement(self, place: int) -> None:
        row = self._row(place)
        told = self._news(
            row.key, "settled", is_push=False, commission=row.commission, currency=row.currency
        )
        self._deliver("settlement", told)

    @rule(given=REPORT, is_push=st.booleans())
    def an_unknown_status(self, given: Any, is_push: bool) -> None:
        told = moved(self._told(given, is_push=is_push), status="99", is_push=is_push)
        self._deliver("quarantine", told)

    @precondition(lambda self: self._orphaned())
    @rule(place=PLACE, code=st.sampled_from(tuple(CODES.values())))
    def an_operator_matches(self, place: int, code: str) -> None:
        order = self._orphaned()[place % len(self._orphaned())]
        self._count("match")
        self._land()
        self.run(self.market.crediting.match(order, code, by="1001", reason="a screenshot"))
        self.model.match(order, code)
        self.compare()

    @rule(days=st.integers(0, HOLD_DAYS))
    def time_passes_and_the_clock_strikes(self, days: int) -> None:
        self._count("clock")
        self._land()
        self.market.at += timedelta(days=days)
        assert self.run(self.market.settling.release_due()) == self.model.release(self.market.at)
        self.compare()

    @precondition(lambda self: self._payable())
    @rule(place=PLACE)
    def a_payout(self, place: int) -> None:
        due = self._payable()
        account, amount = due[place % len(due)]
        settlement = f"payout:{len(self.model.paid)}"
        self._count("payout")
        self._land()
        self.run(self.market.pay(account, amount, settlement))
        self.model.pay(account, amount, settlement)
        self.compare()

    # ------------------------------------------------------------ what breaks

    @rule(given=st.lists(REPORT, min_size=1, max_size=3), fault=FAULT, is_push=st.booleans())
    def a_crash_while_reports_are_taken(self, given: list[Any], fault: Any, is_push: bool) -> None:
        shop = given[0][0][0]
        rows = [self._told(((shop, *one[0][1:]), *one[1:]), is_push=is_push) for one in given]
        self._count("crash of a push" if is_push else "crash of a file")
        if self._broken(lambda: self._sent(rows), fault, rows):
            # The sender heard nothing, so it sends everything again.
            self.stand.happened["seen.sent again"] += 1
            self.run(self._sent(rows))
        self._heard(*rows)
        self.compare()

    @rule(days=st.integers(1, HOLD_DAYS), fault=FAULT)
    def a_crash_while_money_is_released(self, days: int, fault: Any) -> None:
        self._count("crash of a release")
        self.market.at += timedelta(days=days)
        self._broken(self.market.settling.release_due, fault, [])
        self.run(self.market.settling.release_due())
        self.model.release(self.market.at)
        self.compare()

    @precondition(lambda self: self.unjudged or len(self.sent) % 8 == 7)
    @rule()
    def a_replay(self) -> None:
        self._count("replay")
        self._replay()

    # ------------------------------------------------------------ how

    def _replay(self) -> None:
        self._land()
        assert self.run(self.market.crediting.replay()) == len(self.unjudged)
        for told in self.unjudged:
            self.model.hear(told)
        self.unjudged.clear()
        self.compare()

    def compare(self) -> None:
        self._land()
        rows = self.stand.look(BALANCES)
        found = {(account, currency): amount for account, currency, amount in rows}
        assert found == self.model.balances()
        sums: Counter[str] = Counter()
        for (_, currency), amount in found.items():
            sums[currency] += amount
        assert not any(sums.values())

    def _compare_rows(self) -> None:
        """At the end: every row once, no report judged twice, the books whole and reconciled."""
        [(kept, judged)] = self.stand.look(COUNTS)
        assert kept == judged
        owed: Counter[tuple[str, str]] = Counter()
        for row in self.model.rows.values():
            if row.state in ("pending", "approved", "settled"):
                owed[row.key[0], row.currency] += row.commission
        rows = self.stand.look(OWED)
        assert {(shop, currency): int(n) for shop, currency, n in rows} == {**+owed}
        found = self.run(self.market.settling.verify())
        assert found.faults == ()
        assert found.counts["conversions"] == len(self.model.rows)
        assert sum(sum(amounts(row).values()) for row in self.model.rows.values()) == 0

    def _told(self, given: Any, *, is_push: bool) -> Told:
        key, status, commission, currency, name, minutes = given
        has_commission = status in ("approved", "settled") or commission % 4 != 0
        return Told(
            key=key,
            status=status,
            commission=commission if has_commission else None,
            currency=currency,
            sub_id=name,
            at=self.market.at + timedelta(minutes=minutes),
            ordered_at=ORDERED_AT[key[1]],
            is_push=is_push,
        )

    def _news(
        self, key: Key, status: str, *, is_push: bool, currency: str, commission: int | None = None
    ) -> Told:
        """A report that is newer than what stands."""
        self.market.at += timedelta(seconds=1)
        needed = status in ("approved", "settled") and commission is None
        return Told(
            key=key,
            status=status,
            commission=0 if needed else commission,
            currency=currency,
            sub_id=None,
            at=max(self.market.at, self.model.rows[key].at + timedelta(seconds=1)),
            ordered_at=ORDERED_AT[key[1]],
            is_push=is_push,
        )

    def _orphaned(self) -> list[str]:
        """Orders that an operator can match."""
        return [order for order in ORDERED_AT if self.model.orphans(order)]

    def _payable(self) -> list[tuple[Account, int]]:
        """Promoters' accounts from which something can be paid out."""
        return sorted(
            (account, amount)
            for account, amount in self.model.balances().items()
            if account[0].endswith(":payable") and amount > 0
        )

    def _row(self, place: int, state: str | None = None) -> Row:
        rows = [row for row in self.model.rows.values() if state in (None, row.state)]
        return rows[place % len(rows)]

    def _deliver(self, kind: str, *told: Told) -> None:
        self._count(kind)
        self._heard(*told)
        self.under_way += told
        if len(self.under_way) >= AT_ONCE:
            self.compare()

    def _land(self) -> None:
        """Let what is under way arrive: pushes together, rows of one shop in one file."""
        for (is_push, _), group in groupby(
            self.under_way, lambda told: (told.is_push, told.key[0])
        ):
            rows = list(group)
            self.stand.happened[f"together.{'pushes' if is_push else 'rows'}"] += len(rows) > 1
            self.run(self._sent(rows))
        self.under_way = []

    def _heard(self, *told: Told) -> None:
        for one in told:
            self.sent.append(one)
            self.model.hear(one)

    async def _sent(self, rows: list[Told]) -> None:
        if not rows[0].is_push:
            await self.market.send_file(rows)
            return
        # Who is asked first whether a marketplace is known would decide who comes first.
        await self.market.greet()
        pushes = (self.market.push(told) for told in rows)
        for outcome in await asyncio.gather(*pushes, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    def _broken(
        self, work: Callable[[], Awaitable[Any]], fault: dict[str, Any], told: list[Told]
    ) -> bool:
        """Do ``work`` over a connection that may break; what was kept or judged is then known."""
        self._land()
        self.run(self.market.greet())
        [(kept, judged)] = self.stand.look(COUNTS)
        self.stand.database.arm(**fault)
        try:
            self.run(work())
            return False
        except (TemporaryError, Broken):
            self.market.restart()
        finally:
            self.stand.database.disarm()
        [(now_kept, now_judged)] = self.stand.look(COUNTS)
        assert now_kept - kept in (0, len(told))
        if now_judged > judged:
            self._heard(*told)
        elif now_kept > kept:
            self.unjudged += told
        return True

    def _count(self, kind: str) -> None:
        self.stand.happened[f"step.{kind}"] += 1
        self.stand.happened["steps"] += 1

    def _count_up(self) -> None:
        happened = self.stand.happened
        happened["examples"] += 1
        for word, number in self.model.seen.items():
            happened[f"seen.{word}"] += number
        for word, number in (self.stand.database.broke - self.before).items():
            happened[f"broke.{word}"] += number
