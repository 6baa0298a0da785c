"""The processes of a fleet: real ``haowu run --only``, killed at any moment, and born again."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bot import doors
from bot.settings import Settings
from handlers.web.serve import listener
from storage.leading import Leading
from tests.evidence.killing import Child, Nursery, Wire

BOTS = (7_000_000_001, 7_000_000_002)
TOKENS = ",".join(f"{bot_id}:evidence-of-the-fleet" for bot_id in BOTS)
KEY = "key-of-the-fleet-0123456789"
PARTS = ("web", "outbox", "chat", "clock")


async def sail(_wire: Wire, settings: Mapping[str, str], part: str, log: str, naive: bool) -> None:
    """A child's work: ``haowu run --only part``; a naive one believes that it holds every place."""
    number = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(number, 2)
    for name in Settings.model_fields:
        os.environ.pop(name.upper(), None)
    os.environ.update(settings)
    if naive:
        doors.Leading = Always  # type: ignore[attr-defined]
    await doors.run_until_stopped(frozenset({part}))


class Always(Leading):
    """Asks nobody."""

    async def beat(self) -> None:
        """Hold everything."""
        self.held = dict.fromkeys(self.names, 0.0)

    def is_held(self, name: str) -> bool:
        """Believe it."""
        return name in self.held


@dataclass
class Fleet:
    """Two processes of each part, by name: "web-1", "outbox-2"."""

    database_url: str
    api_url: str
    folder: Path
    parts: tuple[str, ...] = PARTS
    is_naive: bool = False
    ports: dict[str, int] = field(default_factory=dict)
    ships: dict[str, Child] = field(default_factory=dict)
    kills: int = 0
    _nursery: Nursery = Nursery(["bot.doors", "tests.evidence.fleet.ships"])

    def launch(self) -> None:
        """Start them all."""
        for part in self.parts:
            for number in (1, 2):
                name = f"{part}-{number}"
                with listener("127.0.0.1", 0) as free:
                    self.ports[name] = free.getsockname()[1]
                self.start(name)

    def start(self, name: str) -> None:
        """Start one of them."""
        settings = {
            "TELEGRAM_BOT_TOKEN": TOKENS,
            "TELEGRAM_API_URL": self.api_url,
            "DATABASE_URL": self.database_url,
            "HTTP_PORT": str(self.ports[name]),
            "POSTBACK_KEY": KEY,
        }
        part, log = name.partition("-")[0], str(self.folder / f"{name}.log")
        self.ships[name] = self._nursery.bear(sail, settings, part, log, self.is_naive)

    async def kill(self, chance: Random) -> str:
        """Kill one of them without a word of warning, of each part in turn; which one."""
        part = self.parts[self.kills % len(self.parts)]
        name = chance.choice(sorted(name for name in self.ships if name.startswith(part)))
        self.kills += await self.ships.pop(name).kill()
        return name

    async def sink(self) -> None:
        """Kill them all."""
        for child in self.ships.values():
            await child.kill()
        self.ships.clear()

    def web(self, chance: Random) -> int:
        """The port of a web side that is up, as a load balancer chooses one."""
        up = [name for name in self.ships if name.startswith("web")]
        return self.ports[chance.choice(up)] if up else 0
