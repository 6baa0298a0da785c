"""Searching, picking by number, what is planned, the next post as it will look, today's posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain.records import Group, GroupId, Offer, OfferId, Pick, Post, Rendered
from bot.domain.texts import Html, Texts
from bot.errors import NotFoundError
from handlers.chat.context import Call, GroupCall, Services
from handlers.chat.deck import picked, priced, slot_meant, slot_name, title_of
from handlers.chat.decks import wording as deck_wording
from handlers.chat.groups import private_button
from handlers.chat.wire.callbacks import field, number
from handlers.chat.wire.replies import button, keyboard, show_post, stacked

SEARCH_SHOWN = 10
PLANNED_SHOWN = 20
DEALS_SHOWN = 20
SILENT_SHOWN = 5
"""Choices of autopilot under the plan."""
WORDS_LIMIT = 100
SLOT_LIMIT = 32
"""Characters of a slot's name, as the database keeps it; they fit a button as plain letters."""
LINE_TITLE_LIMIT = 60
BUTTONS_IN_A_ROW = 5


@dataclass(frozen=True)
class Planned:
    """One line of the plan: an offer in a slot of a day, in one or several groups."""

    offer_id: OfferId
    day: date
    slot: str
    picks: tuple[Pick, ...]


async def search(call: Call) -> None:
    """Answer /search WORDS: a numbered list that /pick understands."""
    words = " ".join(call.words)[:WORDS_LIMIT]
    if not words:
        await call.say(call.texts.html("pick.search_usage"))
        return
    shortlisting = call.services.shortlisting
    name = await shortlisting.assortment_of(call.own)
    found = await shortlisting.search(words, programme=name, limit=SEARCH_SHOWN)
    if not found:
        # What nobody lists is a wish: counted without a name, told to operators from three on.
        wished = await call.services.wishing.want(call.person.id, None, words)
        key = "pick.search_none" if wished is None else "ranking.search_wished"
        await call.say(call.texts.html(key, words=words))
        return
    await shortlisting.remember(call.person.id, "search", [offer.id for offer in found])
    lines = [call.texts.html("pick.search_head", words=words)]
    lines += [_numbered(call.texts, at, offer) for at, offer in enumerate(found, 1)]
    buttons = [button(str(at), "pick", offer.id) for at, offer in enumerate(found, 1)]
    text = stacked([*lines, call.texts.html("pick.search_foot")])
    await call.say(text, keyboard(*_rows(buttons)))


async def pick(call: Call) -> None:
    """Answer /pick N [SLOT]: the N-th offer of the last list, for all own groups."""
    place = number(call.words, 0)
    listed = await call.services.shortlisting.remembered(call.person.id)
    if place is None or not listed:
        await call.say(call.texts.html("pick.usage"))
        return
    if not 1 <= place <= len(listed):
        await call.say(call.texts.html("pick.no_such", count=len(listed)))
        return
    slot = slot_meant(call, call.words[1]) if len(call.words) > 1 else None
    outcome = await call.services.shortlisting.pick(call.own.id, listed[place - 1], slot=slot)
    await call.say(Html(escape(picked(call.texts, outcome), quote=False)))


async def press_pick(call: Call) -> str | None:
    """Pick an offer of a list for all own groups: field offer."""
    offer_id = OfferId(field(call.words, 0))
    return picked(call.texts, await call.services.shortlisting.pick(call.own.id, offer_id))


async def picks(call: Call) -> None:
    """Answer /picks: what is planned, numbered as /unpick understands it."""
    await _show_plan(call)


async def unpick(call: Call) -> None:
    """Answer /unpick N: take back the N-th line of the plan."""
    plan, place = await _plan(call), number(call.words, 0)
    if not plan:
        await call.say(call.texts.html("pick.unpick_none"))
        return
    if place is None or not 1 <= place <= len(plan):
        await call.say(call.texts.html("pick.unpick_usage", count=len(plan)))
        return
    await _take_back(call, plan[place - 1])
    await call.say(call.texts.html("pick.taken_back"))


async def press_unpick(call: Call) -> str | None:
    """Take back the line of the plan that holds a pick: field pick."""
    pick_id = field(call.words, 0)
    for line in await _plan(call):
        if any(one.id == pick_id for one in line.picks):
            await _take_back(call, line)
    await _show_plan(call)
    return call.texts("answer.taken_back")


async def _take_back(call: Call, line: Planned) -> None:
    for one in line.picks:
        await call.services.shortlisting.unpick(call.own.id, one.id)


async def _plan(call: Call) -> list[Planned]:
    lines: dict[tuple[date, str, OfferId], list[Pick]] = {}
    for one in await call.services.shortlisting.picks(call.own.id):
        lines.setdefault((one.day, one.slot, one.offer_id), []).append(one)
    return [
        Planned(offer_id, day, slot, tuple(found)) for (day, slot, offer_id), found in lines.items()
    ][:PLANNED_SHOWN]


