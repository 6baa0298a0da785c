"""Who follows a link: a person, a preview fetcher, a bot, or a browser that looks ahead."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from bot.domain.records import ClickClass

LENGTH_LIMIT = 1024
"""Real agents are shorter; more is not worth a pattern's time."""
REMEMBERED = 8192
"""Agents whose class is kept in memory: a day sees the same few thousand."""

_IN_APP = frozenset({"MetaIAB Facebook", "Viber"})
"""Patterns of the list that also fit a browser inside an app, in which people read."""
_PREVIEW_TAG = "social-preview"
_MORE_PREVIEWS = (r"^Viber\/", "kakaotalk-scrap", "line-poker")
_MORE_BOTS = (r"https?:\/\/", "PowerShell", "WinHttp", r"\bPrerender\b", "XMRig")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What previews call themselves, and what every program of the list does."""
    # Late, for the list and its patterns: what starts need not wait until they are compiled.
    from crawleruseragents import CRAWLER_USER_AGENTS_DATA

    listed = [entry for entry in CRAWLER_USER_AGENTS_DATA if entry["pattern"] not in _IN_APP]
    previews = [entry["pattern"] for entry in listed if _PREVIEW_TAG in entry["tags"]]
    return (
        re.compile("|".join([*previews, *_MORE_PREVIEWS])),
        re.compile("|".join([*(entry["pattern"] for entry in listed), *_MORE_BOTS])),
    )


_BROWSER = re.compile(
    r"^(?:Mozilla/\d.*\(.*(?:AppleWebKit/|Gecko[/)]|like Gecko|Trident/|MSIE |Goanna/|Presto/)"
    r"|Opera/\d|UCWEB/\d|JUC |Nokia\w|BlackBerry\w|SAMSUNG-|SonyEricsson|LG-)"
)
"""What a browser calls itself; everything else is a program, whatever the list says."""

_PREFETCH_HEADERS = ("purpose", "x-purpose", "sec-purpose", "x-moz")
_PREFETCH_WORDS = ("prefetch", "preview", "prerender")


def classify(headers: Mapping[str, str]) -> ClickClass:
    """The class of a request by its ``headers``, whose names are looked up in lower case.

    An empty agent is a bot; a phone named CUBOT is a phone.
    """
    for name in _PREFETCH_HEADERS:
        value = headers.get(name)
        if value and any(word in value.lower() for word in _PREFETCH_WORDS):
            return ClickClass.PREFETCH
    return class_of_agent(headers.get("user-agent", "")[:LENGTH_LIMIT])


@lru_cache(maxsize=REMEMBERED)
def class_of_agent(agent: str) -> ClickClass:
    """The class that a user agent alone gives away."""
    previews, bots = _patterns()
    if previews.search(agent):
        return ClickClass.PREVIEW
    if bots.search(agent) or not _BROWSER.match(agent):
        return ClickClass.BOT
    return ClickClass.PERSON
