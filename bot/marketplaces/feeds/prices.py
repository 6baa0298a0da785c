"""Amounts as feeds write them: "12.50 EUR", "$2,030", "1.234,50 €", "₹1,299" to minor units."""

import re
from functools import lru_cache

from bot.domain.money import AMOUNT_LIMIT_MINOR, DECIMALS, currency, decimals
from bot.domain.records import Currency
from bot.errors import InputError

_PLAIN = re.compile(r"(\d{1,12})(?:\.(\d{1,2}))?(?: ([A-Z]{3}))?", re.ASCII)
"""What the Google specification asks for, and what most files hold: read without a detour."""
_AMOUNT = re.compile(r"(?P<before>[^\d+-]*)(?P<number>[-+]?\d[\d.,' ]*)(?P<after>[^\d.,]*)")
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_GROUPED = re.compile(r"\d{1,3}(?P<mark>[.,' ])(?:\d{2,3}(?P=mark))*\d{3}")

SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "RS": "INR", "RS.": "INR", "₩": "KRW", "฿": "THB",
    "₫": "VND", "₽": "RUB", "元": "CNY", "圆": "CNY", "人民币": "CNY", "RMB": "CNY",
    "円": "JPY", "R$": "BRL", "HK$": "HKD", "US$": "USD", "NT$": "TWD", "A$": "AUD", "AU$": "AUD",
    "C$": "CAD", "CA$": "CAD", "S$": "SGD", "NZ$": "NZD", "RM": "MYR", "RP": "IDR", "ZŁ": "PLN",
    "KČ": "CZK", "FT": "HUF", "₺": "TRY", "₴": "UAH", "₪": "ILS", "₱": "PHP", "₦": "NGN",
}  # fmt: skip
"""Signs of one currency, in upper case."""

SHARED_SIGNS = {
    "$": ("USD", "AUD", "CAD", "HKD", "SGD", "NZD", "TWD", "MXN", "CLP", "COP", "ARS"),
    "¥": ("CNY", "JPY"),
    "￥": ("CNY", "JPY"),
    "KR": ("SEK", "NOK", "DKK", "ISK"),
    "KR.": ("DKK", "SEK", "NOK", "ISK"),
}
"""Signs of several currencies: the default one if it is among them, else the first."""


def read_price(text: str, default: Currency | None) -> tuple[int, Currency]:
    """Read an amount with or without its currency; returns minor units and the currency.

    More decimals than the currency has are rounded to the nearest (Google Merchant, price).
    Raises InputError with the reason: no number, two readings, no or an unknown currency.
    """
    fast = _PLAIN.fullmatch(text)
    if fast:
        whole, fraction, code = fast.groups()
        money = _known(code) if code else default
        if money and money not in DECIMALS:
            return int(whole) * 100 + int((fraction or "0").ljust(2, "0")), money
    found = _AMOUNT.fullmatch(_SPACES.sub(" ", text).strip())
    if not found:
        raise InputError(f"“{_short(text)}” is not an amount of money")
    money = _currency(found["before"], found["after"], default)
    return _minor(found["number"].strip(" '"), money, text), money


def _currency(before: str, after: str, default: Currency | None) -> Currency:
    words = [word for word in (before.strip().upper(), after.strip(" -").upper()) if word]
    if not words:
        if default is None:
            raise InputError("no currency: name one with --currency")
        return default
    # "¥12 CNY", "$5 AUD": what both words can mean.
    both = [code for code in _meanings(words[0]) if code in _meanings(words[-1])]
    if not both:
        raise InputError("two currencies in one amount")
    return default if default in both and default else Currency(both[0])


def _meanings(word: str) -> tuple[str, ...]:
    if word in SIGNS:
        return (SIGNS[word],)
    return SHARED_SIGNS.get(word) or (_known(word),)


@lru_cache(maxsize=256)
def _known(word: str) -> Currency:
    try:
        return currency(word)
    except InputError:
        raise InputError(f"unknown currency “{_short(word)}”") from None


def _minor(number: str, money: Currency, text: str) -> int:
    whole, fraction = _split(number.lstrip("+-"), decimals(money), text)
    if not whole.isdigit() or (fraction and not fraction.isdigit()) or len(whole) > 15:
        raise InputError(f"“{_short(text)}” is not an amount of money")
    places = decimals(money)
    minor = int(whole + fraction[:places].ljust(places, "0"))
    if fraction[places : places + 1] >= "5":
        minor += 1
    if minor > AMOUNT_LIMIT_MINOR:
        raise InputError(f"“{_short(text)}” is beyond any amount we take")
    return -minor if number.startswith("-") else minor


def _split(number: str, places: int, text: str) -> tuple[str, str]:
    """Whole part and decimals of digits with separators, or InputError where nobody can tell."""
    point, comma = number.rfind("."), number.rfind(",")
    if point >= 0 and comma >= 0:
        mark = "." if point > comma else ","
        whole, _, fraction = number.rpartition(mark)
        return _ungrouped(whole, text), fraction
    mark = "." if point >= 0 else ","
    if number.count(mark) != 1:
        return _ungrouped(number, text), ""
    whole, _, fraction = number.partition(mark)
    whole = _ungrouped(whole, text)
    if len(fraction) != 3 or whole == "0" or len(whole) > 3:
        return whole, fraction
    return _three_after_one_mark(whole, fraction, mark, places, text)


def _three_after_one_mark(
    whole: str, fraction: str, mark: str, places: int, text: str
) -> tuple[str, str]:
    """Read "10.000" or "2,030": thousands or decimals, by the currency and the mark."""
    if places == 0 or (mark == "," and places == 2):
        return whole + fraction, ""
    if mark == "." and places == 3:
        return whole, fraction
    raise InputError(f"“{_short(text)}” can be read in two ways")


def _ungrouped(digits: str, text: str) -> str:
    if digits.isdigit():
        return digits
    if not _GROUPED.fullmatch(digits):
        raise InputError(f"“{_short(text)}” is not an amount of money")
    return re.sub(r"\D", "", digits)


def _short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:29]}…"
