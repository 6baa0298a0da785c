"""What `haowu check` looks at: everything that can be wrong before a member notices it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx
from sqlalchemy.exc import SQLAlchemyError

from bot.app import App, load_programmes, opened, settings_faults
from bot.errors import HaowuError
from bot.settings import Settings, read

SKEW_LIMIT_SECONDS = 60
"""A clock that is off by more opens slots at the wrong time and fails signatures."""

TIMEOUT_SECONDS = 10


class Mark(StrEnum):
    """How a finding stands; only WRONG makes the command fail."""

    FINE = "ok"
    WARNING = "mind"
    WRONG = "WRONG"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and what to do about it."""

    mark: Mark
    subject: str
    sentence: str


async def findings() -> list[Finding]:
    """Look at everything once; never raises for what it looks for."""
    settings, faults = read()
    faults += settings_faults(settings)
    found = [Finding(Mark.WRONG, "settings", line) for line in faults]
    if not faults:
        found = [Finding(Mark.FINE, "settings", "all readable"), _programmes()]
        found += [each async for each in _database(settings)]
    found += await _telegram(settings)
    found += _public_address(settings)
    found += _operators(settings)
    return found


def _programmes() -> Finding:
    return Finding(Mark.FINE, "programmes", ", ".join(load_programmes()))


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    try:
        async with opened(settings) as app:
            await app.database.check()
            missing = await app.missing_guards()
            if missing:
                yield Finding(
                    Mark.WRONG,
                    "database",
                    f"guards are missing: {', '.join(sorted(missing))}; restore a backup",
                )
            else:
                yield Finding(Mark.FINE, "database", "answers, up to date, every guard in place")
            yield Finding(Mark.FINE, "postback address", _postback_address(app))
    except HaowuError as fault:
        yield Finding(Mark.WRONG, "database", str(fault))
    except (OSError, SQLAlchemyError) as fault:
        # The driver's words may hold the password of DATABASE_URL: only the kind is told.
        yield Finding(
            Mark.WRONG,
            "database",
            f"cannot be opened ({type(fault).__name__}); is DATABASE_URL right and its server up?",
        )


def _postback_address(app: App) -> str:
    return f"{app.settings.public_url}/postback/MARKETPLACE/{app.postback_keys[0]}"


async def _telegram(settings: Settings) -> list[Finding]:
    if settings.token is None:
        return [
            Finding(
                Mark.WRONG,
                "TELEGRAM_BOT_TOKEN",
                "is not set; ask @BotFather for one (haowu demo needs none)",
            )
        ]
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
            answer = await client.get(f"{settings.telegram_api_url}/bot{settings.token}/getMe")
            body = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        # The fault's own words hold the address, and that holds the token.
        host = urlsplit(settings.telegram_api_url).netloc
        return [Finding(Mark.WRONG, "Telegram", f"{host} does not answer; is the network up?")]
    if answer.status_code not in (200, 401, 404):
        return [Finding(Mark.WRONG, "Telegram", f"answers {answer.status_code}; try again later")]
    if not body.get("ok"):
        return [Finding(Mark.WRONG, "TELEGRAM_BOT_TOKEN", "Telegram refuses it; copy it again")]
    return [*_bot(body["result"]), *_clock(answer.headers.get("Date"))]


def _bot(me: dict[str, object]) -> list[Finding]:
    found = [Finding(Mark.FINE, "Telegram", f"@{me.get('username')} answers")]
    if not me.get("can_join_groups", True):
        found.append(
            Finding(Mark.WRONG, "rights", "the bot may not join groups: @BotFather /setjoingroups")
        )
    if not me.get("can_read_all_group_messages"):
        found.append(
            Finding(
                Mark.WARNING,
                "rights",
                "privacy mode is on: as an admin of a group the bot still hears all it needs",
            )
        )
    return found


def _clock(date_header: str | None) -> list[Finding]:
    if date_header is None:
        return []
    skew = (datetime.now(UTC) - parsedate_to_datetime(date_header)).total_seconds()
    if abs(skew) > SKEW_LIMIT_SECONDS:
        return [Finding(Mark.WRONG, "clock", f"is off by {skew:.0f} seconds; start an NTP service")]
    return [Finding(Mark.FINE, "clock", "agrees with Telegram's")]


def _public_address(settings: Settings) -> list[Finding]:
    host = urlsplit(settings.public_url).hostname or ""
    if _is_private(host):
        return [
            Finding(
                Mark.WARNING,
                "PUBLIC_URL",
                f"{settings.public_url} opens on this machine only; members need a public one",
            )
        ]
    if urlsplit(settings.public_url).scheme != "https":
        return [Finding(Mark.WARNING, "PUBLIC_URL", "is not https; Telegram warns before it opens")]
    return [Finding(Mark.FINE, "PUBLIC_URL", settings.public_url)]


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host


def _operators(settings: Settings) -> list[Finding]:
    if not settings.operator_ids:
        return [
            Finding(
                Mark.WARNING,
                "OPERATOR_IDS",
                "is empty: nobody can use the operator's commands in the chat",
            )
        ]
    return [Finding(Mark.FINE, "OPERATOR_IDS", f"{len(settings.operator_ids)} operator(s)")]
