"""What a promoter types into a search, found by the index; or, in few offers, letter by letter."""

from collections.abc import AsyncIterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.catalogue.matching import begun, phrase, phrases, searched_of
from bot.domain.records import Offer
from storage.catalogue import candidates, popular
from storage.catalogue.offers import read
from storage.catalogue.words import meeting
from storage.tables import offers

PAGE_ROWS = 100
LOOKED_AT = 2_000
"""Offers of one search at most that a programme may refuse before it is given up."""
SCANNED = 10_000
"""Offers that are read through within some 20 ms; of more only the best sold are."""


async def search(connection: AsyncConnection, words: Sequence[str]) -> AsyncIterator[Offer]:
    """Live offers that hold every one of the folded ``words``, the best sold first.

    Parts of Chinese words and beginnings of others count. Where the index has none any letters
    and signs of title and brand do; where offers are many, of the best sold.
    """
    wanted = begun(phrases([word] for word in words))
    signs = [word for word in words if phrase(word) is None]
    count, last = 0, -1
    while wanted and count < LOOKED_AT:
        page = await meeting(connection, wanted, limit=PAGE_ROWS, after=last)
        for offer in page.values():
            if all(sign in searched_of(offer.facts) for sign in signs):
                yield offer
        count += len(page)
        if len(page) < PAGE_ROWS:
            break
        last = max(page)
    if count:
        return
    if await candidates.highest_id(connection) > SCANNED:
        for offer in await popular.holding(connection, words):
            yield offer
    else:
        async for offer in _scan(connection, words):
            yield offer


async def _scan(connection: AsyncConnection, words: Sequence[str]) -> AsyncIterator[Offer]:
    statement = (
        select(offers)
        .where(
            offers.c.ended_at.is_(None),
            *(offers.c.search.contains(word, autoescape=True) for word in words),
        )
        .order_by(func.coalesce(offers.c.sales, 0).desc(), offers.c.id)
    )
    async with connection.stream(statement) as rows:
        async for row in rows:
            yield read(row)
