"""Leaderboards: only who wants to be seen, by the name of their choice, and off again at once."""

from telegram import InlineKeyboardMarkup

from bot.domain.growth.boards import PEOPLE_LEAST, Span
from bot.domain.records import GroupId
from bot.domain.texts import Html, Texts
from bot.services.growth.outcomes import Board
from handlers.chat.context import Audience, Call, GroupCall
from handlers.chat.groups import private_button
from handlers.chat.growing import tags
from handlers.chat.wire.callbacks import OldButtonError
from handlers.chat.wire.replies import button, edit, keyboard, stacked

ON, OFF = ("on", "开"), ("off", "关")
MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}


async def board(call: Call) -> None:
    """Answer /board, ``/board on NAME``, ``/board off``: of promoters, or of one's own group."""
    word = call.words[0].lower() if call.words else ""
    if word in OFF:
        await tags.withdraw(call.services, call.bot, call.person.id)
        await call.say(call.texts.html("board.off"))
        return
    if word in ON:
        await _on(call, " ".join(call.words[1:]) or call.person.name)
    elif call.words:
        await call.say(call.texts.html("board.usage"))
        return
    if call.admits(Audience.PROMOTER):
        await _show_promoters(call, Span.WEEK)
    else:
        await _show_home(call)


async def press_span(call: Call) -> str | None:
    """Show the week's or the month's board of promoters: field span."""
    if call.words[:1] not in ((Span.WEEK,), (Span.MONTH,)):
        raise OldButtonError("There is no such board.")
    await _show_promoters(call, Span(call.words[0]))
    return None


async def board_here(call: GroupCall) -> None:
    """Answer /board in a group: its own board, with a button to be seen on it."""
    if call.group is None:
        await call.reply(call.texts.html("group.not_connected"), keyboard([private_button(call)]))
        return
    found = await call.services.rooms.growth.honouring.members(call.group.id, None)
    await call.reply(members_text(call.texts, found), _join_button(call.texts))


async def press_in(call: Call) -> str | None:
    """Whoever taps is seen on the group's board from now on, or no longer."""
    message, services = call.pressed, call.services
    group = await services.connecting.group_by_chat(message.chat.id) if message else None
    if message is None or group is None:
        return call.texts("answer.old")
    honouring = services.rooms.growth.honouring
    before = await honouring.members(group.id, call.person.id)
    if before.is_shown:
        await tags.withdraw(services, call.bot, call.person.id, group.id)
        answer = call.texts("board.out")
    else:
        name = await honouring.show_member(group.id, call.person.id, call.person.name)
        if name is None:
            return call.texts("board.bad_name_here")
        answer = call.texts("board.in", name=name)
    texts = services.texts_in(group.language)
    found = await honouring.members(group.id, None)
    await edit(message, members_text(texts, found), _join_button(texts))
    return answer


async def _on(call: Call, name: str) -> None:
    honouring = call.services.rooms.growth.honouring
    if call.admits(Audience.PROMOTER):
        shown = await honouring.show_promoter(call.own, name)
    else:
        home = await honouring.home_of(call.person.id)
        if home is None:
            return
        shown = await honouring.show_member(home, call.person.id, name)
    key = "board.bad_name" if shown is None else "board.on"
    await call.say(call.texts.html(key, name=shown or ""))


async def _show_promoters(call: Call, span: Span) -> None:
    found = await call.services.rooms.growth.honouring.promoters(call.own, span)
    other = Span.MONTH if span == Span.WEEK else Span.WEEK
    title = call.programme_title(call.own.programme)
    lines = [call.texts.html(f"board.head_{span}", programme=title), *_lines(call.texts, found)]
    lines.append(call.texts.html("board.foot_shown" if found.is_shown else "board.foot"))
    turn = button(call.texts(f"board.button_{other}"), "board_span", other.value)
    await call.show(stacked(lines, gap="\n"), keyboard([turn]))


async def _show_home(call: Call) -> None:
    honouring = call.services.rooms.growth.honouring
    home: GroupId | None = await honouring.home_of(call.person.id)
    if home is None:
        await call.say(call.texts.html("board.no_home"))
        return
    found = await honouring.members(home, call.person.id)
    await call.say(members_text(call.texts, found))


def members_text(texts: Texts, found: Board) -> Html:
    """The board of a group, of what its members did openly of late."""
    lines = [texts.html("board.head_group"), *_lines(texts, found), texts.html("board.foot_group")]
    return stacked(lines)


def _lines(texts: Texts, found: Board) -> list[Html]:
    if found.is_few:
        return [texts.html("board.few", least=PEOPLE_LEAST)]
    if not found.places:
        return [texts.html("board.empty")]
    kind = "orders" if found.span else "acts"
    return [
        texts.html(
            f"board.line_{kind}" if one.count != 1 else f"board.line_{kind}_one",
            place=MEDALS.get(one.place, f"{one.place}."),
            name=one.name,
            count=one.count,
        )
        for one in found.places
    ]


def _join_button(texts: Texts) -> InlineKeyboardMarkup | None:
    return keyboard([button(texts("board.button_in"), "board_in")])
