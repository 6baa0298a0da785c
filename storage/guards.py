"""What the database itself refuses: unbalanced entries, and any change of what was written.

An entry points at its seal by a deferred foreign key, so it cannot be committed unsealed. The
seal is refused over lines that do not sum to zero per currency, a line is refused after the
seal, and what is append-only takes neither UPDATE nor DELETE (PostgreSQL: nor TRUNCATE).
"""

from collections.abc import Iterator

APPEND_ONLY = ("entries", "lines", "seals", "postbacks", "verdicts", "shares", "audit")

UNBALANCED = "the lines of an entry must sum to zero per currency"
SEALED = "this entry is sealed"


def statements(backend: str) -> Iterator[str]:
    """The DDL of every guard for ``backend``, "sqlite" or "postgresql"."""
    yield from _sqlite() if backend == "sqlite" else _postgresql()


def names() -> set[str]:
    """The names of all guards, the same on both engines but for TRUNCATE."""
    changes = {f"{table}_no_{verb}" for table in APPEND_ONLY for verb in ("update", "delete")}
    return changes | {"seals_balance", "lines_sealed"}


def _sqlite() -> Iterator[str]:
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            yield (
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
            )
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
    yield (
        "CREATE FUNCTION haowu_sealed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF EXISTS (SELECT 1 FROM fresh WHERE (SELECT count(*) FROM seals "
        "WHERE seals.entry_id = fresh.entry_id) > 0) THEN "
        f"RAISE EXCEPTION '{SEALED}' USING ERRCODE = 'check_violation'; END IF; "
        "RETURN NULL; END $$"
    )
    yield (
        "CREATE TRIGGER lines_sealed AFTER INSERT ON lines REFERENCING NEW TABLE AS fresh "
        "FOR EACH STATEMENT EXECUTE FUNCTION haowu_sealed()"
    )
