"""The public address: whether members' phones can reach it, and whether it leads here."""

from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from bot.checking.findings import Finding, fine, mind, wrong
from bot.settings import Settings

TIMEOUT_SECONDS = 10
WEBHOOK_PORTS = (443, 80, 88, 8443)
"""Telegram calls no other (Bot API, setWebhook)."""
SUBJECT = "PUBLIC_URL"


async def look(settings: Settings, house: str | None) -> list[Finding]:
    """``house`` is what the database calls itself; None when nobody could ask it."""
    parts = urlsplit(settings.public_url)
    host = parts.hostname or ""
    found = []
    if _lacks_dot(host):
        found.append(
            wrong(
                SUBJECT,
                f"“{host}” has no dot: Telegram refuses every button that leads there",
                "use a public name, or 127.0.0.1 to try things out",
            )
        )
    elif _is_private(host):
        found.append(
            mind(
                SUBJECT,
                f"{settings.public_url} opens on this machine or network only",
                "set it to an address that members' phones can reach",
            )
        )
    elif parts.scheme != "https":
        found.append(
            mind(
                SUBJECT,
                "is not https: Telegram warns members before it opens",
                "put a proxy with a certificate in front, and set the https address",
            )
        )
    if settings.telegram_mode == "webhook" and not _takes_webhooks(settings):
        found.append(
            wrong(
                SUBJECT,
                "takes no webhook: Telegram wants https and port 443, 80, 88 or 8443",
                "set TELEGRAM_MODE=polling, or such an address",
            )
        )
    return found + await _leads_here(settings, house)


async def _leads_here(settings: Settings, house: str | None) -> list[Finding]:
    own = "127.0.0.1" if settings.http_host in ("0.0.0.0", "::") else settings.http_host  # noqa: S104
    own = f"[{own}]" if ":" in own else own
    here = await _house_at(f"http://{own}:{settings.http_port}")
    there = await _house_at(settings.public_url)
    if there is None and here is None:
        remedy = "start `haowu run`, then check again whether the address leads to it"
        return [mind(SUBJECT, "nothing answers there, and nothing runs here", remedy)]
    if there is None:
        remedy = "lead the name, its port and its proxy to HTTP_HOST and HTTP_PORT"
        return [wrong(SUBJECT, f"{settings.public_url} does not answer", remedy)]
    if house is not None and there != house:
        remedy = "lead it to this one, or set the address of this one"
        return [wrong(SUBJECT, f"{settings.public_url} leads to something else", remedy)]
    return [fine(SUBJECT, f"{settings.public_url} leads here")]


async def _house_at(url: str) -> str | None:
    """What the health of whoever answers at ``url`` calls its house; "" for somebody else's."""
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            answer = await client.get(f"{url}/healthz")
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    try:
        body = answer.json()
    except ValueError:
        return ""
    return str(body.get("house") or "") if isinstance(body, dict) else ""


def _takes_webhooks(settings: Settings) -> bool:
    parts = urlsplit(settings.public_url)
    return parts.scheme == "https" and (parts.port or 443) in WEBHOOK_PORTS


def _lacks_dot(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return "." not in host
    return False


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host.endswith((".local", ".internal", ".lan", ".localhost"))
