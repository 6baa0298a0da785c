"""Words that no post may say: promises of riches [S2], and nagging people to share [S0]."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

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

FORCED_SHARING: Mapping[str, tuple[str, ...]] = {
    "zh": (
        "砍一刀", "帮我砍", "帮忙砍", "砍价", "求助力", "帮我助力", "助力领", "转发才能",
        "转发后才", "分享才能", "分享后才", "必须转发", "必须分享", "转发到三个群", "转发满",
        "集赞", "拉人进群领", "不转不是",
    ),
    "en": (
        "slash my price", "slash the price for me", "help me slash", "chop my price",
        "must share", "have to share", "share to unlock", "share to get", "share to see",
        "forward to unlock", "forward this to", "tag three friends", "tag 3 friends",
        "invite friends to unlock",
    ),
}  # fmt: skip
"""Forced sharing and "slash my price" nagging, which made people leave [S0]."""


@lru_cache(maxsize=4096)
def banned(text: str) -> tuple[str, ...]:
    """The banned claims in ``text``, whatever blanks, dots, widths or case they hide behind."""
    return _found(BANNED_CLAIMS, text)


@lru_cache(maxsize=4096)
def forced(text: str) -> tuple[str, ...]:
    """The words of ``text`` that make people share, found behind the same disguises."""
    return _found(FORCED_SHARING, text)


def _found(claims: Mapping[str, tuple[str, ...]], text: str) -> tuple[str, ...]:
    solid, worded = _solid(text), _worded(text)
    found = [claim for claim in claims["zh"] if claim in solid]
    return (*found, *(claim for claim in claims["en"] if f" {claim} " in worded))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _solid(text: str) -> str:
    return re.sub(r"[\W_]+", "", _folded(text))


def _worded(text: str) -> str:
    return f" {' '.join(re.findall(r'[a-z0-9]+', _folded(text)))} "