async def _show_plan(call: Call) -> None:
    plan = await _plan(call)
    told = await call.services.rooms.decks.looking_back.lately(call.own.id, SILENT_SHOWN)
    silent = deck_wording.silent(call.texts, told)
    if not plan:
        await call.show(stacked([call.texts.html("pick.none_planned"), *silent]))
        return
    found = await call.services.shortlisting.offers_by_ids([line.offer_id for line in plan])
    titles = {offer.id: title_of(offer, LINE_TITLE_LIMIT) for offer in found}
    lines = [call.texts.html("pick.planned_head")]
    for at, line in enumerate(plan, 1):
        slot, day = slot_name(call.texts, line.slot), call.texts.day(line.day)
        title, count = titles.get(line.offer_id, "—"), len(line.picks)
        lines.append(
            call.texts.html("pick.planned", place=at, day=day, slot=slot, title=title, count=count)
        )
    buttons = [button(f"✖ {at}", "unpick", line.picks[0].id) for at, line in enumerate(plan, 1)]
    await call.show(stacked([*lines, *silent]), keyboard(*_rows(buttons)))


async def preview(call: Call) -> None:
    """Answer /preview [SLOT]: of the only group, or of the one that is chosen by a tap."""
    slot = slot_meant(call, call.words[0])[:SLOT_LIMIT] if call.words else ""
    own = await call.services.connecting.groups_of(call.own.id)
    if not own:
        await call.say(call.texts.html("group.none"))
    elif len(own) == 1:
        await _preview(call, own[0], slot)
    elif not slot.isascii() or ":" in slot:
        await call.say(call.texts.html("pick.no_preview"))
    else:
        rows = [[button(group.title, "preview", group.id, slot)] for group in own]
        await call.say(call.texts.html("pick.preview_which"), keyboard(*rows))


async def press_preview(call: Call) -> str | None:
    """Show the next posts of an own group: fields group and slot."""
    group_id = GroupId(field(call.words, 0))
    own = await call.services.connecting.groups_of(call.own.id)
    group = next((one for one in own if one.id == group_id), None)
    if group is None:
        raise NotFoundError("No such group of yours.")
    await _preview(call, group, call.words[1] if len(call.words) > 1 else "")
    return None


async def _preview(call: Call, group: Group, slot: str) -> None:
    found = await call.services.publishing.next_posts(group.id, slot or None)
    if found is None or not found.rendered:
        await call.say(call.texts.html("pick.no_preview"))
        return
    await call.services.rooms.growth.growing.previewed(call.own.id)
    zone = ZoneInfo(group.timezone)
    await call.say(
        call.texts.html(
            "pick.preview_auto" if found.is_autopilot else "pick.preview_own",
            title=group.title,
            slot=slot_name(call.texts, found.slot),
            day=call.texts.day(found.opens_at.astimezone(zone).date()),
            clock=call.texts.clock(found.opens_at, zone),
        )
    )
    for rendered in found.rendered:
        await send_rendered(call, rendered)


async def send_rendered(call: Call, rendered: Rendered) -> None:
    """Show a post in the private chat exactly as a group would see it."""
    rows = [
        [InlineKeyboardButton(one.text, url=one.url) for one in row] for row in rendered.buttons
    ]
    markup = InlineKeyboardMarkup(rows) if rows else None
    await show_post(call.bot, call.chat_id, rendered.html, rendered.image_url, markup)


async def deals(call: Call) -> None:
    """Answer /deals in private: today's posts of own groups."""
    own = []
    if call.promoter is not None:
        own = await call.services.connecting.groups_of(call.promoter.id)
    if not own:
        await call.say(call.texts.html("deals.in_group"))
        return
    found = [pair for group in own for pair in await _todays(call.services, group)]
    await call.say(_listed(call.texts, found))


async def deals_here(call: GroupCall) -> None:
    """Answer /deals in a group: today's posts of this group."""
    if call.group is None:
        await call.reply(call.texts.html("group.not_connected"), keyboard([private_button(call)]))
        return
    await call.reply(_listed(call.texts, await _todays(call.services, call.group)))


async def _todays(services: Services, group: Group) -> list[tuple[Post, Offer]]:
    day = services.now().astimezone(ZoneInfo(group.timezone)).date()
    return await services.reporting.deals(group.id, day)


def _listed(texts: Texts, found: Sequence[tuple[Post, Offer]]) -> Html:
    lines = [texts.html("deals.head")]
    shown: set[OfferId] = set()
    for post, offer in found:
        if offer.id not in shown and len(shown) < DEALS_SHOWN and post.rendered.buttons:
            shown.add(offer.id)
            url, title = post.rendered.buttons[0][0].url, title_of(offer, LINE_TITLE_LIMIT)
            price = priced(texts, offer)
            lines.append(texts.html("deals.line", url=url, title=title, price=price))
    return stacked(lines) if shown else texts.html("deals.none")


def _numbered(texts: Texts, place: int, offer: Offer) -> Html:
    title = title_of(offer, LINE_TITLE_LIMIT)
    return texts.html("pick.numbered", place=place, title=title, price=priced(texts, offer))


def _rows(buttons: Sequence[InlineKeyboardButton]) -> list[Sequence[InlineKeyboardButton]]:
    return [
        buttons[start : start + BUTTONS_IN_A_ROW]
        for start in range(0, len(buttons), BUTTONS_IN_A_ROW)
    ]
