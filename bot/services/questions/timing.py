"""When the next post of a group comes, in the group's own time."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.records import Group
from bot.domain.texts import Html, Texts
from storage.database import Connection
from storage.posts import slots


async def next_post(
    connection: Connection, group: Group | None, texts: Texts, now: datetime
) -> Html:
    """The next opening of a group's slots in words; that none is planned where none is."""
    if group is None or not group.is_served:
        return texts.html("question.next_post_none")
    openings = await slots.list_openings(connection, [group.id])
    coming = [opening for opening in openings if opening.closes_at > now]
    if not coming:
        return texts.html("question.next_post_none")
    zone, opening = ZoneInfo(group.timezone), coming[0]
    at = max(opening.opens_at, now)
    day, clock = at.astimezone(zone).date(), texts.clock(at, zone)
    is_today = day == now.astimezone(zone).date()
    return texts.html(
        "question.next_post",
        slot=texts.words.get(f"slot.{opening.slot}", opening.slot),
        when=clock if is_today else f"{texts.day(day)} {clock}",
    )
