"""Builds every part of the house once, and closes what it opened."""

import secrets
import tomllib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import httpx

from bot.domain.money import CURRENCIES, currency
from bot.domain.programmes import Programme
from bot.domain.reading import read_programme
from bot.domain.records import GroupId
from bot.domain.texts import Texts, read_texts
from bot.errors import InputError, NotFoundError, SettingsError, TemporaryError
from bot.services.pulses import Pulse
from bot.services.rooms import Ground, Housed, Rooms
from bot.settings import Settings, load
from storage import variables
from storage.database import Database
from storage.migrating import head, migrate, missing_guards, revision

if TYPE_CHECKING:
    from bot.phrasing import Phrasing

HERE = Path(__file__).parent

TELEGRAM_TIMEOUT_SECONDS = 10

POSTBACK_KEY_BYTES = 24
"""192 random bits: the key is the only thing between the books and a stranger."""


def load_programmes() -> Mapping[str, Programme]:
    """Every programme that ships, by name; read once.

    Raises InputError with every fault of every file.
    """
    return _programmes_in(HERE / "programmes")


@cache
def _programmes_in(folder: Path) -> Mapping[str, Programme]:
    found, faults = {}, []
    for path in sorted(folder.glob("*.toml")):
        try:
            found[path.stem] = read_programme(path.stem, tomllib.loads(path.read_text("utf-8")))
        except InputError as fault:
            faults.append(str(fault))
    if faults:
        raise InputError("\n".join(faults))
    return MappingProxyType(found)


def load_texts() -> dict[str, Texts]:
    """Every language's texts, by language."""
    return {
        path.stem: read_texts(path.stem, tomllib.loads(path.read_text("utf-8")))
        for path in sorted((HERE / "locales").glob("*.toml"))
    }


def utc_now() -> datetime:
    """The machine's clock, aware, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class App(Housed):
    """Every service over one database, and what they were built from."""

    settings: Settings
    database: Database
    programmes: Mapping[str, Programme]
    texts: Mapping[str, Texts]
    postback_keys: tuple[str, ...]
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    pulse: Pulse
    rooms: Rooms

    async def deep_link(self, code: str) -> str | None:
        """The link that starts the bot with an invitation ``code``; None where no bot answers."""
        if self.settings.token is None:
            return None
        address = f"{self.settings.telegram_api_url}/bot{self.settings.token}/getMe"
        try:
            async with httpx.AsyncClient(timeout=TELEGRAM_TIMEOUT_SECONDS) as client:
                body = (await client.get(address)).json()
        except (httpx.HTTPError, ValueError):
            return None
        return f"https://t.me/{body['result']['username']}?start={code}" if body.get("ok") else None

    async def missing_guards(self) -> set[str]:
        """The database's guards that ought to stand and do not."""
        async with self.database.read() as connection:
            return await missing_guards(connection)

    async def group_id(self, number: int) -> GroupId:
        """Our id of the group that an operator names by our id or, below zero, by its chat id.

        Raises NotFoundError when there is none.
        """
        group = await (
            self.connecting.group_by_chat(number)
            if number < 0
            else self.connecting.group(GroupId(number))
        )
        if group is None:
            raise NotFoundError(f"There is no group {number}.")
        return group.id


def build(
    settings: Settings,
    database: Database,
    postback_keys: tuple[str, ...],
    *,
    now: Callable[[], datetime] = utc_now,
    entropy: Callable[[int], bytes] = secrets.token_bytes,
) -> App:
    """Every service, each built once over the same parts."""
    programmes, texts, pulse = load_programmes(), load_texts(), Pulse(now)
    ground = Ground(
        database,
        programmes,
        texts,
        now,
        entropy,
        settings.public_url,
        settings.zone,
        settings.default_language,
        deck_minutes=settings.deck_minutes,
        operator_ids=settings.operator_ids,
        default_programme=settings.default_programme,
        money=currency(settings.currency),
        freshness=timedelta(hours=programmes[settings.default_programme].freshness_hours),
        bot_ids=frozenset(settings.tokens),
        phrasing=_phrasing(settings, database),
        pulse=pulse,
    )
    return App(
        settings, database, programmes, texts, postback_keys, now, entropy, pulse, Rooms(ground)
    )


def _phrasing(settings: Settings, database: Database) -> "Phrasing | None":
    """The language model of the settings, closed with the database; None where none is named."""
    found = phrasing_of(settings)
    if found is not None:
        database.before_close(found.close)
    return found


def phrasing_of(settings: Settings) -> "Phrasing | None":
    """The language model of the settings; None where none is named."""
    if settings.llm_base_url is None or settings.llm_model is None:
        return None
    from bot.phrasing import Phrasing

    key = settings.llm_api_key
    return Phrasing(
        settings.llm_base_url, key.get_secret_value() if key else "", settings.llm_model
    )


def settings_faults(settings: Settings) -> list[str]:
    """What only the house can tell of the settings, each as one line "NAME: what is wrong"."""
    faults = []
    if settings.currency not in CURRENCIES:
        faults.append(f"CURRENCY: {settings.currency} is not an ISO 4217 currency code")
    names = load_programmes()
    if settings.default_programme not in names:
        known = ", ".join(names)
        faults.append(
            f"DEFAULT_PROGRAMME: there is no “{settings.default_programme}”; use one of {known}"
        )
    return faults


@asynccontextmanager
async def opened(
    settings: Settings | None = None, *, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[App]:
    """The house over an open, up-to-date database; closed at the end.

    Raises SettingsError, and TemporaryError when a PostgreSQL has not been migrated.
    """
    settings = settings or load()
    if faults := settings_faults(settings):
        raise SettingsError(faults)
    database = Database(settings.database_url)
    try:
        await _bring_up_to_date(database)
        yield build(settings, database, await _postback_keys(settings, database), now=now)
    finally:
        await database.close()


async def _bring_up_to_date(database: Database) -> None:
    if database.is_sqlite:
        await migrate(database)
        return
    try:
        async with database.read() as connection:
            found = await revision(connection)
    except OSError as fault:
        raise TemporaryError("The server of DATABASE_URL does not answer: is it up?") from fault
    if found != head():
        raise TemporaryError("The database is not up to date: run `haowu migrate` first.")


async def _postback_keys(settings: Settings, database: Database) -> tuple[str, ...]:
    """The keys of the settings; else the one that was made on the first run."""
    if settings.postback_keys:
        return settings.postback_keys
    async with database.write() as connection:
        made = secrets.token_urlsafe(POSTBACK_KEY_BYTES)
        return (await variables.find_or_set(connection, "postback_key", made),)
