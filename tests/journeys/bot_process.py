"""The real bot as a process of its own, to be killed; settings come from the environment."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import doors
from bot.app import opened
from bot.settings import load
from bot.stopping import stopping
from handlers.web.serve import listener
from tests.journeys.pace import HASTY


async def run(shift: Path) -> None:
    """Be ``haowu run`` by a clock that is ahead by the seconds that the file ``shift`` holds."""

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(shift.read_text()))

    settings, stop = load(_env_file=None), stopping()
    parts = frozenset({"chat", "web", "clock", "outbox"})
    async with opened(settings, now=now) as app:
        door = listener(settings.http_host, settings.http_port)
        await doors.run(app, parts, stop, door, HASTY)


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1])))
