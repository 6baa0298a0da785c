"""SQLite files with every table: made once in a run, then copied."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from storage.database import Database


@dataclass
class Files:
    """This run's own files; making the tables costs a hundred times as much as a copy."""

    template: Path
    has_template: bool = False

    async def with_tables(self, file: Path) -> Database:
        """A database at ``file``, with every table and guard and no row."""
        if not self.has_template:
            made = Database(f"sqlite:///{self.template}")
            await made.create()
            await made.close()
            self.has_template = True
        shutil.copyfile(self.template, file)
        return Database(f"sqlite:///{file}")
