"""What a promoter is told, once, of a change in a group's health: figures, why, and what helps."""

from datetime import date

from bot.domain.health.fatigue import Rest, Sign
from bot.domain.health.hours import Suggestion
from bot.domain.health.rules import HealthRules
from bot.domain.health.signals import Sums
from bot.domain.health.standings import MILLION, Cause, Health, Seen
from bot.domain.posts.notices import Notice
from bot.domain.programmes import BASIS_POINTS
from bot.domain.records import Group, GroupState

MONTH_DAYS = 28
WORDS = dict[str, str | int]


def rested(group: Group, old: Rest, new: Rest, recent: Sums, today: date) -> Notice:
    """Fewer selling posts, or more of them again, and what was seen."""
    percent = new.share_bps * 100 // BASIS_POINTS
    words: WORDS = {"percent": percent}
    if new.level > old.level:
        text = "tired_clicks" if new.sign == Sign.CLICKS else "tired_answers"
        words |= {
            "posts": recent.posts,
            "left": recent.leaves_after,
            "downs": max(0, recent.downs),
            "removed": recent.removed,
            "clicks": tenths(recent.clicks, recent.posts),
            "usual": tenths(new.clicks_milli or 0, 1000),
        }
    else:
        text = "calmer" if new.level else "rested"
    return _notice(group, text, today, words)


def stood(
    group: Group, state: GroupState, health: Health, seen: Seen, rules: HealthRules, today: date
) -> Notice | None:
    """Probation with what was seen and what helps, a recovery, or a closing."""
    if state == GroupState.CLOSED:
        return _notice(group, "closed", today, {})
    if state == GroupState.PROBATION:
        until = health.probation_until or today
        words: WORDS = {"day": until.isoformat(), "percent": rules.probation_share_percent}
        return _notice(
            group, f"probation_{health.cause}", today, words | figures(health, seen, rules)
        )
    return _notice(group, "recovered", today, {}) if group.state == GroupState.PROBATION else None


def figures(health: Health, seen: Seen, rules: HealthRules) -> WORDS:
    """What was seen of a group on probation, by the words of the text for its cause."""
    match health.cause:
        case Cause.FLOOR:
            return {
                "members": seen.members,
                "needed": seen.more_than + 1,
                "days": rules.floor_days,
            }
        case Cause.REMOVED:
            return {"removed": seen.week.removed}
        case Cause.RIGHTS:
            return {"days": rules.rights_days}
    usual = (health.baseline_micro or 0) * MONTH_DAYS
    return {
        "orders": tenths(seen.month.orders * 100, seen.month.members),
        "usual": tenths(usual, MILLION // 100),
        "mark": rules.mark_members,
    }


def suggested(group: Group, found: Suggestion, today: date) -> Notice:
    """Another time for a slot, with the clicks that speak for it."""
    words: WORDS = {
        "slot": found.slot,
        "name": found.slot,
        "hour": f"{found.hour:02}:00",
        "clicks": found.clicks,
        "own_clicks": found.own_clicks,
        "old": f"{found.old_opens}–{found.old_closes}",
        "new": f"{found.opens}–{found.closes}",
    }
    return _notice(group, "suggest", today, words)


def left_out(group: Group, *, day: date, slot: str) -> Notice:
    """A promoter's own pick that was not posted, for the group was given rest; told once a week."""
    week = day.isocalendar()
    key = f"health:{group.id}:left_out:{week.year}-{week.week}"
    words: WORDS = {"title": group.title, "slot": slot, "day": day.isoformat()}
    return Notice(key, group.promoter_id, "health.left_out", words | {"group_id": group.id})


def tenths(part: int, whole: int) -> str:
    """``part`` of ``whole`` with one digit after the point, rounded down; "0" for nothing."""
    if whole <= 0:
        return "0"
    found = part * 10 // whole
    return f"{found // 10}.{found % 10}" if found % 10 else str(found // 10)


def _notice(group: Group, text: str, today: date, words: WORDS) -> Notice:
    own: WORDS = {"title": group.title, "group_id": group.id}
    key = f"health:{group.id}:{text}:{today}"
    return Notice(key, group.promoter_id, f"health.{text}", own | words)
