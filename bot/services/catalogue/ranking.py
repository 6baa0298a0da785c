"""Ranking the stored catalogue for a programme: the few that can win are all that is read."""

from collections import Counter
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.catalogue import factors, rankings, selection
from bot.domain.catalogue.arrangements import arranged
from bot.domain.catalogue.factors import (
    ASKED_WITHIN,
    FEW,
    HISTORY,
    Asked,
    Candidate,
    Knowledge,
)
from bot.domain.catalogue.rankings import Best
from bot.domain.programmes import Programme
from bot.domain.records import OfferId, Ranked
from storage.catalogue import candidates, offers, words
from storage.choosing import bans, pins, taps, weights
from storage.database import Connection
from storage.questions import wishes

SAMPLE_ROWS = 20_000
"""Offers that are ranked first; the best of them are the hurdle for all the others."""
STRETCH_IDS = 200_000
"""After so many ids the hurdle is set anew; it only rises."""
WISHES_LIMIT, WISHED_OFFERS = 100, 20
"""The commonest wishes, and the offers that meet each: a shortlist holds 40."""


@dataclass(frozen=True, slots=True)
class Made:
    """A ranking as it is to be frozen: what is shown, and the reserve behind it."""

    rows: tuple[Ranked, ...]
    reserve: tuple[Ranked, ...]


async def made(connection: Connection, programme: Programme, day: date, now: datetime) -> Made:
    """The ranking of ``day``: by the weights of that day, pinned offers first, banned ones out."""
    scheme = await weighed(connection, programme, day)
    knowledge = await known(connection, now)
    rows = await ranked(
        connection, scheme, now, knowledge=knowledge, reserve=selection.reserve(scheme)
    )
    own = await pins.list_of(connection, base_of(scheme))
    missing = {pin.offer_id for pin in own} - {row.offer.id for row in rows}
    more = await explained(connection, scheme, missing, now, knowledge) if missing else ()
    placed = arranged([*more, *rows], own, scheme)
    size = scheme.shortlist_size
    return Made(placed[:size], placed[size : size + selection.reserve(scheme)])


async def ranked(
    connection: Connection,
    programme: Programme,
    now: datetime,
    *,
    knowledge: Knowledge | None = None,
    reserve: int = 0,
    sample_rows: int = SAMPLE_ROWS,
    stretch_ids: int = STRETCH_IDS,
) -> tuple[Ranked, ...]:
    """The best offers that ``programme`` may post now: its shortlist and ``reserve`` more.

    Those that people acted on and a sample of the others are ranked first; of the rest the
    database gives only what can still come among the best. Memory is flat.
    """
    knowledge = knowledge or await known(connection, now)
    is_in_range = selection.allowance(programme)
    banned = await bans.list_ids(connection, programme)
    best = Best(programme.shortlist_size + reserve)

    def is_allowed(each: Candidate) -> bool:
        return each.id not in banned and is_in_range(each)

    async def enter(
        pieces: AsyncIterator[list[Candidate]], known: Knowledge, but: Collection[int] = ()
    ) -> None:
        async for piece in pieces:
            fresh = [each for each in piece if each.id not in but]
            rankings.cut(best, fresh, known, programme.weights, is_allowed=is_allowed)

    postable = candidates.postable(programme, selection.fresh_since(programme, now))
    special = {*knowledge.actions, *knowledge.demand}
    await enter(candidates.stream_ids(connection, postable, special), knowledge)
    # Of all others these say the same, so they cannot tell between them.
    plain = replace(knowledge, actions={}, demand={})
    highest = await candidates.highest_id(connection)
    every = highest // sample_rows + 1
    await enter(candidates.stream(connection, postable, every=every), plain, special)
    for above in range(0, highest if every > 1 else 0, stretch_ids):
        passing = candidates.passing(*rankings.hurdle(best, plain, programme.weights))
        rest = [*postable, passing, *candidates.beside(every, above=above, limit=stretch_ids)]
        await enter(candidates.stream(connection, rest), plain, special)
    ids = [OfferId(each.id) for each in best.in_order()]
    found = await offers.list_by_ids(connection, ids)
    return rankings.rank(list(found.values()), knowledge, programme.weights, best.size)


async def explained(
    connection: Connection,
    scheme: Programme,
    ids: Collection[OfferId],
    now: datetime,
    knowledge: Knowledge | None = None,
) -> tuple[Ranked, ...]:
    """Those of ``ids`` that may be posted now, each with its score and reasons."""
    found = (await offers.list_by_ids(connection, ids)).values()
    fit = [offer for offer in found if selection.unfit(offer, scheme, now) is None]
    if not fit:
        return ()
    knowledge = knowledge or await known(connection, now)
    return rankings.rank(fit, knowledge, scheme.weights, len(fit))


async def weighed(connection: Connection, programme: Programme, day: date) -> Programme:
    """``programme`` with the weights that an operator set for ``day``, where one did."""
    found = await weights.find_on(connection, base_of(programme), day)
    if found is None:
        return programme
    return replace(programme, weights={**programme.weights, **found.weights})


def base_of(programme: Programme) -> str:
    """The name of the programme behind an assortment: pins and weights are set for it."""
    return programme.name.partition("@")[0]


async def known(connection: Connection, now: datetime) -> Knowledge:
    """What the catalogue and our own books know beside the offers themselves."""
    since = now - HISTORY
    moved = await candidates.list_moved(connection, since)
    usual = {each: selection.usual_price(history, now) for each, history in moved.items()}
    return Knowledge(
        demand=await _demand(connection, now),
        top_sales=await candidates.top_sales(connection),
        actions=await candidates.count_actions(connection, since),
        medians=factors.medians(await candidates.sample_prices(connection)),
        usual={each: price for each, price in usual.items() if price is not None},
        lows={each for each, history in moved.items() if selection.true_low(history, now)},
    )


async def _demand(connection: Connection, now: datetime) -> dict[int, Asked]:
    """Who asks for offers: people by words, from FEW on, and promoters by their taps."""
    since = now - ASKED_WITHIN
    wished: Counter[int] = Counter()
    for wish in await wishes.list_common(connection, people=FEW, since=since, limit=WISHES_LIMIT):
        for offer in await words.candidates(connection, wish.wanted, limit=WISHED_OFFERS):
            # Who wished in two ways is not known to be one person: the larger number counts.
            wished[offer.id] = max(wish.people, wished[offer.id])
    chosen = await taps.count_chosen(connection, since.date())
    passed = await taps.count_passed(connection, since.date())
    return {
        each: Asked(wished[each], chosen.get(OfferId(each), 0), passed.get(OfferId(each), 0))
        for each in {*wished, *chosen, *passed}
    }
