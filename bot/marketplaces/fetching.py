"""Fetching a feed from an address into a file, with limits on size, time and redirects."""

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
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
_ENDING_IN_IPV4 = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))
"""NAT64, which a gateway turns into the IPv4 address at its end, and what was meant to be that."""


@asynccontextmanager
async def fetched(
    address: str,
    *,
    size_limit: int = SIZE_LIMIT_BYTES,
    time_limit_seconds: float = TIME_LIMIT_SECONDS,
    is_operators: bool = True,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncIterator[BinaryIO]:
    """The content of an http(s) ``address`` as a seekable file that is gone afterwards.

    An address that the operator names may be on this machine; one that is not ``is_operators``,
    such as a feed's, must be public. A redirect is the other side's word and may only lead to the
    operator's host or to a public one, over http(s). Raises InputError for an address that can
    never work, TooLargeError, and TemporaryError when the server or the network fails.
    """
    with tempfile.TemporaryFile() as file:
        try:
            async with asyncio.timeout(time_limit_seconds):
                trusted = _host(address) if is_operators else None
                await _fetch(address, file, size_limit, trusted, transport)
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
    address: str,
    file: IO[bytes],
    size_limit: int,
    trusted: str | None,
    transport: httpx.AsyncBaseTransport | None,
) -> None:
    resolved = _Resolved(trusted)
    headers = {"User-Agent": "Haowu feed reader", "Accept": "*/*"}
    async with httpx.AsyncClient(
        timeout=SILENCE_SECONDS, headers=headers, transport=transport
    ) as client:
        for _ in range(REDIRECTS_LIMIT + 1):
            places = await resolved.addresses(_host(address))
            async with _asked(client, address, places) as answer:
                if not answer.has_redirect_location:
                    await _keep(answer, _shown(address), file, size_limit)
                    return
                target = _target(address, answer.headers["location"])
            address = target
    raise InputError(f"{_shown(address)} redirects more than {REDIRECTS_LIMIT} times.")


@dataclass(frozen=True)
class _Resolved:
    """Where each host of one fetch is, asked once: no name changes its mind after the check."""

    named: str | None
    """The host that the operator named, and may be anywhere; None where nobody did."""
    known: dict[str, list[str]] = field(default_factory=dict)

    async def addresses(self, host: str) -> list[str]:
        """IP addresses of ``host``; raises InputError where it may not lead."""
        if host not in self.known:
            self.known[host] = await _resolve(host)
            if host != self.named and not all(map(_is_public, self.known[host])):
                leading = "The address" if self.named is None else "A redirect"
                raise InputError(f"{leading} leads to {host}, a private address.")
        return self.known[host]


@asynccontextmanager
async def _asked(
    client: httpx.AsyncClient, address: str, places: Sequence[str]
) -> AsyncIterator[httpx.Response]:
    """The answer of whichever of ``places`` takes the connection, asked as the host's own."""
    url = httpx.URL(address)
    headers = {"Host": url.netloc.decode("ascii").rpartition("@")[2]}
    for place in places:
        request = client.build_request(
            "GET",
            url.copy_with(host=place),
            headers=headers,
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        )
        try:
            answer = await client.send(request, stream=True)
        except httpx.ConnectError:
            if place == places[-1]:
                raise
            continue
        try:
            yield answer
        finally:
            await answer.aclose()
        return


async def _keep(answer: httpx.Response, shown: str, file: IO[bytes], size_limit: int) -> None:
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


def _target(address: str, location: str) -> str:
    target = urljoin(address, location)
    if urlsplit(address).scheme == "https" and urlsplit(target).scheme != "https":
        raise InputError(f"{_shown(address)} redirects from https to http.")
    return target


async def _resolve(host: str) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise TemporaryError(f"The host {host} is not found.") from None
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _is_public(place: str) -> bool:
    """Whether an IP address is anybody's: nor is one that carries a private one inside it."""
    address = ip_address(place)
    inside: list[IPv4Address | IPv6Address | None] = [address]
    if isinstance(address, IPv6Address):
        inside += [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if any(address in network for network in _ENDING_IN_IPV4):
            inside.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return all(each.is_global and not each.is_multicast for each in inside if each is not None)


def _shown(address: str) -> str:
    """The address without what may be secret in it: user information and the query."""
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path.partition('?')[0]}"[:200]
