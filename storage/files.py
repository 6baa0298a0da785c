"""The file of a SQLite database: made for its owner alone, and missed when it is gone."""

import os
import shutil
from pathlib import Path

OWNER_ONLY = 0o600
"""The books, the postback key and everybody's names are in it."""


def create_private(path: Path) -> None:
    """Make ``path`` an empty file that only its owner may open; one that is there stays.

    Raises OSError.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))


class Place:
    """Where a SQLite database lies; without a path (in memory, by URI) nothing is looked at.

    SQLite makes a new, empty database where a file was removed under a running program, and goes
    on writing into the removed one: both lose what is written, and neither is an error to it.
    """

    def __init__(self, name: str | None) -> None:
        """``name`` as in the database's address; nothing is touched yet."""
        is_file = name and name != ":memory:" and not name.startswith("file:")
        self.path = Path(name) if is_file and name else None
        self._known: tuple[int, int] | None = None

    def prepare(self) -> None:
        """Before each connection: make the file the first time, later on insist on the same.

        Raises OSError when it cannot be made, or is not the same any more.
        """
        if self.path is None:
            return
        if self._known is None:
            create_private(self.path)
            self._known = self._found()
        else:
            self.check()

    def check(self) -> None:
        """Raises OSError when the file that was opened first is gone or another."""
        if self.path is not None and self._known not in (None, self._found()):
            raise FileNotFoundError(f"{self.path} was replaced while it was open")

    def forget(self) -> None:
        """After the last connection: another file may be put in its place."""
        self._known = None

    def free_bytes(self) -> int | None:
        """Room on the disk where the file lies; None where nobody can tell."""
        if self.path is None:
            return None
        try:
            return shutil.disk_usage(self.path.parent).free
        except OSError:
            return None

    def _found(self) -> tuple[int, int]:
        assert self.path is not None  # noqa: S101 - asked for by whoever has one
        found = self.path.stat()
        return found.st_dev, found.st_ino
