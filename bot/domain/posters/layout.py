"""What stands where on a poster: pure marks on a sheet, for whoever can draw.

The sheet is portrait. On top the disclosure, then the photo (or, without one, the title in its
place), the title, and below side by side what it costs and the code to scan.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.domain.money import SYMBOLS
from bot.domain.posters.lines import Has, drawable, fitting, shortened, wrapped
from bot.domain.posters.poster import Poster
from bot.domain.records import Offer
from bot.domain.texts import Texts

WIDTH, HEIGHT = 1080, 1620
MARGIN = 64
CONTENT = WIDTH - 2 * MARGIN

PAPER, WHITE, TINT = "#FBF6F0", "#FFFFFF", "#F6E9DC"
INK, SOFT, RED, BLUSH = "#231C17", "#74685E", "#C5301C", "#FBE5DF"

TOP, CHIP_HEIGHT = 48, 60
PICTURE_TOP = TOP + CHIP_HEIGHT + 24
FOOT_TOP, FOOT_END = 1104, HEIGHT - 60
"""Price and code stand between these."""
CODE = 396
"""Edge of the code with its quiet zone: more than a third of a phone's width, held in one hand."""
LEFT = CONTENT - CODE - 40
"""Width of the column of prices beside the code."""
TITLE_SIZE, TITLE_LEADING, TITLE_LINES = 50, 70, 2
HERO_SIZE, HERO_LEADING, HERO_LINES = 80, 112, 6
PRICE_SIZES = (96, 84, 72, 60, 50, 42)
TITLE_CHARACTERS = 400
"""More cannot stand there: what is longer is not measured."""


@dataclass(frozen=True, slots=True)
class Face:
    """How a text is set: its size in pixels, and whether its strokes are heavier."""

    size: int
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A text whose baseline begins at (x, y)."""

    text: str
    x: float
    y: float
    face: Face
    colour: str
    is_struck: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A filled box with round corners."""

    x: float
    y: float
    width: float
    height: float
    radius: int
    colour: str


@dataclass(frozen=True, slots=True)
class Photo:
    """Where the photo of the goods stands, whole, in a box with round corners."""

    x: int
    y: int
    width: int
    height: int
    radius: int


@dataclass(frozen=True, slots=True)
class Code:
    """Where the code stands: a white square with round corners, quiet zone included."""

    x: int
    y: int
    edge: int
    radius: int


Mark = Words | Panel | Photo | Code
Measure = Callable[[str, Face], float]


@dataclass(frozen=True, slots=True)
class Pen:
    """What the font can do: how wide a text is, and which characters there are."""

    measure: Measure
    has: Has


@dataclass(frozen=True, slots=True)
class Sheet:
    """A poster laid out: what is drawn, the first below the next."""

    marks: tuple[Mark, ...]


@dataclass
class _Layout:
    offer: Offer
    texts: Texts
    zone: ZoneInfo
    pen: Pen
    marks: list[Mark] = field(default_factory=list)

    @property
    def title(self) -> str:
        found = drawable(self.offer.facts.title[:TITLE_CHARACTERS], self.pen.has)
        return found or self.texts("poster.untitled")

    def money(self, amount_minor: int) -> str:
        """An amount with the sign of its currency, or its code where the font lacks the sign."""
        code = self.offer.facts.currency
        text = self.texts.money(amount_minor, code)
        if all(map(self.pen.has, text)):
            return text
        return f"{text.replace(SYMBOLS[code], '')} {code}"

    def width(self, face: Face) -> Callable[[str], float]:
        return lambda text: self.pen.measure(text, face)

    def put(self, text: str, x: float, y: float, face: Face, colour: str) -> float:
        """Put a text down; how wide it is."""
        self.marks.append(Words(text, x, y, face, colour))
        return self.pen.measure(text, face)

    def chip(self, text: str, x: float, y: float, *, face: Face, ink: str, ground: str) -> None:
        """A text on a box of its own, whose upper left corner is (x, y)."""
        width, height = self.pen.measure(text, face), CHIP_HEIGHT
        self.marks.append(Panel(x, y, width + 44, height, 16, ground))
        self.put(text, x + 22, y + height / 2 + face.size * 0.37, face, ink)


def sheet(poster: Poster, pen: Pen, *, has_photo: bool) -> Sheet:
    """What stands where on ``poster``; without a photo the title takes its place."""
    layout = _Layout(poster.offer, poster.texts, poster.zone, pen)
    _head(layout)
    if has_photo:
        _pictured(layout)
    else:
        _plain(layout)
    _prices(layout)
    _scan(layout)
    return Sheet(tuple(layout.marks))


