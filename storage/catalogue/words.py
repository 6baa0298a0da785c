"""Finding offers by words: by the full-text index of either engine, the best sold first."""

import json
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, Select, Text, bindparam, column, func, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.catalogue.matching import (
    ID_BITS,
    Phrase,
    Term,
    begun,
    fold,
    phrase,
    phrases,
    searched_of,
    spellings,
    stem,
)
from bot.domain.catalogue.spelling import slips, tolerance
from bot.domain.records import Offer, OfferFacts, OfferId
from storage.catalogue.indexing import TIERS
from storage.catalogue.offers import FIELDS, bans_of
from storage.catalogue.tongues import Tongue, but_one, tongue_of
from storage.tables import offers, spelled_words

PAGES = 5
"""How often more is asked for when pairs of characters met and the words did not."""
CLOSE = 4
"""Times as many are looked at as are wanted, where the closest are not the best sold."""
SPELLINGS = 8
NEARLY = 0.8
"""What a word counts that is there with a slip."""
KNOWN_WORDS = 5_000
"""Words compared letter by letter at most."""

Concepts = Sequence[Sequence[str]]


async def candidates(
    connection: AsyncConnection, concepts: Concepts, *, limit: int = 100
) -> list[Offer]:
    """Live offers that meet every one of ``concepts`` by any of its alternatives.

    The best sold come first. Parts of Chinese words count, English words count without their
    plural; one that is no word of any offer may be the beginning of some.
    """
    wanted = phrases(concepts)
    found = await meeting(connection, wanted, limit=limit)
    unknown = await _unknown(connection, wanted) if len(found) < limit else set()
    if unknown:
        more = await meeting(connection, begun(wanted, unknown), limit=limit)
        for where, offer in more.items():
            if len(found) == limit:
                break
            found.setdefault(where, offer)
    return [offer for _, offer in sorted(found.items(), key=itemgetter(0))]


async def nearest(
    connection: AsyncConnection, concepts: Concepts, *, limit: int = 50
) -> list[Offer]:
    """Live offers that meet ``concepts`` best where none meets them all: most of them, nearly.

    A word counts in part by the pairs of characters that it shares, or by one slip.
    """
    wanted = phrases(concepts)
    if not wanted:
        return []
    tongue = tongue_of(connection)
    meant = await _meant(connection, wanted, concepts)
    close = [_closely(tongue, concept, meant) for concept in wanted]
    tries = [tongue.all(close)]
    if len(wanted) > 1:
        exactly = [tongue.concept(concept) for concept in wanted]
        tries.insert(0, tongue.any(map(tongue.all, but_one(exactly))))
        tries += [tongue.any(map(tongue.all, but_one(close))), tongue.any(close)]
    found: dict[int, Offer] = {}
    for query in tries:
        if len(found) < limit:
            found |= await _page(connection, query, limit=limit * CLOSE)
    return _closest(wanted, meant, found)[:limit]


