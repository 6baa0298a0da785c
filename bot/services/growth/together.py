"""The services of growing, built together: the rooms hand them on as one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.programmes import Programme
from bot.services.growth.growing import Growing
from bot.services.growth.honouring import Honouring
from bot.services.growth.mentoring import Mentors
from bot.services.growth.teaming import Teaming
from storage.database import Database


@dataclass(frozen=True)
class Growth:
    """What promoters, members and the clock do with levels, mentors, teams and boards."""

    growing: Growing
    mentors: Mentors
    teaming: Teaming
    honouring: Honouring


def build(
    database: Database,
    programmes: Mapping[str, Programme],
    now: Callable[[], datetime],
    zone: ZoneInfo,
) -> Growth:
    """The services of growing over one database."""
    return Growth(
        Growing(database, programmes, now),
        Mentors(database, programmes, now),
        Teaming(database, now, zone),
        Honouring(database, now, zone),
    )
