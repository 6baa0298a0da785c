"""The services of schedules, built together: the roof hands them on as one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.programmes import Programme
from bot.services.posts.scheduling import Scheduling
from bot.services.schedules.changing import Changing
from bot.services.schedules.operating import Operating
from bot.services.schedules.scripting import Scripting
from bot.services.schedules.viewing import Viewing
from storage.database import Database


@dataclass(frozen=True)
class Schedules:
    """What promoters and operators ask of schedules."""

    viewing: Viewing
    changing: Changing
    operating: Operating
    scripting: Scripting


def build(
    database: Database, programmes: Mapping[str, Programme], now: Callable[[], datetime]
) -> Schedules:
    """Each service once, over the same parts."""
    return Schedules(
        Viewing(database, programmes, now),
        Changing(database, programmes, now),
        Operating(database, programmes, Scheduling(database, programmes, now), now),
        Scripting(database, programmes, now),
    )