async def spelled(connection: AsyncConnection, word: str) -> list[str]:
    """Words of live offers that are one slip from ``word``, or two when it is long; best first.

    Of words equally near that of the best sold offer is first, and no plural beside its word.
    Such a word begins or ends as the wrong one does, so that an index finds it.
    """
    wrong = fold(word)
    limit = tolerance(wrong)
    if not limit or not wrong.isalpha():
        return []
    known = await connection.scalars(_alike(wrong, (len(wrong) - limit) // (limit + 1), limit))
    near = sorted(
        (count, each[0] != wrong[0], each)
        for each in known
        if (count := slips(wrong, each, limit=limit))
    )
    tongue, some = tongue_of(connection), near[:SPELLINGS]
    asked = [tongue.term(Term(stem(each))) for *_, each in some]
    places = await _best_places(connection, asked)
    found = sorted(
        (slipped, where, each)
        for (*slipped, each), where in zip(some, places, strict=True)
        if where is not None
    )
    best: dict[str, str] = {}
    for *_, each in found:
        best.setdefault(stem(each), each)
    return list(best.values())


# ---------------------------------------------------------------- asking the index


async def meeting(
    connection: AsyncConnection, wanted: Sequence[Sequence[Phrase]], *, limit: int, after: int = -1
) -> dict[int, Offer]:
    """At most ``limit`` live offers that meet all of ``wanted``, by their places past ``after``.

    Each is looked at again where its terms alone cannot tell.
    """
    if not wanted:
        return {}
    tongue = tongue_of(connection)
    query = tongue.all(map(tongue.concept, wanted))
    doubtful = [concept for concept in wanted if not all(each.is_certain for each in concept)]
    found: dict[int, Offer] = {}
    for _ in range(PAGES):
        page = await _page(connection, query, after=after, limit=limit)
        for where, offer in page.items():
            if not doubtful or _meets(doubtful, searched_of(offer.facts)):
                found[where] = offer
        if len(page) < limit or len(found) >= limit:
            break
        after = max(page)
    return dict(sorted(found.items())[:limit])


async def _unknown(connection: AsyncConnection, wanted: Iterable[Iterable[Phrase]]) -> set[str]:
    """Those last words that may be beginnings and stand whole in no offer, as far as is known.

    What begins like a common word is looked up long, and is seldom meant.
    """
    last = {each.words[-1] for concept in wanted for each in concept if each.can_begin}
    if not last:
        return last
    known = select(spelled_words.c.word).where(spelled_words.c.word.in_(last))
    return last - set(await connection.scalars(known))


def _meets(concepts: Iterable[Iterable[Phrase]], text: str) -> bool:
    return all(any(each.stands_in(text) for each in concept) for concept in concepts)


async def _meant(
    connection: AsyncConnection, wanted: Sequence[Sequence[Phrase]], concepts: Concepts
) -> dict[str, list[Phrase]]:
    """Of each word that is looked for those it may have been meant for, as it was typed first.

    What is wrong in "mattrses" is its end, which looks like a plural's.
    """
    typed = {each for concept in concepts for one in concept for each in spellings(fold(one))}
    words = dict.fromkeys(word for concept in wanted for each in concept for word in each.words)
    meant = {}
    for word in words:
        forms = sorted({word, *(each for each in typed if stem(each) == word)}, key=len)
        known = [each for form in reversed(forms) for each in await spelled(connection, form)]
        meant[word] = list(dict.fromkeys(made for each in known if (made := phrase(each))))
    return meant


def _closely(tongue: Tongue, concept: Sequence[Phrase], meant: Mapping[str, list[Phrase]]) -> str:
    """A query of what nearly meets a concept: with a wrong character, or a slip in a word."""
    parts = [part for each in concept for part in tongue.partly(each)]
    words = dict.fromkeys(word for each in concept for word in each.words)
    return tongue.any([*parts, *(tongue.phrase(made) for word in words for made in meant[word])])


def _closest(
    wanted: Sequence[Sequence[Phrase]],
    meant: Mapping[str, list[Phrase]],
    found: Mapping[int, Offer],
) -> list[Offer]:
    """Those that meet the most first, and of equals the best sold."""
    judged = []
    for where, offer in found.items():
        said = searched_of(offer.facts)
        met = sum(max(_nearness(each, meant, said) for each in concept) for concept in wanted)
        judged.append((-met, where, offer))
    return [offer for *_, offer in sorted(judged, key=itemgetter(0, 1))]


def _nearness(wanted: Phrase, meant: Mapping[str, list[Phrase]], text: str) -> float:
    """1 where a text meets a phrase, less by the share of the terms that it lacks."""
    if wanted.stands_in(text):
        return 1.0
    met = 0.0
    for term in wanted.terms:
        if term.text not in meant:
            met += term.text in text
        else:
            # The likeliest word first, each next one a little less.
            shares = (
                NEARLY ** (at + 1)
                for at, each in enumerate(meant[term.text])
                if each.stands_in(text)
            )
            met += next(shares, 0)
    return met / (len(wanted.terms) + 1)


def _alike(wrong: str, size: int, limit: int) -> Select[Any]:
    """Known words of about the length of ``wrong`` that share a piece of ``size`` with it."""
    mirrored = wrong[::-1]
    pieces = [
        place.between(piece, f"{piece}\U0010ffff")
        for place, piece in (
            (spelled_words.c.word, wrong[:size]),
            (spelled_words.c.mirrored, mirrored[:size]),
        )
    ]
    length = func.length(spelled_words.c.word)
    return (
        select(spelled_words.c.word)
        .where(or_(*pieces), length.between(len(wrong) - limit, len(wrong) + limit))
        .limit(KNOWN_WORDS)
    )


_NAMES = ("id", "marketplace", "seen_at", "bans", *FIELDS)
_COLUMNS = ", ".join(f"offers.{name}" for name in _NAMES)
_TYPED: tuple[Any, ...] = tuple(offers.c[name] for name in _NAMES)

_ON_SQLITE = (
    f"SELECT place, {_COLUMNS} FROM (SELECT rowid AS place FROM offer_words "  # noqa: S608
    "WHERE offer_words MATCH :query AND rowid > :after ORDER BY rowid LIMIT :limit) "
    f"CROSS JOIN offers ON offers.id = (place & {(1 << ID_BITS) - 1})"
)
_TIER = (
    "(SELECT offer_id, place FROM offer_words WHERE tier = {tier} AND place + 0 > :after "
    # A sum is in no index: the words are looked up, and what they find is put in order.
    "AND terms @@ CAST(:query AS TSQUERY) ORDER BY place + 0 LIMIT :limit)"
)
_ON_POSTGRESQL = (
    f"SELECT place, {_COLUMNS} FROM (SELECT * FROM ("  # noqa: S608
    + " UNION ALL ".join(_TIER.format(tier=tier) for tier in range(len(TIERS) + 1))
    + ") AS tiers LIMIT :limit) AS best JOIN offers ON offers.id = offer_id"
)


def _statement(said: str) -> Any:
    typed = text(said).bindparams(bindparam("query", type_=Text()))
    return typed.columns(column("place", BigInteger), *_TYPED)


_STATEMENTS = {"sqlite": _statement(_ON_SQLITE), "postgresql": _statement(_ON_POSTGRESQL)}


async def _page(
    connection: AsyncConnection, query: str, *, limit: int, after: int = -1
) -> dict[int, Offer]:
    """The next ``limit`` offers past a place that an index finds by ``query``, by their places."""
    values = {"query": query, "after": after, "limit": limit}
    rows = await connection.execute(_STATEMENTS[connection.dialect.name], values)
    return {
        where: Offer(OfferId(each), marketplace, OfferFacts(*facts), seen_at, None, bans_of(bans))
        for where, each, marketplace, seen_at, bans, *facts in rows
    }


_BEST_ON_SQLITE = text(
    "SELECT (SELECT rowid FROM offer_words WHERE offer_words MATCH given.value "
    "ORDER BY rowid LIMIT 1) FROM json_each(:queries) AS given ORDER BY given.key"
)
_BEST_OF_TIER = (
    "(SELECT place FROM offer_words WHERE tier = {tier} "
    "AND terms @@ CAST(said AS TSQUERY) ORDER BY place + 0 LIMIT 1)"
)
_BEST_ON_POSTGRESQL = text(
    "SELECT coalesce("  # noqa: S608
    + ", ".join(_BEST_OF_TIER.format(tier=tier) for tier in range(len(TIERS) + 1))
    + ") FROM unnest(CAST(:queries AS TEXT[])) WITH ORDINALITY AS given (said, nth) ORDER BY nth"
).bindparams(bindparam("queries", type_=ARRAY(Text)))


async def _best_places(connection: AsyncConnection, queries: list[str]) -> list[int | None]:
    """Where the best sold offer of each query stands; None where it finds none."""
    if not queries:
        return []
    if connection.dialect.name == "sqlite":
        given = {"queries": json.dumps(queries)}
        return list(await connection.scalars(_BEST_ON_SQLITE, given))
    return list(await connection.scalars(_BEST_ON_POSTGRESQL, {"queries": queries}))
