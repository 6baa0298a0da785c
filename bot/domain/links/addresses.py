"""Which addresses a person may be sent to: never a scheme, host or character that could cheat."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

LENGTH_LIMIT = 2048
"""Longer addresses are cut by some browsers and refused by Telegram's buttons."""

_FORBIDDEN = re.compile(
    r"[\x00-\x20\x7f-\xa0\\<>\"\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
    r"\ufff9-\uffff]"
)
"""Controls, blanks of any kind, marks that turn the reading direction, quotes and backslashes."""
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_BRACKETS = re.compile(r"\[[0-9A-Fa-f:.]+\](:[0-9]+)?")
_LOOPBACK_NAMES = frozenset({"localhost"})


def is_safe_target(url: str) -> bool:
    """Whether a person may be redirected to ``url``.

    Absolute http or https, as the shop's feed says it, with a public host or this machine itself
    (a stand-in shop); no user info, no control characters, blanks or backslashes, at most 2048
    characters.
    """
    return safe_location(url) is not None


def is_public_https(url: str) -> bool:
    """Whether a person may give us ``url`` as a shop of their own: safe, https, never this machine.

    Nothing is ever fetched from it; only whoever taps goes there.
    """
    location = safe_location(url)
    if location is None or not location.startswith("https://"):
        return False
    host = urlsplit(location).hostname or ""
    return host not in _LOOPBACK_NAMES and _public(host)


def safe_location(url: str) -> str | None:
    """``url`` as an ASCII ``Location`` header, or None where ``is_safe_target`` says no.

    The host is lower-cased and written in IDNA; other characters outside ASCII are
    percent-encoded as UTF-8, and what is already encoded stays as it is.
    """
    parts = _split(url)
    if parts is None:
        return None
    host = _ascii_host(parts.hostname or "")
    if host is None or not _is_host_allowed(host):
        return None
    return _written(parts, host)


def _split(url: str) -> SplitResult | None:
    if len(url) > LENGTH_LIMIT or not url.isprintable() or _FORBIDDEN.search(url):
        return None
    if not re.match(r"https?://[^/?#]", url, re.IGNORECASE):
        return None
    try:
        parts = urlsplit(url)
        # Reading the port checks it.
        is_usable = parts.port != 0 and "@" not in parts.netloc and "%" not in parts.netloc
    except ValueError:
        return None
    has_brackets = "[" in parts.netloc or "]" in parts.netloc
    if has_brackets and not _BRACKETS.fullmatch(parts.netloc):
        return None
    return parts if is_usable and not parts.netloc.endswith(":") else None


def _ascii_host(host: str) -> str | None:
    if ":" in host:
        return _literal(host)
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = name.removesuffix(".").split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    # Browsers read a last part such as 1 or 0x7f as a number: only plain dotted quads pass.
    if labels[-1].isdigit() or re.fullmatch(r"0x[0-9a-f]*", labels[-1]):
        return _literal(name)
    return name


def _literal(host: str) -> str | None:
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def _public(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return True
    return not address.is_loopback


def _is_host_allowed(host: str) -> bool:
    if host in _LOOPBACK_NAMES:
        return True
    try:
        address: IPv4Address | IPv6Address = ip_address(host)
    except ValueError:
        return "." in host.removesuffix(".")
    return address.is_loopback or (address.is_global and not address.is_multicast)


def _written(parts: SplitResult, host: str) -> str:
    shown = f"[{host}]" if ":" in host else host
    port = "" if parts.port is None else f":{parts.port}"
    return urlunsplit(
        (
            parts.scheme.lower(),
            shown + port,
            quote(parts.path, safe="/%:@!$&'()*+,;=~-._[]"),
            quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]"),
            quote(parts.fragment, safe="/%:@!$&'()*+,;=~-._?[]"),
        )
    )
