"""/topic inside a topic says what is posted there; topics that are reopened are used again."""

from telegram import Update

from bot.domain.living.topics import Place
from bot.domain.records import Group
from bot.domain.texts import Html, Texts
from handlers.chat.context import Context, GroupCall
from handlers.chat.groups import may_ask, private_button
from handlers.chat.wire.replies import keyboard, stacked, topic_of

OFF = "off"
SUPERGROUP_PREFIX = "-100"
"""What the Bot API puts before a supergroup's own number, which addresses of topics leave out."""


async def topic(call: GroupCall) -> None:
    """Answer /topic, /topic SLOT and /topic off SLOT in a group."""
    group = call.group
    if group is None:
        await call.reply(call.texts.html("group.not_connected"), keyboard([private_button(call)]))
        return
    if not await may_ask(call):
        await call.reply(call.texts.html("topic.refused"))
        return
    await call.reply(await _answered(call, group))


async def _answered(call: GroupCall, group: Group) -> Html:
    choosing, texts = call.services.rooms.topics, call.texts
    is_off = bool(call.words) and call.words[0].lower() == OFF
    wanted = " ".join(call.words[is_off:]).lower()
    names = await choosing.names(group)
    if not wanted:
        return _listed(texts, group, await choosing.places(group.id), names[0])
    name = _meant(wanted, names, texts)
    if name is None:
        return texts.html("topic.unknown", name=wanted, names=" · ".join(names))
    by = "group admin" if call.telegram_id is None else f"telegram:{call.telegram_id}"
    if is_off:
        was_set = await choosing.drop(group.id, name, by=by)
        return texts.html("topic.off" if was_set else "topic.off_none", slot=called(texts, name))
    if not call.message.chat.is_forum:
        return texts.html("topic.no_forum")
    thread_id = topic_of(call.message)
    if thread_id is None:
        return texts.html("topic.outside", name=name)
    await choosing.put(group.id, name, thread_id, by=by)
    return texts.html("topic.set", slot=called(texts, name), name=name)


def _meant(word: str, names: tuple[str, ...], texts: Texts) -> str | None:
    """The slot that is called so, by its name or in the group's language."""
    known = {called(texts, name).lower(): name for name in names} | {name: name for name in names}
    return known.get(word)


def called(texts: Texts, name: str) -> str:
    """What goes into a topic, as people of a language call it."""
    return texts.words.get(f"topic.name_{name}") or texts.words.get(f"slot.{name}", name)


def _listed(texts: Texts, group: Group, places: dict[str, Place], example: str) -> Html:
    if not places:
        return texts.html("topic.none", name=example)
    lines = [texts.html("topic.head")]
    for name, place in places.items():
        slot = called(texts, name)
        if place.is_shut:
            lines.append(texts.html("topic.line_shut", slot=slot, name=name))
        elif place.thread_id is None:
            lines.append(texts.html("topic.line_wanted", slot=slot, name=name))
        else:
            number = str(group.chat_id).removeprefix(SUPERGROUP_PREFIX)
            url = f"https://t.me/c/{number}/{place.thread_id}"
            lines.append(texts.html("topic.line", slot=slot, url=url))
    return stacked(lines)


async def reopened(update: Update, context: Context) -> None:
    """A topic was opened again: what belongs there goes there again."""
    message = update.effective_message
    thread_id = topic_of(message)
    if message is None or thread_id is None:
        return
    group = await context.services.connecting.group_by_chat(message.chat.id)
    if group is not None:
        await context.services.rooms.topics.reopened(group.id, thread_id)
