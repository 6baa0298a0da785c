"""What is seen of a chat when the bot comes into it, and what can come of that."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people.groups import standing
from bot.domain.programmes import Programme
from bot.domain.records import Group, GroupId, GroupState, Promoter


@dataclass(frozen=True)
class Visit:
    """A chat as the bot ``bot_id`` found it."""

    chat_id: int
    title: str
    missing: tuple[str, ...]
    member_count: int
    bot_id: int | None

    def group(
        self,
        promoter: Promoter,
        programme: Programme,
        at: datetime,
        *,
        timezone: str,
        language: str,
    ) -> Group:
        """The promoter's new group in it; the database numbers it."""
        more_than = programme.more_than_members
        return Group(
            id=GroupId(0),
            chat_id=self.chat_id,
            title=self.title,
            promoter_id=promoter.id,
            programme=promoter.programme,
            state=standing(GroupState.WARMING, members=self.member_count, more_than=more_than),
            is_paused=False,
            lost_at=None,
            member_count=self.member_count,
            timezone=timezone,
            language=language,
            missing_rights=self.missing,
            connected_at=at,
            bot_id=self.bot_id,
        )


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
