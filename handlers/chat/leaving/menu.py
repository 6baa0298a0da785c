"""What can be done with one own group, as buttons under its line."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot.domain.records import Group, GroupId
from bot.errors import NotFoundError
from handlers.chat.context import Call
from handlers.chat.wire.callbacks import field
from handlers.chat.wire.replies import button, keyboard


def buttons(call: Call, found: Sequence[Group]) -> list[list[InlineKeyboardButton]]:
    """A row with a button for each group, under the list of all."""
    texts = call.texts
    return [
        [button(texts("leaving.button_group", title=group.title), "group", group.id)]
        for group in found
    ]


async def press_group(call: Call) -> str | None:
    """Show what can be done with an own group: field group."""
    group = await own_group(call, GroupId(field(call.words, 0)))
    texts = call.texts
    rows = [
        [
            button(texts("leaving.button_slots"), "sched", "show", group.id),
            button(texts("leaving.button_health"), "health", group.id),
        ],
        [button(texts("leaving.button_copy"), "copy", group.id)],
    ]
    if group.lost_at is None:
        rows.append([button(texts("leaving.button_links"), "links", group.id)])
        rows.append([button(texts("leaving.button_hand"), "hand", group.id)])
    if group.disconnected_at is None:
        rows.append([button(texts("leaving.button_out"), "out", group.id)])
    await call.say(texts.html("leaving.head", title=group.title), keyboard(*rows))
    return None


async def own_group(call: Call, group_id: GroupId) -> Group:
    """A group of whoever asks. Raises NotFoundError for anybody else's."""
    group = await call.services.connecting.group(group_id)
    if group is None or group.promoter_id != call.own.id:
        raise NotFoundError("No such group of yours.")
    return group
