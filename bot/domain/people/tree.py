"""Who stands under whom at a given moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.records import PersonId


def inviter_at(
    inviter_id: PersonId | None, *, joined_at: datetime, moment: datetime
) -> PersonId | None:
    """The direct inviter who counts at ``moment``: bound once, from ``joined_at`` on.

    The inviter's own standing plays no part. Suspension stops somebody from posting, and being
    forgotten removes a name; neither takes away a share that a click at that moment made. What
    must not be paid out is withheld at the payout, where a reason is written down.
    """
    return inviter_id if joined_at <= moment else None


@dataclass(frozen=True, slots=True)
class Node:
    """One promoter in the tree: bound to ``inviter_id`` at ``joined_at``, gold since, if ever."""

    inviter_id: PersonId | None
    joined_at: datetime
    gold_since: datetime | None = None

    def is_gold(self, moment: datetime) -> bool:
        """Whether the promoter was a gold owner at ``moment``."""
        return self.gold_since is not None and self.gold_since <= moment


def gold_owner_at(
    promoter_id: PersonId, nodes: Mapping[PersonId, Node], moment: datetime
) -> PersonId | None:
    """Whose community the shop of ``promoter_id`` stood in at ``moment`` [S4]; None for nobody's.

    Who is not gold stands in the community of the nearest gold owner above. Who is gold has a
    community apart: only a gold owner who invited that one **directly** keeps a part of the own
    shop. ``nodes`` hold everybody on the way up to the answer.
    """
    node = nodes[promoter_id]
    above = inviter_at(node.inviter_id, joined_at=node.joined_at, moment=moment)
    is_apart = node.is_gold(moment)
    while above is not None:
        node = nodes[above]
        if node.is_gold(moment):
            return above
        if is_apart:
            return None
        above = inviter_at(node.inviter_id, joined_at=node.joined_at, moment=moment)
    return None
