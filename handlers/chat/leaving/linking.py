"""Links into own groups: made by name, listed with who came by each, revoked."""

from telegram import Bot, InlineKeyboardButton
from telegram.error import BadRequest, Forbidden

from bot.domain.people.cohorts import Stay
from bot.domain.posts.characters import shortened
from bot.domain.records import Group, GroupId
from bot.domain.texts import Html
from bot.services.leaving.outcomes import Cohort, NoLink
from handlers.chat.context import Call
from handlers.chat.events.telling import connect_url
from handlers.chat.leaving.menu import own_group
from handlers.chat.wire.callbacks import field
from handlers.chat.wire.replies import button, keyboard, link_button, stacked

SURE = "yes"
NO_RIGHT = "not enough rights"
GONE_LINK = ("invite_hash_expired", "invite_hash_invalid", "chat not found")
NAME_SHOWN = 24
EXAMPLE = {"zh": "1 五月传单", "en": "1 flyer May"}


async def links(call: Call) -> None:
    """Answer /links: every link with its figures; or make one, /links N NAME."""
    own = await call.services.connecting.groups_of(call.own.id)
    if not own:
        await call.say(call.texts.html("links.no_group"))
        return
    if not call.words:
        await _show(call, None)
        return
    named = _named(own, call.words)
    if named is None:
        await call.say(call.texts.html("links.which"))
        return
    await _make(call, *named)


async def press_links(call: Call) -> str | None:
    """Show the links of one own group: field group."""
    group = await own_group(call, GroupId(field(call.words, 0)))
    await _show(call, group.id)
    return None


async def press_end(call: Call) -> str | None:
    """Revoke a link of an own group: field link, and "yes" once that is sure."""
    linking, link_id = call.services.rooms.leaving.linking, field(call.words, 0)
    link, group = await linking.find(call.own.id, link_id)
    if link.revoked_at is not None:
        return call.texts("links.ended_before")
    if call.words[1:2] != (SURE,):
        yes = button(call.texts("links.button_end_yes"), "link_end", link_id, SURE)
        text = call.texts.html("links.end_ask", title=group.title, name=link.name)
        await call.say(text, keyboard([yes]))
        return None
    try:
        await _bot(call, group).revoke_chat_invite_link(group.chat_id, link.url)
    except Forbidden:
        # The bot is out: the link is no longer its own to end, and no longer counted either.
        pass
    except BadRequest as refusal:
        if NO_RIGHT in refusal.message.lower():
            await _ask_right(call, group)
            return None
        if not any(words in refusal.message.lower() for words in GONE_LINK):
            raise
    is_new = await linking.revoked(link_id)
    await call.show(call.texts.html("links.ended" if is_new else "links.ended_before"))
    return None


def _named(own: list[Group], words: tuple[str, ...]) -> tuple[Group, str] | None:
    """The group that is meant, and the name: the number may be left out where there is one."""
    number = words[0] if words[0].isascii() and words[0].isdigit() else ""
    if number and len(words) > 1 and 1 <= int(number[:4]) <= len(own):
        return own[int(number[:4]) - 1], " ".join(words[1:])
    return (own[0], " ".join(words)) if len(own) == 1 else None


async def _make(call: Call, group: Group, words: str) -> None:
    linking = call.services.rooms.leaving.linking
    name = await linking.name(call.own.id, group.id, words)
    if isinstance(name, NoLink):
        await call.say(call.texts.html(f"links.refused_{name}"))
        return
    try:
        made = await _bot(call, group).create_chat_invite_link(group.chat_id, name=name)
    except (BadRequest, Forbidden) as refusal:
        if NO_RIGHT in refusal.message.lower():
            await _ask_right(call, group)
        else:
            await call.say(call.texts.html("links.refused_telegram", reason=refusal.message))
        return
    await linking.keep(group.id, name, made.invite_link)
    text = call.texts.html("links.made", name=name, title=group.title, url=made.invite_link)
    await call.say(text)


async def _ask_right(call: Call, group: Group) -> None:
    payload = await call.services.connecting.payload(call.own.id)
    mend = link_button(call.texts("button.mend"), await connect_url(call.bot, payload))
    await call.say(call.texts.html("links.no_right", title=group.title), keyboard([mend]))


async def _show(call: Call, group_id: GroupId | None) -> None:
    texts = call.texts
    found = await call.services.rooms.leaving.linking.figures(call.own.id)
    lines = [texts.html("links.head")]
    rows: list[list[InlineKeyboardButton]] = []
    for place, (group, cohorts) in enumerate(found, 1):
        if group_id not in (None, group.id):
            continue
        lines += [Html(""), texts.html("links.group", place=place, title=group.title)]
        lines += [line for cohort in cohorts for line in _lines(call, cohort)]
        if not cohorts:
            lines.append(texts.html("links.none"))
        for cohort in cohorts:
            if not cohort.is_revoked:
                name = shortened(cohort.name, NAME_SHOWN)
                rows.append([button(texts("links.button_end", name=name), "link_end", cohort.id)])
    lines += [Html(""), texts.html("links.how", example=EXAMPLE[texts.language])]
    await call.say(stacked(lines), keyboard(*rows[:20]))


def _lines(call: Call, cohort: Cohort) -> list[Html]:
    texts = call.texts
    key = "links.line_revoked" if cohort.is_revoked else "links.line"
    lines = [texts.html(key, name=cohort.name, url=cohort.url)]
    if not cohort.has_anybody:
        return [*lines, texts.html("links.nobody")]
    stays = {f"stay_{stay.days}": _stay(call, stay, told) for stay, told in cohort.stays}
    lines.append(texts.html("links.figures", came=_count(call, cohort.came), **stays))
    if cohort.claimed is not None or cohort.pooled is not None:
        claimed, pooled = _count(call, cohort.claimed), _count(call, cohort.pooled)
        lines.append(texts.html("links.deeds", claimed=claimed, pooled=pooled))
    return lines


def _stay(call: Call, stay: Stay, told: int | None) -> str:
    if stay.came == 0:
        return call.texts("links.early")
    if told is None:
        return call.texts("links.few")
    return call.texts("links.of", stayed=told, came=stay.came)


def _count(call: Call, count: int | None) -> str:
    return call.texts("links.few") if count is None else str(count)


def _bot(call: Call, group: Group) -> Bot:
    return call.services.bot_of(group.bot_id, call.bot)
