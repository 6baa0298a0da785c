"""What is tried against the money rules in plain SQL, and what is lawful."""

from collections.abc import Mapping, Sequence

from storage.guards import APPEND_ONLY

FIRST = 2_611_000_000_000_001
"""The id of the first entry; on PostgreSQL an entry's id begins with its year and month."""
MADE = 5
"""Entries that are there before anything is tried."""

Statements = Sequence[str]


def entry(number: int, seal: int | None = None) -> str:
    """An entry that waits for its seal."""
    return (
        "INSERT INTO entries (id, kind, reason, at, seal_id) VALUES "
        f"({FIRST + number}, 'x', 'x', '2026-11-22 00:00:00', {seal or FIRST + number})"
    )


def line(number: int, account: str, amount: int, currency: str = "CNY", sequence: int = 1) -> str:
    """A line of an entry, on an account of its own unless told."""
    return (
        "INSERT INTO lines (account, currency, sequence, entry_id, amount_minor, balance_minor, "
        f"previous_hash, hash) VALUES ('{account}', '{currency}', {sequence}, {FIRST + number}, "
        f"{amount}, {amount}, '', '')"
    )


def seal(number: int) -> str:
    """The seal of an entry."""
    return f"INSERT INTO seals (entry_id) VALUES ({FIRST + number})"


def balanced(number: int) -> Statements:
    """A whole entry as it must be."""
    return [entry(number), line(number, f"a{number}", 5), line(number, f"b{number}", -5),
            seal(number)]  # fmt: skip


def share(party: str, promoter: str, level: str) -> str:
    """A share of the one conversion there is."""
    return (
        "INSERT INTO shares (conversion_id, party, promoter_id, level, share_bps) "
        f"VALUES (1, '{party}', {promoter}, {level}, 1000)"
    )


AT = "'2026-11-22 00:00:00'"
SETTING: Statements = (
    f"INSERT INTO marketplaces (name, added_at, is_self_purchase_paid) VALUES ('feed', {AT}, TRUE)",
    f"INSERT INTO people (id, telegram_id, name, language, met_at) VALUES (1, 1, 'L', 'zh', {AT})",
    "INSERT INTO promoters (person_id, programme, status, level, joined_at) "
    f"VALUES (1, 'fenxiang', 'active', 'starter', {AT})",
    "INSERT INTO conversions (id, marketplace, order_id, row_id, state, native_status, "
    "commission_minor, amount_minor, currency, ordered_at, updated_at, is_frozen, is_released, "
    f"received_at) VALUES (1, 'feed', 'O', '1', 'created', 'x', 1, 1, 'CNY', {AT}, {AT}, FALSE, "
    f"FALSE, {AT})",
    f"INSERT INTO postbacks (id, marketplace, source, raw, received_at) VALUES (1, 'feed', 'http', "
    f"'x', {AT})",
    "INSERT INTO verdicts (postback_id, result, detail, conversion_id, judged_at) "
    f"VALUES (1, 'credited', '', 1, {AT})",
    f"INSERT INTO audit (at, actor, action, subject, reason) VALUES ({AT}, 'x', 'x', 'x', 'x')",
    share("level1", "1", "1"),
    f"INSERT INTO accounts VALUES ('head', 'CNY', 5, 0, '{'0' * 64}')",
    *(statement for number in range(MADE) for statement in balanced(number)),
)
"""What is lawful, and is there before anything is tried."""

