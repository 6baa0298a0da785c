"""Postbacks: where trackers and marketplaces report orders, ``/postback/{marketplace}/{key}``."""

import asyncio
import hmac
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import ForgedError, InputError, NotFoundError, TooLargeError, TooSlowError
from bot.services.books.crediting import Crediting
from handlers.web.errors import json_answer

SIZE_LIMIT_BYTES = 16 * 1024
"""Of the body, and of the query: no report of one order row is longer."""
BODY_WITHIN_SECONDS = 10
"""Sixteen KiB in ten seconds: who is slower holds a connection and sends nothing."""
TOLERANCE_SECONDS = 5 * 60
"""How far a signature's time may be from ours, as Standard Webhooks has it."""
SECRET_PREFIX = "whsec_"  # noqa: S105
SCHEME = "v1"
STATUSES: Mapping[str, int] = {"quarantined": HTTPStatus.UNPROCESSABLE_ENTITY}
"""What a verdict is answered with, where that is not 200."""
QUARANTINED = "The status is not one that we know; the report is kept."


def routes(
    crediting: Crediting,
    keys: Sequence[str],
    *,
    now: Callable[[], datetime],
    signing_secret: str | None = None,
) -> list[Route]:
    """The route of postbacks, open to whoever has one of ``keys``.

    With a ``signing_secret`` every request must carry the headers of Standard Webhooks.
    """
    secret = None if signing_secret is None else signing_key(signing_secret)

    async def receive(request: Request) -> Response:
        assert_key(request.path_params["key"], keys)
        query = request.url.query
        if len(query) > SIZE_LIMIT_BYTES:
            raise TooLargeError("The report is longer than 16 KiB.")
        body = await read_body(request)
        if secret is not None:
            assert_signed(request.headers, body, secret, now())
        verdict = await crediting.receive(
            request.path_params["marketplace"],
            query=query,
            content_type=request.headers.get("content-type", ""),
            body=body,
        )
        content = {"result": verdict.result}
        if verdict.result in STATUSES:
            content["error"] = QUARANTINED
        return json_answer(content, STATUSES.get(verdict.result, HTTPStatus.OK))

    route = Route("/postback/{marketplace}/{key}", receive, methods=["GET", "POST"])
    # Starlette adds HEAD to GET; looking whether somebody is there must credit nothing.
    route.methods = {"GET", "POST"}
    return [route]


def assert_key(given: str, keys: Sequence[str]) -> None:
    """Compare ``given`` with every one of ``keys``, in the same time whatever it is.

    Raises NotFoundError: nobody learns that there is something behind this address.
    """
    offered = given.encode("utf-8", "surrogatepass")
    matches = [hmac.compare_digest(offered, key.encode()) for key in keys]
    if not any(matches):
        raise NotFoundError("Not Found")


async def read_body(request: Request) -> bytes:
    """The body, read no further than the limit, and no longer.

    Raises TooLargeError and TooSlowError past them, InputError when the sender went away.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > SIZE_LIMIT_BYTES:
                    raise TooLargeError("The report is longer than 16 KiB.")
    except TimeoutError:
        raise TooSlowError("The report did not end within 10 seconds.") from None
    except ClientDisconnect as gone:
        raise InputError("The report ended before its end.") from gone
    return bytes(body)


def signing_key(secret: str) -> bytes:
    """The key in a secret of the form ``whsec_<base64>``.

    Raises InputError for any other form.
    """
    try:
        return b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except NoBase64 as fault:
        raise InputError("WEBHOOK_SIGNING_SECRET must be whsec_ and base64.") from fault


def signature(key: bytes, *, message_id: str, timestamp: str, body: bytes) -> str:
    """The signature of Standard Webhooks: ``v1,`` and base64 of HMAC-SHA256(id.timestamp.body)."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return f"{SCHEME},{b64encode(hmac.digest(key, signed, sha256)).decode()}"


def assert_signed(headers: Mapping[str, str], body: bytes, key: bytes, now: datetime) -> None:
    """Check the headers ``webhook-id``, ``webhook-timestamp`` and ``webhook-signature``.

    While secrets rotate a sender gives several signatures, parted by spaces; one must be right.
    Raises ForgedError for a missing, wrong or stale one; the key of the address was right.
    """
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    is_timely = (
        timestamp.isascii()
        and timestamp.isdigit()
        and len(timestamp) <= len("253402300799")
        and abs(now.timestamp() - int(timestamp)) <= TOLERANCE_SECONDS
    )
    right = signature(key, message_id=message_id, timestamp=timestamp, body=body).encode()
    offered = headers.get("webhook-signature", "").encode("utf-8", "surrogatepass").split(b" ")
    matches = [hmac.compare_digest(right, one) for one in offered]
    if not (message_id and is_timely and any(matches)):
        raise ForgedError("The signature is missing, wrong or stale.")
