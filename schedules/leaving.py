"""What the clock does for links into groups: counts are settled, and who came is forgotten."""

from bot.services.leaving.together import Leaving


async def settle(leaving: Leaving) -> int:
    """Count what those who came did, then forget whom it was long ago; how many were forgotten."""
    await leaving.arriving.tally()
    return await leaving.arriving.forget_old() + await leaving.copying.forget_old()
