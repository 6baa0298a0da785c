"""Words are made once for all groups that are told the same, and never kept beyond their limit."""

from dataclasses import replace

import pytest

from bot.domain.records import Currency, Group, GroupId, GroupState, Offer, OfferFacts, OfferId
from bot.domain.records import PersonId as Person
from bot.services.posts import wording
from bot.services.posts.wording import Item, Wording
from tests.bot.services.stand_ins import TEXTS
from tests.cast import NOON

OFFER = Offer(
    OfferId(1),
    "feed",
    OfferFacts("p-1", "Coffee", "https://shop.example.com/1", 2990, Currency("CNY")),
    seen_at=NOON,
    ended_at=None,
)
ITEM = Item(OFFER, (), (), is_thirty_day_low=False)
GROUP = Group(
    GroupId(1), -1, "Sunny Court", Person(1), "fenxiang", GroupState.ACTIVE, False, None, 120,
    "Asia/Shanghai", "zh", (), NOON,
)  # fmt: skip


def test_what_is_the_same_is_rendered_once() -> None:
    words = Wording()

    def said(item: Item = ITEM, group: Group = GROUP, opening: str = "Hi", **also: bool) -> object:
        is_chosen = also.get("is_chosen", False)
        return words.rendered(item, group, opening, TEXTS[group.language], is_chosen=is_chosen)

    first = said()
    assert said() == first
    assert said(replace(ITEM, offer=replace(OFFER))) == first
    assert said(group=replace(GROUP, id=GroupId(2), title="Elsewhere")) == first
    others = [
        said(opening="Hello"),
        said(is_chosen=True),
        said(group=replace(GROUP, language="en")),
        said(group=replace(GROUP, timezone="Europe/Berlin")),
        said(replace(ITEM, is_thirty_day_low=True)),
        said(replace(ITEM, offer=replace(OFFER, facts=replace(OFFER.facts, price_minor=100)))),
    ]
    assert first not in others


def test_no_more_is_kept_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "RENDERED_LIMIT", 3)
    words = Wording()
    for number in range(20):
        words.rendered(ITEM, GROUP, f"Hi {number}", TEXTS["zh"], is_chosen=False)
        assert len(words._rendered) <= 3
