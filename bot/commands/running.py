"""How a command runs: its coroutine in a loop, its faults as one sentence and an exit code."""

import asyncio
import functools
import sys
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

import click

from bot.errors import HaowuError, InputError, SettingsError

P = ParamSpec("P")

EXIT_FAILED = 1
EXIT_WRONG_USE = 2

NUMBER = click.IntRange(-(2**63), 2**63 - 1)
"""An id, ours or Telegram's, as a database can look for it."""


def run_async(body: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Make a click callback of the coroutine ``body``; its faults are told as by ``told``."""

    @functools.wraps(body)
    def callback(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(body(*args, **kwargs))

    return told(callback)


def serve_async(body: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """The same for what runs for months, on a quicker loop: uvloop, where uvicorn brings it."""

    @functools.wraps(body)
    def callback(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=_quick_loop()) as runner:
            runner.run(body(*args, **kwargs))

    return told(callback)


def _quick_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        # Windows has none; the loop of the standard library does the same.
        return None
    return uvloop.new_event_loop


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    # Half the cost of asyncio's own loop for whatever is answered; it is not made for Windows.
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def told(body: Callable[P, None]) -> Callable[P, None]:
    """Make a click callback of ``body`` that never shows a stack trace.

    Faults of ours become a sentence on standard error: exit code 2 for wrong use (settings,
    input), 1 for what failed.
    """

    @functools.wraps(body)
    def callback(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            body(*args, **kwargs)
        except click.exceptions.Abort:
            _stop("Nothing was changed.", EXIT_FAILED)
        except (SettingsError, InputError) as fault:
            _stop(str(fault), EXIT_WRONG_USE)
        except HaowuError as fault:
            _stop(str(fault), EXIT_FAILED)
        except OSError as fault:
            said = fault.strerror or str(fault) or type(fault).__name__
            _stop(f"{said}: {fault.filename or ''}".rstrip(": "), EXIT_FAILED)
        except (KeyboardInterrupt, asyncio.CancelledError):
            _stop("Stopped.", EXIT_FAILED)
        except Exception as fault:
            # A driver's own words may hold the address of the database and its password.
            if sys.flags.dev_mode:
                raise
            _stop(
                f"{_subject(fault)} ({type(fault).__name__}; python -X dev -m bot … says where)",
                EXIT_FAILED,
            )

    return callback


def _subject(fault: Exception) -> str:
    if type(fault).__module__.startswith(("sqlalchemy", "sqlite3", "asyncpg")):
        return "The database of DATABASE_URL does not answer, or refuses this"
    return "Haowu has a fault of its own here"


def _stop(sentence: str, code: int) -> None:
    click.echo(sentence, err=True)
    sys.exit(code)
