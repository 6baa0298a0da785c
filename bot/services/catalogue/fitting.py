"""Which assortment each group chooses from: by its promoter's brand and its own vertical."""

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.domain.catalogue.assortments import assortment
from bot.domain.programmes import Programme
from bot.domain.records import Group, GroupId, Promoter
from storage.database import Connection
from storage.people import groups, people


async def places_of(
    connection: Connection,
    programmes: Mapping[str, Programme],
    found: Collection[Group],
    now: datetime,
) -> dict[GroupId, str]:
    """The assortment of each of the groups ``found`` whose programme runs."""
    bound = {
        group.promoter_id
        for group in found
        if group.programme in programmes and programmes[group.programme].scopes
    }
    guides = await people.promoters_by_ids(connection, bound) if bound else {}
    return {
        group.id: assortment(
            programmes[group.programme],
            now,
            brand=guides[group.promoter_id].brand if group.promoter_id in guides else None,
            vertical=group.vertical,
        )
        for group in found
        if group.programme in programmes
    }


async def place_of(
    connection: Connection, programmes: Mapping[str, Programme], promoter: Promoter, now: datetime
) -> str:
    """The assortment of a promoter; a vertical counts where all own groups chose it."""
    programme = programmes.get(promoter.programme)
    if programme is None:
        return promoter.programme
    chosen: set[str | None] = set()
    if programme.verticals:
        chosen = {group.vertical for group in await groups.list_of(connection, promoter.id)}
    vertical = chosen.pop() if len(chosen) == 1 else None
    return assortment(programme, now, brand=promoter.brand, vertical=vertical)
