"""A promoter's word holds until a fact changes that it rests on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.questions import holding
from bot.domain.records import Currency, Offer, OfferFacts, OfferId, PersonId, Told, Topic
from tests.cast import NOON

FACTS = OfferFacts("cup", "Paper cup", "https://shop.example.com/cup", 2990, Currency("CNY"))
OFFER = Offer(OfferId(1), "feed", FACTS, NOON, None)


def told(topic: Topic) -> Told:
    """What Lin said of the cup at noon."""
    digest = holding.digest(topic, FACTS)
    return Told(OFFER.id, topic, PersonId(1), "Lin", "It is fine.", NOON, digest)


def test_every_topic_says_what_it_rests_on() -> None:
    assert set(holding.RESTS_ON) == set(Topic)


@pytest.mark.parametrize("topic", Topic)
def test_it_holds_while_nothing_changes(topic: Topic) -> None:
    assert holding.holds(told(topic), OFFER, NOON)


@pytest.mark.parametrize(
    ("topic", "is_held"),
    [(Topic.MATERIAL, True), (Topic.SIZE, True), (Topic.PRICE, False), (Topic.COUPON, False)],
)
def test_a_new_price_ends_what_was_said_of_prices_alone(topic: Topic, is_held: bool) -> None:
    dearer = replace(OFFER, facts=replace(FACTS, price_minor=3990))
    assert holding.holds(told(topic), dearer, NOON) is is_held


@pytest.mark.parametrize("topic", Topic)
def test_another_title_ends_everything(topic: Topic) -> None:
    other = replace(OFFER, facts=replace(FACTS, title="Glass cup"))
    assert not holding.holds(told(topic), other, NOON)


@pytest.mark.parametrize(("topic", "is_held"), [(Topic.STOCK, False), (Topic.MATERIAL, True)])
def test_what_is_fleeting_is_over_after_three_days(topic: Topic, is_held: bool) -> None:
    later = NOON + holding.FLEETING_HOLDS + timedelta(seconds=1)
    assert holding.holds(told(topic), OFFER, later) is is_held
