"""Who stands under whom at a given moment."""

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
