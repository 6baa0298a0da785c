"""Keeping clicks and books by months, where the database does: those to come, those too old."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import partitions
from storage.database import Database


@dataclass(frozen=True)
class Filing:
    """Makes the months to come and drops old months of clicks; on SQLite there are none."""

    database: Database
    now: Callable[[], datetime]

    async def turn(self, *, clicks_kept_for: timedelta) -> tuple[str, ...]:
        """Make what is missing ahead, drop months of clicks that were over so long ago; names.

        A month is dropped as a whole, so a click stays up to a month longer than that. Raises
        DBAPIError when a long reader is in the way: months are made seasons ahead, so trying
        again later is soon enough. The months of the books are never dropped.
        """
        async with self.database.write() as connection:
            made = await partitions.make_ahead(connection, self.now())
        async with self.database.write() as connection:
            dropped = await partitions.drop_clicks(connection, before=self.now() - clicks_kept_for)
        return (*made, *dropped)
