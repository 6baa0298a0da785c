"""Own pools: how they stand, ending one, and the order list as a document."""

from zoneinfo import ZoneInfo

from telegram import InlineKeyboardButton

from bot.domain.pools import lists
from bot.domain.pools.boards import closing
from bot.domain.pools.pools import RUNNING, PoolId, PoolState, Standing
from bot.domain.texts import Html
from bot.errors import NotFoundError
from bot.services.pools.outcomes import Own
from handlers.chat.context import Call
from handlers.chat.deck import title_of
from handlers.chat.wire.callbacks import field
from handlers.chat.wire.replies import button, keyboard, stacked

TITLE_LIMIT = 40
SURE = "yes"


async def pools(call: Call) -> None:
    """Answer /pools: own pools with their counts, and what can be done with each."""
    await _show(call)


async def press_end(call: Call) -> str | None:
    """End an own pool: fields pool, and "yes" once that is sure."""
    pool_id = PoolId(field(call.words, 0))
    own = await call.services.rooms.pools.pooling.find(call.own.id, pool_id)
    if own is None:
        raise NotFoundError("No such pool of yours.")
    if call.words[1:2] != (SURE,):
        is_won = own.pool.state == PoolState.REACHED
        key = "pool.close_sure" if is_won else "pool.cancel_sure"
        text = call.texts.html(key, title=title_of(own.offer, TITLE_LIMIT), joined=own.pool.joined)
        yes = button(call.texts("pool.end_yes"), "pool_end", pool_id, SURE)
        await call.say(text, keyboard([yes]))
        return None
    ended = await call.services.rooms.pools.pooling.end(call.own.id, pool_id)
    key = "pool.ended_before" if ended is None else f"pool.ended_{ended}"
    await call.show(call.texts.html(key))
    return None


async def press_list(call: Call) -> str | None:
    """Send the order list of an own pool as CSV and JSON: field pool."""
    pool_id = PoolId(field(call.words, 0))
    found = await call.services.rooms.pools.collecting.order_list(pool_id, call.own.id)
    if found is None or not found.rows:
        return call.texts("pool.list_none")
    totals = lists.totals(found.rows)
    words = call.texts("post.and").join(
        call.texts("pool.total", point=point or call.texts("pool.no_point"), pieces=pieces)
        for point, pieces in totals.items()
    )
    caption = call.texts.html("pool.list", title=title_of(found.offer, TITLE_LIMIT), totals=words)
    written = {"csv": lists.as_csv(found.rows), "json": lists.as_json(found.rows)}
    for kind, text in written.items():
        await call.bot.send_document(
            call.chat_id,
            text.encode(),
            filename=f"pool-{pool_id}.{kind}",
            caption=caption if kind == "csv" else None,
            parse_mode="HTML",
        )
    return None


async def _show(call: Call) -> None:
    found = await call.services.rooms.pools.pooling.of(call.own.id)
    if not found:
        await call.say(call.texts.html("pool.none"))
        return
    lines = [call.texts.html("pool.head")]
    rows: list[list[InlineKeyboardButton]] = []
    for place, own in enumerate(found, 1):
        lines.append(_line(call, place, own))
        rows.append(_buttons(call, place, own))
    await call.say(stacked(lines), keyboard(*rows))


def _line(call: Call, place: int, own: Own) -> Html:
    pool, texts = own.pool, call.texts
    state = texts(f"pool.state_{pool.state}")
    if pool.standing in (Standing.UNCERTAIN, Standing.FAILED):
        state = texts(f"pool.standing_{pool.standing}", state=state)
    return texts.html(
        "pool.line",
        place=place,
        title=title_of(own.offer, TITLE_LIMIT),
        group=own.group.title,
        joined=pool.joined,
        target=pool.target,
        state=state,
        **closing(pool, ZoneInfo(own.group.timezone), texts),
    )


def _buttons(call: Call, place: int, own: Own) -> list[InlineKeyboardButton]:
    found = []
    if own.pool.is_won:
        found.append(button(call.texts("pool.get_list", place=place), "pool_list", own.pool.id))
    if own.pool.state in RUNNING:
        found.append(button(call.texts("pool.end", place=place), "pool_end", own.pool.id))
    return found
