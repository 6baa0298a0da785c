"""Taking a group out: asked once more, done at once, and the bot leaves."""

from bot.domain.records import GroupId
from handlers.chat.context import Call
from handlers.chat.leaving import rounds
from handlers.chat.leaving.menu import own_group
from handlers.chat.wire.callbacks import field
from handlers.chat.wire.replies import button, keyboard

GOODBYE, QUIET, KEEP = 1, 0, 2


async def press_out(call: Call) -> str | None:
    """Ask whether a group is to be taken out, and with a goodbye or without: field group."""
    group = await own_group(call, GroupId(field(call.words, 0)))
    texts = call.texts
    rows = [
        [button(texts(f"leaving.{key}"), "out_go", group.id, how)]
        for key, how in (("button_out_bye", GOODBYE), ("button_out_quiet", QUIET))
    ]
    # Of a group that the bot was thrown out of there is nobody to say goodbye to.
    rows = rows[1:] if group.lost_at is not None else rows
    keep = button(texts("leaving.button_keep"), "out_go", group.id, KEEP)
    await call.show(texts.html("leaving.out_ask", title=group.title), keyboard(*rows, [keep]))
    return None


async def press_go(call: Call) -> str | None:
    """Take the group out, or leave everything as it is: fields group and how."""
    group_id, how = GroupId(field(call.words, 0)), field(call.words, 1)
    if how not in (GOODBYE, QUIET):
        await call.show(call.texts.html("leaving.out_kept"))
        return None
    done = await call.services.rooms.leaving.disconnecting.disconnect(
        call.own.id, group_id, says_goodbye=how == GOODBYE
    )
    if done is None:
        return call.texts("leaving.out_before")
    title, posts, pools = done.group.title, done.withdrawn, done.pools
    await call.show(call.texts.html("leaving.out_done", title=title, posts=posts, pools=pools))
    # What the clock would do within its next rounds; whoever taps sees it at once.
    await rounds.leave(call.bot, call.services)
    return None
