"""What a promoter reads of a deck: a frame in the own language around the group's post."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain.decks import notes, timing
from bot.domain.decks.cards import CardState
from bot.domain.decks.wording import accounted, because
from bot.domain.posts.characters import cleaned, isolated, shortened, units
from bot.domain.posts.rendering import CAPTION_LIMIT
from bot.domain.texts import Html, Texts
from bot.services.decks.looking_back import Told, title_of
from bot.services.decks.naming import named
from bot.services.decks.outcomes import Dealt, Seen
from handlers.chat.wire.replies import button, keyboard, stacked

GROUP_LIMIT = 60


def cover(texts: Texts, dealt: Dealt) -> Html:
    """The deck as a list: what would go out if nothing more is said."""
    titles = {group.id: group.title for group in dealt.groups}
    shown = [
        (card, offer)
        for card, offer in zip(dealt.cards, dealt.offers, strict=True)
        if offer is not None and card.key.group_id in titles
    ]
    groups = {card.key.group_id for card in dealt.cards}
    lines = [
        named(texts, card, titles[card.key.group_id], offer, is_alone=len(groups) == 1)
        for card, offer in shown[: notes.LINES_SHOWN]
    ]
    if len(shown) > len(lines):
        lines.append("…")
    return texts.html(
        "deck.ready" if dealt.unkept else "deck.decided",
        day=texts.day(dealt.deck.day),
        cards=len(dealt.cards),
        groups=len(groups),
        minutes=timing.minutes(len(dealt.unkept)),
        lines="\n".join(lines),
        quiet="",
    )


def cover_buttons(texts: Texts, dealt: Dealt) -> InlineKeyboardMarkup | None:
    """Card by card, or all at once."""
    first = dealt.after(-1)
    rows = [[button(texts("deck.button_open"), "deck", dealt.deck.id, first or 0)]]
    if first is not None:
        rows.append([button(texts("deck.button_keep_all"), "deck_all", dealt.deck.id)])
    return keyboard(*rows)


def card(texts: Texts, seen: Seen) -> tuple[Html, str | None]:
    """One card with the picture that goes along, where both fit into one message."""
    zone = ZoneInfo(seen.group.timezone)
    lines = [
        _counter(texts, seen),
        texts.html(
            "deck.where",
            group=isolated(shortened(cleaned(seen.group.title), GROUP_LIMIT)),
            slot=texts.words.get(f"slot.{seen.card.key.slot}", seen.card.key.slot),
            clock=texts.clock(seen.card.opens_at, zone),
        ),
        texts.html("deck.why", reasons=because(seen.card.reasons, texts)),
        _state(texts, seen),
    ]
    if seen.rendered is None:
        return stacked(lines), None
    # In the group's own language, exactly as it will stand there.
    post = Html(f"<blockquote>{seen.rendered.html}</blockquote>")
    text = stacked([*lines, Html(""), texts.html("deck.preview"), post])
    is_caption = units(text) <= CAPTION_LIMIT
    return text, seen.rendered.image_url if is_caption else None


def card_buttons(texts: Texts, seen: Seen) -> InlineKeyboardMarkup | None:
    """What can be done with a card, and the way to its neighbours."""
    dealt, place = seen.dealt, seen.card.place
    deck_id, count = dealt.deck.id, len(dealt.cards)
    rows: list[list[InlineKeyboardButton]] = []
    if seen.is_open:
        own = [button(texts("deck.button_swap"), "deck_swap", deck_id, place)]
        if seen.card.state is not CardState.KEPT:
            own.insert(0, button(texts("deck.button_keep"), "deck_keep", deck_id, place))
        rows += [own, [button(texts("deck.button_words"), "deck_words", deck_id, place)]]
        if len(dealt.groups) > 1:
            rows.append([button(texts("deck.button_same"), "deck_same", deck_id, place)])
    if dealt.unkept:
        rows.append([button(texts("deck.button_keep_all"), "deck_all", deck_id)])
    if count > 1:
        at = dealt.index(place) or 0
        before, behind = (dealt.cards[(at + step) % count].place for step in (-1, 1))
        rows.append(
            [
                button(texts("button.previous"), "deck", deck_id, before),
                button(texts("button.next"), "deck", deck_id, behind),
            ]
        )
    return keyboard(*rows)


def silent(texts: Texts, told: Sequence[Told]) -> list[Html]:
    """What autopilot chose lately, a line each, under a head; nothing where it chose nothing."""
    if not told:
        return []
    lines = [Html(""), texts.html("deck.autopilot_head")]
    for one in told:
        key = one.kept.key
        lines.append(
            texts.html(
                "deck.autopilot_line",
                day=texts.day(key.day),
                slot=texts.words.get(f"slot.{key.slot}", key.slot),
                title=title_of(one.offer),
                reasons=accounted(one.choice, texts),
                groups=one.groups,
            )
        )
    return lines


def _counter(texts: Texts, seen: Seen) -> Html:
    left = len(seen.dealt.unkept)
    minutes = timing.minutes(left)
    key = ("time_one" if minutes == 1 else "time_some") if left else "time_none"
    place, count = (seen.dealt.index(seen.card.place) or 0) + 1, len(seen.dealt.cards)
    time = texts(f"deck.{key}", minutes=minutes)
    return texts.html("deck.counter", place=place, count=count, time=time)


def _state(texts: Texts, seen: Seen) -> Html:
    if not seen.is_open:
        return texts.html("deck.state_late")
    if seen.rendered is None:
        return texts.html("deck.unavailable")
    return texts.html(f"deck.state_{seen.card.state}")
