"""What the head of a request says of who sends it, and whether the request is a plain one."""

from dataclasses import dataclass
from functools import lru_cache

import httptools

from bot.domain.records import ClickClass
from handlers.web.agents import classify

LENGTH_LIMIT = 2048
"""Longer heads are rare, and would fill the memory of those that are known."""
REMEMBERED = 4096

Headers = list[tuple[bytes, bytes]]
"""Names in lower case, as ASGI has them."""

_UNUSUAL = frozenset(
    {b"connection", b"content-length", b"expect", b"transfer-encoding", b"trailer", b"upgrade"}
)
"""What may change how a request or its answer is read."""


@dataclass(frozen=True, slots=True)
class Head:
    """A plain head: the class of who sends it, and what proxies say of where it comes from."""

    kind: ClickClass
    forwarded: str | None
    """``X-Forwarded-For``, all of it; None where there is none."""


class _Reader:
    """Collects what the parser of the server itself finds in one request."""

    def __init__(self) -> None:
        self.headers: Headers = []
        self.begun = self.messages = 0

    def on_message_begin(self) -> None:
        self.begun += 1

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_message_complete(self) -> None:
        self.messages += 1


def headers_of(rest: bytes) -> Headers | None:
    """The headers of a GET whose ``rest`` is everything from the blank after its target on.

    None when that is not one whole HTTP/1.1 request without a body on a connection that stays.
    """
    reader = _Reader()
    parser = httptools.HttpRequestParser(reader)
    try:
        parser.feed_data(b"GET /" + rest)
    except (httptools.HttpParserError, httptools.HttpParserUpgrade):
        return None
    is_one = reader.begun == reader.messages == 1
    is_plain = is_one and parser.should_keep_alive() and not parser.should_upgrade()
    return reader.headers if is_plain and parser.get_http_version() == "1.1" else None


@lru_cache(maxsize=REMEMBERED)
def read(rest: bytes) -> Head | None:
    """The head that ends ``rest``, or None where the request is not a plain one.

    ``rest`` is what ``headers_of`` takes: the same browser sends the same again and again.
    """
    headers = headers_of(rest)
    if headers is None:
        return None
    found: dict[str, str] = {}
    forwarded = []
    for name, value in headers:
        if name in _UNUSUAL and (name, value.lower()) != (b"connection", b"keep-alive"):
            return None
        if name == b"x-forwarded-for":
            forwarded.append(value.decode("latin-1"))
        # The first of several counts, as for the plain route.
        found.setdefault(name.decode("latin-1"), value.decode("latin-1"))
    return Head(classify(found), ", ".join(forwarded) if forwarded else None)
