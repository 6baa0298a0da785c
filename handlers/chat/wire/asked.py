"""Replies to questions of ours that ask for words; each question is known by how it begins."""

import re
from collections.abc import Iterable

from telegram import Message
from telegram.ext import filters

from bot.domain.texts import Texts

SEARCHED = "channel.search_ask"
"""The key of the question for words to search."""
RELAYED = re.compile(r"✉️ #([0-9]{1,18}) ")
"""Begins the question for words to pass on: the number of what is answered, 0 for a first word."""
OPENED = re.compile(r"✏️ #([0-9]{1,18})\.([0-9]{1,4}) ")
"""Begins the question for own words over a card: its deck and place."""


class Searching(filters.MessageFilter):
    """Replies to our question for words to search; it is known by its text in any language."""

    def __init__(self, texts: Iterable[Texts]) -> None:
        """``texts`` of every language that the bot speaks."""
        super().__init__()
        self._asked = frozenset(each(SEARCHED) for each in texts)

    def filter(self, message: Message) -> bool:
        """Whether ``message`` replies to that question of ours."""
        return _asked(message) in self._asked


class Marked(filters.MessageFilter):
    """Replies to a question of ours that begins with a mark."""

    def __init__(self, mark: re.Pattern[str]) -> None:
        """``mark`` is one of those above."""
        super().__init__()
        self._mark = mark

    def filter(self, message: Message) -> bool:
        """Whether ``message`` replies to such a question."""
        return self._mark.match(_asked(message) or "") is not None


def _asked(message: Message) -> str | None:
    """What a bot said in the message that this one replies to."""
    asked = message.reply_to_message
    is_ours = asked is not None and asked.from_user is not None and asked.from_user.is_bot
    return asked.text if is_ours and asked is not None else None
