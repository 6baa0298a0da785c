"""What a look came to: how it stands, what it is about, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How a finding stands; only WRONG makes the command fail."""

    FINE = "ok"
    WARNING = "mind"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: one line what it is, and one how to mend it."""

    mark: Mark
    subject: str
    sentence: str
    remedy: str = ""
    """Empty where there is nothing to mend."""


def fine(subject: str, sentence: str) -> Finding:
    """All is well."""
    return Finding(Mark.FINE, subject, sentence)


def mind(subject: str, sentence: str, remedy: str) -> Finding:
    """It works, and somebody should know."""
    return Finding(Mark.WARNING, subject, sentence, remedy)


def wrong(subject: str, sentence: str, remedy: str) -> Finding:
    """Something that is promised does not hold."""
    return Finding(Mark.WRONG, subject, sentence, remedy)
