"""Personal links: to buy by oneself, or to share where no group of ours is."""

from html import escape

from bot.domain.texts import Html
from bot.services.links.sharing import SELF, SHARE, Made, Refusal
from handlers.chat.context import Call
from handlers.chat.deck import priced, title_of
from handlers.chat.ranking.banning import banned
from handlers.chat.wire.callbacks import number
from handlers.chat.wire.replies import keyboard, link_button

REFUSED = {refusal: f"scheme.{refusal}" for refusal in Refusal}


async def buy(call: Call) -> None:
    """Answer /buy N: a link for an own purchase of the N-th offer of the last list."""
    await _link(call, SELF)


async def share(call: Call) -> None:
    """Answer /share N: a message with a link that can be passed on, disclosure first."""
    await _link(call, SHARE)


async def _link(call: Call, source: str) -> None:
    texts, place = call.texts, number(call.words, 0)
    listed = await call.services.shortlisting.remembered(call.person.id)
    if place is None or not listed:
        command = "buy" if source == SELF else "share"
        await call.say(texts.html("scheme.link_usage", command=command))
        return
    if not 1 <= place <= len(listed):
        await call.say(texts.html("pick.no_such", count=len(listed)))
        return
    made = await call.services.sharing.make(call.own, listed[place - 1], source)
    if not isinstance(made, Made):
        reason = await banned(call, listed[place - 1])
        refused = texts.html(REFUSED[made.reason])
        await call.say(refused if reason is None else Html(escape(reason, quote=False)))
        return
    offer = made.offer
    price = texts.money(offer.price_now_minor, offer.facts.currency)
    markup = keyboard([link_button(texts("scheme.link_button", price=price), made.url)])
    if source == SELF:
        text = texts.html("scheme.link_buy", title=title_of(offer), price=priced(texts, offer))
        await call.say(text, markup)
        return
    shared = texts.html(
        "scheme.link_share",
        disclosure=texts.html("post.disclosure"),
        title=title_of(offer),
        price=priced(texts, offer),
    )
    await call.say(shared, markup)
    await call.say(texts.html("scheme.link_share_how"))
