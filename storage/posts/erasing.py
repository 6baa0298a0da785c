"""What a promoter posted, blanked when the promoter is forgotten: that it was posted stays."""

from collections.abc import Mapping

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import PersonId, PostState
from storage.tables import departures, groups, invite_links, picks, pickups, posts, transfers

BLANK: Mapping[str, object] = {"html": "", "image_url": None, "buttons": []}
UNSENT = (PostState.PLANNED, PostState.LEASED)
FORGOTTEN = "forgotten"
"""Why a post was cancelled."""


async def erase_of(connection: AsyncConnection, promoter_id: PersonId) -> None:
    """Take back what waits, and blank own words and names in all that was posted; sums stay.

    What a group had been given by name goes too: points to collect goods at, links into it.
    """
    own = select(groups.c.id).where(groups.c.promoter_id == promoter_id)
    # Posts are found by their groups; those of one that was handed on are the giver's still.
    given = select(transfers.c.group_id).where(transfers.c.giver_id == promoter_id)
    is_own = (posts.c.promoter_id == promoter_id) & posts.c.group_id.in_(own.union(given))
    await connection.execute(
        update(posts)
        .where(is_own, posts.c.state.in_(UNSENT))
        .values(state=PostState.CANCELLED, error=FORGOTTEN, lease=None, leased_until=None)
    )
    await connection.execute(update(posts).where(is_own).values(rendered=BLANK))
    await connection.execute(update(posts).where(posts.c.group_id.in_(own)).values(chat_id=None))
    await connection.execute(update(picks).where(picks.c.group_id.in_(own)).values(words=None))
    await connection.execute(delete(pickups).where(pickups.c.group_id.in_(own)))
    await connection.execute(
        update(invite_links)
        .where(invite_links.c.group_id.in_(own))
        .values(name="", url="erased:" + invite_links.c.id.cast(invite_links.c.url.type))
    )
    await connection.execute(
        update(departures).where(departures.c.group_id.in_(own)).values(chat_id=0)
    )
