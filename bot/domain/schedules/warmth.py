"""Which openings of a group sell nothing, and what is said in them [S2]: stable, never twice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from bot.domain.links import chance
from bot.domain.posts import rules, scripts
from bot.domain.posts.characters import cleaned
from bot.domain.programmes import SlotPlan
from bot.domain.records import GroupId, Poll, Rendered
from bot.domain.schedules.rules import PLAIN, Kind, PollPlan, Warmth

REPEAT_DAYS = 30
"""No poll and, where there are enough of them, no text comes back within so many days."""
POLL_OPEN = timedelta(days=1)
"""After which a poll is closed."""
OTHER_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Warm:
    """A post that sells nothing: what it is called in the group's history, and how it looks."""

    name: str
    """"tip:1a2b3c4d": its kind, and which of them."""
    rendered: Rendered
    poll: PollPlan | None = None


def is_turn(
    group_id: GroupId, day: date, slot: str, plans: Sequence[SlotPlan], one_in: int
) -> bool:
    """Whether the opening of ``slot`` on the local ``day`` is the one of ``one_in`` to be warm.

    ``plans`` are the group's slots in the order of the day. Openings are counted through from
    day to day and cut into blocks; a stable choice takes one of each block, never its last, so
    that no two follow on each other.
    """
    names = [plan.name for plan in plans if plan.during is None]
    if slot not in names:
        return False
    block, place = divmod(day.toordinal() * len(names) + names.index(slot), one_in)
    return place == chance.number(f"warm/{group_id}/{block}") % (one_in - 1)


def choose(
    warmth: Warmth,
    said: Sequence[tuple[date, str]],
    day: date,
    language: str,
    values: Mapping[str, str],
    *,
    seed: str,
) -> Warm | None:
    """What a group is told on ``day`` in its ``language``; None where there is nothing to say.

    ``said`` are the names of what it was told lately with their days, the earliest first.
    ``values`` fill placeholders.
    """
    poll = _poll(warmth, said, day, language, seed)
    if poll is not None:
        return _asked(poll, language)
    last = said[-1][1].partition(":")[0] if said else ""
    kinds = sorted(PLAIN, key=lambda kind: (kind == last, chance.number(f"kind/{kind}/{seed}")))
    sayable = [(kind, text) for kind in kinds for text in _texts(warmth, kind, language, values)]
    told = {name: on for on, name in said}
    lately = {name for name, on in told.items() if (day - on).days <= REPEAT_DAYS}
    for kind in kinds:
        fresh = [text for of, text in sayable if of == kind and _name(kind, text) not in lately]
        if fresh:
            return _said(kind, fresh[chance.number(f"text/{kind}/{seed}") % len(fresh)], values)
    # All were said within the month: the one that was said the longest ago.
    oldest = min(sayable, key=lambda each: told.get(_name(*each), date.min), default=None)
    return _said(*oldest, values) if oldest else None


def _poll(
    warmth: Warmth, said: Sequence[tuple[date, str]], day: date, language: str, seed: str
) -> PollPlan | None:
    asked = {name: on for on, name in said if name.startswith(f"{Kind.POLL}:")}
    if any((day - on).days < warmth.polls_days for on in asked.values()):
        return None
    fresh = [
        poll
        for poll in warmth.polls
        if language in poll.question
        and (day - asked.get(f"{Kind.POLL}:{poll.name}", date.min)).days > REPEAT_DAYS
    ]
    return fresh[chance.number(f"poll/{seed}") % len(fresh)] if fresh else None


def _texts(warmth: Warmth, kind: Kind, language: str, values: Mapping[str, str]) -> Iterator[str]:
    """Every lawful text of ``kind`` whose placeholders have values."""
    by_language = (warmth.texts or {}).get(kind, {})
    for text in by_language.get(language) or by_language.get(OTHER_LANGUAGE, ()):
        if scripts.is_fillable(text, values) and not rules.broken_by(text):
            yield text


def _said(kind: Kind, text: str, values: Mapping[str, str]) -> Warm:
    filled = cleaned(scripts.filled(text, values))
    return Warm(_name(kind, text), Rendered(escape(filled, quote=False), None))


def _asked(poll: PollPlan, language: str) -> Warm:
    question, options = poll.question[language], poll.options[language]
    lines = [f"📊 {escape(question, quote=False)}"]
    lines += [f"▫️ {escape(option, quote=False)}" for option in options]
    rendered = Rendered("\n".join(lines), None, poll=Poll(question, options))
    return Warm(f"{Kind.POLL}:{poll.name}", rendered, poll)


def _name(kind: Kind, text: str) -> str:
    return f"{kind}:{scripts.digest(text):04x}"
