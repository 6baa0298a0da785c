"""Which of a day's selling posts a group is spared: the same on every machine, other each day."""

from collections.abc import Sequence
from datetime import date

from bot.domain.links import chance
from bot.domain.programmes import BASIS_POINTS
from bot.domain.records import GroupId


def room(
    share_bps: int, group_id: GroupId, day: date, slot: str, slots: Sequence[str], each: int
) -> int:
    """How many selling posts there is room for in ``slot`` of a group on its local ``day``.

    ``share_bps`` is what is left out of a day's posts; ``slots`` are all that open on the day,
    ``each`` the posts a slot. Second posts of slots go first, then whole slots by a stable hash,
    so that over the days each has its turn. At least one post a day stays, whatever the share.
    """
    if share_bps <= 0 or slot not in slots:
        return each
    whole = len(slots) * each
    seed = f"rest/{group_id}/{day}"
    # Parts of a post are left out on some days: a quarter of three posts on three days of four.
    left_out = int(whole * share_bps / BASIS_POINTS + chance.fraction(seed))
    stay = max(1, whole - left_out)
    everywhere, somewhere = divmod(stay, len(slots))
    order = sorted(slots, key=lambda name: (chance.fraction(f"{seed}/{name}"), name))
    return everywhere + (order.index(slot) < somewhere)
