"""Keeping the full-text index of the live offers in step with them, on either engine.

SQLite has an FTS5 table without contents whose row ids are the places of the offers, so that the
best sold come first by themselves. It forgets a row only if told what it had been told, so the
terms must be the same for ever, or the index be built anew in a migration.

PostgreSQL has a table with the terms of each offer under GIN. GIN knows no order, so the table
is cut into tiers of the best sold, each with an index of its own, asked one after the other. The
place of an offer decides, not its tier: one in a wrong tier is found all the same, only later.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import TEXT as PG_TEXT
from sqlalchemy.dialects.postgresql import insert as insert_into
from sqlalchemy.dialects.sqlite import insert as insert_lite

from bot.domain.catalogue.matching import index_terms, place, searched, spellings
from storage.tables import offers, spelled_words

TIERS = (2_000, 8_000, 32_000, 128_000, 512_000)
"""How many of the best sold are in the first tier, in the first two, and so on; the rest is one.

A word that is in every tenth offer is asked of the first tier alone; a rare one of all, where
there is little to find.
"""
DRIFT = 2
"""A tier may grow or shrink by this factor before they are cut anew."""
HIGHEST = (1 << 63) - 1
BATCH_ROWS = 5_000
MERGED_PAGES = 2_000
"""Of the SQLite index, put in order after an import: about 8 MB."""


class Entry(NamedTuple):
    """What the index says of a live offer."""

    id: int
    title: str
    brand: str | None
    category: str | None
    sales: int | None

    @property
    def place(self) -> int:
        """Where it stands among all."""
        return place(self.id, self.sales)

    @property
    def text(self) -> str:
        """In what words are looked for."""
        return searched(self.title, self.brand, self.category)


COLUMNS = tuple(offers.c[name] for name in Entry._fields)


# ---------------------------------------------------------------- the parts of an engine


def creation(backend: str) -> Iterator[str]:
    """The DDL of the index for ``backend``, "sqlite" or "postgresql"."""
    if backend == "sqlite":
        yield (
            "CREATE VIRTUAL TABLE offer_words USING fts5"
            "(terms, content='', detail=none, columnsize=0, tokenize='ascii')"
        )
        return
    yield (
        "CREATE TABLE offer_words (offer_id BIGINT PRIMARY KEY, place BIGINT NOT NULL, "
        "tier SMALLINT NOT NULL, terms TSVECTOR NOT NULL)"
    )
    # The plan is the same whatever the words are: statistics of them would only cost time.
    yield "ALTER TABLE offer_words ALTER terms SET STATISTICS 0"
    yield "CREATE TABLE offer_tiers (tier SMALLINT PRIMARY KEY, ends_at BIGINT NOT NULL)"
    # While no tier is cut every offer is in the last one, which is asked last.
    for tier in range(len(TIERS)):
        yield f"INSERT INTO offer_tiers VALUES ({tier}, 0)"  # noqa: S608
    yield from _indexes()


def _indexes() -> Iterator[str]:
    yield "CREATE INDEX ix_offer_words_place ON offer_words (place)"
    for tier in range(len(TIERS) + 1):
        yield (
            f"CREATE INDEX ix_offer_words_terms_{tier} ON offer_words USING gin (terms) "
            f"WHERE tier = {tier}"
        )


def is_part(name: str) -> bool:
    """Whether a table of this name belongs to the index, and to one engine alone."""
    return name == "offer_tiers" or name == "offer_words" or name.startswith("offer_words_")


# ---------------------------------------------------------------- keeping


def put(connection: Connection, now: Sequence[Entry], before: Sequence[Entry] = ()) -> None:
    """The index says ``now`` of these live offers, in the place of what it said ``before``.

    Offers that are only in ``before`` leave the index.
    """
    said, wanted = {each.id: each for each in before}, {each.id: each for each in now}
    same = {each for each in wanted if said.get(each) == wanted[each]}
    gone = [entry for each, entry in said.items() if each not in same]
    fresh = [entry for each, entry in wanted.items() if each not in same]
    if connection.dialect.name == "sqlite":
        _change_sqlite(connection, gone, fresh)
    else:
        _change_postgresql(connection, [entry for entry in gone if entry.id not in wanted], fresh)
    _learn(connection, fresh)


def _change_sqlite(connection: Connection, gone: Sequence[Entry], fresh: Sequence[Entry]) -> None:
    rows = [("delete", each.place, " ".join(index_terms(each.text))) for each in gone]
    rows += [("", each.place, " ".join(index_terms(each.text))) for each in fresh]
    if rows:
        # In the order of the places, else FTS5 writes what it has gathered at each step back.
        rows.sort(key=lambda row: (row[1], not row[0]))
        connection.exec_driver_sql(
            "INSERT INTO offer_words (offer_words, rowid, terms) VALUES (nullif(?, ''), ?, ?)", rows
        )


_UPSERT = text(
    "INSERT INTO offer_words (offer_id, place, tier, terms) "
    "SELECT offer_id, place, (SELECT count(*) FROM offer_tiers WHERE ends_at <= place), "
    "array_to_tsvector(string_to_array(terms, ' ')) FROM unnest("
    "CAST(:ids AS BIGINT[]), CAST(:places AS BIGINT[]), CAST(:terms AS TEXT[])) "
    "AS given (offer_id, place, terms) "
    "ON CONFLICT (offer_id) DO UPDATE "
    "SET place = excluded.place, tier = excluded.tier, terms = excluded.terms"
).bindparams(
    bindparam("ids", type_=ARRAY(BigInteger)),
    bindparam("places", type_=ARRAY(BigInteger)),
    bindparam("terms", type_=ARRAY(PG_TEXT)),
)


def _change_postgresql(
    connection: Connection, gone: Sequence[Entry], fresh: Sequence[Entry]
) -> None:
    if gone:
        statement = text("DELETE FROM offer_words WHERE offer_id = ANY (CAST(:ids AS BIGINT[]))")
        connection.execute(statement, {"ids": [each.id for each in gone]})
    if fresh:
        # Always in one order, so that two imports at once do not wait for each other in a ring.
        ordered = sorted(fresh)
        values = {
            "ids": [each.id for each in ordered],
            "places": [each.place for each in ordered],
            "terms": [" ".join(index_terms(each.text)) for each in ordered],
        }
        connection.execute(_UPSERT, values)


def _learn(connection: Connection, fresh: Sequence[Entry]) -> None:
    """Words that were not known are, from now on; those of ended offers are not forgotten."""
    words = sorted({word for each in fresh for word in spellings(each.text)})
    if not words:
        return
    if connection.dialect.name == "sqlite":
        statement = insert_lite(spelled_words).on_conflict_do_nothing()
        connection.execute(statement, [{"word": word, "mirrored": word[::-1]} for word in words])
        return
    given = text(
        "SELECT word, reverse(word) FROM unnest(CAST(:words AS TEXT[])) AS word"
    ).bindparams(bindparam("words", words, type_=ARRAY(PG_TEXT)))
    columns = given.columns(spelled_words.c.word, spelled_words.c.mirrored)
    statement_of_many = insert_into(spelled_words).from_select(["word", "mirrored"], columns)
    connection.execute(statement_of_many.on_conflict_do_nothing())


# ---------------------------------------------------------------- settling and building


def settle(connection: Connection) -> None:
    """Put the index in order after an import: a bounded step each time."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            f"INSERT INTO offer_words (offer_words, rank) VALUES ('merge', {MERGED_PAGES})"  # noqa: S608
        )
        return
    if _have_drifted(connection):
        _cut_tiers(connection, "SELECT place FROM offer_words ORDER BY place OFFSET :size LIMIT 1")
        connection.execute(text(_MOVE))
    for tier in range(len(TIERS) + 1):
        # What came in last lies in a list that every question would read through.
        cleaning = text("SELECT gin_clean_pending_list(CAST(:name AS REGCLASS))")
        connection.execute(cleaning, {"name": f"ix_offer_words_terms_{tier}"})


