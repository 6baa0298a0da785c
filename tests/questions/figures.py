"""Every figure of an answer against the stored rows of the offers it names.

It shares no line with the code that makes answers: what is said is read here from the text alone.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape
from zoneinfo import ZoneInfo

from tests.questions.shelf import Stored

ZONE = ZoneInfo("Asia/Shanghai")
QUOTED = "title brand coupon delivery size material returns contents description category".split()
"""Columns that an answer may quote."""
TITLE_ENOUGH = 10
"""So many characters of a title name its offer."""
SIGNS = {"¥": "CNY", "￥": "CNY", "$": "USD", "₹": "INR", "€": "EUR", "£": "GBP"}
WORDS = {"元": "CNY", "块": "CNY", "yuan": "CNY", "rmb": "CNY", "rs": "INR", "rupee": "INR",
         "rupees": "INR", "usd": "USD", "dollar": "USD", "dollars": "USD"}  # fmt: skip
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()

NUMBER = r"\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d+(?:\.\d+)?"
FIGURE = re.compile(
    rf"(?P<sign>[¥￥$₹€£]|\brs\.?)?\s?(?P<number>{NUMBER})"
    r"(?P<wan>\s?万)?(?P<after>\s?(?:元|块|yuan|rmb|rupees?|usd|dollars?)\b|\s?%)?",
    re.I,
)
CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})(?::\d{2})?\b")
DATES = (
    re.compile(r"(?:(?P<year>\d{4})\s?年)?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"),
    re.compile(rf"(?P<day>\d{{1,2}}) (?P<month>{'|'.join(MONTHS)})[a-z]*", re.I),
)  # fmt: skip
AGE = re.compile(
    r"(?P<number>\d+)\s?(?P<unit>分钟|小时|个小时|天|minutes?|hours?|days?)\s?(?:前|ago|old)", re.I
)
UNITS = {"分": 60, "小": 3600, "个": 3600, "天": 86400, "m": 60, "h": 3600, "d": 86400}
STOCKED = re.compile(r"(?:库存|还剩|剩余|还有|stock:?|left:?)\D{0,4}(?P<number>\d[\d,]*)", re.I)
STARRED = re.compile(r"(?P<number>\d(?:\.\d+)?)[ ]?(?:星|★|stars?\b|分(?!钟)|/\s?5|out of)", re.I)
SOLD_OUT = re.compile(
    r"没货|无货|没有货|售罄|卖完|断货|缺货|sold out|out of stock|not in stock|no stock", re.I
)
LOWEST = re.compile(r"(?:是|为)近\s?30\s?天最低|lowest price in 30 days|历史最低|史低", re.I)
UNCHANGED = re.compile(r"30 天价格一直没变|stayed the same for 30 days", re.I)
CHEAPER = re.compile(r"(?:更便宜|cheaper)[：:]\s?", re.I)
BETTER_RATED = re.compile(r"(?:评分更高|better rated)[：:]\s?", re.I)
IN_STOCK = re.compile(r"有货|有现货|现货|in stock|available now|still available", re.I)


@dataclass(frozen=True)
class Scope:
    """What an answer may speak of besides the offers: the member's own bounds, and the hour."""

    now: datetime
    echoed: frozenset[Decimal] = frozenset()
    """Numbers of the question that may be said back."""


def plain(html: str) -> str:
    """What a member reads of Telegram HTML."""
    shown = unescape(re.sub(r"<[^>]+>", "", html))
    return re.sub("[\u2066-\u2069\u200e\u200f]", "", shown)


def named(text: str, shelf: Iterable[Stored]) -> list[Stored]:
    """The offers whose titles the text holds, in their order."""
    return [offer for _, _, offer in _titles(text, shelf)]


def wrong(text: str, offers: Sequence[Stored], scope: Scope) -> list[str]:
    """What the text says that the rows of ``offers`` do not."""
    found: list[str] = []
    found += _wrong_winner(text, offers)
    for part, owners in _parts(text, offers):
        found += _wrong_part(part, owners or offers, offers, scope)
    return found


# ---------------------------------------------------------------- which words are about whom


def _titles(text: str, shelf: Iterable[Stored]) -> list[tuple[int, int, Stored]]:
    """Begin and end of each title in ``text``, whole or cut short with "…"; none within another."""
    spots: list[tuple[int, int, Stored]] = []
    for offer in shelf:
        title = offer.columns["title"]
        shown = title if title in text else _cut(title, text)
        if shown:
            spots.append((text.find(shown), text.find(shown) + len(shown), offer))
    spots.sort(key=lambda spot: (spot[0], -spot[1]))
    kept: list[tuple[int, int, Stored]] = []
    for spot in spots:
        if not kept or spot[0] >= kept[-1][1]:
            kept.append(spot)
    return kept


