"""Own stock: a promoter offers goods of the own, an operator looks at each."""

from telegram import InlineKeyboardButton

from bot.domain.records import PromoterStatus, Stock, StockState
from bot.domain.texts import Html
from bot.errors import InputError
from bot.services.catalogue.stocking import TITLE_LIMIT, WAITING_LIMIT, Offered, Refusal
from handlers.chat.context import Call
from handlers.chat.wire.callbacks import field
from handlers.chat.wire.replies import button, keyboard, stacked

REFUSED = {refusal: f"scheme.{refusal}" for refusal in Refusal}
LIMITS = {Refusal.NO_TITLE: TITLE_LIMIT, Refusal.TOO_MANY: WAITING_LIMIT}
WHYS = ("price", "address", "goods")
LISTED, QUEUED = 10, 10
SEPARATORS = str.maketrans({"｜": "|"})
"""A Chinese keyboard writes the wide one."""


async def stock(call: Call) -> None:
    """Answer /stock: what waits, for an operator; own goods and how to offer some, else."""
    if call.words:
        await _offer(call)
        return
    if call.is_operator:
        await _show_queue(call)
    if call.promoter is not None:
        await _show_own(call)


async def _offer(call: Call) -> None:
    parts = [part.strip() for part in " ".join(call.words).translate(SEPARATORS).split("|")]
    is_unlocked = call.promoter is not None and call.promoter.status == PromoterStatus.ACTIVE
    if not is_unlocked:
        await call.say(call.texts.html("scheme.not_unlocked"))
        return
    if len(parts) != 3:
        await call.say(call.texts.html("scheme.stock_usage"))
        return
    title, price, url = parts
    found = await call.services.stocking.offer(call.own, title, price, url)
    if not isinstance(found, Offered):
        limit = LIMITS.get(found.reason, 0)
        await call.say(call.texts.html(REFUSED[found.reason], limit=limit))
        return
    told = {"title": found.stock.title, "price": _price(call, found.stock)}
    await call.say(call.texts.html("scheme.stock_offered", **told))


async def _show_own(call: Call) -> None:
    own = (await call.services.stocking.of(call.own.id))[:LISTED]
    if not own:
        await call.say(call.texts.html("scheme.stock_usage"))
        return
    texts, rows = call.texts, []
    lines = [texts.html("scheme.stock_head")]
    for each in own:
        lines.append(_line(call, each))
        if each.offer_id is not None:
            rows.append(
                [
                    button(texts("scheme.stock_pick", number=each.id), "pick", each.offer_id),
                    button(texts("scheme.stock_same", number=each.id), "own", each.id, "same"),
                    button(texts("scheme.stock_end", number=each.id), "own", each.id, "end"),
                ]
            )
    await call.say(stacked(lines), keyboard(*rows))


def _line(call: Call, each: Stock) -> Html:
    key = {StockState.WAITING: "stock_waiting", StockState.APPROVED: "stock_approved_line"}.get(
        each.state, "stock_refused_line"
    )
    told = {"number": each.id, "title": each.title, "reason": each.reason or ""}
    return call.texts.html(f"scheme.{key}", price=_price(call, each), **told)


async def _show_queue(call: Call) -> None:
    waiting = (await call.services.stocking.waiting())[:QUEUED]
    if not waiting:
        await call.say(call.texts.html("scheme.stock_queue_none"))
    for each in waiting:
        owner = await call.services.enrolling.promoter(each.promoter_id)
        head = call.texts.html("scheme.stock_queue", number=each.id, title=each.title)
        body = call.texts.html(
            "scheme.stock_queue_body",
            price=_price(call, each),
            name=owner.name if owner else "—",
            url=each.url,
        )
        yes = [button(call.texts("scheme.stock_yes"), "stock", each.id, "yes")]
        await call.say(stacked([head, body]), keyboard(yes, *_noes(call, each)))


def _noes(call: Call, each: Stock) -> list[list[InlineKeyboardButton]]:
    return [[button(call.texts(f"scheme.stock_{why}"), "stock", each.id, why)] for why in WHYS]


async def press_stock(call: Call) -> str | None:
    """Decide about somebody's goods: fields number and "yes", or why not."""
    number, said = field(call.words, 0), call.words[1:2]
    stocking, texts = call.services.stocking, call.texts
    try:
        if said == ("yes",):
            done = await stocking.approve(number, by=call.actor)
            await call.show(texts.html("scheme.stock_done_yes", title=done.title))
        elif said and said[0] in WHYS:
            owner_text = texts(f"scheme.why_{said[0]}")
            done = await stocking.refuse(number, by=call.actor, reason=owner_text)
            text = texts.html("scheme.stock_done_no", title=done.title, reason=owner_text)
            await call.show(text)
    except InputError:
        return texts("scheme.stock_gone")
    return None


async def press_own(call: Call) -> str | None:
    """The owner's word on approved goods: fields number and "same" or "end"."""
    number, said = field(call.words, 0), call.words[1:2]
    stocking = call.services.stocking
    if said == ("same",):
        is_done = await stocking.confirm(call.own.id, number)
        return call.texts("scheme.stock_confirmed" if is_done else "scheme.stock_gone")
    is_done = await stocking.end(call.own.id, number)
    return call.texts("scheme.stock_ended" if is_done else "scheme.stock_gone")


def _price(call: Call, each: Stock) -> str:
    return call.texts.money(each.price_minor, each.currency)
