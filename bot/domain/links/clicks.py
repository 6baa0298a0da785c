"""A click as it is kept: with its class and a visitor who cannot be named."""

import hmac
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import NamedTuple

from bot.domain.records import ClickClass, LinkCode

ID_ALPHABET = "0123456789abcdefghijklmnopqrstuv"
"""32 signs that every collation sorts in this order."""
TICK_MS = 16
"""The first half of an id counts these: 40 bits of them last until the year 2527."""
_PAIRS = [first + second for first in ID_ALPHABET for second in ID_ALPHABET]
NETWORKS_IN_MEMORY = 16_384


class Click(NamedTuple):
    """A request that followed a link; ``visitor`` is a keyed hash, None without an address."""

    id: str
    code: LinkCode
    at: datetime
    kind: ClickClass
    visitor: str | None = None


def tick_of(moment: datetime) -> int:
    """The number that begins the ids of clicks at ``moment``: its 16 ms since 1970."""
    return int(moment.timestamp() * 1000) // TICK_MS


def click_id(tick: int, number: int) -> str:
    """16 characters that sort by ``tick`` and then by ``number``, each taken modulo 2**40."""
    return click_ids(tick, number, 1)[0]


def click_ids(tick: int, first: int, count: int) -> list[str]:
    """The ids of ``count`` clicks of one ``tick``, numbered from ``first`` on."""
    time = _pairs(tick >> 10) + _PAIRS[tick & 1023]
    ids: list[str] = []
    while len(ids) < count:
        # All but the last two signs change once in 1,024 numbers.
        number = first + len(ids)
        start, most = number & 1023, count - len(ids)
        beginning = time + _pairs(number >> 10)
        ids += [beginning + last for last in _PAIRS[start : start + most]]
    return ids


def _pairs(number: int) -> str:
    return _PAIRS[number >> 20 & 1023] + _PAIRS[number >> 10 & 1023] + _PAIRS[number & 1023]


def visitor(key: bytes, address: str | None) -> str | None:
    """32 hex characters for everyone of the same network; None for what is no address.

    Only the network is hashed: the first 24 bits of IPv4, the first 48 of IPv6.
    """
    network = truncated(address)
    if network is None:
        return None
    return hmac.digest(key, network.encode(), "sha256").hex()[:32]


@lru_cache(maxsize=NETWORKS_IN_MEMORY)
def truncated(address: str | None) -> str | None:
    """The network of ``address``, without the part that names one machine; None for no address."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return str(ip_network((int(found), 48), strict=False))
        found = found.ipv4_mapped
    return str(ip_network((int(found), 24), strict=False))
