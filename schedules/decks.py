"""What the clock does for decks: whoever is due is dealt one."""

from bot.services.decks.dealing import Dealing


async def deal(dealing: Dealing) -> int:
    """Look at a batch of promoters whose deck may be due; at how many."""
    return await dealing.deal_due()
