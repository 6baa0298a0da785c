"""What can come of adding the bot to a group."""

from dataclasses import dataclass

from bot.domain.records import Group


@dataclass(frozen=True)
class Connected:
    """The group is the promoter's; ``is_new`` is True once in its life."""

    group: Group
    is_new: bool


@dataclass(frozen=True)
class NotPromoter:
    """Whoever added the bot is no promoter, or the payload names none."""


@dataclass(frozen=True)
class CapReached:
    """The promoter has as many groups as the programme allows [S1]."""

    limit: int


@dataclass(frozen=True)
class TakenByOther:
    """The group is bound to another promoter, and the bot is at work in it."""


Outcome = Connected | NotPromoter | CapReached | TakenByOther
