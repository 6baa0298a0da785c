"""What a programme says of the health of its groups: when one is on probation, and for how long."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HealthRules:
    """Bounds beyond which a group is on probation; days are whole ones, UTC."""

    floor_days: int = 7
    """So long at or below the programme's floor [S0], after having been above it."""
    mark_members: int = 200
    """From so many members on conversion per member is watched for decline [S2]."""
    decline_percent: int = 50
    """At or below this part of its own earlier 28 days it counts as a decline."""
    decline_orders: int = 12
    """Fewer orders in those earlier days prove nothing."""
    removed_posts: int = 3
    """So many of our posts taken away in the group within a week."""
    rights: tuple[str, ...] = ("post",)
    """Rights that the bot may not be without."""
    rights_days: int = 7
    probation_days: int = 21
    """Who has not recovered by then is closed."""
    probation_share_percent: int = 50
    """What is left out of the selling posts meanwhile."""
