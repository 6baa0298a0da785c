"""What every service is built over: memory, what the settings say, the clock and chance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.programmes import Programme
from bot.domain.records import Currency
from bot.domain.texts import Texts
from bot.services.pulses import Pulse
from storage.database import Database

if TYPE_CHECKING:
    from bot.phrasing import Phrasing


@dataclass(frozen=True)
class Ground:
    """What every room is built over."""

    database: Database
    programmes: Mapping[str, Programme]
    texts: Mapping[str, Texts]
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    public_url: str
    zone: ZoneInfo
    """Of the house, where no group's own counts."""
    language: str
    """What nobody chose another in place of."""
    deck_minutes: int = 60
    """So long before the first slot of the day a promoter's deck comes."""
    operator_ids: frozenset[int] = frozenset()
    """Telegram ids of operators: the services ask whether somebody is one."""
    default_programme: str = "fenxiang"
    money: Currency = Currency("CNY")
    """What the books are kept in."""
    freshness: timedelta = timedelta(hours=24)
    """So long a price is as good as new where no programme says another."""
    bot_ids: frozenset[int] = frozenset()
    """Our bots."""
    phrasing: "Phrasing | None" = None
    """A language model, where there is one."""
    pulse: Pulse | None = None
    """Where the doors report; one of its own where nobody does."""
