"""What a promoter reads of a send: short for many groups, safe for any title and any refusal."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.posts.sends import LeftOut
from bot.domain.records import (
    Currency,
    Group,
    GroupId,
    GroupState,
    Offer,
    OfferFacts,
    OfferId,
    PersonId,
    Post,
    PostId,
    PostState,
    Rendered,
)
from bot.services.sends.outcomes import Preview, Result
from handlers.chat.sends.wording import (
    GROUPS_NAMED,
    plan,
    plan_buttons,
    report,
    report_buttons,
)
from tests.cast import BOT, NOON
from tests.schemes import TEXTS

OFFER = Offer(
    id=OfferId(1),
    marketplace="feed",
    facts=OfferFacts(
        external_id="tea",
        title="Tea <b>&",
        url="https://shop.example.com/tea",
        price_minor=1990,
        currency=Currency("CNY"),
    ),
    seen_at=NOON,
    ended_at=None,
)


def group(number: int, title: str) -> Group:
    """A served group."""
    return Group(
        id=GroupId(number),
        chat_id=-number,
        title=title,
        promoter_id=PersonId(1),
        programme="fenxiang",
        state=GroupState.ACTIVE,
        is_paused=False,
        lost_at=None,
        member_count=100,
        timezone="Asia/Shanghai",
        language="zh",
        missing_rights=(),
        connected_at=NOON,
        bot_id=BOT,
    )


def post(of: Group, state: PostState, error: str | None = None) -> tuple[Group, Post]:
    """A post that stands so."""
    return of, Post(
        id=PostId(of.id),
        group_id=of.id,
        promoter_id=PersonId(1),
        offer_id=OFFER.id,
        day=NOON.date(),
        slot="send",
        ordinal=1,
        state=state,
        due_at=NOON,
        closes_at=NOON + timedelta(minutes=30),
        rendered=Rendered("「广告」", None),
        is_autopilot=False,
        error=error,
    )


def preview(to: int, *left_out: tuple[Group, LeftOut], having_it: int = 0) -> Preview:
    """A preview for so many groups."""
    return Preview(
        offer=OFFER,
        rendered=Rendered("「广告」", None) if to else None,
        other_languages=("en",) if to else (),
        to=tuple(group(number, f"群 {number}") for number in range(1, to + 1)),
        left_out=left_out,
        having_it=having_it,
        asked_ms=1_800_000_000_000,
        fingerprint="0123abcd",
    )


def test_many_groups_are_counted_and_a_few_are_named() -> None:
    text = plan(TEXTS["en"], preview(GROUPS_NAMED + 30))
    assert "Will get it: 45" in text
    assert f"群 {GROUPS_NAMED}" in text
    assert f"群 {GROUPS_NAMED + 1}" not in text
    assert "and 30 more" in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_has_its_words(language: str) -> None:
    left = [(group(90 + at, f"L{at}"), reason) for at, reason in enumerate(LeftOut)]
    text = plan(TEXTS[language], preview(0, *left))
    assert [f"L{at}" in text for at in range(len(LeftOut))] == [True] * len(LeftOut)
    assert "Tea &lt;b&gt;&amp;" in text
    assert plan_buttons(TEXTS[language], preview(0, *left)) is None


def test_an_offer_that_some_groups_have_today_is_warned_of() -> None:
    assert "今天已经有这件" in plan(TEXTS["zh"], preview(2, having_it=3))
    assert "不止一次" in plan(TEXTS["zh"], preview(2))
    assert "不止一次" not in plan(TEXTS["zh"], preview(1))
    assert "👥" not in plan(TEXTS["zh"], preview(0, having_it=3))


def test_the_button_counts() -> None:
    for to, words in ((1, "Send to 1 group"), (2, "Send to 2 groups")):
        markup = plan_buttons(TEXTS["en"], preview(to))
        assert markup is not None
        assert markup.inline_keyboard[0][0].text.endswith(words)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_result_tells_of_every_group_with_its_reason(language: str) -> None:
    texts = TEXTS[language]
    result = Result(
        PostId(1),
        OFFER,
        (
            post(group(1, "A"), PostState.SENT),
            post(group(2, "B"), PostState.FAILED, "<not> allowed"),
            post(group(3, "C"), PostState.SKIPPED, "late"),
            post(group(4, "D"), PostState.CANCELLED, "lost"),
            post(group(5, "E"), PostState.UNCERTAIN, "time-out"),
            post(group(6, "F"), PostState.CANCELLED, "undone"),
        ),
        ((group(7, "G"), LeftOut.PAUSED),),
    )
    text = report(texts, result)
    assert "&lt;not&gt; allowed" in text
    assert texts("send.why_late") in text
    assert texts("send.left_lost") in text
    assert texts("send.left_paused") in text
    assert report_buttons(texts, replace(result, posts=result.posts[:4])) is None
    look = report_buttons(texts, result)
    assert look is not None
    assert [one.text for row in look.inline_keyboard for one in row] == [
        texts("send.button_result")
    ]
    under_way = replace(result, posts=(*result.posts, post(group(8, "H"), PostState.SENDING)))
    markup = report_buttons(texts, under_way)
    assert markup is not None
    assert len(markup.inline_keyboard) == 2
    assert "✈️" in report(texts, under_way)
