"""Numbers as people write them in either language: 1,200, 10 000, 1.5万, 2k, 三, 一千二, 两百."""

from fractions import Fraction

DIGITS = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
    "八": 8, "九": 9,
}  # fmt: skip
TENS = {"十": 10, "百": 100, "千": 1000}
WAN = 10_000
TIMES = {"k": 1000, "千": 1000, "万": WAN}
LIMIT = 10**12
"""No figure in a question is larger; beyond it nothing is meant by one."""

PATTERN = (
    r"(?:(?<![\d.])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\d.])\d{1,3}(?: \d{3})+(?!\d)"
    r"|(?<![\d.])\d{1,12}(?:\.\d{1,4})?(?:k(?![a-z])|千(?!克|瓦)|万)?"
    r"|[零〇一二两三四五六七八九十百千万半]+)"
)
"""A number in a folded text, as part of an expression; ``value`` reads what it found."""


def value(text: str) -> Fraction | None:
    """What a folded number amounts to; None for a run of numerals that is none, or beyond all."""
    if text[0].isdigit():
        times = TIMES.get(text[-1], 1)
        plain = text.rstrip("k千万").replace(",", "").replace(" ", "")
        found: Fraction | None = Fraction(plain) * times
    else:
        found = Fraction(1, 2) if text == "半" else _numeral(text)
    return found if found is not None and found <= LIMIT else None


def _numeral(text: str) -> Fraction | None:
    """一千二 is 1200: a last digit stands for tens of what stood before it; 二零二六 is none."""
    total, section, digit, unit = 0, 0, None, 0
    for mark in text:
        if mark in DIGITS:
            if digit:
                return None
            digit = DIGITS[mark]
            if mark in "零〇":
                unit = 0
        elif mark in TENS:
            unit = TENS[mark]
            section += (1 if digit is None else digit) * unit
            digit = None
        elif mark == "万" and not total:
            total = (section + (digit or 0) or 1) * WAN
            section, digit, unit = 0, None, WAN
        else:
            return None
    tail = (digit or 0) * (unit // 10 if unit >= 100 else 1)
    return Fraction(total + section + tail)
