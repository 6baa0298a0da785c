"""Stopping under load with everything hanging: in time, with exit code 0, twenty times."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator

from tests.evidence import Line, World, at_most, exactly
from tests.evidence.operations import faults
from tests.evidence.operations.houses import House, furnish, house, seen_when

PATIENCE_SECONDS = 10.0
"""What compose and systemd wait before they kill."""


async def proof(world: World) -> AsyncIterator[Line]:
    """Start without Telegram; stop it again and again; ask twice."""
    url = f"sqlite:///{world.folder / 'stops.db'}"
    await furnish(url)
    async with house(url, world.folder / "stops") as found:
        yield exactly("R17.start.web_up_without_telegram", *await _starts_alone(found))
        codes, slowest = [], 0.0
        for number in range(world.of(20, 2)):
            code, seconds = await _stopped(found, number)
            codes.append(code)
            slowest = max(slowest, seconds)
        yield exactly("R17.stop.exit_codes_not_0", sum(code != 0 for code in codes), 0)
        yield at_most("R17.stop.slowest_s", round(slowest, 2), PATIENCE_SECONDS)
        yield at_most("R17.stop.second_signal_s", await _asked_twice(found), 1.0)


async def _starts_alone(found: House) -> tuple[int, int]:
    """Web up while Telegram is not there, chat up by itself when it is: 2 of 2."""
    await found.telegram.close()
    await found.start()
    is_up, _ = await seen_when(found, lambda seen: seen.status == 200, 60)
    is_serving = is_up and set(await found.use("alone")) == {302, 200}
    await found.telegram.open()
    is_heard, _ = await seen_when(found, lambda _: found.telegram.polls > 0, 60)
    await found.stop()
    return is_serving + is_heard, 2


async def _stopped(found: House, number: int) -> tuple[int, float]:
    """Stop it while members click, requests stay open and Telegram hangs or the disk is locked."""
    found.telegram.mood = "well"
    await found.start()
    await seen_when(found, lambda seen: seen.status == 200, 60)
    found.telegram.mood = "hang"
    found.telegram.cut()
    load = [asyncio.create_task(_clicking(found)) for _ in range(16)]
    opened = [await _half_a_request(found.port) for _ in range(4)]
    await asyncio.sleep(0.3)
    async with contextlib.AsyncExitStack() as stack:
        if number % 2:
            await stack.enter_async_context(faults.somebody_writes(found))
            await asyncio.sleep(0.2)
        began = time.monotonic()
        code = await found.stop()
        seconds = time.monotonic() - began
    for task in load:
        task.cancel()
    await asyncio.gather(*load, return_exceptions=True)
    for writer in opened:
        writer.close()
    return code, seconds


async def _clicking(found: House) -> None:
    while True:
        if await found.click() == 0:
            await asyncio.sleep(0.05)


async def _half_a_request(port: int) -> asyncio.StreamWriter:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /postback/feed/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf")
    await writer.drain()
    return writer


async def _asked_twice(found: House) -> float:
    """Seconds from the second signal to the end."""
    found.telegram.mood = "well"
    await found.start()
    await seen_when(found, lambda seen: seen.status == 200, 60)
    async with faults.somebody_writes(found):
        click = asyncio.create_task(found.click())
        await asyncio.sleep(0.3)
        assert found.process is not None
        found.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
        began = time.monotonic()
        found.process.send_signal(signal.SIGINT)
        await found.process.wait()
        seconds = time.monotonic() - began
        await click
    return round(seconds, 3)
