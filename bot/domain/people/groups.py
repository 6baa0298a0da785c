"""What a group's facts mean: its state, what the bot lacks in it, whether a chat was upgraded."""

from collections.abc import Collection

from bot.domain.records import GroupState

RIGHTS = ("post", "pictures", "joins")
"""What the bot wants in a group: to write, to send pictures, to see who joins (as an admin)."""

SUPERGROUP_LIMIT = -(10**12)
"""Chat ids below are supergroups (Bot API: "-100" and the channel's id); above, basic groups."""


def missing_rights(rights: Collection[str]) -> tuple[str, ...]:
    """Those of RIGHTS that are not among ``rights``, in their own order."""
    return tuple(right for right in RIGHTS if right not in rights)


def standing(state: GroupState, *, members: int, more_than: int) -> GroupState:
    """The state that follows from counting ``members`` against the programme's floor [S0].

    Picks go only to groups of more than ``more_than`` members, so a group that shrinks to the
    floor warms up again; a closed one stays closed, and probation is lifted by its own rules
    alone (``domain.health.standings``), or shrinking further would be a way out of it.
    """
    if state in (GroupState.PROBATION, GroupState.CLOSED):
        return state
    return GroupState.WARMING if members <= more_than else GroupState.ACTIVE


def is_upgrade(first_chat_id: int, second_chat_id: int) -> bool:
    """Whether one of two chats is a basic group and the other a supergroup."""
    return (first_chat_id < SUPERGROUP_LIMIT) != (second_chat_id < SUPERGROUP_LIMIT)
