"""Asking: many askers, one question; and nobody waits for what never answers."""

import asyncio

import pytest

from bot.errors import TemporaryError
from bot.services.asking import Asking, within


async def test_who_asks_at_the_same_time_shares_one_question() -> None:
    put = 0

    async def ask() -> int:
        nonlocal put
        put += 1
        await asyncio.sleep(0.01)
        return put

    asking = Asking(ask)
    assert await asyncio.gather(*[asking.within(5) for _ in range(50)]) == [1] * 50
    assert await asking.within(5) == 2


async def test_a_question_that_cannot_be_taken_back_is_not_put_twice() -> None:
    put, free = 0, asyncio.Event()

    async def ask() -> int:
        nonlocal put
        put += 1
        while not free.is_set():
            try:
                await free.wait()
            except asyncio.CancelledError:
                continue
        return put

    asking = Asking(ask)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await asking.within(0.01)
    assert put == 1
    free.set()
    assert await asking.within(5) == 1


async def test_a_question_that_ends_when_it_is_taken_back_is_put_anew() -> None:
    waits = [60.0, 0.0]

    async def ask() -> str:
        await asyncio.sleep(waits.pop(0))
        return "well"

    asking = Asking(ask)
    with pytest.raises(TimeoutError):
        await asking.within(0.01)
    await asyncio.sleep(0)
    assert await asking.within(5) == "well"


async def test_what_the_question_raises_is_raised() -> None:
    async def ask() -> int:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        await Asking(ask).within(5)


async def test_somebody_who_waits_long_enough_is_told_to_come_again() -> None:
    assert await within(5, asyncio.sleep(0, "well")) == "well"
    with pytest.raises(TemporaryError):
        await within(0.01, asyncio.sleep(60))
