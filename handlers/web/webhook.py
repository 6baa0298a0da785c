"""Telegram's updates, delivered to ``/telegram``: only with the secret, only as JSON objects."""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import ForgedError, InputError, TooLargeError

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of a header
BODY_LIMIT = 1 << 20
"""Telegram's updates are far smaller; more is no update."""

OnUpdate = Callable[[Mapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Inlet:
    """Where one bot's updates come in, with what secret, and who takes them."""

    path: str
    secret: str
    on_update: OnUpdate


def route(inlet: Inlet) -> Route:
    """The route of a webhook; ``on_update`` gets each update before Telegram gets its 200."""
    wanted, on_update = inlet.secret.encode(), inlet.on_update

    async def receive(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, wanted):
            raise ForgedError("Wrong secret.")
        try:
            update = json.loads(await _body(request))
        except ValueError as fault:
            raise InputError("An update is a JSON object.") from fault
        if not isinstance(update, dict):
            raise InputError("An update is a JSON object.")
        await on_update(update)
        return Response(None, 200)

    return Route(inlet.path, receive, methods=["POST"])


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise TooLargeError("More than an update can be.")
    return bytes(body)
