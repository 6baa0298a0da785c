"""Ranking the stored catalogue for a programme: the few that can win are all that is read."""

from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.catalogue import factors, selection
from bot.domain.catalogue.factors import HISTORY, Candidate, Knowledge
from bot.domain.catalogue.selection import Best
from bot.domain.programmes import Programme
from bot.domain.records import OfferId, Ranked
from storage.catalogue import candidates, offers, words
from storage.database import Connection
from storage.questions import wishes

SAMPLE_ROWS = 20_000
"""Offers that are ranked first; the best of them are the hurdle for all the others."""
STRETCH_IDS = 200_000
"""After so many ids the hurdle is set anew; it only rises."""

WISHED_WITHIN = timedelta(days=14)
"""A wish moves the ranking for two weeks; then the season is another."""
WISHED_BY, WISHED_FULLY_BY = 3, 30
"""People from whom on a wish counts, and those from whom on it counts fully."""
WISHES_LIMIT, WISHED_OFFERS = 100, 20
"""The commonest wishes, and the offers that meet each: a shortlist holds 40."""


async def ranked(
    connection: Connection,
    programme: Programme,
    now: datetime,
    *,
    sample_rows: int = SAMPLE_ROWS,
    stretch_ids: int = STRETCH_IDS,
) -> tuple[Ranked, ...]:
    """The best offers that ``programme`` may post now, as many as its shortlist holds.

    Those that people acted on and a sample of the others are ranked first; of the rest the
    database gives only what can still come among the best. Memory is flat.
    """
    knowledge = await _knowledge(connection, now)
    is_allowed, size = selection.allowance(programme), programme.shortlist_size
    best: Best = []

    async def enter(
        pieces: AsyncIterator[list[Candidate]], known: Knowledge, but: Collection[int] = ()
    ) -> None:
        async for piece in pieces:
            fresh = [each for each in piece if each.id not in but]
            selection.cut(best, fresh, known, programme.weights, size, is_allowed=is_allowed)

    postable = candidates.postable(programme, selection.fresh_since(programme, now))
    special = {*knowledge.actions, *knowledge.demand}
    await enter(candidates.stream_ids(connection, postable, special), knowledge)
    # Of all others these say the same, so they cannot tell between them.
    plain = replace(knowledge, actions={}, demand={})
    highest = await candidates.highest_id(connection)
    every = highest // sample_rows + 1
    await enter(candidates.stream(connection, postable, every=every), plain, special)
    for above in range(0, highest if every > 1 else 0, stretch_ids):
        passing = candidates.passing(*selection.hurdle(best, plain, programme.weights, size))
        rest = [*postable, passing, *candidates.beside(every, above=above, limit=stretch_ids)]
        await enter(candidates.stream(connection, rest), plain, special)
    ids = [OfferId(each.id) for each in selection.in_order(best)]
    found = await offers.list_by_ids(connection, ids)
    return selection.rank(list(found.values()), knowledge, programme.weights, size)


async def _demand(connection: Connection, now: datetime) -> dict[int, float]:
    """How much offers are wished for: from neutral for three people up to full for thirty."""
    wished = await wishes.list_common(
        connection, people=WISHED_BY, since=now - WISHED_WITHIN, limit=WISHES_LIMIT
    )
    found: dict[int, float] = {}
    for wish in wished:
        share = min(1.0, wish.people / WISHED_FULLY_BY)
        value = factors.NEUTRAL + (1 - factors.NEUTRAL) * share
        for offer in await words.candidates(connection, wish.wanted, limit=WISHED_OFFERS):
            found[offer.id] = max(value, found.get(offer.id, 0.0))
    return found


async def _knowledge(connection: Connection, now: datetime) -> Knowledge:
    since = now - HISTORY
    moved = await candidates.list_moved(connection, since)
    usual = {each: factors.usual_price(history, now) for each, history in moved.items()}
    actions = await candidates.count_actions(connection, since)
    return Knowledge(
        demand=await _demand(connection, now),
        top_sales=await candidates.top_sales(connection),
        actions={each: count for each, count in actions.items() if count},
        medians=factors.medians(await candidates.sample_prices(connection)),
        usual={each: price for each, price in usual.items() if price is not None},
    )
