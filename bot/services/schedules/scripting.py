"""Scripts over all: a programme's file, what an operator set in its place, and their linter."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.domain.cells import part_of
from bot.domain.posts import scripts as domain
from bot.domain.posts.scripts import Fault, Scripts
from bot.domain.programmes import Programme
from bot.errors import InputError, NotFoundError
from storage.database import Connection, Database
from storage.people import people
from storage.schedules import scripts as storage


@dataclass
class Scripted:
    """Programmes with the scripts that operators set, made once for each change."""

    _made: dict[str, tuple[Programme, datetime, Programme]] = field(default_factory=dict)

    async def over(
        self, connection: Connection, programmes: Mapping[str, Programme]
    ) -> Mapping[str, Programme]:
        """``programmes``, those with other scripts than their file's in their place."""
        by_hand = await storage.list_set(connection)
        changed = {}
        for name, (set_at, scripts) in by_hand.items():
            if name not in programmes:
                continue
            known = self._made.get(name)
            if known is None or known[0] is not programmes[name] or known[1] != set_at:
                made = replace(programmes[name], scripts=scripts)
                known = self._made[name] = (programmes[name], set_at, made)
            changed[name] = known[2]
        return {**programmes, **changed} if changed else programmes


@dataclass(frozen=True, slots=True)
class ScriptRow:
    """One variant of a script, as an operator lists them."""

    programme: str
    slot: str
    language: str
    text: str
    is_set: bool
    """Whether it is an operator's, not the file's."""


@dataclass(frozen=True)
class Scripting:
    """Operators see, check and set the scripts of programmes."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]

    async def show(self, programme: str | None = None) -> list[ScriptRow]:
        """Every variant of one programme, or of all (None). Raises NotFoundError."""
        if programme is not None:
            self._known(programme)
        async with self.database.read() as connection:
            by_hand = await storage.list_set(connection)
        rows = []
        for name in [programme] if programme else self.programmes:
            is_set = name in by_hand
            scripts = by_hand[name][1] if is_set else self.programmes[name].scripts
            rows += [
                ScriptRow(name, slot, language, text, is_set)
                for slot, by_language in scripts.items()
                for language, variants in by_language.items()
                for text in variants
            ]
        return rows

    async def set(self, programme: str, text: str, *, by: str) -> int:
        """Let the TOML ``text`` take the place of a programme's scripts; how many variants.

        ``by`` goes into the audit log. Raises InputError with every fault and its line, one a
        line, and NotFoundError for an unknown programme.
        """
        self._known(programme)
        if faults := checked(text):
            raise InputError("\n".join(fault.told(text) for fault in faults))
        scripts = _read(text)
        count = sum(len(each) for own in scripts.values() for each in own.values())
        if not count:
            raise InputError("There is no script in it; begin with [scripts.morning].")
        async with self.database.write() as connection:
            await storage.set_of(connection, programme, scripts, self.now())
            scope = f"programme:{programme}"
            await people.append_audit(
                connection, self.now(), by, "scripts set", scope, f"{count} variants"
            )
        return count

    async def reset(self, programme: str, *, by: str) -> bool:
        """Go back to the file's scripts; whether there were others. Raises NotFoundError."""
        self._known(programme)
        async with self.database.write() as connection:
            was_set = await storage.delete_of(connection, programme)
            if was_set:
                scope = f"programme:{programme}"
                await people.append_audit(connection, self.now(), by, "scripts reset", scope, "")
        return was_set

    def _known(self, programme: str) -> None:
        if programme not in self.programmes:
            raise NotFoundError(f"There is no programme “{programme}”.")


def checked(text: str) -> Sequence[Fault]:
    """Everything wrong with the scripts of a TOML ``text``: a file of scripts, or a programme's.

    Raises InputError where it is no TOML.
    """
    return tuple(domain.lint(_document(text).get("scripts", {})))


def _document(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"That is no TOML: {fault}") from fault


def _read(text: str) -> Scripts:
    return {
        slot: {language: tuple(variants) for language, variants in by_language.items()}
        for slot, by_language in part_of(_document(text), "scripts").items()
    }
