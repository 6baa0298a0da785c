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

import httpx

from bot.domain.money import CURRENCIES, currency
from bot.domain.programmes import Programme
from bot.domain.reading import read_programme
from bot.domain.records import GroupId
from bot.domain.texts import Texts, read_texts
from bot.errors import InputError, NotFoundError, SettingsError, TemporaryError
from bot.phrasing import Phrasing
from bot.services.books.crediting import Crediting
from bot.services.books.reporting import Reporting
from bot.services.books.settling import Settling
from bot.services.catalogue.browsing import Browsing
from bot.services.catalogue.refreshing import Refreshing
from bot.services.catalogue.shortlisting import Shortlisting
from bot.services.catalogue.stocking import Stocking
from bot.services.filing import Filing
from bot.services.keeping import Keeping
from bot.services.links.sharing import Sharing
from bot.services.links.tracking import Tracking
from bot.services.people.choosing import Choosing
from bot.services.people.connecting import Connecting
from bot.services.people.enrolling import Enrolling
from bot.services.people.inviting import Inviting
from bot.services.people.standing import Standing
from bot.services.people.training import Training
from bot.services.posts.publishing import Publishing
from bot.services.posts.scheduling import Scheduling
from bot.services.pulses import Pulse
from bot.services.questions.answering import Answering
from bot.services.questions.composing import Composing
from bot.services.questions.consulting import Consulting
from bot.services.questions.forgetting import Forgetting
from bot.services.questions.wishing import Wishing
from bot.services.questions.writing import Writing
from bot.services.rooms import Ground, Rooms
from bot.services.sends.dispatching import Dispatching
from bot.services.watching import Watching
from bot.settings import Settings, load
from storage import variables
from storage.database import Database
from storage.migrating import head, migrate, missing_guards, revision

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
class App:
    """Every service over one database, and what they were built from."""

    settings: Settings
    database: Database
    programmes: Mapping[str, Programme]
    texts: Mapping[str, Texts]
    postback_keys: tuple[str, ...]
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    pulse: Pulse
    enrolling: Enrolling
    inviting: Inviting
    standing: Standing
    choosing: Choosing
    dispatching: Dispatching
    training: Training
    connecting: Connecting
    refreshing: Refreshing
    shortlisting: Shortlisting
    browsing: Browsing
    stocking: Stocking
    scheduling: Scheduling
    publishing: Publishing
    tracking: Tracking
    sharing: Sharing
    crediting: Crediting
    settling: Settling
    reporting: Reporting
    watching: Watching
    keeping: Keeping
    filing: Filing
    answering: Answering
    consulting: Consulting
    wishing: Wishing
    forgetting: Forgetting
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
    money, public_url = currency(settings.currency), settings.public_url
    language, zone = settings.default_language, settings.default_timezone
    wishing = Wishing(database, now, entropy, money)
    writing = Writing(database, wishing)
    composing = Composing(texts, settings.zone, _phrasing(settings, database))
    shortlisting = Shortlisting(database, programmes, now, settings.zone)
    freshness = timedelta(hours=programmes[settings.default_programme].freshness_hours)
    shared = (database, programmes, texts, now, entropy, public_url, settings.zone, language)
    own = (settings.deck_minutes, settings.operator_ids, settings.default_programme)
    return App(
        settings=settings,
        database=database,
        programmes=programmes,
        texts=texts,
        postback_keys=postback_keys,
        now=now,
        entropy=entropy,
        pulse=pulse,
        enrolling=Enrolling(database, programmes, now, entropy, language),
        inviting=Inviting(database, programmes, now, entropy),
        standing=Standing(database, programmes, now),
        choosing=Choosing(database, programmes),
        dispatching=Dispatching(database, programmes, texts, now, entropy, public_url),
        training=Training(database, programmes, now),
        connecting=Connecting(
            database, programmes, now, entropy, zone, language, frozenset(settings.tokens)
        ),
        refreshing=Refreshing(database, now, money),
        shortlisting=shortlisting,
        browsing=Browsing(database, programmes, shortlisting, now, settings.zone),
        stocking=Stocking(database, programmes, now, money),
        scheduling=Scheduling(database, programmes, now),
        publishing=Publishing(database, programmes, texts, now, entropy, settings.public_url),
        tracking=Tracking(database, now, entropy),
        sharing=Sharing(database, programmes, now, entropy, settings.public_url),
        crediting=Crediting(database, programmes, now, money, settings.zone),
        settling=Settling(database, now),
        reporting=Reporting(database, now, settings.zone, money),
        watching=Watching(database, now, pulse),
        keeping=Keeping(database, now),
        filing=Filing(database, now),
        answering=Answering(
            database, composing, writing, now, entropy, public_url, money, freshness
        ),
        consulting=Consulting(database, composing, now, entropy, public_url, money, freshness),
        wishing=wishing,
        forgetting=Forgetting(database, now),
        rooms=Rooms(Ground(*shared, *own)),
    )


def _phrasing(settings: Settings, database: Database) -> Phrasing | None:
    """The language model of the settings, closed with the database; None where none is named."""
    found = phrasing_of(settings)
    if found is not None:
        database.before_close(found.close)
    return found


def phrasing_of(settings: Settings) -> Phrasing | None:
    """The language model of the settings; None where none is named."""
    if settings.llm_base_url is None or settings.llm_model is None:
        return None
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
