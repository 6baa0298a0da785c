"""Fan-out: how quickly posts go out, how evenly, and what else is answered meanwhile."""

from collections.abc import AsyncIterator

from tests.bench import Bench, Figure
from tests.bench.fan import paces, rates


async def fanout(world: Bench) -> AsyncIterator[Figure]:
    """Everything about sending but the ten minutes."""
    for part in (
        rates.send_path,
        rates.whole_outbox,
        rates.fairness,
        paces.short_pace,
        paces.paid_pace,
    ):
        async for figure in part(world):
            yield figure


SUBJECTS = {"fanout": fanout, "pace": paces.long_pace}
