"""How much and how large, read alike out of questions and offers: 3 L, 三升, 3000ml."""

import re
from dataclasses import dataclass
from fractions import Fraction

from bot.domain.catalogue.matching import fold
from bot.domain.questions.vocabulary import numbers
from bot.domain.records import Measure

SIGNS = 0xA000
"""Letters of a script that is rare in groups stand for measures while words are looked at."""
TOLERANCE = Fraction(2, 100)
"""Inches rounded to centimetres and the like still match."""

UNITS: dict[str, tuple[str, Fraction]] = {
    word: (base, Fraction(factor))
    for base, lines in {
        "ml": {"1": "ml 毫升 cc", "1000": "l 升 公升 litre liter litres liters", "10": "cl"},
        "mg": {
            "1": "mg 毫克",
            "1000": "g 克 gram grams gr",
            "1000000": "kg 公斤 千克 kgs kilo kilos kilogram kilograms",
            "500000": "斤 市斤",
            "50000": "两",
            "453592": "lb lbs pounds pound",
            "28350": "oz ounce ounces 盎司",
        },
        "mm": {
            "1": "mm 毫米",
            "10": "cm 厘米 公分 centimetre centimetres centimeters",
            "1000": "m 米 metre metres meter meters",
            "25.4": "inch inches 英寸 寸",
            "304.8": "ft feet foot",
        },
        "mw": {"1000": "w 瓦 watt watts", "1000000": "kw 千瓦"},
        "mah": {"1": "mah 毫安 毫安时"},
        "gb": {"1": "gb", "1000": "tb"},
        "ply": {"1": "层 ply"},
        "pcs": {
            "1": "只 片 包 件 件套 袋 双 支 瓶 罐 盒 卷 抽 张 条 本 粒 枚 套 副 对 桶 根 颗 pcs pc "
            "piece pieces pack packs count ct sheet sheets roll rolls bag bags bottle bottles pair "
            "pairs tablet tablets capsule capsules sachet sachets"
        },
    }.items()
    for factor, words in lines.items()
    for word in words.split()
}
"""A unit's word → its base unit and how many of them it is."""

LETTERS = ("xs", "s", "m", "l", "xl", "2xl", "3xl", "4xl", "5xl", "6xl")
_SAME_LETTERS = {"xxs": "xs", "xxl": "2xl", "xxxl": "3xl", "xxxxl": "4xl"}

UNIT = "(?:{})".format(
    "|".join(
        f"{re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)
        for word in sorted(UNITS, key=len, reverse=True)
    )
)
_JOIN = r"\s*(?:[x×*]|[-–—~至到])\s*"
_MEASURED = re.compile(
    rf"(?<![a-z这那哪几每第¥$€£₹])({numbers.PATTERN}(?:{_JOIN}{numbers.PATTERN}){{0,3}})"
    rf"[\s-]?({UNIT})(?!松鼠|[a-z])"
)
_PART = re.compile(rf"({_JOIN})?({numbers.PATTERN})")
_SET_OF = re.compile(r"(?<![a-z])(?:set|pack|box|bag) of (\d{1,4})(?!\d)")
_LETTER = r"(?:[2-6]?x{1,4}[sl]|[2-6]xl|[sml])"
_LETTERED = (
    re.compile(rf"(?<![a-z0-9])({_LETTER})\s*[-–—~至到]\s*({_LETTER})(?![a-z0-9])"),
    re.compile(rf"(?<![a-z0-9])({_LETTER})(?:\s?[码号])"),
    re.compile(rf"(?:sizes?(?![a-z])|尺码|码数)\s*[:：]?\s*({_LETTER})(?![a-z0-9])"),
    re.compile(r"(?<![a-z0-9])(x{1,4}[sl]|[2-6]xl)(?![a-z0-9])"),
)
_NUMBERED = (
    re.compile(
        r"(?:sizes?|尺码|鞋码|码数|均码|eu)\s*:?\s*(\d{2,3})(?:\s*[-–—~至到]\s*(\d{2,3}))?(?!\d)"
    ),
    re.compile(r"(?<!\d)(\d{2,3})(?:\s*[-–—~至到]\s*(\d{2,3}))?\s?码"),
)


@dataclass(frozen=True, slots=True)
class Span:
    """A measure or a range of them, and where in the folded text it stands."""

    start: int
    end: int
    low: int
    high: int
    unit: str

    def meets(self, measure: Measure) -> bool:
        """Whether ``measure`` lies in it: counts and sizes exactly, others within TOLERANCE."""
        if self.unit != measure.unit:
            return False
        slack = 0 if self.unit in ("pcs", "ply", "size", "shoe") else measure.amount * TOLERANCE
        return self.low - slack <= measure.amount <= self.high + slack


def spans(text: str) -> list[Span]:
    """Every measure in ``text``, in its order; "45×60 cm" are two, "370–1050 ml" is a range."""
    folded = fold(text)
    found = [each for match in _MEASURED.finditer(folded) for each in _measured(match)]
    for match in _SET_OF.finditer(folded):
        found.append(Span(match.start(), match.end(), int(match[1]), int(match[1]), "pcs"))
    for pattern in _LETTERED:
        for match in pattern.finditer(folded):
            ranks = [_letter(each) for each in match.groups()]
            found.append(Span(match.start(), match.end(), min(ranks), max(ranks), "size"))
    for pattern in _NUMBERED:
        for match in pattern.finditer(folded):
            sizes = [int(each) for each in match.groups() if each]
            found.append(Span(match.start(), match.end(), min(sizes), max(sizes), "shoe"))
    return sorted(found, key=lambda each: (each.start, -each.end))


def asked(text: str) -> tuple[Measure | None, str]:
    """The first measure of a question, and the folded question without any.

    One of something is no measure: "a pack", "一包". A range is asked by its lower end.
    """
    folded = fold(text)
    found = [each for each in spans(folded) if (each.unit, each.high) != ("pcs", 1)]
    rest = folded
    for each in reversed(found):
        rest = rest[: each.start] + " " * (each.end - each.start) + rest[each.end :]
    return (Measure(found[0].low, found[0].unit) if found else None), rest


def signed(text: str) -> tuple[list[Measure], str]:
    """Each measure of a question, and the folded question with ``sign(place)`` for it."""
    rest = fold(text)
    found = [each for each in spans(rest) if (each.unit, each.high) != ("pcs", 1)]
    for at in range(len(found) - 1, -1, -1):
        rest = f"{rest[: found[at].start]} {sign(at)} {rest[found[at].end :]}"
    return [Measure(each.low, each.unit) for each in found], rest


def sign(place: int) -> str:
    """A word that nobody writes, for the measure at ``place``."""
    return chr(SIGNS + place) * 2


def _measured(match: re.Match[str]) -> list[Span]:
    base, factor = UNITS[match[2]]
    parts = [(part[1] or "", numbers.value(part[2])) for part in _PART.finditer(match[1])]
    found: list[Span] = []
    for join, number in parts:
        if number is None:
            return []
        amount = round(number * factor)
        if found and join.strip() not in ("", "x", "×", "*"):
            low = min(found[-1].low, amount)
            found[-1] = Span(match.start(), match.end(), low, max(found[-1].high, amount), base)
        else:
            found.append(Span(match.start(), match.end(), amount, amount, base))
    return found


def _letter(word: str) -> int:
    return LETTERS.index(_SAME_LETTERS.get(word, word)) + 1 if word else 0
