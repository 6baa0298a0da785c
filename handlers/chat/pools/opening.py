"""Opening a pool: the N-th offer of the last list, a group, a look at it, and a confirmation."""

from html import escape
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain.pools.boards import Board, closing
from bot.domain.pools.pools import HOURS_LIMIT, SIZE_LEAST, SIZE_LIMIT
from bot.domain.posts.notices import Tap
from bot.domain.records import Group, GroupId, OfferId
from bot.domain.texts import Html
from bot.services.pools.outcomes import Proposed, Refusal, Refused
from handlers.chat.context import Call
from handlers.chat.ranking.banning import banned
from handlers.chat.wire.callbacks import field, number
from handlers.chat.wire.replies import button, keyboard, show_post

REFUSED = {refusal: f"pool.refused_{refusal}" for refusal in Refusal}
DEFAULT = 0
"""In a button: as the programme says."""


async def pool(call: Call) -> None:
    """Answer /pool N [PEOPLE] [HOURS]: for the group there is, or one that is chosen."""
    place, size, hours = (number(call.words, at) for at in range(3))
    listed = await call.services.shortlisting.remembered(call.person.id)
    numbers = [number(call.words, at) for at in range(len(call.words))]
    if place is None or not listed or None in numbers:
        await call.say(call.texts.html("pool.usage"))
        return
    if not 1 <= place <= len(listed):
        await call.say(call.texts.html("pick.no_such", count=len(listed)))
        return
    own = [group for group in await _pooled(call) if group.is_served]
    if not own:
        await call.say(call.texts.html("pool.no_group"))
        return
    offer_id = listed[place - 1]
    if not _is_sized(size, hours):
        await _refuse(call, Refusal.WRONG_SIZE)
    elif len(own) == 1:
        await _preview(call, offer_id, own[0].id, size or DEFAULT, hours or DEFAULT)
    else:
        rows = [
            [button(group.title, "pool", offer_id, group.id, size or DEFAULT, hours or DEFAULT)]
            for group in own
        ]
        await call.say(call.texts.html("pool.which"), keyboard(*rows))


async def press_pool(call: Call) -> str | None:
    """Show the pool as it would look in a group: fields offer, group, people, hours."""
    offer_id, group_id, size, hours = (field(call.words, at) for at in range(4))
    await _preview(call, OfferId(offer_id), GroupId(group_id), size, hours)
    return None


async def press_go(call: Call) -> str | None:
    """Open the pool that was looked at; its message goes out: the same fields."""
    offer_id, group_id, size, hours = (field(call.words, at) for at in range(4))
    found = await call.services.rooms.pools.pooling.open(
        call.own,
        OfferId(offer_id),
        GroupId(group_id),
        size=size or None,
        hours=hours or None,
    )
    if isinstance(found, Refused):
        await _refuse(call, found.reason, OfferId(offer_id))
        return None
    await call.show(call.texts.html("pool.opened"))
    return None


async def _pooled(call: Call) -> list[Group]:
    """Own groups whose programme has pools."""
    programmes = call.services.programmes
    found = await call.services.connecting.groups_of(call.own.id)
    return [
        group
        for group in found
        if group.programme in programmes and programmes[group.programme].pools is not None
    ]


def _is_sized(size: int | None, hours: int | None) -> bool:
    # What a button could not carry is refused ahead of the domain's own look.
    return all(each is None or 1 <= each <= 9999 for each in (size, hours))


async def _refuse(call: Call, reason: Refusal, offer_id: OfferId | None = None) -> None:
    if reason is Refusal.NOT_POSTABLE and offer_id is not None:
        why = await banned(call, offer_id)
        if why is not None:
            await call.say(Html(escape(why, quote=False)))
            return
    limits = {"least": SIZE_LEAST, "most": SIZE_LIMIT, "hours": HOURS_LIMIT}
    await call.say(call.texts.html(REFUSED[reason], **limits))


async def _preview(call: Call, offer_id: OfferId, group_id: GroupId, size: int, hours: int) -> None:
    found = await call.services.rooms.pools.pooling.propose(
        call.own, offer_id, group_id, size=size or None, hours=hours or None
    )
    if isinstance(found, Refused):
        await _refuse(call, found.reason, offer_id)
        return
    board = found.board
    await show_post(call.bot, call.chat_id, board.html, board.image_url, markup_of(board))
    await call.say(
        _question(call, found),
        keyboard(
            [button(call.texts("pool.go"), "pool_go", offer_id, group_id, size, hours)],
        ),
    )


def _question(call: Call, found: Proposed) -> Html:
    when = closing(found.pool, ZoneInfo(found.group.timezone), call.texts)
    return call.texts.html(
        "pool.confirm", title=found.group.title, target=found.pool.target, **when
    )


def markup_of(board: Board) -> InlineKeyboardMarkup:
    """The buttons of a pool's message, as PTB has them."""
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(one.text, callback_data=one.data)
                if isinstance(one, Tap)
                else InlineKeyboardButton(one.text, url=one.url)
                for one in row
            ]
            for row in board.buttons
        ]
    )
