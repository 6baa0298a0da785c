"""What the clock does for pools: deadlines are decided, messages shown, names forgotten."""

from bot.services.pools.collecting import Collecting
from bot.services.pools.pooling import Pooling
from bot.services.pools.showing import Showing


async def decide(pooling: Pooling) -> int:
    """Close or release the pools whose deadline has passed; how many."""
    return await pooling.decide_due()


async def void(pooling: Pooling) -> int:
    """Call off open pools whose price the shop does not keep any more; how many."""
    return await pooling.void_unkept()


async def show(showing: Showing) -> int:
    """Send and edit the messages of pools that are due; how many."""
    return await showing.show_due()


async def forget_names(collecting: Collecting) -> int:
    """Forget who was in pools that ended long ago; how many people."""
    return await collecting.forget_old()
