"""What an operator reads of the ranking: the list, a card with the eight factors, the bans."""

from collections.abc import Mapping, Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain.catalogue.arrangements import is_pinned
from bot.domain.posts.characters import shortened
from bot.domain.programmes import Programme
from bot.domain.records import EVERYWHERE, Factor, Note, Offer, Ranked, Shortlist
from bot.domain.texts import Html, Texts
from handlers.chat.deck import priced, title_of
from handlers.chat.ranking.banning import said
from handlers.chat.wire.replies import button, keyboard, stacked

PAGE = 10
BUTTONS_IN_A_ROW = 5
LINE_TITLE_LIMIT = 40
CARD_TITLE_LIMIT = 120
REASON_LIMIT = 120
BANS_SHOWN = 30


def listed(texts: Texts, title: str, shortlist: Shortlist, start: int) -> Html:
    """One page of the list, with marks where an operator's word counts."""
    rows = shortlist.rows[start : start + PAGE]
    head = texts.html(
        "ranking.head",
        title=title,
        day=texts.day(shortlist.day),
        version=shortlist.version,
        count=len(shortlist.rows),
    )
    return stacked([head, *(_line(texts, row) for row in rows), texts.html("ranking.foot")])


def list_buttons(shortlist: Shortlist, programme: str, start: int) -> InlineKeyboardMarkup | None:
    """A number for each offer of the page, and the pages beside it."""
    rows = shortlist.rows[start : start + PAGE]
    numbers = [button(str(row.rank), "rank_card", programme, row.offer.id) for row in rows]
    lines: list[Sequence[InlineKeyboardButton]] = [
        numbers[at : at + BUTTONS_IN_A_ROW] for at in range(0, len(numbers), BUTTONS_IN_A_ROW)
    ]
    turns = []
    if start:
        turns.append(button("◀", "rank_list", programme, max(0, start - PAGE)))
    if start + PAGE < len(shortlist.rows):
        turns.append(button("▶", "rank_list", programme, start + PAGE))
    return keyboard(*lines, turns) if turns else keyboard(*lines)


def card(texts: Texts, row: Ranked, count: int) -> Html:
    """One offer with its score, what an operator said of it, and each factor in words."""
    title = title_of(row.offer, CARD_TITLE_LIMIT)
    score = f"{row.score * 100:.1f}"
    return stacked(
        [
            texts.html("ranking.card", place=row.rank, count=count, title=title),
            texts.html("ranking.card_price", price=priced(texts, row.offer), score=score),
            *(noted(texts, each) for each in row.notes),
            *(_factor(texts, factor) for factor in row.factors),
            texts.html("ranking.card_offer", offer=row.offer.id),
        ]
    )


def card_buttons(texts: Texts, row: Ranked, programme: str) -> InlineKeyboardMarkup | None:
    """Pin or unpin, up and down, take out, and back to the list."""
    fields = (programme, row.offer.id)
    pin = ("ranking.button_unpin", "rank_unpin") if is_pinned(row) else (
        "ranking.button_pin", "rank_pin"
    )  # fmt: skip
    return keyboard(
        [
            button(texts(pin[0]), pin[1], *fields),
            button(texts("ranking.button_ban"), "rank_ban", *fields),
        ],
        [
            button(texts("ranking.button_up"), "rank_up", *fields, row.rank),
            button(texts("ranking.button_down"), "rank_down", *fields, row.rank),
        ],
        [button(texts("ranking.button_list"), "rank_list", programme, _page_of(row.rank))],
    )


def noted(texts: Texts, each: Note) -> Html:
    """Why a row stands where its score alone would not put it."""
    words = {
        name: shortened(said(value), REASON_LIMIT) if isinstance(value, str) else value
        for name, value in each.words.items()
    }
    return texts.html(each.reason, **words)


def bans(texts: Texts, found: Sequence[Offer], programmes: Mapping[str, Programme]) -> Html:
    """What is taken out, where, and why."""
    if not found:
        return texts.html("ranking.bans_none")
    lines = [texts.html("ranking.bans_head")]
    for offer in found[:BANS_SHOWN]:
        for ban in offer.bans:
            scope = texts("ranking.everywhere")
            if ban.programme != EVERYWHERE:
                known = programmes.get(ban.programme)
                titles = known.title if known else {}
                scope = titles.get(texts.language, ban.programme)
            reason = shortened(said(ban.reason), REASON_LIMIT)
            title = title_of(offer, LINE_TITLE_LIMIT)
            lines.append(
                texts.html(
                    "ranking.bans_line", offer=offer.id, title=title, scope=scope, reason=reason
                )
            )
    return stacked(lines)


def _line(texts: Texts, row: Ranked) -> Html:
    mark = "📌 " if is_pinned(row) else ""
    return texts.html(
        "ranking.line",
        place=row.rank,
        mark=mark,
        title=title_of(row.offer, LINE_TITLE_LIMIT),
        price=priced(texts, row.offer),
        score=f"{row.score * 100:.1f}",
    )


def _factor(texts: Texts, factor: Factor) -> Html:
    return texts.html(
        "ranking.card_factor",
        name=texts(f"factor.name_{factor.name}"),
        value=f"{factor.value:.2f}",
        weight=f"{factor.weight:g}",
        reason=texts.figures(factor.reason, **factor.words),
    )


def _page_of(rank: int) -> int:
    return (rank - 1) // PAGE * PAGE
