"""Mutants that no test finds, each with the reason why none needs to."""

_SYMMETRIC = "the comparison is symmetric: which side stands first changes nothing"
_NO_CODE = "one character is no code either, so what is absent still reads as none"
_ABSENT = "a header that is taken for “x” where it is absent is no signature either"

SURVIVORS: dict[str, str] = {
    "bot/domain/books/commission.py split: False for True": (
        "parties and amounts are equally many: one is made from the other"
    ),
    "bot/domain/books/conversions.py judge: '' for ' '": "an orphan has one reason, never two",
    "bot/domain/books/conversions.py dated: removed in"
    " `if settled_at is None: return conversion`": "what it saves is a copy that says the same",
    "bot/domain/books/conversions.py _blank: True for False": (
        "whether a first row is frozen is written over it at once"
    ),
    "bot/domain/books/conversions.py _filled: arguments swapped in"
    " `min(new.ordered_at, old.ordered_at)`": _SYMMETRIC,
    "bot/domain/books/ledger.py _assert_balanced: other sign in"
    " `sums.get(currency, 0) + amount_minor`": (
        "the sum with the other sign is zero exactly when the sum is"
    ),
    "bot/domain/links/subids.py read: 'x' for ''": _NO_CODE,
    "storage/posts/outbox.py release: arguments swapped in"
    " `unlocked(posts.c.bot_id == bot_id, posts.c.state == PostState.LEASED, `": (
        "conditions hold together in whatever order they stand"
    ),
    "storage/posts/outbox.py fence: removed in `if not ids: return set()`": (
        "what it saves is a question about no post, whose answer is none"
    ),
    "handlers/web/postback.py assert_key: arguments swapped in"
    " `hmac.compare_digest(offered, key.encode())`": _SYMMETRIC,
    "handlers/web/postback.py assert_signed: arguments swapped in"
    " `hmac.compare_digest(right, one)`": _SYMMETRIC,
    "handlers/web/postback.py assert_signed: 'x' for ''": _ABSENT,
    "handlers/web/postback.py assert_signed: 'x' for '' (2)": _ABSENT,
    "handlers/web/postback.py assert_signed: 'x' for '' (3)": _ABSENT,
    "handlers/web/postback.py assert_signed: other LtE in"
    " `len(timestamp) <= len('253402300799')`": (
        "a time of twelve digits is a thousand years away, and stale by that"
    ),
}
