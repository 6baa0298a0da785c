"""How updates reach the bot: it polls for them, or they are pushed to its webhook."""

import asyncio
from urllib.parse import urlsplit

import httpx

from bot.sandbox.botapi.calls import Call, Method
from bot.sandbox.botapi.refusals import Refusal, bad_request
from bot.sandbox.world.mailbox import Mailbox, Superseded, Webhook
from bot.sandbox.world.people import Json
from bot.sandbox.world.world import World

LIMIT = 100
LONGEST_POLL_SECONDS = 50
PORTS = (80, 88, 443, 8443)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PUSH_TIMEOUT_SECONDS = 30.0
RETRY_SECONDS = 0.5
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
SUPERSEDED = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


async def get_updates(call: Call) -> list[Json]:
    """Return the waiting updates, or wait for one; confirms those below `offset`."""
    mailbox = call.world.mailbox
    if mailbox.webhook.url:
        raise Refusal(409, WEBHOOK_ACTIVE)
    _allow(call)
    try:
        return await mailbox.poll(
            offset=call.get("offset", 0),
            limit=min(max(call.get("limit", LIMIT), 1), LIMIT),
            timeout_seconds=min(max(call.get("timeout", 0), 0), LONGEST_POLL_SECONDS),
        )
    except Superseded:
        raise Refusal(409, SUPERSEDED) from None


def _allow(call: Call) -> None:
    """Keep the list of wanted updates, if one came; an empty one asks for the usual kinds."""
    wanted = call.get("allowed_updates")
    if wanted is not None:
        call.world.mailbox.allowed = tuple(wanted)


async def set_webhook(call: Call) -> bool:
    """Let updates be pushed. Plain http is taken for loopback addresses only."""
    url = call.get("url")
    if not url:
        return await delete_webhook(call)
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.scheme == "https" and (parts.port or 443) not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    mailbox = call.world.mailbox
    _drop(call)
    _allow(call)
    secret = call.get("secret_token") or ""
    mailbox.webhook = Webhook(url, secret, call.get("max_connections", 40))
    pushing = asyncio.create_task(push(call.world, mailbox.webhook))
    call.world.keep_task(pushing)
    return True


async def delete_webhook(call: Call) -> bool:
    """Go back to polling."""
    call.world.mailbox.webhook = Webhook()
    call.world.mailbox.arrived.set()
    _drop(call)
    return True


def _drop(call: Call) -> None:
    if call.get("drop_pending_updates"):
        call.world.mailbox.waiting.clear()


async def get_webhook_info(call: Call) -> Json:
    """Tell where updates are pushed to and how many wait."""
    mailbox = call.world.mailbox
    webhook = mailbox.webhook
    told: Json = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(mailbox.waiting),
        "max_connections": webhook.max_connections,
    }
    if webhook.last_error_at is not None:
        told |= {
            "last_error_date": webhook.last_error_at,
            "last_error_message": webhook.last_error,
        }
    if mailbox.allowed:
        told["allowed_updates"] = list(mailbox.allowed)
    return told


async def push(world: World, webhook: Webhook) -> None:
    """Push updates one after the other, each until the bot took it, while the webhook stands."""
    mailbox = world.mailbox
    async with httpx.AsyncClient(timeout=PUSH_TIMEOUT_SECONDS, trust_env=False) as client:
        while mailbox.webhook is webhook:
            updates = mailbox.taken(1)
            if not updates:
                mailbox.arrived.clear()
                await mailbox.arrived.wait()
            elif await _pushed(client, webhook, updates[0]):
                mailbox.waiting.pop(updates[0]["update_id"], None)
            else:
                webhook.last_error_at = world.timestamp()
                _keep_repeated(mailbox, updates[0])
                await asyncio.sleep(RETRY_SECONDS)


def _keep_repeated(mailbox: Mailbox, update: Json) -> None:
    """Put back a repeated update that was not taken: it is no longer among the waiting ones."""
    if update["update_id"] not in mailbox.waiting:
        mailbox.again.insert(0, update)


async def _pushed(client: httpx.AsyncClient, webhook: Webhook, update: Json) -> bool:
    secret = webhook.secret_token
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
    try:
        answer = await client.post(webhook.url, json=update, headers=headers)
    except httpx.HTTPError as problem:
        webhook.last_error = f"Connection failed: {type(problem).__name__}"
        return False
    webhook.last_error = f"Wrong response from the webhook: {answer.status_code}"
    return answer.is_success


METHODS: dict[str, Method] = {
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
}
