"""What the clock does for the books: judge what a crash left, release what was held enough."""

from bot.services.books.crediting import Crediting
from bot.services.books.settling import Settling


async def replay(crediting: Crediting) -> int:
    """Judge every report that was kept and never judged; how many. At start, then hourly."""
    return await crediting.replay()


async def release_due(settling: Settling) -> int:
    """Move shares whose hold has passed from held to payable; how many conversions. Each tick."""
    return await settling.release_due()
