"""The services of pools, built together: the roof hands them on as one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.programmes import Programme
from bot.domain.texts import Texts
from bot.services.pools.collecting import Collecting
from bot.services.pools.joining import Joining
from bot.services.pools.pooling import Pooling
from storage.database import Database


@dataclass(frozen=True)
class Pools:
    """What promoters, members and the clock do with pools."""

    pooling: Pooling
    joining: Joining
    collecting: Collecting


def build(
    database: Database,
    programmes: Mapping[str, Programme],
    texts: Mapping[str, Texts],
    now: Callable[[], datetime],
    entropy: Callable[[int], bytes],
    public_url: str,
) -> Pools:
    """The services of pools over one database."""
    return Pools(
        Pooling(database, programmes, texts, now, entropy, public_url),
        Joining(database, now, public_url),
        Collecting(database, now),
    )
