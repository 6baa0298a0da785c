"""Ranking the stored catalogue for a programme, in one pass with flat memory."""

from datetime import datetime

from bot.domain.catalogue import factors, selection
from bot.domain.catalogue.factors import HISTORY, Knowledge
from bot.domain.catalogue.selection import Best
from bot.domain.programmes import Programme
from bot.domain.records import OfferId, Ranked
from storage.catalogue import candidates, offers
from storage.database import Connection


async def ranked(connection: Connection, programme: Programme, now: datetime) -> tuple[Ranked, ...]:
    """The best offers that ``programme`` may post now, as many as its shortlist holds."""
    knowledge = await _knowledge(connection, now)
    is_allowed = selection.allowance(programme)
    size = programme.shortlist_size
    conditions = candidates.postable(programme, selection.fresh_since(programme, now))
    best: Best = []
    async for piece in candidates.stream(connection, conditions):
        selection.cut(best, piece, knowledge, programme.weights, size, is_allowed=is_allowed)
    ids = [OfferId(each.id) for each in selection.in_order(best)]
    found = await offers.list_by_ids(connection, ids)
    return selection.rank(list(found.values()), knowledge, programme.weights, size)


async def _knowledge(connection: Connection, now: datetime) -> Knowledge:
    since = now - HISTORY
    moved = await candidates.list_moved(connection, since)
    usual = {each: factors.usual_price(history, now) for each, history in moved.items()}
    actions = await candidates.count_actions(connection, since)
    return Knowledge(
        top_sales=await candidates.top_sales(connection),
        actions={each: count for each, count in actions.items() if count},
        medians=factors.medians(await candidates.sample_prices(connection)),
        usual={each: price for each, price in usual.items() if price is not None},
    )
