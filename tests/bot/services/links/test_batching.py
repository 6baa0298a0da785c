"""What is asked in one turn is done at once, and a failure is told to everyone it concerns."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.errors import TemporaryError
from bot.services.links.batching import Batching


class Work:
    """Doubles numbers and remembers the batches; a negative number breaks its batch."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.began = asyncio.Event()

    async def __call__(self, asked: Sequence[int]) -> list[int]:
        self.batches.append(list(asked))
        self.began.set()
        await self.gate.wait()
        if min(asked) < 0:
            raise OSError("gone")
        return [number * 2 for number in asked]


async def test_what_is_asked_in_one_turn_is_one_batch() -> None:
    work = Work()
    batching = Batching(work)
    assert await asyncio.gather(*(batching.ask(number) for number in range(50))) == [
        number * 2 for number in range(50)
    ]
    assert len(work.batches) == 1


async def test_what_comes_while_the_work_runs_is_the_next_batch() -> None:
    work = Work()
    work.gate.clear()
    batching = Batching(work)
    first = asyncio.create_task(batching.ask(1))
    await work.began.wait()
    rest = [asyncio.create_task(batching.ask(number)) for number in (2, 3)]
    await asyncio.sleep(0)
    work.gate.set()
    assert await asyncio.gather(first, *rest) == [2, 4, 6]
    assert work.batches == [[1], [2, 3]]


async def test_a_batch_is_never_larger_than_allowed() -> None:
    work = Work()
    batching = Batching(work, at_once=20)
    await asyncio.gather(*(batching.ask(number) for number in range(50)))
    assert [len(batch) for batch in work.batches] == [20, 20, 10]


async def test_a_failed_batch_fails_for_its_callers_once_and_for_nobody_else() -> None:
    work = Work()
    batching = Batching(work, at_once=2)
    answers = await asyncio.gather(
        *(batching.ask(number) for number in (1, -1, 3, 4)), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [TemporaryError, TemporaryError, int, int]
    assert work.batches == [[1, -1], [3, 4]]


async def test_too_many_waiting_are_sent_away_at_once() -> None:
    work = Work()
    batching = Batching(work, waiting_limit=5)
    answers = await asyncio.gather(
        *(batching.ask(number) for number in range(8)), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [int] * 5 + [TemporaryError] * 3


async def test_who_went_away_before_the_work_began_is_left_out() -> None:
    work = Work()
    batching = Batching(work)
    gone = asyncio.create_task(batching.ask(1))
    await asyncio.sleep(0)
    gone.cancel()
    assert await batching.ask(2) == 4
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert work.batches == [[2]]


async def test_closing_waits_for_what_was_asked() -> None:
    work = Work()
    batching = Batching(work)
    await batching.close()
    asked = asyncio.create_task(batching.ask(1))
    await asyncio.sleep(0)
    await batching.close()
    await asyncio.sleep(0)
    assert asked.done()
    assert await asked == 2


async def test_nobody_waits_for_a_batch_that_hangs_and_the_next_one_is_answered() -> None:
    free = asyncio.Event()

    async def work(asked: Sequence[int]) -> Sequence[int]:
        await free.wait()
        return asked

    batching = Batching(work, patience_seconds=0.05)
    first = asyncio.create_task(batching.ask(1))
    await asyncio.sleep(0.01)
    second = asyncio.create_task(batching.ask(2))
    for task in (first, second):
        with pytest.raises(TemporaryError):
            await task
    free.set()
    assert await batching.ask(3) == 3
    await batching.close()
