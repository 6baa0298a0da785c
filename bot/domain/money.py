"""Amounts as integers in minor units of a currency: reading, checking and writing them."""

from decimal import Decimal

from bot.domain.records import Currency
from bot.errors import InputError

CURRENCIES = frozenset(
    (
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN "
        "BWP BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR "
        "FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD "
        "JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT "
        "MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG "
        "QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
        "TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UYW UZS VED VES VND VUV WST XAF XCD XOF XPF "
        "YER ZAR ZMW ZWG "
    ).split()
)
"""ISO 4217 codes of money in use."""

DECIMALS = (
    dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0)
    | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)
    | dict.fromkeys("CLF UYW".split(), 4)
)
"""Decimals of the currencies that do not have two (ISO 4217)."""

SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "INR": "₹", "HKD": "HK$"}

AMOUNT_LIMIT_MINOR = 10**15
"""No single amount is larger; sums of a million of them still fit a 64-bit column."""


def currency(code: str) -> Currency:
    """Check an ISO 4217 ``code`` in any case.

    Raises InputError when no such currency is in use.
    """
    upper = code.strip().upper()
    if upper not in CURRENCIES:
        raise InputError(f"“{code}” is not an ISO 4217 currency code.")
    return Currency(upper)


def decimals(code: Currency) -> int:
    """Digits after the point that ``code`` has: CNY 2, JPY 0, KWD 3."""
    return DECIMALS.get(code, 2)


def to_minor(text: str, code: Currency) -> int:
    """Read a plain decimal such as "12.50" into minor units of ``code``; exact or refused.

    Raises InputError for anything but digits with at most one point and an optional leading
    minus, for more decimals than the currency has (trailing zeros aside), and past the limit.
    """
    plain = text.strip()
    digits = plain.removeprefix("-").replace(".", "", 1)
    if not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        raise InputError(f"“{text}” is not an amount of money.")
    scaled = Decimal(plain).scaleb(decimals(code))
    minor = int(scaled)
    if minor != scaled:
        raise InputError(f"“{text}” has more decimals than {code} has.")
    if abs(minor) > AMOUNT_LIMIT_MINOR:
        raise InputError(f"“{text}” is beyond any amount we take.")
    return minor


def plain(amount_minor: int, code: Currency) -> str:
    """Write minor units as a plain decimal, e.g. 1250 CNY as "12.50", for files and machines."""
    return f"{Decimal(amount_minor).scaleb(-decimals(code)):f}"


def written(amount_minor: int, code: Currency) -> str:
    """Write minor units for people, e.g. "¥1,250.00", "-$3.10", "10.000 KWD"."""
    number = f"{Decimal(abs(amount_minor)).scaleb(-decimals(code)):,f}"
    sign = "-" if amount_minor < 0 else ""
    symbol = SYMBOLS.get(code)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {code}"
