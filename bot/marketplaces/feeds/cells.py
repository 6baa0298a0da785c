"""The cells of one feed row, cleaned and judged: facts of an offer out, or the reason why not."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import quote

from bot.domain.money import currency
from bot.domain.records import Currency, OfferFacts
from bot.errors import InputError
from bot.marketplaces.feeds.numbers import read_count, read_rate, read_rating, read_stock
from bot.marketplaces.feeds.prices import read_price

ID_LIMIT = 128
TITLE_LIMIT = 500
URL_LIMIT = 2048
SHORT_LIMIT = 200
"""Longest brand, coupon and delivery; what is longer is no name but a text gone astray."""
CATEGORY_LIMIT = 750
"""As product_type of the Google specification."""
DESCRIPTION_LIMIT = 2000
"""A longer description is cut: it is for answering questions, not for keeping pages."""
DETAIL_LIMIT = 500
"""A longer size, material, return policy or list of contents is cut, too."""

NOTHING = frozenset(("", "-", "--", "n/a", "na", "nan", "null", "none", "nil"))
"""What exports write where they have no value."""

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffd]"
)
"""Control characters, marks that turn the reading direction, halves of characters, and U+FFFD."""
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.I | re.S)
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.I)
_URL = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#][^\s]*)?", re.I)
_URL_SAFE = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a file leaves unsaid: its currency, its commission rate, and today for dated prices."""

    currency: Currency | None
    commission_bps: int | None
    now: datetime


def read_facts(cells: Mapping[str, str], defaults: Defaults) -> OfferFacts:
    """Judge one row's ``cells`` by field name.

    Raises InputError whose message is the reason for the report, without a full stop. Refused:
    no title, address or price; an address that is not http(s); a price that is no number, zero or
    below; a sale price above the price (one of the two is wrong and nobody can tell which); an
    unknown currency; control characters; what is over-long. Optional cells that make no sense
    (a rating in words, a picture without address) are left out.
    """
    title = _text(cells, "title", TITLE_LIMIT)
    if not title:
        raise InputError("no title")
    url = _url(cells.get("url", ""))
    price_minor, money = _price(cells, defaults)
    _refuse_expired(cells, defaults.now)
    return OfferFacts(
        external_id=_text(cells, "id", ID_LIMIT) or made_id(url),
        title=title,
        url=url,
        price_minor=price_minor,
        currency=money,
        sale_price_minor=_sale_price(cells, defaults, price_minor, money),
        image_url=_image(cells.get("image", "")),
        brand=_text(cells, "brand", SHORT_LIMIT),
        category=_category(cells, title),
        description=_prose(cells.get("description"), DESCRIPTION_LIMIT),
        stock=read_stock(cells),
        coupon=_text(cells, "coupon", SHORT_LIMIT),
        commission_bps=_commission(cells, defaults),
        rating_bps=read_rating(cells.get("rating", "")),
        reviews=read_count(cells.get("reviews", "")),
        sales=read_count(cells.get("sales", "")),
        delivery=_text(cells, "delivery", SHORT_LIMIT),
        size=_prose(cells.get("size"), DETAIL_LIMIT),
        material=_prose(cells.get("material"), DETAIL_LIMIT),
        returns=_prose(cells.get("returns"), DETAIL_LIMIT),
        contents=_prose(cells.get("contents"), DETAIL_LIMIT),
    )


def made_id(url: str) -> str:
    """An id for an offer without one, from its address without the fragment."""
    return blake2b(url.partition("#")[0].encode(), digest_size=8).hexdigest()


# ---------------------------------------------------------------- texts


def _text(cells: Mapping[str, str], field: str, limit: int) -> str | None:
    text = cells.get(field)
    if not text:
        return None
    if "<" in text or "&" in text:
        text = _without_html(text)
    text = " ".join(text.split())
    if _is_broken(text):
        raise InputError(f"control or broken characters in the {field}")
    if len(text) > limit:
        raise InputError(f"the {field} is longer than {limit} characters")
    return None if text.lower() in NOTHING else text


def _is_broken(text: str) -> bool:
    # Nearly every text is printable, which is told much faster than by the pattern; U+FFFD, the
    # mark of undecodable bytes, counts as printable.
    if text.isprintable():
        return "\ufffd" in text
    return _FORBIDDEN.search(text) is not None


def _without_html(text: str) -> str:
    if "<" in text:
        text = _TAG.sub(" ", _HIDDEN.sub(" ", text))
    return html.unescape(text)


def _prose(text: str | None, limit: int) -> str | None:
    """A text that is cut and cleaned, and never a reason to refuse its row."""
    if not text:
        return None
    text = text[: limit * 4]
    if "<" in text or "&" in text:
        # Twice: feeds often hold HTML that was escaped once more.
        text = _without_html(_without_html(text))
    text = " ".join(text.split())
    if _is_broken(text):
        text = _FORBIDDEN.sub("", text).strip()
    if len(text) > limit:
        text = f"{text[: limit - 1]}…"
    return None if text.lower() in NOTHING else text


