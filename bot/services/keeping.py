"""Keeping the books safe: everything into one file, and back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import InputError
from storage import backups, dumps, variables
from storage.database import Database
from storage.migrating import migrate, revision
from storage.posts import doubts, slots

BACKED_UP_AT = "backed_up_at"
"""The variable that says when the newest backup was made; it is in none of its copies."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written, with the schema step it is at."""

    file: Path
    size_bytes: int
    revision: str


@dataclass(frozen=True, slots=True)
class Restored:
    """What now stands in the database; ``old`` is where everything from before was kept."""

    revision: str
    old: Path | None


@dataclass(frozen=True)
class Keeping:
    """Backup and restore of the whole database, SQLite or PostgreSQL alike."""

    database: Database
    now: Callable[[], datetime]
    tools: Path | None = None
    """Folder of PostgreSQL's client tools, where they are not on the PATH."""

    async def backup(self, file: Path, *, is_forced: bool = False) -> Backup:
        """Write everything, as of one moment, to ``file``; the bot goes on meanwhile.

        Raises InputError when ``file`` is there already and not ``is_forced``, when its folder is
        missing or the database empty; TemporaryError when it cannot be written.
        """
        _check_place(file, is_forced=is_forced)
        if self.database.is_sqlite and _is_same(file, self._place()):
            raise InputError(f"{file} is the database itself: choose another name.")
        step = await self._revision()
        if step is None:
            raise InputError("The database is empty: there is nothing to back up.")
        await self._write(file)
        async with self.database.write() as connection:
            await variables.set(connection, BACKED_UP_AT, self.now().isoformat())
        return Backup(file, _size_of(file), step)

    async def restore(self, file: Path) -> Restored:
        """Put what ``file`` holds in the place of everything, after checking it.

        What was there is kept: beside a SQLite file under a name with the time, beside ``file``
        as a dump for PostgreSQL. A backup of an older version is brought up to date by
        ``migrate``. Posts that may have gone out since the backup are declared uncertain, and
        slots that have begun count as missed: nothing is sent a second time. Raises InputError
        when ``file`` is no sound backup or the database is in use; nothing is changed then.
        """
        restored = await self._restore(file)
        await migrate(self.database)
        async with self.database.write() as connection:
            await variables.set(connection, BACKED_UP_AT, self.now().isoformat())
            await doubts.doubt_due(connection, self.now(), "restored from a backup")
            await slots.close_begun(connection, self.now())
        return restored

    async def _restore(self, file: Path) -> Restored:
        mark = f"before-restore-{self.now():%Y%m%dT%H%M%S}"
        if self.database.is_sqlite:
            return await self._restore_sqlite(file, mark)
        step = await dumps.check_postgres(self.database.url, file, tools=self.tools)
        old = None
        if await self._revision() is not None:
            old = file.with_name(f"{file.name}.{mark}")
            await self._write(old)
        await dumps.load_postgres(self.database, file, tools=self.tools)
        return Restored(step, old)

    async def _restore_sqlite(self, file: Path, mark: str) -> Restored:
        step = await backups.check_sqlite(file)
        place = self._place()
        old = place.with_name(f"{place.name}.{mark}") if place.exists() else None
        await self.database.close()
        await backups.swap_sqlite(file, place, old or place)
        return Restored(step, old)

    async def _write(self, file: Path) -> None:
        if self.database.is_sqlite:
            await backups.copy_sqlite(self._place(), file)
        else:
            await dumps.dump_postgres(self.database.url, file, tools=self.tools)

    async def _revision(self) -> str | None:
        async with self.database.read() as connection:
            return await revision(connection)

    def _place(self) -> Path:
        name = self.database.url.database
        if not name or name == ":memory:":
            raise InputError("A database in memory can be neither backed up nor restored.")
        return Path(name)


def _check_place(file: Path, *, is_forced: bool) -> None:
    if file.is_dir():
        raise InputError(f"{file} is a folder: name a file in it.")
    if file.exists() and not is_forced:
        raise InputError(f"{file} is there already: choose another name, or force it.")
    if not file.parent.is_dir():
        raise InputError(f"There is no folder {file.parent}.")


def _is_same(file: Path, place: Path) -> bool:
    own = {place.resolve(), *(Path(f"{place.resolve()}{ending}") for ending in ("-wal", "-shm"))}
    return file.resolve() in own


def _size_of(file: Path) -> int:
    return file.stat().st_size
