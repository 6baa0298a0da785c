"""What the bot says, by key and language: sentences with values filled in, and dates and money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain import money
from bot.domain.records import Currency
from bot.errors import InputError

LANGUAGES = ("zh", "en")
"""Complete languages; every text exists in each of them."""

_WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_EVERY_DAY = {"zh": "每天", "en": "every day"}
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_WAN = 10_000
"""From one 万 on, Chinese counts in them."""


class Html(str):
    """Text that is Telegram HTML already: put into another text, it is not escaped again."""

    __slots__ = ()


@dataclass(frozen=True)
class Texts:
    """All texts of one language, keys as "section.name"."""

    language: str
    words: Mapping[str, str]

    def __call__(self, key: str, /, **values: object) -> str:
        """The plain text ``key`` with ``values`` filled in, for buttons and short answers."""
        return self.words[key].format(**values)

    def html(self, key: str, /, **values: object) -> Html:
        """The text ``key`` for Telegram's HTML mode; every value but Html is escaped."""
        safe = {
            name: value if isinstance(value, Html | int | float) else escape(str(value))
            for name, value in values.items()
        }
        return Html(self.words[key].format(**safe))

    def money(self, amount_minor: int, currency: Currency) -> str:
        """Minor units of ``currency`` as people write them, e.g. "¥12.50"."""
        return money.written(amount_minor, currency)

    def day(self, day: date) -> str:
        """A day as the reader writes it: "11月22日 周日", "Sun 22 Nov"."""
        weekday = _WEEKDAYS[self.language][day.weekday()]
        if self.language == "zh":
            return f"{day.month}月{day.day}日 {weekday}"
        return f"{weekday} {day.day} {_MONTHS[day.month - 1][:3]}"

    def days(self, days: Sequence[int]) -> str:
        """Weekdays, 0 = Monday, ascending: "每天", "周一至周五", "Mon, Wed"."""
        names = _WEEKDAYS[self.language]
        if len(days) == len(names):
            return _EVERY_DAY[self.language]
        if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
            return f"{names[days[0]]}{'至' if self.language == 'zh' else '–'}{names[days[-1]]}"
        return ("、" if self.language == "zh" else ", ").join(names[day] for day in days)

    def month(self, year: int, month: int) -> str:
        """A month as the reader writes it: "2026年11月", "November 2026"."""
        if self.language == "zh":
            return f"{year}年{month}月"
        return f"{_MONTHS[month - 1]} {year}"

    def count(self, count: int) -> str:
        """A number of things: "6400", "3.8 万" (never more than there are), "38,000"."""
        if self.language != "zh":
            return f"{count:,}"
        return str(count) if count < _WAN else f"{count * 10 // _WAN / 10:g} 万"

    def figures(self, key: str, /, **values: object) -> str:
        """The plain text ``key`` with every whole number of ``values`` as ``count`` writes it.

        An amount comes as a mapping of "minor" and "currency", and is written as ``money`` does.
        """
        written = {name: self._figure(value) for name, value in values.items()}
        # The measure word follows its number without a blank: 3.8 万件.
        return self(key, **written).replace("万 ", "万")

    def _figure(self, value: object) -> object:
        if isinstance(value, Mapping):
            return self.money(int(value["minor"]), Currency(value["currency"]))
        return self.count(value) if isinstance(value, int) else value

    def clock(self, moment: datetime, zone: ZoneInfo) -> str:
        """The aware ``moment`` as "HH:MM" on a clock in ``zone``."""
        return f"{moment.astimezone(zone):%H:%M}"


def read_texts(language: str, document: Mapping[str, Any]) -> Texts:
    """Read a parsed TOML ``document`` of sections with texts.

    Raises InputError for anything deeper than ``[section] name = "text"``.
    """
    words: dict[str, str] = {}
    for section, table in document.items():
        if not isinstance(table, Mapping):
            raise InputError(f"{language}: “{section}” stands outside any section.")
        for name, text in table.items():
            if not isinstance(text, str):
                raise InputError(f"{language}: “{section}.{name}” is not a text.")
            words[f"{section}.{name}"] = text
    return Texts(language, words)
