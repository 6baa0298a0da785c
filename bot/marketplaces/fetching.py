"""Fetching a feed from an address into a file, with limits on size, time and redirects."""

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import IO, BinaryIO, cast
from urllib.parse import urljoin, urlsplit

import httpx

from bot.errors import InputError, TemporaryError, TooLargeError

SIZE_LIMIT_BYTES = 2 * 1024**3
"""Some million rows; what is larger comes in several feeds."""
TIME_LIMIT_SECONDS = 30 * 60
SILENCE_SECONDS = 30
"""Longest wait for a connection, and for the next bytes."""
REDIRECTS_LIMIT = 5


@asynccontextmanager
async def fetched(
    address: str,
    *,
    size_limit: int = SIZE_LIMIT_BYTES,
    time_limit_seconds: float = TIME_LIMIT_SECONDS,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncIterator[BinaryIO]:
    """The content of an http(s) ``address`` as a seekable file that is gone afterwards.

    The operator names the address, so it may be on this machine; a redirect is the other side's
    word and may only lead to the same host or to a public one, over http(s). Raises InputError
    for an address that can never work, TooLargeError, and TemporaryError when the server or the
    network fails.
    """
    with tempfile.TemporaryFile() as file:
        try:
            async with asyncio.timeout(time_limit_seconds):
                await _fetch(address, file, size_limit, transport)
        except TimeoutError:
            raise TemporaryError(f"{_shown(address)} took too long.") from None
        except httpx.InvalidURL:
            raise InputError(f"“{_shown(address)}” is no address.") from None
        except httpx.HTTPError as fault:
            reason = str(fault) or type(fault).__name__
            raise TemporaryError(f"{_shown(address)} could not be fetched: {reason}.") from None
        file.seek(0)
        yield cast(BinaryIO, file)


def is_address(source: str) -> bool:
    """Whether ``source`` is meant as an address and not as the name of a file."""
    return "://" in source


async def _fetch(
    address: str, file: IO[bytes], size_limit: int, transport: httpx.AsyncBaseTransport | None
) -> None:
    first_host = _host(address)
    headers = {"User-Agent": "Haowu feed reader", "Accept": "*/*"}
    async with httpx.AsyncClient(
        timeout=SILENCE_SECONDS, headers=headers, transport=transport
    ) as client:
        for _ in range(REDIRECTS_LIMIT + 1):
            async with client.stream("GET", address) as answer:
                if not answer.has_redirect_location:
                    await _keep(answer, file, size_limit)
                    return
                target = urljoin(address, answer.headers["location"])
            await _check_redirect(address, target, first_host)
            address = target
    raise InputError(f"{_shown(address)} redirects more than {REDIRECTS_LIMIT} times.")


async def _keep(answer: httpx.Response, file: IO[bytes], size_limit: int) -> None:
    shown = _shown(str(answer.url))
    if answer.status_code >= 500 or answer.status_code == 429:
        raise TemporaryError(f"{shown} answers {answer.status_code}: try again later.")
    if answer.status_code != 200:
        raise InputError(f"{shown} answers {answer.status_code} and gives no feed.")
    size = 0
    # Counted after decompression: a small answer may unfold into a large one.
    async for chunk in answer.aiter_bytes():
        size += len(chunk)
        if size > size_limit:
            raise TooLargeError(f"{shown} is larger than {size_limit:,} bytes.")
        file.write(chunk)


def _host(address: str) -> str:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme.lower() not in ("http", "https"):
        raise InputError(f"“{_shown(address)}” is not an http:// or https:// address.")
    return host


async def _check_redirect(address: str, target: str, first_host: str) -> None:
    host = _host(target)
    if urlsplit(address).scheme == "https" and urlsplit(target).scheme != "https":
        raise InputError(f"{_shown(address)} redirects from https to http.")
    if host != first_host and not await _is_public(host):
        raise InputError(f"{_shown(address)} redirects to a private address.")


async def _is_public(host: str) -> bool:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        raise TemporaryError(f"The host {host} is not found.") from None
    return all(ip_address(each[4][0]).is_global for each in found)


def _shown(address: str) -> str:
    """The address without what may be secret in it: user information and the query."""
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path.partition('?')[0]}"[:200]
