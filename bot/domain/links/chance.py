"""Stable choices in the place of chance: the same seed chooses the same on every machine."""

from hashlib import blake2b

_SPAN = 1 << 64


def number(seed: str) -> int:
    """A whole number from 0 to 2⁶⁴ − 1, evenly spread over seeds."""
    return int.from_bytes(blake2b(seed.encode(), digest_size=8).digest(), "big")


def fraction(seed: str) -> float:
    """A number from 0 up to, not including, 1, evenly spread over seeds."""
    # 53 bits are all that a float holds; more would round up to 1.
    return (number(seed) >> 11) / (_SPAN >> 11)
