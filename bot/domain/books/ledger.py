"""Shares in, entries out: targets, moves, balances, and the chain that holds them together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from bot.domain.books import commission
from bot.domain.books.commission import Party
from bot.domain.records import (
    Conversion,
    ConversionId,
    ConversionState,
    Credit,
    Currency,
    Line,
    PersonId,
    Share,
)
from bot.errors import BooksError

Account = tuple[str, Currency]
"""An account in one currency; each has a chain of its own."""
Amounts = dict[Account, int]
"""Signed minor units by account."""
Moves = tuple[tuple[Account, int], ...]

GENESIS = "0" * 64
"""What the first line of an account stands on."""
UNATTRIBUTED = "house:unattributed"
COUPONS = ":coupons"
"""How the names of accounts end that hold coupons, which are no money."""
HOUSE_COUPONS = f"house{COUPONS}"
EARNING = (ConversionState.PENDING, ConversionState.APPROVED, ConversionState.SETTLED)
"""The states in which a conversion stands in the books; the others have the target nothing."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last line of an account's chain."""

    sequence: int = 0
    balance_minor: int = 0
    hash: str = GENESIS


BEGINNING = Head()


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it has a number: moves that sum to zero per currency."""

    kind: str
    """"credit", "orphan", "adjust", "clawback", "release", "match", "payout" or "coupon"."""
    conversion_id: ConversionId | None
    """None for what no conversion moves, such as a payout; its key is then empty."""
    conversion_key: str
    reason: str
    at: datetime
    moves: Moves


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a line's hash covers of its entry."""

    entry_id: int
    kind: str
    conversion_key: str
    at: datetime


def held(promoter_id: PersonId) -> str:
    """The account of a promoter's shares that may still be taken back."""
    return f"promoter:{promoter_id}:held"


def payable(promoter_id: PersonId) -> str:
    """The account of a promoter's shares that a payout may pay; below zero it is carried."""
    return f"promoter:{promoter_id}:payable"


def coupons(promoter_id: PersonId) -> str:
    """The account of a promoter's coupons: apart from money, never held nor payable [S4]."""
    return f"promoter:{promoter_id}{COUPONS}"


def coupon_moves(promoter_id: PersonId, amount_minor: int, currency: Currency) -> Moves:
    """What a coupon moves: from the house's coupons to the promoter's, and nothing else."""
    return (
        ((HOUSE_COUPONS, currency), -amount_minor),
        ((coupons(promoter_id), currency), amount_minor),
    )


def conversion_key(key: tuple[str, str, str]) -> str:
    """(marketplace, order, row) as one text; ids hold no control characters."""
    return "\t".join(key)


def target(conversion: Conversion) -> Amounts:
    """Where the money of ``conversion`` must stand, given its state, shares and release."""
    observation = conversion.observation
    if observation.state not in EARNING or observation.commission_minor == 0:
        return {}
    currency = observation.currency
    marketplace = (f"marketplace:{observation.marketplace}", currency)
    amounts: Amounts = {marketplace: -observation.commission_minor}
    if conversion.credit is None:
        amounts[UNATTRIBUTED, currency] = observation.commission_minor
        return amounts
    for share in shares(conversion.credit, observation.commission_minor):
        account = (_account(share, conversion.credit, conversion.is_released), currency)
        if share.amount_minor:
            amounts[account] = amounts.get(account, 0) + share.amount_minor
    return amounts


def shares(credit: Credit, commission_minor: int) -> tuple[Share, ...]:
    """The shares of ``commission_minor`` under the terms and upline frozen in ``credit``."""
    return commission.split(
        commission_minor,
        credit.terms,
        promoter_id=credit.promoter_id,
        inviter_id=credit.inviter_id,
    )


def parties(credit: Credit) -> tuple[Party, ...]:
    """Who has a part under the terms and upline frozen in ``credit``."""
    return commission.parties(credit.terms, credit.promoter_id, credit.inviter_id)


def _account(share: Share, credit: Credit, is_released: bool) -> str:
    if share.promoter_id is not None:
        return payable(share.promoter_id) if is_released else held(share.promoter_id)
    if share.party == "team":
        return f"pool:{credit.terms.programme}"
    return "house:earned" if is_released else "house:held"


def moves(wanted: Amounts, posted: Mapping[Account, int]) -> Moves:
    """Target minus what is already posted, account by account; empty when nothing differs."""
    accounts = sorted(wanted.keys() | posted.keys())
    differences = (
        (account, wanted.get(account, 0) - posted.get(account, 0)) for account in accounts
    )
    return tuple(difference for difference in differences if difference[1])


