"""A group goes from one promoter to another, or is left: who may take it, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.records import Group, GroupId, GroupState, PersonId, Promoter, PromoterStatus

OFFER_LASTS = timedelta(hours=24)


class State(StrEnum):
    """offered → accepted → done; withdrawn from either by its giver."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DONE = "done"
    WITHDRAWN = "withdrawn"


OPEN = (State.OFFERED, State.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Transfer:
    """A group on its way from ``giver_id``; ``receiver_id`` is whoever accepted first."""

    token: str
    group_id: GroupId
    giver_id: PersonId
    receiver_id: PersonId | None
    state: State
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Departure:
    """A chat that the bot is to leave, with a goodbye or without."""

    id: int
    group_id: GroupId
    chat_id: int
    bot_id: int | None
    language: str
    says_goodbye: bool
    said_at: datetime | None
    asked_at: datetime


class Refusal(StrEnum):
    """Why a group is not handed on."""

    OVER = "over"
    """There is no such offer, or it is used, withdrawn or too old."""
    OWN = "own"
    NOT_PROMOTER = "not_promoter"
    LOCKED = "locked"
    OTHER_PROGRAMME = "other_programme"
    OTHER_BRAND = "other_brand"
    FULL = "full"
    GONE = "gone"
    """The bot is not in the group, or its giver has it no more."""
    NO_ADMIN = "no_admin"
    """Neither of the two administers the group in Telegram."""


def is_open(transfer: Transfer, now: datetime) -> bool:
    """Whether an offer can still be accepted or carried out."""
    return transfer.state in OPEN and now < transfer.expires_at


def is_there(group: Group, giver_id: PersonId) -> bool:
    """Whether a group is the giver's to give: connected, and the own one."""
    is_gone = group.lost_at is not None or group.state == GroupState.CLOSED
    return group.promoter_id == giver_id and not is_gone


def unfit(
    group: Group, giver: Promoter, receiver: Promoter | None, *, held: int, limit: int
) -> Refusal | None:
    """Why ``receiver``, who has ``held`` groups of at most ``limit``, cannot take a group."""
    if receiver is None:
        return Refusal.NOT_PROMOTER
    if receiver.id == giver.id:
        return Refusal.OWN
    if receiver.status != PromoterStatus.ACTIVE:
        return Refusal.LOCKED
    if receiver.programme != group.programme:
        return Refusal.OTHER_PROGRAMME
    # A brand's shop guides have its customers in their groups: they stay with the brand.
    if receiver.brand != giver.brand:
        return Refusal.OTHER_BRAND
    if held >= limit:
        return Refusal.FULL
    return None if is_there(group, giver.id) else Refusal.GONE
