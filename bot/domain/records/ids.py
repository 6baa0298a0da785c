"""Our own names of things: what a number or a code stands for."""

from typing import NewType

PersonId = NewType("PersonId", int)
"""Our own id of a person; never the Telegram user id, so that a person can be forgotten."""
GroupId = NewType("GroupId", int)
"""Our own id of a group; the Telegram chat id may change under it."""
OfferId = NewType("OfferId", int)
PostId = NewType("PostId", int)
ConversionId = NewType("ConversionId", int)
QuestionId = NewType("QuestionId", int)
LinkCode = NewType("LinkCode", str)
"""Last part of a tracked link, and the sub-id that the marketplace carries back."""
Currency = NewType("Currency", str)
"""ISO 4217 code, upper case."""
