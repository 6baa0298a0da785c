"""Addresses that somebody gives us to lead people, or ourselves, where nobody should go."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

SHOP, EVIL = "shop.example.com", "evil.example"
NAMED = "127.0.0.1"
"""The host that the operator named: it alone may be within."""

_SLASHED = ("//", "///", "////", "/\\", "\\\\", "\\/", "/\\/", "\\/\\/", "/\t/", "/\n/", "/ /")
_SCHEMES = (
    "javascript:alert(1)//", "JaVaScRiPt:alert(1)//", "java\tscript:alert(1)//", "data:text/html,",
    "java\nscript:alert(1)//", "\x01javascript:alert(1)//", " javascript:alert(1)//", "vbscript:x",
    "file:///etc/passwd?", "blob:https://", "about:blank#", "view-source:https://", "ftp://",
    "mailto:x@", "tg://resolve?domain=", "intent://", "ws://", "gopher://", "jar:https://",
    "filesystem:https://", "\u200bhttps://", "\ufeffhttps://", "http\u200b://", "//", "https:",
    "https:/", "https:///", "https:////", "https:\\\\", "https:/\\", "http:\\/", "https:\t//",
    "ht\ntps://", "https\r://", "HTTPS:", "httpss://", "https;//", "https//", ":", "?", "#", "",
)  # fmt: skip
_WITHIN = (
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "0",  # noqa: S104
    "192.0.2.1", "198.18.0.1", "240.0.0.1", "255.255.255.255", "224.0.0.1", "[fc00::1]",
    "[fe80::1]", "[ff02::1]", "[::]", "[::ffff:10.0.0.1]", "2130706433", "0x7f000001", "0177.0.0.1",
    "127.1", "0x7f.1", "intranet", "printer", "1.1.1", "1.1.1.1.1", "256.1.1.1", "[::1", "::1]",
    "[v1.x]", "10.0.0.1.", "[fe80::1%25eth0]",
)  # fmt: skip


def stored() -> Iterator[str]:
    """What a feed may give for an offer's address, to be taken for the shop's own."""
    yield from (slashes + host for slashes in _SLASHED for host in (EVIL, f"{SHOP}@{EVIL}"))
    yield from (scheme + EVIL for scheme in _SCHEMES)
    yield from (f"https://{host}/" for host in _WITHIN)
    for sign in ("@", ":@", ":x@", ":443@", "%40@", "\\@", "\\\\@", "?@", "#@", "/@", ";@", "&@"):
        yield f"https://{SHOP}{sign}{EVIL}/"
        yield f"https://{EVIL}{sign}{SHOP}/"
    for sign in (
        "\\", "\\.", "\t.", "\n.", "\r\n", " ", "\x00", "%00", "%0d%0a", "%2f", "%5c", "\u2215",
        "\uff0f", "\uff3c", "\u3002", "\u2024", "\u202e", "\u00ad", "\u2028",
    ):  # fmt: skip
        yield f"https://{SHOP}{sign}{EVIL}/"
        yield f"https://{EVIL}{sign}{SHOP}/"
    for broken in ("\r\nX-Injected: injected", "\n\nInjected: injected", "\rinjected: 1", "\x00"):
        yield f"https://{SHOP}/{broken}"
        yield f"https://{SHOP}/?a={broken}"
    yield from (f"https://{SHOP}:{port}/" for port in ("0", "-1", "99999", "x", "80:80", " 80", ""))
    yield "https://" + SHOP + "/" + "x" * 3000
    yield "https://" + "a." * 200 + SHOP


def requests(code: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Requests that try to bend the answer to a known code, as (target, headers)."""
    away = f"https://{EVIL}/"
    for name in (
        "url", "u", "to", "next", "goto", "target", "redirect", "redirect_uri", "return", "r",
        "link", "dest", "location", "continue", "ref", "subid", "offer", "callback",
    ):  # fmt: skip
        for value in (away, f"//{EVIL}", quote(away, safe="")):
            yield f"/r/{code}?{name}={value}", {}
    for prefix in ("//", "/\\", "/%5c", "/%2f%2f", "///", "/%09/", "/.//", "/;//"):
        for path in (EVIL, f"{EVIL}/%2e%2e", f"{EVIL}/r/{code}"):
            yield f"{prefix}{path}", {}
            yield f"/r{prefix}{path}", {}
    for tail in ("/", "//", f"//{EVIL}", f"@{EVIL}", f".{EVIL}", "/..;/", "%0d%0aLocation:x", "#x"):
        yield f"/r/{code}{tail}", {}
    for name in (
        "Host", "X-Forwarded-Host", "X-Forwarded-Server", "Forwarded", "X-Original-URL", "Origin",
        "X-Rewrite-URL", "Referer", "X-Forwarded-Proto", "X-Forwarded-Prefix",
    ):  # fmt: skip
        value = f"host={EVIL}" if name == "Forwarded" else EVIL
        yield f"/r/{code}", {name: value}
        yield f"/r/{code}/", {name: value}
    yield f"https://{EVIL}/r/{code}", {}