def kind(conversion: Conversion, posted: Mapping[Account, int]) -> str:
    """The word for an entry that moves ``conversion`` from ``posted`` to its target."""
    if conversion.observation.state is ConversionState.REVERSED:
        return "clawback"
    if any(posted.values()):
        return "adjust"
    return "orphan" if conversion.credit is None else "credit"


def chain(
    heads: Mapping[Account, Head], numbered: Iterable[tuple[int, Draft]]
) -> tuple[dict[Account, Head], dict[int, list[Line]]]:
    """Write ``numbered`` drafts after ``heads``: the new heads, and each entry's lines.

    Raises BooksError for a draft that does not sum to zero per currency.
    """
    tails = dict(heads)
    written: dict[int, list[Line]] = {}
    for number, draft in numbered:
        _assert_balanced(draft)
        covered = _covered(Stamp(number, draft.kind, draft.conversion_key, draft.at))
        lines = []
        for account, amount_minor in draft.moves:
            line = _line(tails.get(account, BEGINNING), account, amount_minor, covered)
            tails[account] = Head(line.sequence, line.balance_minor, line.hash)
            lines.append(line)
        written[number] = lines
    return tails, written


def _assert_balanced(draft: Draft) -> None:
    sums: dict[Currency, int] = {}
    for (_, currency), amount_minor in draft.moves:
        sums[currency] = sums.get(currency, 0) + amount_minor
    if any(sums.values()) or not draft.moves:
        raise BooksError(f"An entry for {draft.conversion_key!r} does not sum to zero.")


def _line(head: Head, account: Account, amount_minor: int, covered: str) -> Line:
    name, currency = account
    sequence, balance_minor = head.sequence + 1, head.balance_minor + amount_minor
    text = (
        f"{head.hash}\n{name}\n{currency}\n{sequence}\n{amount_minor}\n{balance_minor}\n{covered}"
    )
    return Line(
        account=name,
        currency=currency,
        sequence=sequence,
        amount_minor=amount_minor,
        balance_minor=balance_minor,
        previous_hash=head.hash,
        hash=sha256(text.encode()).hexdigest(),
    )


def _covered(stamp: Stamp) -> str:
    """What the hash of every line of one entry covers of it."""
    return (
        f"{stamp.entry_id}\n{stamp.kind}\n{stamp.conversion_key}\n"
        f"{stamp.at.astimezone(UTC).isoformat(timespec='microseconds')}"
    )


def chain_faults(
    lines: Sequence[tuple[Line, Stamp]], tails: Mapping[Account, Head]
) -> tuple[dict[Account, Head], list[str]]:
    """Check ``lines``, in order of account and sequence, against the ``tails`` before them.

    Returns the tails after them and a sentence for every line that does not hold. ``tails`` may
    be empty only where the lines begin with an account's first.
    """
    after = dict(tails)
    faults = []
    for line, stamp in lines:
        account = (line.account, line.currency)
        right = _line(after.get(account, BEGINNING), account, line.amount_minor, _covered(stamp))
        if right != line:
            faults.append(
                f"{line.account} {line.currency}: line {line.sequence} "
                f"(entry {stamp.entry_id}) {_difference(right, line)}."
            )
        after[account] = Head(line.sequence, line.balance_minor, line.hash)
    return after, faults


def _difference(right: Line, line: Line) -> str:
    if right.sequence != line.sequence:
        return f"follows line {right.sequence - 1}"
    if right.previous_hash != line.previous_hash:
        return "does not stand on the line before it"
    if right.balance_minor != line.balance_minor:
        return f"says a balance of {line.balance_minor}, not {right.balance_minor}"
    return "was changed after it was written"


def head_faults(heads: Mapping[Account, Head], tails: Mapping[Account, Head]) -> Iterator[str]:
    """A sentence for every account whose head is not its last line."""
    for account in sorted(heads.keys() | tails.keys()):
        if heads.get(account, Head()) != tails.get(account, Head()):
            yield f"{account[0]} {account[1]}: the head is not the last line."


def conversion_faults(conversion: Conversion, posted: Mapping[Account, int]) -> Iterator[str]:
    """A sentence for every account in which ``conversion`` does not stand at its target.

    A frozen conversion stands where it was frozen, so nothing is expected of it.
    """
    if conversion.is_frozen:
        return
    for (account, currency), amount_minor in moves(target(conversion), posted):
        yield (
            f"conversion {conversion.id} ({conversion.observation.order_id}): "
            f"{account} {currency} is off its target by {-amount_minor}."
        )
