"""A group goes from one promoter to another."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.people.handovers import Refusal, State, Transfer, is_open, is_there, unfit
from bot.domain.records import Group, GroupId, GroupState, PersonId, Promoter, PromoterStatus
from tests.cast import NOON, SUNNY_COURT

LIN = Promoter(
    PersonId(1), 2001, "Lin", "zh", "fenxiang", None, PromoterStatus.ACTIVE, "starter", NOON
)
CHEN = replace(LIN, id=PersonId(2), telegram_id=2002, name="Chen")
GROUP = Group(
    GroupId(7), SUNNY_COURT, "Sunny Court", LIN.id, "fenxiang", GroupState.ACTIVE, False, None,
    120, "Asia/Shanghai", "zh", (), NOON,
)  # fmt: skip


def test_a_colleague_with_room_may_take_a_group() -> None:
    assert unfit(GROUP, LIN, CHEN, held=9, limit=10) is None


@pytest.mark.parametrize(
    ("receiver", "held", "group", "reason"),
    [
        (None, 0, GROUP, Refusal.NOT_PROMOTER),
        (LIN, 0, GROUP, Refusal.OWN),
        (replace(CHEN, status=PromoterStatus.TRAINING), 0, GROUP, Refusal.LOCKED),
        (replace(CHEN, status=PromoterStatus.SUSPENDED), 0, GROUP, Refusal.LOCKED),
        (replace(CHEN, programme="yundian"), 0, GROUP, Refusal.OTHER_PROGRAMME),
        (replace(CHEN, brand="Haier"), 0, GROUP, Refusal.OTHER_BRAND),
        (CHEN, 10, GROUP, Refusal.FULL),
        (CHEN, 0, replace(GROUP, lost_at=NOON), Refusal.GONE),
    ],
)
def test_whoever_may_not_take_it_is_told_why(
    receiver: Promoter | None, held: int, group: Group, reason: Refusal
) -> None:
    assert unfit(group, LIN, receiver, held=held, limit=10) is reason


def test_a_group_is_given_by_its_own_promoter_while_it_is_connected() -> None:
    assert is_there(GROUP, LIN.id)
    assert not is_there(GROUP, CHEN.id)
    assert not is_there(replace(GROUP, lost_at=NOON), LIN.id)
    assert not is_there(replace(GROUP, state=GroupState.CLOSED), LIN.id)


@pytest.mark.parametrize("state", list(State))
def test_an_offer_is_open_until_it_is_used_withdrawn_or_a_day_old(state: State) -> None:
    offer = Transfer("t", GROUP.id, LIN.id, None, state, NOON + timedelta(hours=24))
    assert is_open(offer, NOON) == (state in (State.OFFERED, State.ACCEPTED))
    assert not is_open(offer, NOON + timedelta(hours=24))
