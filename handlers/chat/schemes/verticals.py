"""Verticals: which kind of goods a group of the programme wants."""

from bot.domain.programmes import Programme
from bot.domain.records import Group, GroupId
from handlers.chat.context import Call
from handlers.chat.wire.callbacks import OldButtonError, field
from handlers.chat.wire.replies import button, keyboard


async def vertical(call: Call) -> None:
    """Answer /vertical: each own group with what it may choose."""
    programme = call.services.programmes.get(call.own.programme)
    if programme is None or not programme.verticals:
        await call.say(call.texts.html("scheme.vertical_not_here"))
        return
    own = await call.services.connecting.groups_of(call.own.id)
    if not own:
        await call.say(call.texts.html("scheme.vertical_none"))
    for group in own:
        rows = [
            [button(_title(call, programme, name), "vertical", group.id, name)]
            for name in programme.verticals
        ]
        now = _title(call, programme, _chosen(programme, group))
        text = call.texts.html("scheme.vertical_head", title=group.title, vertical=now)
        await call.say(text, keyboard(*rows))


async def press_vertical(call: Call) -> str | None:
    """Let an own group choose: fields group and vertical."""
    programme = call.services.programmes.get(call.own.programme)
    name = call.words[1] if len(call.words) > 1 else ""
    if programme is None or name not in programme.verticals:
        raise OldButtonError("There is no such vertical.")
    group_id = GroupId(field(call.words, 0))
    await call.services.choosing.set_vertical(group_id, name, by=call.own.id)
    return call.texts("scheme.vertical_done", vertical=_title(call, programme, name))


def _chosen(programme: Programme, group: Group) -> str:
    known = group.vertical in programme.verticals
    return group.vertical if known and group.vertical else next(iter(programme.verticals))


def _title(call: Call, programme: Programme, name: str) -> str:
    return programme.verticals[name].title.get(call.texts.language, name)
