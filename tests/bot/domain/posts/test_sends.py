"""One-tap sends: what became of each post, how many a day, and what a preview was about."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.posts import sends
from bot.domain.posts.sends import SENDS_A_DAY, UNDONE, Fate
from bot.domain.records import (
    Button,
    GroupId,
    OfferId,
    PersonId,
    Post,
    PostId,
    PostState,
    Rendered,
)
from tests.cast import NOON

POST = Post(
    id=PostId(1),
    group_id=GroupId(1),
    promoter_id=PersonId(1),
    offer_id=OfferId(1),
    day=NOON.date(),
    slot=sends.SLOT,
    ordinal=1,
    state=PostState.PLANNED,
    due_at=NOON,
    closes_at=NOON + timedelta(minutes=30),
    rendered=Rendered("「广告」", None),
    is_autopilot=False,
)


def post(state: PostState, error: str | None = None) -> Post:
    """A post that stands so."""
    return replace(POST, state=state, error=error)


@pytest.mark.parametrize(
    ("state", "error", "wanted"),
    [
        (PostState.PLANNED, None, Fate.WAITING),
        (PostState.LEASED, None, Fate.WAITING),
        (PostState.SENDING, None, Fate.ON_ITS_WAY),
        (PostState.SENT, None, Fate.SENT),
        (PostState.UNCERTAIN, "time-out", Fate.UNCERTAIN),
        (PostState.FAILED, "refused", Fate.FAILED),
        (PostState.SKIPPED, "late", Fate.SKIPPED),
        (PostState.CANCELLED, "lost", Fate.SKIPPED),
        (PostState.CANCELLED, UNDONE, Fate.UNDONE),
    ],
)
def test_a_post_of_a_send_has_a_fate(state: PostState, error: str | None, wanted: Fate) -> None:
    assert sends.fate(post(state, error)) is wanted


def test_a_send_is_over_when_nothing_is_under_way() -> None:
    assert sends.is_over([post(PostState.SENT), post(PostState.UNCERTAIN)])
    assert not sends.is_over([post(PostState.SENT), post(PostState.SENDING)])


def test_only_what_is_not_being_sent_can_be_stopped() -> None:
    assert sends.is_stoppable([post(PostState.SENT), post(PostState.LEASED)])
    assert not sends.is_stoppable([post(PostState.SENT), post(PostState.SENDING)])


def test_a_group_gets_so_many_a_day_and_what_nobody_saw_does_not_count() -> None:
    unseen = [PostState.CANCELLED, PostState.FAILED, PostState.SKIPPED]
    assert sends.has_room([*unseen, *[PostState.SENT] * (SENDS_A_DAY - 1)])
    assert not sends.has_room([*unseen, *[PostState.UNCERTAIN] * SENDS_A_DAY])


def test_a_fingerprint_tells_another_group_word_picture_or_address() -> None:
    rendered = Rendered("「广告」茶", None, ((Button("¥9", "https://a.example"),),))
    one = (GroupId(1), rendered)
    others = [
        [one, (GroupId(2), rendered)],
        [(GroupId(2), rendered)],
        [(GroupId(1), replace(rendered, html="「广告」茶叶"))],
        [(GroupId(1), replace(rendered, image_url="https://a.example/p.jpg"))],
        [(GroupId(1), replace(rendered, buttons=((Button("¥8", "https://a.example"),),)))],
    ]
    prints = [sends.fingerprint([one]), *map(sends.fingerprint, others)]
    assert len(set(prints)) == len(prints)
    assert {len(each) for each in prints} == {8}
    assert sends.fingerprint(others[0]) == sends.fingerprint(others[0][::-1])