_MOVE = (
    "UPDATE offer_words SET tier = fit FROM (SELECT offer_id AS id, (SELECT count(*) "
    "FROM offer_tiers WHERE ends_at <= place) AS fit FROM offer_words) AS wanted "
    "WHERE offer_id = id AND tier <> fit"
)


def _have_drifted(connection: Connection) -> bool:
    """Whether a tier is far from as large as it ought to be, or missing."""
    found = connection.execute(text("SELECT tier, ends_at FROM offer_tiers"))
    ends: dict[int, int] = {tier: end for tier, end in found}
    total = _count(connection, HIGHEST, TIERS[-1] * DRIFT)
    for tier, size in enumerate(TIERS):
        count = _count(connection, ends.get(tier, 0), size * DRIFT + 1)
        if count > size * DRIFT or (count * DRIFT < size and total >= size * DRIFT):
            return True
    return False


def _count(connection: Connection, end: int, limit: int) -> int:
    """How many offers stand before a place, counted to ``limit`` at most."""
    asked = text(
        "SELECT count(*) FROM (SELECT FROM offer_words WHERE place < :end "
        "ORDER BY place LIMIT :limit) AS counted"
    )
    return int(connection.execute(asked, {"end": end, "limit": limit}).scalar_one())


def _cut_tiers(connection: Connection, asked: str) -> None:
    """End each tier where ``asked`` says; one that would hold all is left empty."""
    connection.execute(text("DELETE FROM offer_tiers"))
    end = 0
    for tier, size in enumerate(TIERS):
        found = connection.execute(text(asked), {"size": size}).first()
        if found is not None:
            end = found[0] if len(found) == 1 else place(*found)
        values = {"tier": tier, "end": end}
        connection.execute(text("INSERT INTO offer_tiers VALUES (:tier, :end)"), values)


def rebuild(connection: Connection) -> None:
    """Build the index anew from the offers, a batch at a time."""
    connection.execute(delete(spelled_words))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO offer_words (offer_words) VALUES ('delete-all')")
    else:
        _clear(connection)
    last = 0
    wanted = select(*COLUMNS).where(offers.c.ended_at.is_(None)).order_by(offers.c.id)
    while True:
        found = connection.execute(wanted.where(offers.c.id > last).limit(BATCH_ROWS)).all()
        put(connection, [Entry._make(row) for row in found])
        if len(found) < BATCH_ROWS:
            break
        last = found[-1].id
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO offer_words (offer_words) VALUES ('optimize')")
        return
    for statement in _indexes():
        connection.exec_driver_sql(statement)


def _clear(connection: Connection) -> None:
    """Cut tiers by the offers; without indexes while rows come in, they are made at the end."""
    _cut_tiers(
        connection,
        "SELECT id, sales FROM offers WHERE ended_at IS NULL "
        "ORDER BY coalesce(sales, 0) DESC, id OFFSET :size LIMIT 1",
    )
    connection.exec_driver_sql("TRUNCATE offer_words")
    for statement in _indexes():
        connection.exec_driver_sql(f"DROP INDEX {statement.split()[2]}")