def _cut(title: str, text: str) -> str:
    """The longest beginning of ``title`` that stands before "…" in ``text``."""
    for size in range(len(title) - 1, TITLE_ENOUGH - 1, -1):
        if f"{title[:size].rstrip()}…" in text:
            return title[:size].rstrip()
    return ""


def _parts(text: str, offers: Sequence[Stored]) -> list[tuple[str, list[Stored]]]:
    """The text cut at the titles: each part belongs to the offer whose title stands before it."""
    spots = _titles(text, offers)
    if len(offers) < 2 or not spots:
        return [(text, list(offers))]
    parts = [(text[: spots[0][0]], list(offers))]
    for place, (_, end, offer) in enumerate(spots):
        until = spots[place + 1][0] if place + 1 < len(spots) else len(text)
        # A last paragraph of its own speaks of all of them again.
        own, blank, rest = text[end:until].partition("\n\n")
        parts += [(own, [offer]), (blank + rest, list(offers))]
    return parts


# ---------------------------------------------------------------- one part


def _wrong_part(
    part: str, owners: Sequence[Stored], offers: Sequence[Stored], scope: Scope
) -> list[str]:
    faults = _wrong_stock(part, owners) + _wrong_marks(part, owners)
    faults += _wrong_lowest(part, owners, scope)
    left = _without_quotes(part, offers)
    left, of_times = _without_times(left, owners, scope)
    left = re.sub(r"(?m)^\s*\d{1,2}[.、)]\s", "", left)
    allowed = _Allowed.of(owners, offers, scope)
    return faults + of_times + [
        f"“{match[0].strip()}” is nobody's" for match in FIGURE.finditer(left) if not allowed(match)
    ]  # fmt: skip


def _wrong_stock(part: str, owners: Sequence[Stored]) -> list[str]:
    stocks = {offer.columns["stock"] for offer in owners}
    if len(stocks) != 1 or None in stocks:
        return []
    (stock,) = stocks
    faults = []
    own = _without_quotes(part, owners)
    is_out = SOLD_OUT.search(own) is not None
    if stock == 0 and IN_STOCK.search(SOLD_OUT.sub("", own)):
        faults.append("said to be in stock, which it is not")
    if stock and is_out:
        faults.append("said to be sold out, which it is not")
    for match in STOCKED.finditer(own):
        if int(match["number"].replace(",", "")) != stock and "万" not in own[match.end() :][:2]:
            faults.append(f"stock “{match[0]}” is {stock}")
    return faults


def _wrong_marks(part: str, owners: Sequence[Stored]) -> list[str]:
    marks = {_stars(offer) for offer in owners} | {Decimal(5)}
    return [
        f"rating “{match[0]}”"
        for match in STARRED.finditer(_without_quotes(part, owners))
        if Decimal(match["number"]) not in marks
    ]


def _wrong_lowest(part: str, owners: Sequence[Stored], scope: Scope) -> list[str]:
    faults = []
    for offer in owners[:1]:
        prices = in_force(offer, scope.now)
        if LOWEST.search(part) and offer.price_now > min(prices):
            faults.append("said to be the lowest price of 30 days, which it is not")
        if UNCHANGED.search(part) and len(set(prices)) > 1:
            faults.append("said to have kept its price, which it did not")
    return faults


def in_force(offer: Stored, now: datetime) -> list[int]:
    """The prices after coupon that held at any time of the last 30 days, minor units."""
    ends = [at for at, _ in offer.history[1:]] + [now]
    return [
        price
        for (_, price), end in zip(offer.history, ends, strict=True)
        if end > now - timedelta(days=30)
    ]


def _wrong_winner(text: str, offers: Sequence[Stored]) -> list[str]:
    """That one is cheaper or better rated is to be so."""
    faults = []
    for pattern, marks in (
        (CHEAPER, {offer.name: -offer.price_now for offer in offers}),
        (BETTER_RATED, {offer.name: offer.columns["rating_bps"] or 0 for offer in offers}),
    ):
        for match in pattern.finditer(text):
            winner = named(text[match.end() :], offers)[:1]
            if winner and marks[winner[0].name] < max(marks.values()):
                faults.append(f"“{match[0]}” is not {winner[0].name}")
        currencies = {offer.columns["currency"] for offer in offers}
        if pattern is CHEAPER and pattern.search(text) and len(currencies) > 1:
            faults.append("prices of two currencies were compared")
    return faults


def _stars(offer: Stored) -> Decimal | None:
    bps = offer.columns["rating_bps"]
    return None if bps is None else (Decimal(bps) * 5 / 10_000).quantize(Decimal("0.1"))


