"""What a promoter reads of a send: the plan before it is confirmed, and group by group after."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardMarkup

from bot.domain.posts.characters import cleaned, isolated, shortened
from bot.domain.posts.sends import SENDS_A_DAY, Fate, LeftOut, fate
from bot.domain.records import Group, Post
from bot.domain.texts import Html, Texts
from bot.services.sends.outcomes import Preview, Result
from handlers.chat.deck import title_of
from handlers.chat.wire.replies import button, keyboard, stacked

GROUPS_NAMED = 15
"""Names in one line; a promoter with more groups reads how many more there are."""
TITLE_LIMIT = 40
REASON_LIMIT = 120

REASONS = {"late": "send.why_late", "lost": "send.left_lost"}
"""What a post says of itself in its ``error``, where we have words for it."""


def plan(texts: Texts, preview: Preview) -> Html:
    """Where an offer would go, and where not and why."""
    lines = [texts.html("send.plan_head", title=title_of(preview.offer))]
    if preview.to:
        names = _named(texts, preview.to)
        lines.append(texts.html("send.to", count=len(preview.to), groups=names))
    else:
        lines.append(texts.html("send.to_none"))
    lines += _waiting(texts, preview)
    lines += _left_out(texts, preview.left_out)
    if preview.other_languages:
        languages = texts("send.and").join(
            texts(f"send.language_{language}") for language in preview.other_languages
        )
        lines.append(texts.html("send.other_languages", languages=languages))
    if preview.to and preview.having_it:
        lines.append(texts.html("send.having_it", count=preview.having_it))
    elif len(preview.to) > 1:
        lines.append(texts.html("send.overlap"))
    return stacked(lines, gap="\n\n")


def plan_buttons(texts: Texts, preview: Preview) -> InlineKeyboardMarkup | None:
    """Send and cancel; none where nothing can go."""
    if not preview.to:
        return None
    fields = (preview.offer.id, preview.asked_ms)
    count = len(preview.to)
    go = texts("send.button_go_one" if count == 1 else "send.button_go", count=count)
    return keyboard(
        [button(go, "send_go", *fields, preview.fingerprint)],
        [button(texts("send.button_cancel"), "send_no", *fields)],
    )


def report(texts: Texts, result: Result) -> Html:
    """How a send stands, group by group."""
    head = "send.head_over" if result.is_over else "send.head_under_way"
    lines = [texts.html(head, title=title_of(result.offer))]
    by_fate: dict[tuple[Fate, Html], list[Group]] = {}
    for group, post in result.posts:
        by_fate.setdefault((fate(post), _reason(texts, post)), []).append(group)
    order = list(Fate)
    for (each, reason), groups in sorted(
        by_fate.items(), key=lambda found: (order.index(found[0][0]), found[0][1])
    ):
        names = _named(texts, groups)
        lines.append(
            texts.html(f"send.fate_{each}", count=len(groups), groups=names, reason=reason)
        )
    return stacked([*lines, *_left_out(texts, result.left_out)], gap="\n\n")


def report_buttons(texts: Texts, result: Result) -> InlineKeyboardMarkup | None:
    """Undo while something is under way; a look at how it stands while that may change."""
    undo = button(texts("send.button_undo"), "send_undo", result.post_id)
    look = button(texts("send.button_result"), "send_result", result.post_id)
    # A click or the promoter's word settles what is uncertain, whenever it comes.
    is_final = result.is_over and all(fate(post) is not Fate.UNCERTAIN for _, post in result.posts)
    # What is being sent may be put off by Telegram: then there is something to stop again.
    return keyboard([] if result.is_over else [undo], [] if is_final else [look])


def _waiting(texts: Texts, preview: Preview) -> list[Html]:
    """Where it is quiet time, and when it goes out there."""
    by_clock: dict[str, list[Group]] = {}
    for group, at in preview.waiting:
        by_clock.setdefault(texts.clock(at, ZoneInfo(group.timezone)), []).append(group)
    return [
        texts.html("schedule.waits", count=len(own), clock=clock, groups=_named(texts, own))
        for clock, own in by_clock.items()
    ]


def _left_out(texts: Texts, left_out: Sequence[tuple[Group, LeftOut]]) -> list[Html]:
    lines: list[Html] = []
    for reason in LeftOut:
        groups = [group for group, why in left_out if why is reason]
        if groups:
            why = texts.html(f"send.left_{reason}", limit=SENDS_A_DAY)
            names = _named(texts, groups)
            lines.append(texts.html("send.left_out", count=len(groups), reason=why, groups=names))
    return lines


def _named(texts: Texts, groups: Iterable[Group]) -> Html:
    titles = [isolated(shortened(cleaned(group.title), TITLE_LIMIT)) for group in groups]
    names = texts.html("send.names", names=texts("send.and").join(titles[:GROUPS_NAMED]))
    more = len(titles) - GROUPS_NAMED
    return Html(names + texts.html("send.more", count=more)) if more > 0 else names


def _reason(texts: Texts, post: Post) -> Html:
    """Why a post is not there, in our words where there are any."""
    error = post.error or ""
    if error in REASONS:
        return texts.html(REASONS[error])
    return texts.html("send.why", reason=shortened(cleaned(error), REASON_LIMIT))
