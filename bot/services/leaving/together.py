"""The services of leaving, built together: the roof hands them on as one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.domain.programmes import Programme
from bot.services.leaving.arriving import Arriving
from bot.services.leaving.copying import Copying
from bot.services.leaving.disconnecting import Disconnecting
from bot.services.leaving.exporting import Exporting
from bot.services.leaving.linking import Linking
from bot.services.leaving.transferring import Transferring
from storage.database import Database


@dataclass(frozen=True)
class Leaving:
    """What promoters, operators and the clock do with groups that are copied, given and left."""

    copying: Copying
    disconnecting: Disconnecting
    transferring: Transferring
    linking: Linking
    arriving: Arriving
    exporting: Exporting


def build(
    database: Database,
    programmes: Mapping[str, Programme],
    now: Callable[[], datetime],
    entropy: Callable[[int], bytes],
    zone: tzinfo,
) -> Leaving:
    """The services of leaving over one database; days of clicks are counted in ``zone``."""
    arriving = Arriving(database, now, entropy)
    database.before_close(arriving.close)
    linking = Linking(database, now, arriving)
    return Leaving(
        copying=Copying(database, programmes, now),
        disconnecting=Disconnecting(database, now),
        transferring=Transferring(database, programmes, now, entropy),
        linking=linking,
        arriving=arriving,
        exporting=Exporting(database, programmes, now, zone, linking),
    )
