"""Who stands under whom at a given moment: direct inviters, and no circles."""

from collections.abc import Mapping
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


def makes_circle(
    inviters: Mapping[PersonId, PersonId | None], *, newcomer: PersonId, inviter: PersonId
) -> bool:
    """Whether ``newcomer`` under ``inviter`` would stand above oneself.

    ``inviters`` names each promoter's direct inviter; it must itself be free of circles.
    """
    above: PersonId | None = inviter
    while above is not None:
        if above == newcomer:
            return True
        above = inviters.get(above)
    return False
