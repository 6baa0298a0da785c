"""R9: nobody is led elsewhere by our links, and nobody makes us fetch from within."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from urllib.parse import urlsplit

import httpx

from bot.domain.links import subids
from bot.domain.records import Currency, Link, LinkCode
from bot.errors import HaowuError, TemporaryError
from bot.marketplaces.feeds.cells import Defaults
from bot.marketplaces.feeds.reading import Read, Reading, read_feed
from bot.marketplaces.fetching import fetched
from storage.links import links
from tests import cast
from tests.bot.services.bookshop import CHENS
from tests.evidence import Line, World, at_least, exactly
from tests.evidence.doors.addresses_given import (
    NAMED,
    documents,
    inward,
    is_browser_misled,
    requests,
    stored,
)
from tests.evidence.doors.site import Site, get, opened, request

HONEST = b"id,title,url,price\n1,Cup,https://shop.example.com/1,9.90\n"
REBINDING = "rebinding.example"


async def lead_nowhere_else(world: World) -> AsyncIterator[Line]:
    """R9: stored addresses and hostile requests at the door, then feeds that lead inward."""
    async with opened(world, "sqlite", "redirects") as site:
        async for line in _redirects(site):
            yield line
    async with canary() as bird:
        async for line in _fetches(bird):
            yield line
    yield Line("R9.ssrf.addresses_from_promoters", "no such input", "told", is_met=True)


# ---------------------------------------------------------------- being led away


async def _redirects(site: Site) -> AsyncIterator[Line]:
    codes = {
        subids.mint(number.to_bytes(8, "big")): url for number, url in enumerate(stored(), 10**6)
    }
    await _keep(site, codes)
    answers = await site.ask_all(get(f"/r/{code}") for code in codes)
    led = sum(
        is_browser_misled(answer.headers.get("location"), url)
        for answer, url in zip(answers, codes.values(), strict=True)
    )
    split = sum(b"injected" in repr(answer.headers).encode() for answer in answers)
    yield at_least("R9.redirect.stored_addresses", len(codes), 100)
    yield exactly("R9.redirect.stored_addresses.escapes", led + split, 0)
    hostile = list(requests(str(CHENS)))
    answers = await site.ask_all(request(b"GET", target, headers) for target, headers in hostile)
    home = urlsplit("https://shop.example.com/p-1")
    away = [
        answer for answer in answers
        if "location" in answer.headers
        and urlsplit(answer.headers["location"])[:3] != home[:3]
    ]  # fmt: skip
    yield at_least("R9.redirect.hostile_requests", len(hostile), 100)
    yield exactly("R9.redirect.hostile_requests.escapes", len(away), 0)
    whole = await site.ask(get(f"/r/{CHENS}"))
    yield exactly("R9.redirect.control.honest_link_leads_home", whole.status, 302)
    naive = [url for url in codes.values() if url.startswith("http") and "shop.example.com" in url]
    fooled = sum(is_browser_misled(url, "https://shop.example.com/") for url in naive)
    yield at_least("R9.redirect.control.search_for_the_host.escapes", fooled, 1)


async def _keep(site: Site, codes: dict[LinkCode, str]) -> None:
    async with site.database.write() as connection:
        known = await links.find(connection, CHENS)
        assert known is not None
        new: list[Link] = [
            replace(known, code=code, target_url=url, post_id=None) for code, url in codes.items()
        ]
        await links.add(connection, new)


# ---------------------------------------------------------------- being made to fetch


@dataclass
class Canary:
    """Servers within: one that must never be asked, and one that sends us there."""

    port: int = 0
    leading_port: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    targets: list[str] = field(default_factory=list)
    """Where the leading server sends whoever asks it for ``/N``."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Count whoever comes in, and give them something to show for it."""
        line = await reader.readline()
        self.asked[line.decode("latin-1").strip()] += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ncanary")
        writer.close()

    async def lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Send whoever asks where they are not to go; ``/feed`` is an honest one."""
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ")[1].decode().removeprefix("/")
        if path == "feed":
            answer = b"200 OK\r\nContent-Length: %d\r\n\r\n" % len(HONEST) + HONEST
        else:
            target = self.targets[int(path)].encode("utf-8", "surrogatepass")
            answer = b"302 Found\r\nContent-Length: 0\r\nLocation: " + target + b"\r\n\r\n"
        writer.write(b"HTTP/1.1 " + answer)
        writer.close()

    async def feed(self, path: object) -> str:
        """What comes of fetching ``path`` from the leading server."""
        try:
            async with fetched(f"http://{NAMED}:{self.leading_port}/{path}") as file:
                return "honest" if file.read() == HONEST else "escaped"
        except TemporaryError as fault:
            # What could not be fetched was asked for; only what is nobody's or no address was not.
            not_asked = ("is not found", "Invalid URL in location header")
            return "refused" if any(one in str(fault) for one in not_asked) else "escaped"
        except HaowuError:
            return "refused"


@asynccontextmanager
async def canary() -> AsyncIterator[Canary]:
    """The servers within, on every address of this machine that means itself."""
    bird = Canary()
    first = await asyncio.start_server(bird.serve, "127.0.0.2", 0)
    bird.port = first.sockets[0].getsockname()[1]
    inside = [first, await asyncio.start_server(bird.serve, NAMED, bird.port)]
    if socket.has_ipv6:
        inside.append(await asyncio.start_server(bird.serve, "::1", bird.port))
    leading = await asyncio.start_server(bird.lead, NAMED, 0)
    bird.leading_port = leading.sockets[0].getsockname()[1]
    try:
        yield bird
    finally:
        for server in (*inside, leading):
            server.close()


async def _fetches(bird: Canary) -> AsyncIterator[Line]:
    bird.targets = list(inward(bird.port))
    found = Counter([await bird.feed(number) for number in range(len(bird.targets))])
    yield at_least("R9.ssrf.redirects_inward", len(bird.targets), 100)
    yield exactly("R9.ssrf.redirects_inward.escapes", found["escaped"] + found["honest"], 0)
    yield exactly("R9.ssrf.rebinding_names.escapes", await _rebound(bird), 0)
    papers = list(documents(f"http://127.0.0.2:{bird.port}/"))
    told = [_read(paper) for paper in papers]
    yield exactly("R9.ssrf.documents_with_entities.read", sum(told), 0)
    yield exactly("R9.ssrf.canary_asked", bird.asked.total(), 0)
    yield exactly("R9.ssrf.control.honest_feed", str(await bird.feed("feed")) == "honest", True)
    async with httpx.AsyncClient(follow_redirects=True, timeout=2, trust_env=False) as client:
        await _follow(client, bird)
    yield at_least("R9.ssrf.control.follow_redirects.canary_asked", bird.asked.total(), 1)


async def _rebound(bird: Canary) -> int:
    """Escapes by a name that is public when it is checked and within when it is asked."""
    bird.targets.append(f"http://{REBINDING}:{bird.port}/")
    genuine, turns = socket.getaddrinfo, Counter[str]()

    def lying(host: object, port: object, *rest: object, **named: object) -> object:
        if host not in (REBINDING, REBINDING.encode()):
            return genuine(host, port, *rest, **named)  # type: ignore[arg-type]
        turns["asked"] += 1
        # TEST-NET would be refused; this one is public, and nobody answers at its port 1.
        place = "127.0.0.2" if turns["asked"] > 1 else "8.8.8.8"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, int(str(port or 0))))]

    before = bird.asked.total()
    socket.getaddrinfo = lying  # type: ignore[assignment]
    try:
        async with asyncio.timeout(2):
            await bird.feed(len(bird.targets) - 1)
    except TimeoutError:
        pass  # It waits for the public address that was checked, as it should.
    finally:
        socket.getaddrinfo = genuine
    return bird.asked.total() - before


async def _follow(client: httpx.AsyncClient, bird: Canary) -> None:
    for number in range(min(12, len(bird.targets))):
        try:
            await client.get(f"http://{NAMED}:{bird.leading_port}/{number}")
        except (httpx.HTTPError, httpx.InvalidURL):
            continue


def _read(paper: bytes) -> bool:
    """Whether a document with a type or entities was read as a feed."""
    reading = Reading(Defaults(currency=Currency("CNY"), commission_bps=None, now=cast.NOON))
    try:
        return any(isinstance(row, Read) for row in read_feed(BytesIO(paper), reading))
    except HaowuError:
        return False
