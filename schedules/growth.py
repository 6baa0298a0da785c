"""What the clock does for growing: tasks are verified, and sums of teams made."""

from bot.services.growth.together import Growth


async def grow(growth: Growth) -> int:
    """Look at the next promoters and at what the books moved; how much was looked at."""
    return await growth.growing.evaluate() + await growth.teaming.add_up()
