"""Stopping, in processes of their own: kindly first, at once when asked twice, and in time."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

WAITS = "await stop.wait(); print('closed')"
IS_STUCK = "time.sleep(60)"
LINGERS = "await stop.wait(); await asyncio.sleep(60)"


@contextmanager
def child(work: str, deadline_seconds: float) -> Iterator[subprocess.Popen[str]]:
    """A process that says "open" and then does ``work``."""
    program = (
        "import asyncio, time\nfrom bot.stopping import stopping\n"
        f"async def main():\n    stop = stopping({deadline_seconds})\n"
        f"    print('open', flush=True)\n    {work}\nasyncio.run(main())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_first_signal_lets_everything_close(number: signal.Signals) -> None:
    with child(WAITS, 60) as process:
        process.send_signal(number)
        assert process.communicate(timeout=30) == ("closed\n", "")
    assert process.returncode == 0


@pytest.mark.parametrize("work", [IS_STUCK, LINGERS])
def test_what_does_not_close_in_time_is_left(work: str) -> None:
    with child(work, 0.1) as process:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
    assert "left" in said
    assert process.returncode == 0


@pytest.mark.parametrize("work", [IS_STUCK, LINGERS])
@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_the_second_signal_ends_it_at_once(work: str, second: signal.Signals) -> None:
    with child(work, 60) as process:
        process.send_signal(signal.SIGTERM)
        # Two of one kind that come together are one to the kernel.
        for _ in range(300):
            try:
                process.wait(0.1)
                break
            except subprocess.TimeoutExpired:
                process.send_signal(second)
    assert process.returncode == 128 + second
