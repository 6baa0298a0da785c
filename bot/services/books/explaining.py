"""Why an order is paid as it is, and what a promoter's accounts did in a month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.books import ledger
from bot.domain.books.ledger import Account, Head, Stamp
from bot.domain.records import (
    Conversion,
    ConversionState,
    Currency,
    Group,
    Line,
    Offer,
    PersonId,
    Post,
    Share,
)
from bot.errors import InputError
from storage.books import conversions, figures, postbacks
from storage.catalogue import offers
from storage.database import Connection
from storage.links import links
from storage.people import groups
from storage.posts import posts

ROWS_LIMIT = 100
"""Rows of one order that are explained."""


@dataclass(frozen=True)
class StatementLine:
    """One line of a promoter's account: "held", "payable" or "coupons", and what moved it."""

    at: datetime
    account: str
    order_id: str
    """Empty for what no order moved, such as a payout."""
    kind: str
    amount_minor: int
    balance_minor: int
    currency: Currency
    entry_id: int
    hash: str


@dataclass(frozen=True)
class Statement:
    """A month of a promoter's accounts; ``opening`` and ``closing`` by (account, currency)."""

    promoter_id: PersonId
    month: str
    opening: Mapping[tuple[str, Currency], int]
    closing: Mapping[tuple[str, Currency], int]
    lines: tuple[StatementLine, ...]
    is_chain_whole: bool


@dataclass(frozen=True)
class ExplainedRow:
    """One order row, from the post to the release date.

    ``standing`` is "orphan", "frozen", "created", "reversed", "nothing" (no commission),
    "unsettled", "held" or "payable": why it is, or is not, paid. A promoter sees own shares
    only; an inviter sees neither post, group nor offer. ``history`` is (received, verdict,
    detail) of the latest reports, for operators.
    """

    conversion: Conversion
    standing: str
    shares: tuple[Share, ...]
    post: Post | None
    group: Group | None
    offer: Offer | None
    history: tuple[tuple[datetime, str, str], ...]
    is_from_answer: bool = False
    """Whether the link stood in an answer to a question; there is no post then."""
    source: str | None = None
    """What kind of link it was; None where the asker does not see it."""


@dataclass(frozen=True)
class Explanation:
    """Why an order is paid as it is; no rows when there is nothing for the asker to see."""

    order_id: str
    rows: tuple[ExplainedRow, ...]


def first_of(month: str) -> date:
    """The first day of ``month`` ("YYYY-MM").

    Raises InputError for what is none.
    """
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError as fault:
        raise InputError(f"“{month}” is no month such as 2026-11.") from fault


async def state(
    connection: Connection, promoter_id: PersonId, month: str, span: tuple[datetime, datetime]
) -> Statement:
    """The statement of a promoter for ``month``, which goes from the one instant to the other."""
    names = {
        ledger.held(promoter_id),
        ledger.payable(promoter_id),
        ledger.coupons(promoter_id),
    }
    opening = await figures.list_heads_at(connection, names, span[0])
    closing = await figures.list_heads_at(connection, names, span[1])
    found = []
    for account in sorted(closing):
        found += await figures.list_chain(
            connection,
            account,
            after=opening.get(account, Head()).sequence,
            until=closing[account].sequence,
        )
    tails, faults = ledger.chain_faults(found, opening)
    return Statement(
        promoter_id=promoter_id,
        month=month,
        opening={_short(account): head.balance_minor for account, head in opening.items()},
        closing={_short(account): head.balance_minor for account, head in closing.items()},
        lines=tuple(
            _statement_line(line, stamp)
            for line, stamp in sorted(found, key=lambda pair: pair[1].entry_id)
        ),
        is_chain_whole=not faults and tails == closing,
    )


async def explain(
    connection: Connection, promoter_id: PersonId | None, order_id: str
) -> Explanation:
    """Explain an order's rows to a promoter, own ones only, or to an operator (None)."""
    found = await conversions.list_by_order(connection, order_id)
    seen = [
        conversion
        for conversion in found[:ROWS_LIMIT]
        if promoter_id is None or promoter_id in _parties(conversion)
    ]
    return Explanation(
        order_id, tuple([await _explained(connection, row, promoter_id) for row in seen])
    )


async def _explained(
    connection: Connection, conversion: Conversion, promoter_id: PersonId | None
) -> ExplainedRow:
    credit = conversion.credit
    post = group = offer = link = None
    if credit is not None and promoter_id in (None, credit.promoter_id):
        link = await links.find(connection, credit.link_code)
        if link is not None and link.post_id is not None:
            post = await posts.find(connection, link.post_id)
        if credit.group_id is not None:
            group = await groups.find(connection, credit.group_id)
        offer = await offers.find(connection, credit.offer_id)
    history = await postbacks.list_history(connection, conversion.id) if promoter_id is None else []
    shares = ledger.shares(credit, conversion.observation.commission_minor) if credit else ()
    return ExplainedRow(
        conversion=conversion,
        standing=_standing(conversion),
        shares=tuple(share for share in shares if promoter_id in (None, share.promoter_id)),
        post=post,
        group=group,
        offer=offer,
        history=tuple(history),
        is_from_answer=link is not None and link.source == links.ANSWER,
        source=None if link is None else link.source,
    )


def _statement_line(line: Line, stamp: Stamp) -> StatementLine:
    return StatementLine(
        at=stamp.at,
        account=line.account.rpartition(":")[2],
        order_id="\t".join(stamp.conversion_key.split("\t")[1:2]),
        kind=stamp.kind,
        amount_minor=line.amount_minor,
        balance_minor=line.balance_minor,
        currency=line.currency,
        entry_id=stamp.entry_id,
        hash=line.hash,
    )


def _standing(conversion: Conversion) -> str:
    observation = conversion.observation
    if conversion.is_frozen:
        return "frozen"
    if observation.state not in ledger.EARNING:
        return observation.state.value
    if conversion.credit is None:
        return "orphan"
    if observation.commission_minor == 0:
        return "nothing"
    if observation.state is not ConversionState.SETTLED:
        return "unsettled"
    return "payable" if conversion.is_released else "held"


def _parties(conversion: Conversion) -> set[PersonId | None]:
    if conversion.credit is None:
        return set()
    return {share.promoter_id for share in ledger.shares(conversion.credit, 0)}


def _short(account: Account) -> tuple[str, Currency]:
    return (account[0].rpartition(":")[2], account[1])
