"""What a promoter reads of the health of the own groups."""

from collections.abc import Sequence

from bot.domain.health.notes import tenths
from bot.domain.health.signals import Sums
from bot.domain.health.standings import Health
from bot.domain.programmes import BASIS_POINTS
from bot.domain.records import Group, GroupState
from bot.domain.texts import Html, Texts
from bot.services.health.outcomes import Standing, View
from handlers.chat.wire.replies import stacked

MONTH_WEEKS = 4
RISING, FALLING = 110, 90
"""Per cent of the four weeks before; between them it is steady."""


def listed(texts: Texts, found: Sequence[Standing]) -> Html:
    """All groups, each with its number and how it stands."""
    lines = [texts.html("health.head", count=len(found))]
    for one in found:
        own = [
            texts.html(
                "health.line_plain",
                group_id=one.group.id,
                title=one.group.title,
                members=one.group.member_count,
            ),
            *standing(texts, one.group, one.health),
        ]
        lines.append(stacked(own))
    return stacked(lines, gap="\n\n")


def standing(texts: Texts, group: Group, health: Health | None) -> list[Html]:
    """How a group stands, where there is anything to say: closed, on probation, resting, kept."""
    if health is None:
        return []
    if group.state == GroupState.CLOSED:
        return [texts.html("health.is_closed")]
    lines = []
    percent = health.share_bps * 100 // BASIS_POINTS
    if group.state == GroupState.PROBATION and health.probation_until is not None:
        cause = texts(f"health.cause_{health.cause}")
        until = texts.day(health.probation_until)
        lines.append(texts.html("health.on_probation", day=until, cause=cause, percent=percent))
    elif percent:
        lines.append(texts.html("health.resting", percent=percent))
    if health.rest.kept_until is not None:
        lines.append(texts.html("health.kept", day=texts.day(health.rest.kept_until)))
    return lines


def viewed(texts: Texts, view: View) -> Html:
    """One group with its figures, what they mean, and what helps."""
    group, health, mark = view.group, view.health, view.rules.mark_members
    lines = [
        texts.html(
            "health.title", title=group.title, group_id=group.id, members=group.member_count
        ),
        *standing(texts, group, health),
    ]
    if group.state == GroupState.PROBATION and health is not None:
        lines.append(texts.html(f"health.coach_{health.cause}"))
    lines.append(_figures(texts, view.weeks))
    is_watched = group.member_count >= mark
    lines.append(texts.html(f"health.mark_{'above' if is_watched else 'below'}", mark=mark))
    return stacked(lines, gap="\n\n")


def _figures(texts: Texts, weeks: Sequence[Sums]) -> Html:
    latest = weeks[0]
    if not any(week.days for week in weeks):
        return texts.html("health.nothing_yet")
    now, before = _whole(weeks[:MONTH_WEEKS]), _whole(weeks[MONTH_WEEKS:])
    first, second, third, fourth = (_per_hundred(week) for week in weeks[1 : MONTH_WEEKS + 1])
    lines = [
        texts.html(
            "health.week",
            posts=latest.posts,
            clicks=latest.clicks,
            orders=latest.orders,
            leaves=latest.leaves,
            after=latest.leaves_after,
            downs=max(0, latest.downs),
        ),
        texts.html(
            "health.weeks",
            now=_per_hundred(latest),
            first=first,
            second=second,
            third=third,
            fourth=fourth,
        ),
    ]
    if before.days:
        lines.append(
            texts.html(
                "health.month",
                now=_per_hundred(now),
                before=_per_hundred(before),
                trend=texts(f"health.{_trend(now, before)}"),
            )
        )
    return stacked(lines)


def _whole(weeks: Sequence[Sums]) -> Sums:
    return Sums(
        days=sum(week.days for week in weeks),
        member_days=sum(week.member_days for week in weeks),
        orders=sum(week.orders for week in weeks),
    )


def _per_hundred(sums: Sums) -> str:
    return tenths(sums.orders * 100, sums.members)


def _trend(now: Sums, before: Sums) -> str:
    """By orders a member and day, so that a group that grew is not taken for a better one."""
    left, right = now.orders * before.member_days * 100, before.orders * now.member_days
    if left > right * RISING:
        return "up"
    return "down" if left < right * FALLING else "steady"
