"""The clock's part in the catalogue."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.programmes import Programme
from bot.services.catalogue.shortlisting import Shortlisting
from schedules.catalog import freeze_shortlists
from storage.database import Database
from tests.cast import NOON, add_offer
from tests.schemes import PROGRAMMES

# The first slot opens at 08:00 in Shanghai: the cut-off is 07:00, 23:00 UTC of the day before.
CUT_OFF = datetime.fromisoformat("2026-11-21T23:00:00+00:00")


async def test_each_programme_is_frozen_once_from_its_cut_off_on(database: Database) -> None:
    schemes: Mapping[str, Programme] = {"fenxiang": PROGRAMMES["fenxiang"]}
    async with database.write() as connection:
        await add_offer(connection, seen_at=NOON - timedelta(days=1))
    early = Shortlisting(database, schemes, lambda: CUT_OFF - timedelta(seconds=1))
    assert await freeze_shortlists(early) == 0
    due = Shortlisting(database, schemes, lambda: CUT_OFF)
    assert [await freeze_shortlists(due) for _ in range(3)] == [1, 0, 0]
    frozen = await due.today("fenxiang", NOON.date())
    assert (frozen.version, frozen.frozen_at) == (1, CUT_OFF)
