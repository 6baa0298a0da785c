"""Telegram: whether it answers, knows the bot, hears where it should, and lets it into groups."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.checking.findings import Finding, fine, mind, wrong
from bot.settings import Settings

SKEW_LIMIT_SECONDS = 60
"""A clock that is off by more opens slots at the wrong time and fails signatures."""
TIMEOUT_SECONDS = 10
PENDING_LIMIT = 100
RECENT = timedelta(hours=1)
TOKEN = "TELEGRAM_BOT_TOKEN"  # noqa: S105 - a name


class _Refused(Exception):
    """Telegram does not know the token."""


async def look(settings: Settings) -> list[Finding]:
    """Ask Telegram about every bot; nothing is changed there."""
    if not settings.tokens:
        remedy = "ask @BotFather for one (haowu demo needs none)"
        return [wrong(TOKEN, "is not set", remedy)]
    found = []
    async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
        for place, token in enumerate(settings.tokens.values(), 1):
            found += await _bot(settings, client, token, place)
    return found


async def _bot(
    settings: Settings, client: httpx.AsyncClient, token: str, place: int
) -> list[Finding]:
    address = f"{settings.telegram_api_url}/bot{token}"
    # The faults' own words hold the address, and that holds the token.
    host = urlsplit(settings.telegram_api_url).netloc
    try:
        me, date = await _ask(client, f"{address}/getMe")
        hook, _ = await _ask(client, f"{address}/getWebhookInfo")
        menu, _ = await _ask(client, f"{address}/getMyCommands")
    except _Refused:
        remedy = "copy it again from @BotFather; after /revoke only the new one holds"
        which = f" {place} of {len(settings.tokens)}" if len(settings.tokens) > 1 else ""
        return [wrong(f"{TOKEN}{which}", "Telegram refuses it", remedy)]
    except httpx.HTTPStatusError as fault:
        sentence = f"{host} answers {fault.response.status_code}"
        return [wrong("Telegram", sentence, "try again later")]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError):
        remedy = "is the network up, and TELEGRAM_API_URL right?"
        return [wrong("Telegram", f"{host} does not answer", remedy)]
    return [*_rights(me), *_webhook(settings, hook or {}), *_menu(menu), *_clock(date)]


async def _ask(client: httpx.AsyncClient, address: str) -> tuple[Any, str | None]:
    answer = await client.get(address)
    if answer.status_code in (401, 404):
        if address.endswith("/getMe"):
            raise _Refused
        # A bare Bot API server knows not every method.
        return None, None
    answer.raise_for_status()
    return answer.json()["result"], answer.headers.get("Date")


def _rights(me: dict[str, Any]) -> list[Finding]:
    found = [fine("Telegram", f"@{me.get('username')} answers")]
    if not me.get("can_join_groups", True):
        sentence = f"@{me.get('username')} may not join groups"
        found.append(wrong("rights", sentence, "@BotFather: /setjoingroups, Enable"))
    if not me.get("can_read_all_group_messages"):
        found.append(
            mind(
                "rights",
                f"@{me.get('username')} has privacy mode on: only as an admin it hears all",
                "nothing, where promoters make it one; else @BotFather: /setprivacy, Disable",
            )
        )
    if not me.get("supports_inline_queries"):
        sentence = f"@{me.get('username')} is off: nobody can share offers from any chat"
        found.append(mind("inline mode", sentence, "@BotFather: /setinline"))
    return found


def _webhook(settings: Settings, hook: dict[str, Any]) -> list[Finding]:
    url, found = str(hook.get("url") or ""), []
    wanted = f"{settings.public_url}/telegram"
    by_webhook = settings.telegram_mode == "webhook"
    if url and not by_webhook:
        found.append(
            mind(
                "TELEGRAM_MODE",
                f"is polling, and a webhook leads to {urlsplit(url).netloc}",
                "`haowu run` takes it away: stop whoever listens there, or set webhook",
            )
        )
    if by_webhook and url != wanted and not url.startswith(f"{wanted}/"):
        found.append(
            mind(
                "TELEGRAM_MODE",
                "is webhook, and none leads to PUBLIC_URL",
                "`haowu run` sets it: start it, then check again",
            )
        )
    if (waiting := hook.get("pending_update_count") or 0) > PENDING_LIMIT:
        found.append(
            mind("Telegram", f"{waiting} updates wait to be fetched", "is `haowu run` up?")
        )
    failed_at = datetime.fromtimestamp(hook.get("last_error_date") or 0, UTC)
    if by_webhook and datetime.now(UTC) - failed_at < RECENT:
        sentence = f"could not reach the webhook: {hook.get('last_error_message')}"
        found.append(wrong("Telegram", sentence, "mend what it names; it tries again by itself"))
    return found


def _menu(menu: Any) -> list[Finding]:
    if menu:
        return []
    return [mind("menu", "no commands are registered", "`haowu run` does so when its chat opens")]


def _clock(date_header: str | None) -> list[Finding]:
    if date_header is None:
        return []
    told = parsedate_to_datetime(date_header).replace(tzinfo=UTC)
    skew = (datetime.now(UTC) - told).total_seconds()
    if abs(skew) > SKEW_LIMIT_SECONDS:
        sentence = f"is {abs(skew):.0f} seconds off Telegram's"
        return [wrong("clock", sentence, "start an NTP service")]
    return [fine("clock", "agrees with Telegram's")]
