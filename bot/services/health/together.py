"""The services of the health of groups, built together: the roof hands them on as one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.programmes import Programme
from bot.services.health.evaluating import Evaluating
from bot.services.health.hearing import Hearing
from bot.services.health.overseeing import Overseeing
from storage.database import Database


@dataclass(frozen=True)
class Healths:
    """What groups answer, how they are judged at night, and what people do about it."""

    hearing: Hearing
    evaluating: Evaluating
    overseeing: Overseeing


def build(
    database: Database, programmes: Mapping[str, Programme], now: Callable[[], datetime]
) -> Healths:
    """The services of the health of groups over one database."""
    return Healths(
        Hearing(database, now),
        Evaluating(database, programmes, now),
        Overseeing(database, programmes, now),
    )
