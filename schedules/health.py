"""What the clock does for the health of groups: new ones are remembered, all judged at night."""

from bot.services.health.evaluating import Evaluating


async def evaluate(evaluating: Evaluating) -> int:
    """Judge the next groups whose day is over, at most a batch; how many."""
    return await evaluating.evaluate()


async def adopt(evaluating: Evaluating) -> int:
    """Remember groups that are new; how many."""
    return await evaluating.adopt()
