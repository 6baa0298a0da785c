"""Minting and reading link codes, and carrying them as sub-ids through a marketplace."""

from base64 import b32encode
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from bot.domain.records import LinkCode
from bot.errors import InputError

ENTROPY_BYTES = 8
"""64 random bits: opaque, not to be guessed, and short enough for every network's sub-id."""
LENGTHS = range(10, 17)
ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyz234567")
PARAMETER = "subid"
SHELF_BYTES = 1
"""So many of the bytes are the same for all codes of one batch: then they stand together in the
index, which at a million codes costs a fraction of meeting each of its pages in every batch."""


def mint(entropy: bytes) -> LinkCode:
    """A link code of 13 characters of lower-case base32 from 8 random bytes.

    Raises InputError for any other number of bytes.
    """
    if len(entropy) != ENTROPY_BYTES:
        raise InputError(f"A link code is made of {ENTROPY_BYTES} random bytes.")
    return LinkCode(b32encode(entropy).decode("ascii").rstrip("=").lower())


def mint_batch(entropy: Callable[[int], bytes], count: int) -> list[LinkCode]:
    """``count`` link codes that share their beginning, ascending; each has 56 bits of its own."""
    shelf = entropy(SHELF_BYTES)
    return sorted(mint(shelf + entropy(ENTROPY_BYTES - SHELF_BYTES)) for _ in range(count))


def is_code(text: str) -> bool:
    """Whether ``text`` has the form of a link code: 10 to 16 characters of lower-case base32."""
    return len(text) in LENGTHS and ALPHABET.issuperset(text)


def read(sub_id: str | None) -> LinkCode | None:
    """The link code in a ``sub_id`` as a marketplace returned it, or None if it holds none.

    Some networks return it in upper case or with spaces around it.
    """
    plain = (sub_id or "").strip().lower()
    return LinkCode(plain) if is_code(plain) else None


def with_sub_id(url: str, code: LinkCode) -> str:
    """``url`` with the query parameter ``subid`` set to ``code``; everything else stays verbatim.

    A ``subid`` that the address already has is replaced, so that nobody else is credited.
    """
    before, behind = _around(url)
    return f"{before}{code}{behind}"


@lru_cache(maxsize=4_096)
def _around(url: str) -> tuple[str, str]:
    """What stands before and behind the sub-id: one offer is linked in thousands of groups."""
    parts = urlsplit(url)
    kept = [part for part in parts.query.split("&") if part and _name(part) != PARAMETER]
    query = "&".join([*kept, f"{PARAMETER}="])
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return urlunsplit(parts._replace(query=query, fragment="")), fragment


def _name(part: str) -> str:
    return unquote_plus(part.partition("=")[0])
