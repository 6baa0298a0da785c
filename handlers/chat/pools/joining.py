"""Taps on a pool: whoever taps taps for themselves, and is answered at once."""

from telegram import CallbackQuery, InlineKeyboardMarkup

from bot.domain.pools.pools import PIECES_LIMIT, Joiner, PoolId
from bot.domain.posts.characters import cleaned, shortened
from bot.domain.texts import Texts
from bot.services.pools.joining import Place
from bot.services.pools.outcomes import Said, Tapped
from handlers.chat.context import Call
from handlers.chat.pools.words import listener_of, told
from handlers.chat.questions.quiet import GROUP
from handlers.chat.wire.callbacks import field
from handlers.chat.wire.order import step_aside
from handlers.chat.wire.replies import button, keyboard

TOAST_LIMIT = 190
"""Over the chat Telegram shows 200 characters."""


async def press_join(call: Call) -> str | None:
    """Join a pool, or leave it by a second and a third tap: field pool."""
    pool_id, query = PoolId(field(call.words, 0)), call.update.callback_query
    assert query is not None  # noqa: S101 - presses have one
    # A tap is like the other: the database says which was first, and none waits for an answer.
    step_aside()
    tapped = await call.services.rooms.pools.joining.tap(
        pool_id, call.person, tap=query.id, place=_place(call)
    )
    if tapped.said in (Said.JOINED, Said.ASKED, Said.STAYS) and tapped.is_list:
        await _ask(call, tapped, query)
    if tapped.said == Said.JOINED and tapped.pool is not None and tapped.pool.is_won:
        await _tell(call, pool_id, query)
    return _words(call.texts, tapped)


async def press_pieces(call: Call) -> str | None:
    """Choose how many pieces: fields pool and number."""
    pool_id, pieces = PoolId(field(call.words, 0)), field(call.words, 1)
    kept = await call.services.rooms.pools.joining.choose_quantity(pool_id, call.person.id, pieces)
    return _chosen(call.texts, kept)


async def press_point(call: Call) -> str | None:
    """Choose where to collect: fields pool and pick-up point."""
    pool_id, pickup_id = PoolId(field(call.words, 0)), field(call.words, 1)
    kept = await call.services.rooms.pools.joining.choose_pickup(pool_id, call.person.id, pickup_id)
    return _chosen(call.texts, kept)


def _place(call: Call) -> Place | None:
    message = call.pressed
    if message is None:
        return None
    return Place(message.chat.id, message.message_id, bool(message.photo))


def _words(texts: Texts, tapped: Tapped) -> str:
    """What stands over the chat after a tap."""
    pool, said = tapped.pool, tapped.said
    if pool is None:
        return texts("pool.tap_gone")
    count = {"joined": pool.joined, "missing": pool.missing, "target": pool.target}
    if said == Said.JOINED and pool.is_won:
        return texts("pool.tap_won", **count)
    if said == Said.JOINED and tapped.is_list:
        return texts("pool.tap_joined_list", **count)
    return texts(f"pool.tap_{said}", **count)


def _chosen(texts: Texts, kept: Joiner | None) -> str:
    if kept is None:
        return texts("pool.tap_over")
    point = shortened(cleaned(kept.pickup or ""), TOAST_LIMIT // 2)
    key = "pool.tap_chosen" if point else "pool.tap_chosen_pieces"
    return texts(key, pieces=kept.quantity, point=point)


async def _ask(call: Call, tapped: Tapped, query: CallbackQuery) -> None:
    """Ask a joiner for pieces and point, alone where that can be; once in the open elsewhere."""
    pool = tapped.pool
    if pool is None or pool.ended_at is not None:
        return
    text = call.texts.html("pool.choose" if tapped.pickups else "pool.choose_pieces")
    shared = call.services.asked_openly
    spoken = await call.services.quiet.say(
        call.bot,
        listener_of(call, query),
        text,
        _choices(call.texts, tapped),
        is_private=bool(shared.get(pool.id)),
    )
    if spoken is not None and spoken.how == GROUP:
        shared.learn(pool.id, True)


def _choices(texts: Texts, tapped: Tapped) -> InlineKeyboardMarkup | None:
    assert tapped.pool is not None  # noqa: S101 - asked of a pool that there is
    pool_id = tapped.pool.id
    points = [[button(each.name, "point", pool_id, each.id)] for each in tapped.pickups]
    pieces = [
        button(texts("pool.pieces", pieces=count), "pieces", pool_id, count)
        for count in range(1, PIECES_LIMIT + 1)
    ]
    return keyboard(*points, pieces)


async def _tell(call: Call, pool_id: PoolId, query: CallbackQuery) -> None:
    """Give whoever made it full the link at once; the others get theirs by the clock."""
    telling = await call.services.rooms.pools.joining.to_tell_at_once(pool_id, call.person.id)
    if telling is None:
        return
    text, markup = told(call.texts, telling)
    await call.services.quiet.say(call.bot, listener_of(call, query), text, markup, is_private=True)
