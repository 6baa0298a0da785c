"""Being asked to stop: the first signal asks kindly, the second one and the deadline do not."""

import asyncio
import os
import signal
import threading
from types import FrameType

DEADLINE_SECONDS = 8.5
"""After this the process ends as it is: who starts it waits ten seconds before it kills.

Nothing is lost by it, for a process may be killed at any moment anyway: what was answered is
committed, and what was on its way is found by the next start.
"""
LATE = b"Haowu: something did not come to its end in time and was left\n"


def stopping(deadline_seconds: float = DEADLINE_SECONDS) -> asyncio.Event:
    """An event that SIGINT and SIGTERM set; to be called once, inside the loop.

    A second signal ends the process at once with the exit code of that signal, the deadline
    after the first one with 0. Both do so even when the loop is stuck: a database or a name
    server that hangs must not keep the process.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    asked: list[int] = []

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if asked:
            os._exit(128 + number)
        asked.append(number)
        deadline = threading.Timer(deadline_seconds, _leave)
        deadline.daemon = True
        deadline.start()
        loop.call_soon_threadsafe(stop.set)

    # Not the loop's own handlers: those wait until the loop comes round.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    return stop


def _leave() -> None:
    # No logging: whoever is stuck may hold its lock.
    os.write(2, LATE)
    os._exit(0)