def _category(cells: Mapping[str, str], title: str) -> str | None:
    for field in ("category", "product_type", "google_product_category"):
        text = cells.get(field)
        steps = _steps(text, field) if text else ()
        if len(steps) > 1:
            last, name = steps[-1].lower(), title.lower()
            whole = last.rstrip(".… ")
            # Exports put the product itself at the end of the path, often cut short.
            if last.startswith(name) or (whole != last and name.startswith(whole)):
                steps = steps[:-1]
        if steps:
            return " > ".join(steps)[:CATEGORY_LIMIT]
    return None


@lru_cache(maxsize=4096)
def _steps(text: str, field: str) -> tuple[str, ...]:
    """The steps of a category tree such as "A > B > C" or a JSON list of one."""
    text = _text({field: text}, field, CATEGORY_LIMIT * 2) or ""
    # Google's own categories may be given as a bare number, which tells a reader nothing.
    if text.isdigit():
        return ()
    steps = re.split(r">+|»|›", _first_of_list(text))
    return tuple(step.strip() for step in steps if step.strip())


def _first_of_list(text: str) -> str:
    """The first text of a JSON list, as exports write several values into one cell."""
    if not text.startswith("["):
        return text
    try:
        values = json.loads(text)
    except ValueError:
        return text.strip("[]\"' ")
    return next((value for value in values if isinstance(value, str)), "")


# ---------------------------------------------------------------- addresses


def _url(text: str) -> str:
    url = text.strip()
    if url.lower() in NOTHING:
        raise InputError("no url")
    if len(url) > URL_LIMIT:
        raise InputError(f"the url is longer than {URL_LIMIT} characters")
    if not _URL.fullmatch(url) or _is_broken(url):
        raise InputError("the url is not an http:// or https:// address")
    return url if url.isascii() else _ascii_url(url)


def _ascii_url(url: str) -> str:
    scheme, _, rest = url.partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    try:
        name = host.encode("idna").decode()
    except UnicodeError:
        raise InputError("the url names no host that exists") from None
    return f"{scheme}://{name}{quote(rest[len(host) :], safe=_URL_SAFE)}"


def _image(text: str) -> str | None:
    if not text:
        return None
    try:
        return _url(_first_of_list(text.strip()))
    except InputError:
        return None


# ---------------------------------------------------------------- prices


def _price(cells: Mapping[str, str], defaults: Defaults) -> tuple[int, Currency]:
    text = cells.get("price", "").strip()
    if text.lower() in NOTHING:
        raise InputError("no price")
    stated = _stated_currency(cells.get("currency", ""))
    minor, money = read_price(text, stated or defaults.currency)
    if stated is not None and stated != money:
        raise InputError(f"the price is in {money}, the currency column says {stated}")
    if minor <= 0:
        raise InputError("the price is not above zero")
    return minor, money


@lru_cache(maxsize=256)
def _stated_currency(code: str) -> Currency | None:
    code = code.strip()
    if code.lower() in NOTHING:
        return None
    try:
        return currency(code)
    except InputError:
        raise InputError(f"unknown currency “{code[:30]}”") from None


def _sale_price(
    cells: Mapping[str, str], defaults: Defaults, price_minor: int, money: Currency
) -> int | None:
    text = cells.get("sale_price", "").strip()
    if text.lower() in NOTHING or not _is_on_sale(cells, defaults.now):
        return None
    try:
        minor, sale_money = read_price(text, money)
    except InputError as fault:
        raise InputError(f"sale price: {fault}") from None
    if sale_money != money:
        raise InputError(f"the price is in {money}, the sale price in {sale_money}")
    if minor < 0:
        raise InputError("the sale price is below zero")
    if minor > price_minor:
        raise InputError("the sale price is above the price")
    # Zero is how exports write "no sale price"; one equal to the price is no discount.
    return minor if 0 < minor < price_minor else None


def _is_on_sale(cells: Mapping[str, str], now: datetime) -> bool:
    """Whether the dates of the sale price, where given as "start/end", include ``now``."""
    text = cells.get("sale_price_effective_date", "").strip()
    if not text:
        return True
    start, _, end = text.partition("/")
    starts_at, ends_at = _moment(start), _moment(end)
    # Dates that cannot be read promise nothing: the higher price is the safe one.
    return starts_at is not None and ends_at is not None and starts_at <= now <= ends_at


def _refuse_expired(cells: Mapping[str, str], now: datetime) -> None:
    text = cells.get("expiration_date")
    expires_at = _moment(text) if text else None
    if expires_at is not None and expires_at < now:
        raise InputError(f"expired on {expires_at:%Y-%m-%d}")


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _commission(cells: Mapping[str, str], defaults: Defaults) -> int | None:
    text = cells.get("commission_rate", "").strip()
    return defaults.commission_bps if text.lower() in NOTHING else read_rate(text)
