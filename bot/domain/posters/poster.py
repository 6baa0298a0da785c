"""What a poster is made of."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.domain.records import Offer
from bot.domain.texts import Texts


@dataclass(frozen=True, slots=True)
class Poster:
    """One offer with its tracked link, in one language."""

    offer: Offer
    texts: Texts
    zone: ZoneInfo
    url: str
    """What the code leads to."""