def _without_quotes(part: str, offers: Sequence[Stored]) -> str:
    """The part without what the offers' own columns say word for word, the longest first."""
    quotes: set[str] = set()
    for offer in offers:
        for name in QUOTED:
            value = offer.columns.get(name)
            if value:
                quotes.add(value)
                quotes.update(re.split(r"(?<=[。！？;；])|(?<=[.!?])\s", value))
                if name == "title":
                    quotes.update(value[:size] for size in range(TITLE_ENOUGH, len(value)))
    for quote in sorted(quotes, key=len, reverse=True):
        # A lone number is no quotation.
        if len(quote.strip()) > 2 and not quote.strip().isdigit():
            part = part.replace(quote.strip(), " ")
    return part


def _without_times(part: str, owners: Sequence[Stored], scope: Scope) -> tuple[str, list[str]]:
    moments = {offer.columns["seen_at"] for offer in owners} | {scope.now}
    moments |= {offer.columns["ended_at"] for offer in owners} - {None}
    moments |= {at for offer in owners for at, _ in offer.history}
    local = [moment.astimezone(ZONE) for moment in moments]
    days = {(each.month, each.day) for each in local} | {
        (each.month, each.day) for each in (scope.now.astimezone(ZONE) - timedelta(days=30),)
    }
    faults: list[str] = []
    for pattern in DATES:
        for match in pattern.finditer(part):
            name = match["month"].lower()[:3]
            month = MONTHS.index(name) + 1 if name in MONTHS else int(match["month"])
            if (month, int(match["day"])) not in days:
                faults.append(f"the day “{match[0]}” is nobody's")
        part = pattern.sub(" ", part)
    for match in CLOCK.finditer(part):
        if (int(match[1]), int(match[2])) not in {(each.hour, each.minute) for each in local}:
            faults.append(f"the hour “{match[0]}” is nobody's")
    part = CLOCK.sub(" ", part)
    for match in AGE.finditer(part):
        unit = UNITS[match["unit"][0].lower()]
        ages = {(scope.now - moment).total_seconds() / unit for moment in moments}
        if not any(abs(age - int(match["number"])) < 1 for age in ages):
            faults.append(f"the age “{match[0]}” is nobody's")
    return AGE.sub(" ", part), faults


@dataclass(frozen=True)
class _Allowed:
    """Whether a figure stands in the rows."""

    money: frozenset[tuple[str, Decimal]]
    counts: frozenset[Decimal]
    percents: frozenset[Decimal]
    echoed: frozenset[Decimal]

    @classmethod
    def of(cls, owners: Sequence[Stored], offers: Sequence[Stored], scope: Scope) -> "_Allowed":
        money: set[tuple[str, Decimal]] = set()
        counts: set[Decimal] = {Decimal(5), Decimal(30), Decimal(len(offers))}
        percents: set[Decimal] = set()
        for offer in owners:
            code, row = offer.columns["currency"], offer.columns
            amounts = {row["price_minor"], offer.price_now, row["price_minor"] - offer.price_now}
            amounts |= {price for _, price in offer.history}
            amounts |= {abs(offer.price_now - price) for _, price in offer.history}
            amounts |= {abs(offer.price_now - each.price_now) for each in offers}
            money |= {(code, Decimal(amount) / 100) for amount in amounts}
            counts |= {Decimal(row[name]) for name in ("stock", "reviews", "sales") if row[name]}
            counts |= {Decimal(0)} if row["stock"] == 0 else set()
            counts |= {mark} if (mark := _stars(offer)) is not None else set()
            off = Decimal(row["price_minor"] - offer.price_now) * 100 / row["price_minor"]
            percents |= {off.quantize(Decimal(1)), off // 1}
            quoted = " ".join(str(row[name]) for name in QUOTED if row.get(name))
            counts |= {_number(each) for each in re.findall(NUMBER, quoted)}
            percents |= {_number(each) for each in re.findall(rf"({NUMBER})\s?%", quoted)}
        return cls(frozenset(money), frozenset(counts), frozenset(percents), scope.echoed)

    def __call__(self, match: re.Match[str]) -> bool:
        value = _number(match["number"])
        after = (match["after"] or "").strip().lower()
        sign = (match["sign"] or "").strip().lower().rstrip(".")
        if value in self.echoed:
            return True
        code = SIGNS.get(sign) or WORDS.get(sign) or WORDS.get(after)
        if code:
            return (code, value) in self.money
        if after == "%":
            return value in self.percents
        if match["wan"]:
            return any(count // 1000 == value * 10 for count in self.counts)
        return value in self.counts or any(value == amount for _, amount in self.money)


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))
