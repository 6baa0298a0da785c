"""What the database itself refuses: unbalanced entries, and any change of what was written.

An entry points at its seal by a deferred foreign key, so it cannot be committed unsealed. The
seal is refused over lines that do not sum to zero per currency, a line is refused after the
seal, and what is append-only takes neither UPDATE nor DELETE (PostgreSQL: nor TRUNCATE). The
head of an account only goes forward.

On PostgreSQL, where lines are kept by months, a line must follow the head of its account, which
the database moves itself: so no place in a chain is taken twice. Triggers that stand on the
table see only what goes through it, so its partitions refuse to be written directly.
"""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

APPEND_ONLY = ("entries", "lines", "seals", "postbacks", "verdicts", "shares", "audit")

UNBALANCED = "the lines of an entry must sum to zero per currency"
SEALED = "this entry is sealed"
ENTERED = "a line must name its entry as a foreign key does"
FOLLOWS = "a line must follow the last one of its account"
FORWARD = "the head of an account only goes forward"
DIRECT = "write through the whole table, not into a part of it"


def statements(backend: str) -> Iterator[str]:
    """The DDL of every guard for ``backend``, "sqlite" or "postgresql"."""
    yield from _sqlite() if backend == "sqlite" else _postgresql()


def names() -> set[str]:
    """The names of the guards that stand on both engines; PostgreSQL has more."""
    changes = {f"{table}_no_{verb}" for table in APPEND_ONLY for verb in ("update", "delete")}
    return changes | {"seals_balance", "lines_sealed", "accounts_forward", "accounts_no_delete"}


async def missing(connection: AsyncConnection) -> set[str]:
    """The names of the guards that ought to stand and do not; empty when all is well.

    One that is switched off is as good as none, and so is one that a partition lacks.
    """
    if connection.dialect.name == "sqlite":
        catalogue = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        return names() - set(await connection.scalars(text(catalogue)))
    standing = {(table, name) for table, name in await connection.execute(text(_STANDING))}
    wanted = {(name.split("_")[0], name) for name in names() | _MORE_ON_POSTGRESQL}
    for table, partition in await connection.execute(text(_PARTITIONS)):
        wanted |= {(partition, f"{table}_{word}") for word in _ON_PARTITIONS}
    return {name for table, name in wanted - standing}


_MORE_ON_POSTGRESQL = {
    *(f"{table}_no_truncate" for table in (*APPEND_ONLY, "accounts")),
    "lines_follow",
}
_ON_PARTITIONS = ("no_update", "no_delete", "no_truncate", "no_direct")
_STANDING = (
    "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE NOT tgisinternal AND tgenabled <> 'D' "
    "AND relnamespace = current_schema()::regnamespace"
)
_PARTITIONS = (
    "SELECT parent.relname, child.relname FROM pg_inherits "
    "JOIN pg_class parent ON parent.oid = inhparent JOIN pg_class child ON child.oid = inhrelid "
    "WHERE parent.relname IN ('entries', 'lines') "
    "AND parent.relnamespace = current_schema()::regnamespace"
)


def _sqlite() -> Iterator[str]:
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            yield (
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
            )
    yield from sqlite_heads()
    yield (
        "CREATE TRIGGER seals_balance BEFORE INSERT ON seals WHEN "
        "(SELECT count(*) FROM lines WHERE entry_id = NEW.entry_id) < 2 OR EXISTS "
        "(SELECT 1 FROM lines WHERE entry_id = NEW.entry_id "
        "GROUP BY currency HAVING sum(amount_minor) <> 0) "
        f"BEGIN SELECT RAISE(ABORT, '{UNBALANCED}'); END"
    )
    yield (
        "CREATE TRIGGER lines_sealed BEFORE INSERT ON lines WHEN EXISTS "
        "(SELECT 1 FROM seals WHERE entry_id = NEW.entry_id) "
        f"BEGIN SELECT RAISE(ABORT, '{SEALED}'); END"
    )


def sqlite_heads() -> Iterator[str]:
    """The guards of the heads on SQLite, which may be there already."""
    yield (
        "CREATE TRIGGER IF NOT EXISTS accounts_forward BEFORE UPDATE ON accounts "
        f"WHEN {_BACKWARD} BEGIN SELECT RAISE(ABORT, '{FORWARD}'); END"
    )
    yield (
        "CREATE TRIGGER IF NOT EXISTS accounts_no_delete BEFORE DELETE ON accounts "
        f"BEGIN SELECT RAISE(ABORT, '{FORWARD}'); END"
    )


_BACKWARD = (
    "NEW.sequence < OLD.sequence OR NEW.account <> OLD.account OR NEW.currency <> OLD.currency"
)


