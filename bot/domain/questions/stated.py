"""The plain answer taken apart by offers, for the words of others to be held against it."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape

from bot.domain import money
from bot.domain.catalogue.matching import fold
from bot.domain.questions.figures import figure, is_han, words
from bot.domain.records import Answer, Topic
from bot.domain.texts import Html

TITLES, WHOLES = 0xE000, 0xE100
"""Signs that stand for a title and for a line, while words are looked at."""
TITLE = re.compile("([\ue000-\ue0ff])")
"""The sign of a title."""

_BOLD = re.compile(r"<b>(.*?)</b>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_NEEDED = ("🚫", "❔", "ℹ️")
"""Lines that a true answer may not be silent about."""
_ENTIRE = (*_NEEDED, "📉")
"""Lines that are said word for word: half of one says something else."""


def bare(html: str) -> str:
    """Telegram's HTML as the text that is read."""
    return unescape(_TAG.sub("", html))


@dataclass
class Stated:
    """The plain answer by offers; titles and lines that stand as a whole are single signs."""

    answer: Answer
    plain: Html
    general: list[str] = field(default_factory=list)
    blocks: list[list[str]] = field(default_factory=list)
    wholes: dict[str, set[int | None]] = field(default_factory=dict)
    """Words of a line → whose it is; None of the whole answer."""
    needed: set[tuple[str, int | None]] = field(default_factory=set)
    labels: dict[int, set[str]] = field(default_factory=dict)
    """What one offer alone is, set against the others: cheaper, better rated."""

    def __post_init__(self) -> None:
        self.blocks = [[] for _ in self.answer.offers]
        current: int | None = None
        for raw in self.plain.split("\n"):
            line = self.with_titles(fold(bare(raw))).removeprefix("·").strip()
            start = TITLE.match(line)
            if start:
                current = ord(start[0]) - TITLES
            elif not line:
                current = None
            self._take(line, current)

    @cached_property
    def titles(self) -> list[str]:
        """As they are shown, folded."""
        return [fold(bare(title)) for title in _BOLD.findall(self.plain)]

    @property
    def is_single(self) -> bool:
        """Whether it is of one offer, whose title need not be said whole."""
        return len(self.answer.offers) == 1

    @cached_property
    def is_chinese(self) -> bool:
        """By the first letter of its lines, those with titles aside."""
        firsts = [
            next((sign for sign in line if sign.isalpha()), "a")
            for line in bare(_BOLD.sub("", self.plain)).split("\n")
            if line.strip(" ·")
        ]
        return sum(map(is_han, firsts)) * 2 > len(firsts)

    def _take(self, line: str, current: int | None) -> None:
        mark = next((mark for mark in _ENTIRE if line.startswith(mark)), None)
        if current is not None and self._is_gone(current) and "📦" in line:
            mark = "📦"
        if line.startswith("👉") and (named := TITLE.search(line)):
            label = self.labels.setdefault(ord(named[0]) - TITLES, set())
            label.update(word.text for word in words(line))
            return
        before, _, whole = line.partition(mark) if mark else (line, "", "")
        (self.general if current is None else self.blocks[current]).append(before)
        if mark:
            self.wholes.setdefault(whole.strip(), set()).add(current)
            if mark != "📉":
                self.needed.add((whole.strip(), current))

    def _is_gone(self, at: int) -> bool:
        offer = self.answer.offers[at]
        return offer.facts.stock == 0 or offer.ended_at is not None

    def with_titles(self, text: str) -> str:
        """``text`` with a sign in the place of each title."""
        for at, title in sorted(enumerate(self.titles), key=lambda pair: -len(pair[1])):
            text = text.replace(title, f" {chr(TITLES + at)} ")
        return text.strip()

    def with_wholes(self, text: str) -> str:
        """``text`` with a sign in the place of each line that stands as a whole."""
        for at, whole in sorted(enumerate(self.wholes), key=lambda pair: -len(pair[1])):
            text = text.replace(whole, f" {chr(WHOLES + at)} ")
        return text

    def lines_of(self, at: int | None) -> list[str]:
        """What is said of an offer and of the whole answer; None of the latter alone."""
        own = [] if at is None else self.blocks[at]
        return [*self.general, *own, *(self.titles if self.is_single else [])]

    def prices_of(self, at: int) -> tuple[str, str] | None:
        """The price now and the one before, as figures; None where no price is told."""
        offer = self.answer.offers[at]
        topics = {fact.topic for fact in self.answer.facts if fact.offer_id == offer.id}
        if Topic.PRICE not in topics:
            return None
        currency = offer.facts.currency
        amounts = (offer.price_now_minor, offer.facts.price_minor)
        return figure(money.plain(amounts[0], currency)), figure(money.plain(amounts[1], currency))
