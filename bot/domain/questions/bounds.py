"""The price that a question names: under 50, 20到30块, 五十块左右; after coupon, in minor units."""

import re
from functools import cache

from bot.domain import money
from bot.domain.questions.measures import UNIT
from bot.domain.questions.vocabulary import numbers
from bot.domain.records import Bounds, Currency

CURRENCIES = {
    "CNY": "块钱 块 元钱 元 圆 人民币 rmb cny yuan kuai ¥",
    "USD": "美元 美金 美刀 刀 usd dollars dollar bucks buck us$ $",
    "EUR": "欧元 欧 euros euro eur €",
    "GBP": "英镑 镑 gbp quid £",
    "INR": "卢比 rupees rupee inr rs ₹",
    "HKD": "港币 港元 港纸 hkd hk$",
    "JPY": "日元 円 yen jpy",
}
_CODE = {word: Currency(code) for code, words in CURRENCIES.items() for word in words.split()}
_SIGNS = {"$": ("USD", "HKD", "CAD", "AUD", "SGD", "NZD", "TWD", "MXN"), "¥": ("CNY", "JPY")}
"""A sign that several currencies share means the asker's own where that is one of them."""


_END = rf"(?![\d%.]*\d|\s?%|\s?(?:{UNIT})|\s?(?:days?|天|个月|months?|hours?|号)(?![a-z]))"


def _money(place: int) -> str:
    words = sorted(_CODE, key=len, reverse=True)
    before = "|".join(re.escape(word) for word in words if not "\u4e00" <= word[0] <= "\u9fff")
    after = "|".join(
        f"{re.escape(word)}(?![a-z])" if word.isalpha() and word.isascii() else re.escape(word)
        for word in words
    )
    return (
        rf"(?:(?<![a-z])(?P<before{place}>{before})\.?\s*)?(?P<number{place}>{numbers.PATTERN})"
        rf"(?:\s?(?P<after{place}>{after})|{_END})"
    )


_ONE, _TWO = _money(1), _money(2)
_RANGE = (
    rf"between\s+{_ONE}\s*(?:and|to|-)\s*{_TWO}",
    rf"from\s+{_ONE}\s*(?:to|-)\s*{_TWO}",
    rf"在?{_ONE}\s*(?:和|与|到|至|-)\s*{_TWO}\s*(?:之间|中间|的(?![0-9]))",
    rf"{_ONE}\s*(?:到|至|-|–|—|~|to)\s*{_TWO}",
)
_MOST = (
    r"(?:under|below|less than|cheaper than|up to|at most|no more than|not more than|not over"
    r"|within|max(?:imum)?(?: of)?|budget(?: is| of|:)?|<=?|不超过|不要超过|不能超过|别超过|低于"
    rf"|少于|小于|不高于|不到|控制在|最多|预算(?:是|在|只有)?)\s*{_ONE}",
    rf"{_ONE}(?:\s?的)?\s*(?:以内|以下|之内|之下|内|封顶|不到|or less|or under|or below|and under"
    r"|and below|max(?![a-z])|tops)",
)
_LEAST = (
    r"(?:over|above|more than|at least|starting at|no less than|>=?|高于|超过|大于|至少"
    rf"|不低于|最少)\s*{_ONE}",
    rf"{_ONE}\s*(?:以上|起(?!重)|or more|and up|and above|or above|\+)",
)
_AROUND = (
    rf"(?:around|about|roughly|approximately|approx\.?|circa|~|大概|大约|约|差不多)\s*{_ONE}",
    rf"{_ONE}\s*(?:左右|上下|ish|or so|and thereabouts)",
)
_KINDS = (
    ("range", _RANGE), ("most", _MOST), ("least", _LEAST), ("around", _AROUND),
    ("bare", (rf"{_ONE}",)),
)  # fmt: skip
_BUDGET = re.compile(r"price|budget|预算|价|之间|左右")
_RULE = re.compile(r"满\s*\d+\s*[减送]\s*\d+|\d+\s*(?:元|块)券|立减\s*\d+")
"""How a coupon counts is no price that somebody wants."""


def asked(text: str, currency: Currency) -> tuple[Bounds | None, str]:
    """The price that a folded ``text`` names, in ``currency`` unless it names one, and the rest.

    A price alone is meant roughly, and only with a currency; a range joined by a dash, too.
    """
    searched = _RULE.sub(lambda rule: " " * len(rule[0]), text)
    for kind, pattern in _patterns():
        for match in pattern.finditer(searched):
            bounds = _bounds(kind, match, searched, currency)
            if bounds is not None:
                return bounds, f"{text[: match.start()]} {text[match.end() :]}"
    return None, text


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Compiled by the first question: they are long, and no start waits for them."""
    return tuple((kind, re.compile(pattern)) for kind, patterns in _KINDS for pattern in patterns)


def _bounds(kind: str, match: re.Match[str], text: str, currency: Currency) -> Bounds | None:
    found = match.groupdict()
    named = [found[key] for key in ("before1", "after1", "before2", "after2") if found.get(key)]
    if not named and not _is_money_without_currency(kind, match, text):
        return None
    code = _currency(named[0], currency) if named else currency
    amounts = [
        _minor(found[key], code) for key in ("number1", "number2") if found.get(key) is not None
    ]
    if None in amounts:
        return None
    ends = sorted(amount for amount in amounts if amount is not None)
    match kind:
        case "range":
            return Bounds(ends[0], ends[1], code)
        case "most":
            return Bounds(None, ends[0], code)
        case "least":
            return Bounds(ends[0], None, code)
    return Bounds(ends[0], ends[0], code, is_around=True)


def _is_money_without_currency(kind: str, match: re.Match[str], text: str) -> bool:
    if kind == "range":
        return bool(
            match[0].startswith(("between", "from"))
            or match[0].endswith(("间", "的"))
            or _BUDGET.search(text)
        )
    return kind != "bare"


def _currency(word: str, own: Currency) -> Currency:
    return own if own in _SIGNS.get(word, ()) else _CODE[word]


def _minor(text: str, code: Currency) -> int | None:
    number = numbers.value(text)
    return None if number is None else round(number * 10 ** money.decimals(code))