def _postgresql() -> Iterator[str]:
    yield (
        "CREATE FUNCTION haowu_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% are append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation'; "
        "END $$"
    )
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            yield (
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION haowu_append_only()"
            )
        yield (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION haowu_append_only()"
        )
    # Once a statement, not once a row: a batch of a thousand entries is checked in one go.
    # Subqueries, not joins: a join would read all lines there are for every batch.
    yield (
        "CREATE FUNCTION haowu_seal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF EXISTS (SELECT 1 FROM fresh WHERE (SELECT count(*) FROM lines "
        "WHERE lines.entry_id = fresh.entry_id) < 2) OR EXISTS (SELECT 1 FROM fresh, "
        "LATERAL (SELECT sum(amount_minor) AS total FROM lines "
        "WHERE lines.entry_id = fresh.entry_id GROUP BY currency) AS sums "
        "WHERE sums.total <> 0) THEN "
        f"RAISE EXCEPTION '{UNBALANCED}' USING ERRCODE = 'check_violation'; END IF; "
        "RETURN NULL; END $$"
    )
    yield (
        "CREATE TRIGGER seals_balance AFTER INSERT ON seals REFERENCING NEW TABLE AS fresh "
        "FOR EACH STATEMENT EXECUTE FUNCTION haowu_seal()"
    )
    # First the entry, then its seal: who sees another session's entry sees its seal, too.
    yield (
        "CREATE FUNCTION haowu_sealed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF EXISTS (SELECT 1 FROM (SELECT DISTINCT entry_id FROM fresh) AS named WHERE "
        "(SELECT count(*) FROM entries WHERE entries.id = named.entry_id) = 0) THEN "
        f"RAISE EXCEPTION '{ENTERED}' USING ERRCODE = 'foreign_key_violation'; END IF; "
        "IF EXISTS (SELECT 1 FROM (SELECT DISTINCT entry_id FROM fresh) AS named WHERE "
        "(SELECT count(*) FROM seals WHERE seals.entry_id = named.entry_id) > 0) THEN "
        f"RAISE EXCEPTION '{SEALED}' USING ERRCODE = 'check_violation'; END IF; "
        "RETURN NULL; END $$"
    )
    yield (
        "CREATE TRIGGER lines_sealed AFTER INSERT ON lines REFERENCING NEW TABLE AS fresh "
        "FOR EACH STATEMENT EXECUTE FUNCTION haowu_sealed()"
    )
    yield from _postgresql_heads()


def _postgresql_heads() -> Iterator[str]:
    yield from _refusing("haowu_forward", FORWARD)
    yield (
        "CREATE TRIGGER accounts_forward BEFORE UPDATE ON accounts FOR EACH ROW "
        f"WHEN ({_BACKWARD}) EXECUTE FUNCTION haowu_forward()"
    )
    yield (
        "CREATE TRIGGER accounts_no_delete BEFORE DELETE ON accounts "
        "FOR EACH ROW EXECUTE FUNCTION haowu_forward()"
    )
    yield (
        "CREATE TRIGGER accounts_no_truncate BEFORE TRUNCATE ON accounts "
        "FOR EACH STATEMENT EXECUTE FUNCTION haowu_forward()"
    )
    # The lines of a statement, account by account, must be without a gap and begin right after
    # the head, whose row is locked until the end. By the index, however many accounts there are.
    yield (
        "CREATE FUNCTION haowu_follow() RETURNS trigger LANGUAGE plpgsql "
        "SET enable_hashjoin = off SET enable_mergejoin = off AS $$ DECLARE is_right boolean; "
        "BEGIN "
        "WITH placed AS MATERIALIZED (SELECT account, currency, sequence, balance_minor, hash, "
        "sequence - row_number() OVER chain AS stood, lead(sequence) OVER chain IS NULL AS is_last "
        "FROM fresh WINDOW chain AS (PARTITION BY account, currency ORDER BY sequence)), "
        "moved AS (UPDATE accounts SET sequence = placed.sequence, "
        "balance_minor = placed.balance_minor, last_hash = placed.hash FROM placed "
        "WHERE is_last AND accounts.account = placed.account "
        "AND accounts.currency = placed.currency AND accounts.sequence = stood RETURNING 1), "
        "opened AS (INSERT INTO accounts (account, currency, sequence, balance_minor, last_hash) "
        "SELECT account, currency, sequence, balance_minor, hash FROM placed "
        "WHERE is_last AND stood = 0 AND NOT EXISTS (SELECT 1 FROM accounts known "
        "WHERE known.account = placed.account AND known.currency = placed.currency) RETURNING 1) "
        "SELECT (SELECT count(*) FROM moved) + (SELECT count(*) FROM opened) "
        "= (SELECT count(*) FROM placed WHERE is_last) AND NOT EXISTS (SELECT 1 FROM placed "
        "GROUP BY account, currency HAVING min(stood) <> max(stood)) INTO is_right; "
        f"IF NOT is_right THEN RAISE EXCEPTION '{FOLLOWS}' USING ERRCODE = 'unique_violation'; "
        "END IF; RETURN NULL; END $$"
    )
    yield (
        "CREATE TRIGGER lines_follow AFTER INSERT ON lines REFERENCING NEW TABLE AS fresh "
        "FOR EACH STATEMENT EXECUTE FUNCTION haowu_follow()"
    )
    yield from _refusing("haowu_direct", DIRECT)


def _refusing(function: str, why: str) -> Iterator[str]:
    yield (
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{why}' USING ERRCODE = 'check_violation'; END $$"
    )


def on_partition(table: str, partition: str) -> Iterator[str]:
    """The DDL of what guards one ``partition`` of ``table``; row triggers it inherits.

    A statement fires the triggers of the table that it names: rows that come through the whole
    table fire none of these.
    """
    yield (
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {partition} "
        "FOR EACH STATEMENT EXECUTE FUNCTION haowu_append_only()"
    )
    yield (
        f"CREATE TRIGGER {table}_no_direct BEFORE INSERT ON {partition} "
        "FOR EACH STATEMENT EXECUTE FUNCTION haowu_direct()"
    )


def removal() -> str:
    """The DDL that takes every guard down on PostgreSQL, for a migration that puts them up anew."""
    functions = ("append_only", "seal", "sealed", "forward", "follow", "direct")
    return f"DROP FUNCTION IF EXISTS {', '.join(f'haowu_{name}()' for name in functions)} CASCADE"