def _head(layout: _Layout) -> None:
    """The disclosure, ahead of everything [§9], and whose poster it is."""
    texts = layout.texts
    name, face = texts("poster.name"), Face(32, is_bold=True)
    width = layout.pen.measure(name, face)
    told = Face(32)
    words = shortened(texts("poster.disclosure"), layout.width(told), CONTENT - width - 88)
    layout.chip(words, MARGIN, TOP, face=told, ink=WHITE, ground=INK)
    layout.put(name, WIDTH - MARGIN - width, TOP + CHIP_HEIGHT / 2 + 12, face, RED)


def _pictured(layout: _Layout) -> None:
    face = Face(TITLE_SIZE, is_bold=True)
    lines = wrapped(layout.title, layout.width(face), CONTENT, TITLE_LINES)
    first = FOOT_TOP - 44 - TITLE_LEADING * (len(lines) - 1)
    height = int(first - TITLE_SIZE - 24 - PICTURE_TOP)
    layout.marks.append(Photo(MARGIN, PICTURE_TOP, CONTENT, height, 36))
    for at, line in enumerate(lines):
        layout.put(line, MARGIN, first + at * TITLE_LEADING, face, INK)


def _plain(layout: _Layout) -> None:
    """The title where the photo would be, as large as it can be read with pleasure."""
    height, inset = FOOT_TOP - 48 - PICTURE_TOP, 72
    layout.marks.append(Panel(MARGIN, PICTURE_TOP, CONTENT, height, 36, TINT))
    face = Face(HERO_SIZE, is_bold=True)
    lines = wrapped(layout.title, layout.width(face), CONTENT - 2 * inset, HERO_LINES)
    tall = HERO_LEADING * len(lines)
    top = PICTURE_TOP + (height - tall) / 2
    layout.marks.append(Panel(MARGIN + inset, top - 52, 96, 10, 5, RED))
    for at, line in enumerate(lines):
        baseline = top + HERO_LEADING * (at + 0.5) + HERO_SIZE * 0.37
        layout.put(line, MARGIN + inset, baseline, face, INK)


def _prices(layout: _Layout) -> None:
    """The price after coupon, the old one struck through, the coupon, and as of when."""
    texts, offer, y = layout.texts, layout.offer, FOOT_TOP + 34.0
    facts, is_lowered = offer.facts, offer.price_now_minor < offer.facts.price_minor
    coupon = drawable(facts.coupon or "", layout.pen.has)
    key = "poster.after_coupon" if is_lowered and coupon else "poster.now"
    layout.put(texts(key), MARGIN, y, Face(34), SOFT)
    now = layout.money(offer.price_now_minor)
    sizes = [(size, layout.width(Face(size, is_bold=True))) for size in PRICE_SIZES]
    size = fitting(now, sizes, LEFT)
    y += 32 + size * 0.8
    layout.put(now, MARGIN - size * 0.03, y, Face(size, is_bold=True), RED)
    if is_lowered:
        y += 66
        _before(layout, y)
    if coupon:
        _coupon(layout, coupon, y + 34)
    _as_of(layout)


def _before(layout: _Layout, y: float) -> None:
    facts, now_minor = layout.offer.facts, layout.offer.price_now_minor
    before = layout.money(facts.price_minor)
    face = Face(40 if layout.pen.measure(before, Face(40)) <= LEFT - 120 else 30)
    layout.marks.append(Words(before, MARGIN, y, face, SOFT, is_struck=True))
    percent = (facts.price_minor - now_minor) * 100 // facts.price_minor
    if percent:
        x = MARGIN + layout.pen.measure(before, face) + 22
        layout.put(f"−{percent}%", x, y, Face(36, is_bold=True), RED)


def _coupon(layout: _Layout, coupon: str, y: float) -> None:
    face = Face(32)
    words = layout.texts("poster.coupon", coupon=coupon)
    words = shortened(words, layout.width(face), LEFT - 44)
    layout.chip(words, MARGIN, y, face=face, ink=RED, ground=BLUSH)


def _as_of(layout: _Layout) -> None:
    texts, seen_at = layout.texts, layout.offer.seen_at
    day = texts.day(seen_at.astimezone(layout.zone).date())
    as_of = texts("poster.as_of", day=day, clock=texts.clock(seen_at, layout.zone))
    face = Face(28)
    for at, line in enumerate((as_of, texts("poster.may_change"))):
        words = shortened(line, layout.width(face), LEFT)
        layout.put(words, MARGIN, FOOT_END - 8 - 40 * (1 - at), face, SOFT)


def _scan(layout: _Layout) -> None:
    """The code, dark on white, and what to do with it."""
    x = WIDTH - MARGIN - CODE
    layout.marks.append(Code(x, FOOT_TOP, CODE, 24))
    face, words = Face(30), layout.texts("poster.scan")
    words = shortened(words, layout.width(face), CODE)
    middle = x + (CODE - layout.pen.measure(words, face)) / 2
    layout.put(words, middle, FOOT_END - 8, face, INK)
