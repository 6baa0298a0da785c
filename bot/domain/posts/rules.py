"""The linter of terms and scripts: what no programme may do, each refusal citing its rule [§9]."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

LEVELS_LIMIT = 2
"""Paid levels: the promoter of the link and the direct inviter [S1]; a third is a pyramid."""

BANNED_CLAIMS: Mapping[str, tuple[str, ...]] = {
    "zh": (
        "躺赚", "躺着赚", "躺着就能赚", "躺平赚", "稳赚", "包赚", "必赚", "保本", "零风险",
        "无风险", "0风险", "一夜暴富", "暴富", "日入过", "日入上", "日赚", "月入过万", "月入十万",
        "月入百万", "年入百万", "财务自由", "睡后收入", "拉人头", "轻松赚钱", "不劳而获",
    ),
    "en": (
        "get rich", "getting rich", "rich quick", "passive income", "risk free", "no risk",
        "zero risk", "without risk", "guaranteed income", "guaranteed profit",
        "guaranteed earnings", "guaranteed returns", "easy money", "financial freedom",
        "make money lying down", "earn lying down", "earn while you sleep",
        "money while you sleep", "make money in your sleep", "quit your job",
    ),
}  # fmt: skip
"""Claims of getting rich lying down [S2], in every language at once: groups are mixed."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that may not be, with the rule that it breaks and what broke it."""

    rule: str
    """"two-levels", "level-order", "entry-fee", "head-count", "disclosure" or "banned-claim"."""
    reason: str
    source: str
    """The rule's place: the product page and the source document."""


@lru_cache(maxsize=4096)
def banned_claims(text: str) -> tuple[Refusal, ...]:
    """Every banned claim in ``text``, whatever blanks, dots, widths or case it hides behind."""
    solid, worded = _solid(text), _worded(text)
    found = [claim for claim in BANNED_CLAIMS["zh"] if claim in solid]
    found += [claim for claim in BANNED_CLAIMS["en"] if f" {claim} " in worded]
    return tuple(
        Refusal("banned-claim", f"“{claim}” promises what nobody can keep.", "§5, §9 [S2]")
        for claim in found
    )


def lint(document: Mapping[str, Any]) -> tuple[Refusal, ...]:
    """Everything in a programme's parsed TOML ``document`` that breaks a rule, in its order."""
    return (*_terms(document), *_joining(document), *_disclosure(document), *_scripts(document))


def _terms(document: Mapping[str, Any]) -> Iterator[Refusal]:
    for table in _list(document.get("terms")):
        levels = [level for level in _list(_table(table).get("levels")) if isinstance(level, int)]
        if len(levels) > LEVELS_LIMIT:
            yield Refusal(
                "two-levels", f"{len(levels)} paid levels; at most two are.", "§6.2, §9 [S1]"
            )
        if len(levels) > 1 and levels[1] > levels[0]:
            yield Refusal("level-order", "level 2 is paid above level 1.", "§9 [S1]")


def _joining(document: Mapping[str, Any]) -> Iterator[Refusal]:
    joining, recruiting = _table(document.get("joining")), _table(document.get("recruiting"))
    if joining.get("fee_minor"):
        yield Refusal("entry-fee", "joining costs a fee; joining is free.", "§2, §9 [S3]")
    for key in ("per_head_minor", "salary"):
        if recruiting.get(key):
            yield Refusal("head-count", f"“{key}” pays for recruits.", "§6.3, §9 [S3,S4]")


def _disclosure(document: Mapping[str, Any]) -> Iterator[Refusal]:
    if document.get("disclosure") is False:
        yield Refusal("disclosure", "the disclosure on posts cannot be switched off.", "§9")


def _scripts(document: Mapping[str, Any]) -> Iterator[Refusal]:
    for by_language in _table(document.get("scripts")).values():
        for variants in _table(by_language).values():
            for variant in _list(variants):
                yield from banned_claims(str(variant))


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _solid(text: str) -> str:
    return re.sub(r"[\W_]+", "", _folded(text))


def _worded(text: str) -> str:
    return f" {' '.join(re.findall(r'[a-z0-9]+', _folded(text)))} "