def inward(port: int) -> Iterator[str]:
    """Where a server may try to send whoever fetches a feed: this machine and its neighbours."""
    hosts = (
        "127.0.0.2", "127.2", "127.0.2", "2130706434", "0x7f000002", "0x7f.0.0.2", "0177.0.0.2",
        "017700000002", "127.0.0.2.", "localhost", "LOCALHOST", "localhost.", "ip6-localhost",
        "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.2]", "[::ffff:7f00:2]", "[::127.0.0.2]",
        "[64:ff9b::7f00:2]", "[2002:7f00:2::]", "[2001::1]", "[::]", "0.0.0.0", "0",  # noqa: S104
        "169.254.169.254", "169.254.170.2", "[fd00:ec2::254]", "10.0.0.1", "172.16.0.1",
        "192.168.0.1", "100.64.0.1", "198.18.0.1", "192.0.2.1", "203.0.113.1", "240.0.0.1",
        "255.255.255.255", "224.0.0.1", "[fe80::1]", "[fc00::1]", "[ff02::1]",
        "\u2460\u2461\u2466.\u24ea.\u24ea.\u2461", "127\u30020\u30020\u30022", "me@127.0.0.2",
        "127.0.0.2%00.1.1.1.1", "1.1.1.1@127.0.0.2", f"{NAMED}@127.0.0.2", f"{NAMED}:80@127.0.0.2",
        f"{NAMED}%40127.0.0.2", f"{NAMED}.evil.invalid", f"{NAMED}\\@127.0.0.2",
    )  # fmt: skip
    for host in hosts:
        yield f"http://{host}:{port}/"
        yield f"//{host}:{port}/"
        yield f"https://{host}:{port}/x"
    for scheme in ("file", "gopher", "ftp", "dict", "ldap", "tftp", "unix", "jar", "netdoc"):
        yield f"{scheme}://127.0.0.2:{port}/etc/passwd"
    yield from ("file:///etc/passwd", "data:text/csv,id", "javascript:1", "http:", "http://", "//")


def documents(within: str) -> Iterator[bytes]:
    """Feeds that would have their reader fetch from ``within``."""
    item = b"<item><id>1</id><title>x</title><link>https://a.example/</link><price>1</price></item>"
    rss = b"<rss version='2.0'><channel>" + item + b"&x;</channel></rss>"
    for kind in (
        f'<!DOCTYPE rss SYSTEM "{within}">', f'<!DOCTYPE rss PUBLIC "x" "{within}">',
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{within}">]>',
        f'<!DOCTYPE rss [<!ENTITY % x SYSTEM "{within}"> %x;]>',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY x "&a;&a;&a;&a;">]>',
    ):  # fmt: skip
        yield b"<?xml version='1.0'?>" + kind.encode() + rss


def is_browser_misled(location: str | None, stored_url: str) -> bool:
    """Whether a browser at ``location`` ends elsewhere than where ``stored_url`` says.

    Reads ``location`` as browsers do, by the WHATWG's rules: blanks and controls around it go,
    tabs and line ends anywhere, backslashes are slashes, and any number of them begins a host.
    """
    if location is None:
        return False
    seen = re.sub(r"[\t\n\r]", "", location).strip("".join(map(chr, range(33)))).replace("\\", "/")
    found = re.match(r"(?i)https?:/*([^/?#]*)", seen)
    if found is None:
        return True
    host = found[1].rpartition("@")[2].partition(":")[0].lower()
    try:
        said = (urlsplit(stored_url).hostname or "").encode("idna").decode()
    except ValueError:
        return True
    return host != said or _is_within(host)


def _is_within(host: str) -> bool:
    try:
        return not (ip_address(host).is_global or ip_address(host).is_loopback)
    except ValueError:
        return False
