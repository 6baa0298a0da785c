"""Files with secrets or the books in them: only their owner may read them."""

from pathlib import Path

from bot.checking.findings import Finding, fine, mind, wrong
from bot.settings import Settings

OTHERS = 0o077
ENVIRONMENT = Path(".env")
BACKUPS = ("*.backup", "*.db.before-restore-*")
SIZES = ("B", "KiB", "MiB", "GiB", "TiB")
LITTLE_ROOM_BYTES = 256 << 20
SCANT_ROOM_BYTES = 2 << 30
"""A day of a busy house with its log and its backup fits into this."""


def look(settings: Settings) -> list[Finding]:
    """The modes of every file of ours that is there."""
    files = [path for path in (ENVIRONMENT, settings.telegram_bot_token_file) if path is not None]
    place = sqlite_file(settings)
    folders = [Path(), *([place.parent] if place else [])]
    if place is not None:
        files += [place, *(place.with_name(place.name + end) for end in ("-wal", "-shm"))]
    for folder in folders:
        files += sorted(path for pattern in BACKUPS for path in folder.glob(pattern))
    once = {path.resolve(): path for path in reversed(files)}
    open_ = [path for path in once.values() if path.is_file() and _is_open(path)]
    if not open_:
        return [fine("files", "only their owner may read what is secret")]
    return [
        wrong("files", f"other users of this machine may read {path}", f"chmod 600 {path}")
        for path in open_
    ]


def room(settings: Settings, free: int | None) -> list[Finding]:
    """Whether SQLite's disk has room; nothing is told of a server's."""
    place = sqlite_file(settings)
    if place is None or free is None or free >= SCANT_ROOM_BYTES:
        return []
    told = f"the disk of {place} has {written(free)} left"
    remedy = "delete old backups, or move DATABASE_URL to a larger disk"
    if free < LITTLE_ROOM_BYTES:
        return [wrong("disk", f"{told}: soon nothing can be written", remedy)]
    return [mind("disk", told, remedy)]


def sqlite_file(settings: Settings) -> Path | None:
    """Where the database lies; None for PostgreSQL."""
    name = settings.database_url.removeprefix("sqlite:///")
    return None if name == settings.database_url else Path(name.partition("?")[0])


def written(size: float) -> str:
    """A size in bytes for people."""
    for unit in SIZES[:-1]:
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:.0f} {SIZES[-1]}"


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & OTHERS)
