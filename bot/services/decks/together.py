"""The services of the deck, built together: the roof hands them on as one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.programmes import Programme
from bot.domain.texts import Texts
from bot.services.decks.dealing import Dealing
from bot.services.decks.deciding import Deciding
from bot.services.decks.looking_back import LookingBack
from bot.services.decks.turning import Turning
from storage.database import Database


@dataclass(frozen=True)
class Decks:
    """What promoters and the clock do with decks."""

    dealing: Dealing
    turning: Turning
    deciding: Deciding
    looking_back: LookingBack


def build(
    database: Database,
    programmes: Mapping[str, Programme],
    texts: Mapping[str, Texts],
    now: Callable[[], datetime],
    lead: timedelta,
) -> Decks:
    """The services of the deck over one database; it comes ``lead`` before the first slot."""
    turning = Turning(database, programmes, texts, now)
    return Decks(
        Dealing(database, programmes, texts, now, lead),
        turning,
        Deciding(database, programmes, texts, now, turning),
        LookingBack(database, now),
    )
