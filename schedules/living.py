"""What the clock does for posts that were sent: kept true, within their budget of edits."""

from bot.services.living.renewing import Renewing


async def renew(renewing: Renewing) -> int:
    """Look at the posts whose offers changed, and edit those that say otherwise; how many steps."""
    return await renewing.renew_due()
