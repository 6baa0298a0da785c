"""What records say of themselves."""

from dataclasses import replace

import pytest

from bot.domain.records import Group, GroupId, GroupState, PersonId
from tests.cast import NOON, SUNNY_COURT

SERVED = Group(
    id=GroupId(1),
    chat_id=SUNNY_COURT,
    title="Sunny Court",
    promoter_id=PersonId(1),
    programme="fenxiang",
    state=GroupState.ACTIVE,
    is_paused=False,
    lost_at=None,
    member_count=68,
    timezone="Asia/Shanghai",
    language="zh",
    missing_rights=("pin",),
    connected_at=NOON,
)


def test_an_active_group_in_which_the_bot_may_post_is_served() -> None:
    assert SERVED.is_served
    assert replace(SERVED, state=GroupState.PROBATION).is_served


@pytest.mark.parametrize(
    "changed",
    [
        {"state": GroupState.WARMING},
        {"state": GroupState.CLOSED},
        {"is_paused": True},
        {"lost_at": NOON},
        {"missing_rights": ("post",)},
    ],
    ids=str,
)
def test_any_hindrance_keeps_posts_away(changed: dict[str, object]) -> None:
    assert not replace(SERVED, **changed).is_served  # type: ignore[arg-type]
