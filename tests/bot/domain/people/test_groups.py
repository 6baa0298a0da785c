"""What a group's facts mean."""

import pytest

from bot.domain.people.groups import is_upgrade, missing_rights, standing
from bot.domain.records import GroupState


@pytest.mark.parametrize(
    ("before", "members", "after"),
    [
        ("warming", 50, "warming"),
        ("warming", 51, "active"),
        ("active", 51, "active"),
        ("active", 50, "warming"),
        ("probation", 51, "probation"),
        ("probation", 50, "probation"),
        ("closed", 500, "closed"),
    ],
)
def test_picks_go_only_to_groups_above_the_floor(before: str, members: int, after: str) -> None:
    assert standing(GroupState(before), members=members, more_than=50) == GroupState(after)


def test_missing_rights_are_named_in_their_order() -> None:
    assert missing_rights({"pictures"}) == ("post", "joins")
    assert missing_rights({"joins", "post", "pictures"}) == ()


def test_an_upgrade_is_from_a_basic_group_to_a_supergroup() -> None:
    assert is_upgrade(-4001, -1001000000001)
    assert is_upgrade(-1001000000001, -4001)
    assert not is_upgrade(-4001, -4002)
    assert not is_upgrade(-1001000000001, -1001000000002)
