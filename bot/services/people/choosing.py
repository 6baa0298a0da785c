"""Which vertical of its programme a group chose [S0,S1]."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain.programmes import Programme
from bot.domain.records import Group, GroupId, PersonId
from bot.errors import InputError, NotFoundError
from storage.database import Database
from storage.people import groups


@dataclass(frozen=True)
class Choosing:
    """A promoter's choice for an own group."""

    database: Database
    programmes: Mapping[str, Programme]

    async def set_vertical(self, group_id: GroupId, vertical: str, *, by: PersonId) -> Group:
        """Let a group choose from ``vertical`` from now on.

        Raises NotFoundError for anybody else's group, InputError for a vertical that its
        programme does not have.
        """
        async with self.database.write() as connection:
            group = await groups.find(connection, group_id)
            if group is None or group.promoter_id != by:
                raise NotFoundError("No such group of yours.")
            programme = self.programmes.get(group.programme)
            if programme is None or vertical not in programme.verticals:
                raise InputError("There is no such vertical.")
            # The first one is that of whoever chose none: one name for one assortment.
            kept = None if vertical == next(iter(programme.verticals)) else vertical
            await groups.mark_vertical(connection, group_id, kept)
            return replace(group, vertical=kept)
