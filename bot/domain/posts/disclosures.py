"""Whether a post says that it is one, ahead of its first link: in the outbox, not by trust [§9]."""

import re
from collections.abc import Mapping

from bot.domain.records import Rendered

MARKS: Mapping[str, str] = {"zh": "「广告」", "en": "Ad"}
"""The first word of a post in each language."""
OTHERS = "en"
UNDISCLOSED = "the post does not begin with its disclosure"

_PLAIN_TAGS = r"(?:<(?:b|strong|i|em|u)>)*"
"""What may stand around it; nothing that hides it or makes a link of it."""
_LINK = re.compile(r"<a\s|://|\bt\.me/", re.IGNORECASE)


def is_disclosed(rendered: Rendered, language: str) -> bool:
    """Whether the first line of a post begins with the disclosure of the group's ``language``.

    A post without any link sells nothing and needs none. What follows the word may be anything
    but more of a word: "Adventure" is none.
    """
    if not rendered.buttons and not _LINK.search(rendered.html):
        return True
    mark = re.escape(MARKS.get(language, MARKS[OTHERS]))
    return re.match(rf"{_PLAIN_TAGS}{mark}(?![A-Za-z0-9])", rendered.html) is not None