N = MADE + 1
"""The number of an entry that is tried."""
VERDICT = (
    "INSERT INTO verdicts (postback_id, result, detail, conversion_id, judged_at) "
    f"VALUES ({{}}, 'credited', '', 1, {AT})"
)
ATTEMPTS: Mapping[str, Statements] = {
    "a share of level 3": [share("level3", "1", "3")],
    "a share of level 0": [share("level0", "1", "0")],
    "a person's share without a level": [share("level2", "1", "NULL")],
    "a level without a person": [share("level2", "NULL", "2")],
    "two shares of level 1": [share("again", "1", "1")],
    "a share of nobody we know": [share("level2", "99", "2")],
    "an unbalanced entry": [entry(N), line(N, "a", 5), line(N, "b", -4), seal(N)],
    "an entry that balances over two currencies": [
        entry(N), line(N, "a", 5), line(N, "b", -5, "USD"), seal(N)
    ],
    "an entry of one line": [entry(N), line(N, "a", 5), seal(N)],
    "an entry of no line": [entry(N), seal(N)],
    "an entry without a seal": [entry(N), line(N, "a", 5), line(N, "b", -5)],
    "an entry under another's seal": [entry(N, FIRST), line(N, "a", 5), line(N, "b", -5)],
    "a seal without an entry": [seal(N)],
    "a second seal": [seal(0)],
    "a line after the seal": [line(0, "late", 5)],
    "two lines after the seal that balance": [line(0, "late", 5), line(0, "later", -5)],
    "a line of nothing": [*balanced(N)[:3], line(N, "c", 0), seal(N)],
    "a line without an entry": [line(N, "a", 5)],
    "a place in a chain taken twice": [
        entry(N), line(N, "a0", 5, sequence=1), line(N, "b", -5), seal(N)
    ],
    "two lines of an entry on one account": [
        entry(N), line(N, "a", 5), line(N, "a", -5, sequence=2), seal(N)
    ],
    "a head that goes back": ["UPDATE accounts SET sequence = 4 WHERE account = 'head'"],
    "a head that is another's": ["UPDATE accounts SET account = 'x' WHERE account = 'head'"],
    "DELETE of accounts": ["DELETE FROM accounts"],
    "a second verdict": [VERDICT.format(1)],
    "a verdict on nothing": [VERDICT.format(99)],
    "a second conversion of a row": [
        "INSERT INTO conversions SELECT 2, " + ", ".join(
            ("marketplace", "order_id", "row_id", "sub_id", "state", "native_status",
             "commission_minor", "amount_minor", "currency", "ordered_at", "updated_at",
             "is_frozen", "settled_at", "payable_at", "is_released", "received_at", "link_code",
             "offer_id", "group_id", "promoter_id", "inviter_id", "terms", "decided_by",
             "clicked_at", "reasons")
        ) + " FROM conversions"
    ],
    **{f"UPDATE of {table}": [f"UPDATE {table} SET {column} = {column}"] for table, column in (
        ("entries", "reason"), ("lines", "amount_minor"), ("seals", "entry_id"),
        ("postbacks", "raw"), ("verdicts", "result"), ("shares", "share_bps"), ("audit", "reason"),
    )},
    **{f"DELETE of {table}": [f"DELETE FROM {table}"] for table in APPEND_ONLY},
}  # fmt: skip
ON: Mapping[str, Mapping[str, Statements]] = {
    "sqlite": {
        f"REPLACE in {table}": [f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"]
        for table in APPEND_ONLY
    },
    "postgresql": {
        **{f"TRUNCATE of {table}": [f"TRUNCATE {table} CASCADE"] for table in APPEND_ONLY},
        "a gap in a chain": [
            entry(N),
            line(N, "a", 5, sequence=2),
            line(N, "b", -5),
            seal(N),
        ],
        "UPDATE by a conflict": [
            f"{VERDICT.format(1)} ON CONFLICT (postback_id) DO UPDATE SET result = 'orphan'"
        ],
        "DELETE in a common table": [
            "WITH gone AS (DELETE FROM seals RETURNING *) SELECT count(*) FROM gone"
        ],
        "UPDATE through MERGE": [
            "MERGE INTO verdicts USING postbacks ON postback_id = id "
            "WHEN MATCHED THEN UPDATE SET result = 'orphan'"
        ],
    },
}
PARTITIONS = (
    "SELECT parent.relname, child.relname FROM pg_inherits "
    "JOIN pg_class parent ON parent.oid = inhparent JOIN pg_class child ON child.oid = inhrelid "
    "WHERE parent.relname IN ('entries', 'lines') ORDER BY 1, 2"
)
