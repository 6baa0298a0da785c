"""A database that breaks where a test wants it to: at the n-th statement, at or after a commit."""

import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiosqlite
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database


class Broken(ConnectionResetError):
    """The connection that was armed to break did."""


class InLoop(aiosqlite.Connection):
    """Answers in the thread of the loop: a hop for every statement doubles the time of a run."""

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return fn(*args, **kwargs)


class Breaking(Database):
    """The real database; ``arm`` lets the next transactions break once."""

    def __init__(self, database_url: str) -> None:
        """``database_url`` as in the settings; SQLite answers in the loop's own thread."""
        super().__init__(database_url)
        self.statements_left = 0
        self.commits_left = 0
        self.is_answer_lost = False
        self.broke: Counter[str] = Counter()
        """How often it broke, by where."""
        event.listen(self.engine.sync_engine, "before_cursor_execute", self._on_statement)
        event.listen(self.engine.sync_engine, "commit", self._on_commit)
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "do_connect", _connect_in_loop)

    def arm(self, *, statement: int = 0, commit: int = 0, is_answer_lost: bool = False) -> None:
        """Break at the ``statement``-th from now, or at the ``commit``-th; 0 for not.

        With ``is_answer_lost`` that commit takes place, and only then the connection is gone.
        """
        self.statements_left, self.commits_left = statement, commit
        self.is_answer_lost = is_answer_lost

    def disarm(self) -> None:
        """Break no more."""
        self.arm()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """As in life, and then the answer of the commit may be lost."""
        async with super().write() as connection:
            yield connection
        if self.is_answer_lost and self.commits_left == 0:
            self.is_answer_lost = False
            self._break("after commit")

    def _on_statement(self, *_: Any) -> None:
        self.statements_left -= 1
        if self.statements_left == 0:
            self._break("at statement")

    def _on_commit(self, connection: Any) -> None:
        if not connection.get_execution_options().get("haowu_writes", False):
            return
        self.commits_left -= 1
        if self.commits_left == 0 and not self.is_answer_lost:
            self._break("at commit")

    def _break(self, where: str) -> None:
        self.broke[where] += 1
        raise Broken(where)


def _connect_in_loop(_dialect: Any, _record: Any, _args: Any, given: dict[str, Any]) -> None:
    given["async_creator_fn"] = _in_loop


def _in_loop(*args: Any, **kwargs: Any) -> InLoop:
    connection = InLoop(lambda: sqlite3.connect(*args, **kwargs), 64)
    connection._thread.daemon = True
    return connection
