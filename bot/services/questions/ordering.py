"""Somebody's own order: how it stands, without amounts, and never one of another group."""

from collections.abc import Sequence

from bot.domain.posts.notices import Tap
from bot.domain.records import Conversion, ConversionState, Group
from bot.domain.texts import Html, Texts
from storage.books import conversions
from storage.database import Connection

ORDER_LIMIT = 128
"""Characters of an order's number that a marketplace may use."""

Said = tuple[Html, bool]
"""What to say, and whether the order may be claimed."""


async def said(
    connection: Connection, order_id: str | None, group: Group | None, texts: Texts
) -> Said:
    """How an order of the asker's group stands.

    An order of another group and one that nobody reported get the same answer.
    """
    if order_id is None:
        return texts.html("question.order_which"), False
    if group is None:
        return texts.html("question.order_where"), False
    rows = await conversions.list_by_order(connection, order_id[:ORDER_LIMIT])
    own = [row for row in rows if row.credit is not None and row.credit.group_id == group.id]
    if own:
        return texts.html(f"question.order_{_standing(own)}", order=order_id), False
    if _is_nobodys(rows):
        return texts.html("question.order_orphan", order=order_id), True
    return texts.html("question.order_unreported", order=order_id), False


async def is_orphan(connection: Connection, order_id: str) -> bool:
    """Whether an order was reported and nothing of it could be credited."""
    return _is_nobodys(await conversions.list_by_order(connection, order_id[:ORDER_LIMIT]))


def _is_nobodys(rows: Sequence[Conversion]) -> bool:
    # One row that another group was credited with makes the whole order that group's.
    return bool(rows) and all(row.credit is None for row in rows)


def claim_tap(question_id: int, texts: Texts) -> tuple[tuple[Tap, ...], ...]:
    """The button "this is my order" under the answer to a question."""
    return ((Tap(texts("question.order_claim_tap"), f"1:claim:{question_id}"),),)


def _standing(rows: Sequence[Conversion]) -> str:
    """ "reversed" when every row is, "settled" when all that is left is past its hold."""
    left = [row for row in rows if row.observation.state is not ConversionState.REVERSED]
    if not left:
        return "reversed"
    if any(row.observation.state is not ConversionState.SETTLED for row in left):
        return "counted"
    return "settled" if all(row.is_released for row in left) else "held"
