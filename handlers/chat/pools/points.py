"""The pick-up points of own groups: seen, added line by line, taken away by a button."""

from telegram import InlineKeyboardButton

from bot.domain.records import Group
from bot.domain.texts import Html
from handlers.chat.context import Call
from handlers.chat.wire.callbacks import field, number
from handlers.chat.wire.replies import button, keyboard, stacked


async def pickup(call: Call) -> None:
    """Answer /pickup [GROUP] NAME, each further line another point; alone it lists them."""
    own = await _collecting(call)
    if not own:
        await call.say(call.texts.html("pool.pickup_not_here"))
        return
    names, place = _said(call)
    if not names:
        await _show(call, own)
    elif place is None and len(own) > 1:
        await call.say(call.texts.html("pool.pickup_which"))
        await _show(call, own)
    elif place is not None and not 1 <= place <= len(own):
        await _show(call, own)
    else:
        group = own[(place or 1) - 1]
        kept = await call.services.rooms.pools.collecting.add_pickups(call.own.id, group, names)
        if kept is None:
            await call.say(call.texts.html("pool.pickup_many"))
        else:
            await _show(call, own)


async def press_pickup(call: Call) -> str | None:
    """Take a point away: field point."""
    is_gone = await call.services.rooms.pools.collecting.remove_pickup(
        call.own.id, field(call.words, 0)
    )
    return call.texts("pool.pickup_gone" if is_gone else "answer.old")


async def _collecting(call: Call) -> list[Group]:
    """Own groups whose programme has pick-up points."""
    programmes = call.services.programmes
    found = []
    for group in await call.services.connecting.groups_of(call.own.id):
        rules = programmes[group.programme].pools if group.programme in programmes else None
        if rules is not None and rules.has_pickup:
            found.append(group)
    return found


def _said(call: Call) -> tuple[list[str], int | None]:
    """The names after the command, line by line, and the group's number where one is said."""
    message = call.update.effective_message
    _, _, rest = ((message.text if message else None) or "").partition(" ")
    place = number(call.words, 0)
    if place is not None:
        _, _, rest = rest.strip().partition(" ")
    return [line.strip() for line in rest.splitlines() if line.strip()], place


async def _show(call: Call, own: list[Group]) -> None:
    lines: list[Html] = []
    rows: list[list[InlineKeyboardButton]] = []
    for place, group in enumerate(own, 1):
        points = await call.services.rooms.pools.collecting.pickups_of(group)
        names = call.texts("post.and").join(each.name for each in points)
        key = "pool.pickup_line" if points else "pool.pickup_line_none"
        lines.append(call.texts.html(key, place=place, group=group.title, names=names))
        rows += [[button(f"✖ {each.name}", "pickup", each.id)] for each in points]
    await call.say(stacked([*lines, call.texts.html("pool.pickup_usage")]), keyboard(*rows))
