"""One coupon for each direct invitation, where a programme gives one: no money, never paid [S4]."""

from datetime import datetime

from bot.domain.books import ledger
from bot.domain.books.ledger import Draft
from bot.domain.programmes import Coupon, Programme
from bot.domain.records import Currency, PersonId
from storage.books import entries
from storage.database import Connection
from storage.people import coupons


async def prepare(connection: Connection, programme: Programme | None) -> None:
    """Take the books' place before anything else is locked, where a coupon may follow."""
    if programme is not None and programme.coupon is not None:
        await entries.lock(connection)


async def give(
    connection: Connection,
    coupon: Coupon,
    inviter_id: PersonId,
    invited_id: PersonId,
    at: datetime,
) -> bool:
    """Write the coupon for an invitation into the books, once; False when it was there.

    A pair of accounts of its own: what is on them is neither held nor payable.
    """
    if await coupons.is_given(connection, invited_id):
        return False
    moves = ledger.coupon_moves(inviter_id, coupon.amount_minor, Currency(coupon.currency))
    reason = f"invited person {invited_id}"
    (entry_id,) = await entries.append(connection, [Draft("coupon", None, "", reason, at, moves)])
    await coupons.add(
        connection, invited_id, inviter_id, coupon.amount_minor, coupon.currency, entry_id
    )
    return True
