"""People, promoters, invitations and groups."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.records.ids import GroupId, PersonId


class PromoterStatus(StrEnum):
    """Where a promoter stands: training until unlocked."""

    TRAINING = "training"
    ACTIVE = "active"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who spoke to the bot; ``telegram_id`` is None once forgotten."""

    id: PersonId
    telegram_id: int | None
    name: str
    language: str
    started_at: datetime | None
    bot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Promoter:
    """A person who joined a programme; ``inviter_id`` is the direct inviter, bound once."""

    id: PersonId
    telegram_id: int | None
    name: str
    language: str
    programme: str
    inviter_id: PersonId | None
    status: PromoterStatus
    level: str
    joined_at: datetime
    bot_id: int | None = None
    brand: str | None = None
    """Whose shop guide it is (云店), and in which shop; bound by the invitation."""
    shop: str | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code that lets ``uses_limit`` people join ``programme`` under ``owner_id``."""

    code: str
    programme: str
    owner_id: PersonId | None
    uses_limit: int
    uses: int
    expires_at: datetime
    revoked_at: datetime | None
    brand: str | None = None
    shop: str | None = None
    name: str | None = None
    """For whom of a list of staff it was made."""


class GroupState(StrEnum):
    """warming (below the floor) → active → probation → closed."""

    WARMING = "warming"
    ACTIVE = "active"
    PROBATION = "probation"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Group:
    """A Telegram group bound to one promoter; ``chat_id`` is where it is now."""

    id: GroupId
    chat_id: int
    title: str
    promoter_id: PersonId
    programme: str
    state: GroupState
    is_paused: bool
    lost_at: datetime | None
    member_count: int
    timezone: str
    language: str
    missing_rights: tuple[str, ...]
    connected_at: datetime
    bot_id: int | None = None
    """Which bot of ours serves it; None until one takes it up."""
    vertical: str | None = None
    """Which vertical of its programme it chose; None is the first."""
    disconnected_at: datetime | None = None
    """When its promoter took the bot out; it stays lost until the promoter connects it again."""

    @property
    def is_served(self) -> bool:
        """Whether selling posts may go to this group now."""
        return (
            self.state in (GroupState.ACTIVE, GroupState.PROBATION)
            and not self.is_paused
            and self.lost_at is None
            and "post" not in self.missing_rights
        )
