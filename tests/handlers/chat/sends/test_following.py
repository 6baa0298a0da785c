"""Following a send until nothing is under way, whatever happens meanwhile."""

import asyncio
from collections.abc import Callable

import pytest
from telegram.error import TimedOut

from bot.errors import NotFoundError
from handlers.chat.sends.following import LIMIT, Following, Look


def quick() -> Following:
    """One that does not let a test wait."""
    return Following(seconds=0.001, longest=0.001)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for something."""
    async with asyncio.timeout(5):
        # What is waited for tells nobody.
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


def looking(*answers: bool | Exception) -> tuple[Look, list[int]]:
    """A look that answers so, and how often it was taken."""
    looks: list[int] = []

    async def look() -> bool:
        answer = answers[min(len(looks), len(answers) - 1)]
        looks.append(len(looks))
        if isinstance(answer, Exception):
            raise answer
        return answer

    return look, looks


async def test_it_looks_until_it_is_over_and_each_send_is_followed_once() -> None:
    following = quick()
    look, looks = looking(False, False, True)
    for _ in range(3):
        following.begin(1, 7, look)
    await until(lambda: len(looks) == 3)
    await asyncio.sleep(0.02)
    assert len(looks) == 3
    following.begin(1, 7, look)
    await until(lambda: len(looks) == 4)


@pytest.mark.parametrize("fault", [TimedOut(), NotFoundError("gone")])
async def test_what_cannot_be_told_is_left_to_the_button(fault: Exception) -> None:
    following = quick()
    look, looks = looking(fault, True)
    following.begin(1, 7, look)
    await until(lambda: len(looks) == 1)
    await asyncio.sleep(0.02)
    assert len(looks) == 1


async def test_a_process_follows_so_many_and_stops_when_it_is_closed() -> None:
    following = Following(seconds=60)
    look, looks = looking(True)
    for number in range(LIMIT + 5):
        following.begin(1, number, look)
    assert len(following._tasks) == LIMIT
    following.close()
    await until(lambda: not following._tasks)
    assert looks == []
