"""The linter of terms and scripts: what no programme may do, each refusal citing its rule [§9]."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.posts.claims import banned, forced

LEVELS_LIMIT = 2
"""Paid levels: the promoter of the link and the direct inviter [S1]; a third is a pyramid."""

FEES = ("fee_minor", "deposit_minor", "purchase_minor")
"""What somebody might have to pay in order to join, by whatever name."""
PER_HEAD = ("per_head_minor", "cash_minor", "bonus_minor")
"""Money for a recruit: 100 yuan, and elsewhere 150, in the documents [S4]."""
NO_SELF_PURCHASE = frozenset(("amazon",))
"""Marketplaces whose own rules forbid a commission on what one buys oneself [§6.2]."""

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that may not be, with the rule that it breaks and what broke it."""

    rule: str
    """One of RULES."""
    reason: str
    source: str
    """The rule's place: the product page and the source document."""
    at: tuple[str | int, ...] = ()
    """Where it stands: keys, and places in lists of tables."""
    said: str | None = None
    """The sentence that was refused."""


RULES: Mapping[str, str] = {
    "two-levels": "§6.2, §9 [S1]",
    "level-order": "§9 [S1]",
    "entry-fee": "§2, §9 [S3]",
    "head-count": "§6.3, §9 [S4]",
    "head-count-salary": "§2, §9 [S3]",
    "coupon-cash": "§6.3 [S4]",
    "self-purchase": "§6.2, §9",
    "disclosure": "§9",
    "banned-claim": "§5, §9 [S2]",
    "forced-sharing": "§7 [S0]",
}
"""Every rule, and where it is written."""


def banned_claims(text: str) -> tuple[Refusal, ...]:
    """Every banned claim in ``text``, whatever blanks, dots, widths or case it hides behind."""
    return tuple(
        _refusal("banned-claim", f"“{claim}” promises what nobody can keep.", said=text)
        for claim in banned(text)
    )


def forced_sharing(text: str) -> tuple[Refusal, ...]:
    """Every word in ``text`` that makes people share or beg for a price."""
    return tuple(
        _refusal("forced-sharing", f"“{claim}” makes people share or beg.", said=text)
        for claim in forced(text)
    )


def broken_by(text: str) -> tuple[Refusal, ...]:
    """Everything in the words of a post that breaks a rule."""
    return (*banned_claims(text), *forced_sharing(text))


def lint(document: Table) -> tuple[Refusal, ...]:
    """Everything in a programme's parsed TOML ``document`` that breaks a rule, in its order."""
    return (
        *_terms(document),
        *_joining(document),
        *_self_purchase(document),
        *_disclosure(document),
        *_scripts(document),
    )


def _refusal(
    rule: str, reason: str, at: tuple[str | int, ...] = (), said: str | None = None
) -> Refusal:
    return Refusal(rule, reason, RULES[rule], at, said)


def _terms(document: Table) -> Iterator[Refusal]:
    for place, value in enumerate(_list(document.get("terms"))):
        table = _table(value)
        levels = [level for level in _list(table.get("levels")) if isinstance(level, int)]
        at = ("terms", place, "levels")
        if len(levels) > LEVELS_LIMIT:
            yield _refusal("two-levels", f"{len(levels)} paid levels; at most two are.", at)
        if len(levels) > 1 and levels[1] > levels[0]:
            yield _refusal("level-order", "level 2 is paid above level 1.", at)
        yield from _community(table, place, levels)


def _community(table: Table, place: int, levels: Sequence[int]) -> Iterator[Refusal]:
    """The gold owner's share is the second level: beside others, or in parts, it is a third."""
    parts = [part for part in _list(table.get("community")) if isinstance(part, int)]
    at = ("terms", place, "community")
    if len(parts) > LEVELS_LIMIT or (parts and len(levels) > 1):
        yield _refusal("two-levels", "the community share reaches a third paid level.", at)
    if len(parts) > 1 and parts[1] > parts[0]:
        yield _refusal("level-order", "the community is paid above the shop's own owner.", at)


def _joining(document: Table) -> Iterator[Refusal]:
    joining, recruiting = _table(document.get("joining")), _table(document.get("recruiting"))
    for key in FEES:
        if joining.get(key):
            yield _refusal("entry-fee", f"“{key}”: joining is free.", ("joining", key))
    for key in PER_HEAD:
        if recruiting.get(key):
            yield _refusal("head-count", f"“{key}” pays for recruits.", ("recruiting", key))
    for place, step in enumerate(_list(recruiting.get("salary"))):
        said = f"a salary for {_table(step).get('recruits', 'so many')} recruits pays by heads."
        yield _refusal("head-count-salary", said, ("recruiting", "salary", place))
    if recruiting.get("salary") and not _list(recruiting["salary"]):
        said = "a salary for recruits pays by heads."
        yield _refusal("head-count-salary", said, ("recruiting", "salary"))
    if recruiting.get("coupon_is_cash"):
        at = ("recruiting", "coupon_is_cash")
        yield _refusal("coupon-cash", "a coupon for an invitation is never cash.", at)


def _self_purchase(document: Table) -> Iterator[Refusal]:
    named = _list(_table(document.get("catalogue")).get("marketplaces"))
    forbidding = [name for name in named if name in NO_SELF_PURCHASE]
    if not forbidding:
        return
    reason = f"{', '.join(forbidding)} forbids a commission on own purchases."
    if _table(document.get("members")).get("can_buy"):
        yield _refusal("self-purchase", reason, ("members", "can_buy"))
    for place, terms in enumerate(_list(document.get("terms"))):
        if _table(terms).get("is_self_purchase_paid", True):
            at = ("terms", place, "is_self_purchase_paid")
            yield _refusal("self-purchase", reason, at)


def _disclosure(document: Table) -> Iterator[Refusal]:
    if document.get("disclosure") is False:
        said = "the disclosure on posts cannot be switched off."
        yield _refusal("disclosure", said, ("disclosure",))


def _scripts(document: Table) -> Iterator[Refusal]:
    for at, text in _texts(document):
        for found in broken_by(text):
            yield Refusal(found.rule, found.reason, found.source, at, text)


def _texts(document: Table) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Everything of a programme that members or promoters read as its own words."""
    for language, title in _table(document.get("title")).items():
        yield ("title", language), str(title)
    for slot, by_language in _table(document.get("scripts")).items():
        for language, variants in _table(by_language).items():
            for variant in _list(variants):
                yield ("scripts", slot, language), str(variant)
    for kind, by_language in _table(document.get("warmth")).items():
        for language, variants in _table(by_language).items():
            for variant in _list(variants):
                yield ("warmth", kind, language), str(variant)


def _table(value: Any) -> Table:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()
