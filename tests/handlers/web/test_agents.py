"""People are told from preview fetchers and bots: no bot counts, no person is refused."""

from pathlib import Path

import pytest
from crawleruseragents import CRAWLER_USER_AGENTS_DATA

from bot.domain.records import ClickClass
from handlers.web.agents import class_of_agent, classify

HERE = Path(__file__).parent
PEOPLE = (HERE / "agents_people.txt").read_text("utf-8").splitlines()
BOTS = (HERE / "agents_bots.txt").read_text("utf-8").splitlines()
LISTED = [
    agent
    for entry in CRAWLER_USER_AGENTS_DATA
    if entry["pattern"] != "MetaIAB Facebook"
    for agent in entry["instances"]
]


def test_the_corpus_is_large_enough() -> None:
    assert len(set(PEOPLE)) >= 80
    assert len(set(BOTS)) >= 130
    assert len(LISTED) >= 2000


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_person_counts(agent: str) -> None:
    assert classify({"user-agent": agent}) is ClickClass.PERSON


@pytest.mark.parametrize("agent", BOTS)
def test_a_bot_does_not_count(agent: str) -> None:
    assert classify({"user-agent": agent}) in (ClickClass.BOT, ClickClass.PREVIEW)


def test_no_agent_of_the_public_list_counts() -> None:
    assert not [agent for agent in LISTED if class_of_agent(agent) is ClickClass.PERSON]


@pytest.mark.parametrize(
    "agent",
    [
        "TelegramBot (like TwitterBot)",
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
        "Safari/537.36 TelegramBot (like TwitterBot)",
        "WhatsApp/2.23.20.0",
        "facebookexternalhit/1.1",
        "Viber/13.3.0",
    ],
)
def test_a_preview_fetcher_is_told_from_other_bots(agent: str) -> None:
    assert classify({"user-agent": agent}) is ClickClass.PREVIEW


def test_an_empty_or_missing_agent_is_a_bot() -> None:
    assert classify({}) is ClickClass.BOT
    assert classify({"user-agent": ""}) is ClickClass.BOT
    assert classify({"user-agent": "   "}) is ClickClass.BOT


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("purpose", "prefetch"),
        ("purpose", "preview"),
        ("x-purpose", "preview"),
        ("sec-purpose", "prefetch;prerender"),
        ("sec-purpose", "prefetch;anonymous-client-ip"),
        ("x-moz", "prefetch"),
        ("Purpose".lower(), "Prefetch"),
    ],
)
def test_a_browser_that_looks_ahead_is_no_person_yet(name: str, value: str) -> None:
    assert classify({"user-agent": PEOPLE[0], name: value}) is ClickClass.PREFETCH


def test_only_the_beginning_of_an_endless_agent_is_read() -> None:
    endless = "Mozilla/5.0 (" + "a" * 1_000_000
    classify({"user-agent": endless})
    before = class_of_agent.cache_info().misses
    assert classify({"user-agent": endless + "b"}) is ClickClass.BOT
    assert class_of_agent.cache_info().misses == before
