"""Postbacks that can never be right, as bytes: by hand, and drawn from the table of parameters."""

import json
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote, quote_from_bytes, urlencode

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis import strategies as st

from bot.domain.money import CURRENCIES
from bot.marketplaces.base import STATES, SYNONYMS
from tests.bot.services.bookshop import CHENS
from tests.evidence.doors.site import KEY, get, post, request

PATH = f"/postback/feed/{KEY}"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
LIMIT = 16 * 1024
SALE = {"subid": str(CHENS), "txid": "T1", "payout": "10.00"}

Pairs = list[tuple[str, str]]


def good(number: int, way: str = "query") -> bytes:
    """A report that must be credited, with an order of its own."""
    return sent(list((SALE | {"txid": f"good-{number}"}).items()), way)


def sent(pairs: Pairs, way: str) -> bytes:
    """``pairs`` as a request by "query", "form" or "json"."""
    if way == "query":
        return get(f"{PATH}?{urlencode(pairs, errors='surrogatepass')}")
    if way == "form":
        body = urlencode(pairs, errors="surrogatepass").encode()
        return post(PATH, body, content_type=FORM)
    # By hand, so that a name can be given twice.
    inside = ",".join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in pairs)
    return post(PATH, b"{" + inside.encode() + b"}", content_type=JSON)


# ---------------------------------------------------------------- by hand


AMOUNTS = (
    "NaN nan Infinity -Infinity inf -5 -0.01 1e9 1E2 0x10 1,50 1.000,50 1.005 . .. 1..2 ٣ １２ ½ ²"
    " +5 5- 5% $5 ¥5 5CNY 1_000 1'000 0b1 1/2 true null [] {} 999999999999999999999 " + "9" * 400
).split() + ["1 000", "5\t", "\u200b5", "5\x00", "1\u00a0000", "− 5", "10 .5"]
CURRENCIES_WRONG = "XXX CN CNYY ¥ 156 BTC cn-y EURO Ｃ CN\x00 C\u200bNY ΕUR".split(" ")
TIMES = (
    "now never 2099-01-01T00:00:00Z 1999-12-31 0001-01-01 99999999999999999999 -1 1e9 0 1.5 "
    "2026-02-30 2026-13-01 2026-11-22T25:00:00 20261322 ２０２６-11-22 2026-11-22T10:00:00+99:00"
).split() + ["\x00", "2026-11-22 \x7f"]
IDS = ["x" * 129, "a\x00b", "a\nb", "a\x1bb", "\u202ea", "a\u200bb", "\ufeffa", "é" * 129]
IDS += ["a\u2028b", "\ud800", "a\u0085b", "\u2066a"]


def by_hand() -> Iterator[bytes]:
    """Every bad report that somebody thought of."""
    for way in ("query", "form", "json"):
        for field, values in (
            ("payout", AMOUNTS), ("amount", AMOUNTS), ("currency", CURRENCIES_WRONG),
            ("time", TIMES), ("txid", IDS), ("row", IDS), ("subid", IDS),
            ("status", ["", "x" * 65, "a\x00", "sale\u202e", "\u200bsale"]),
        ):  # fmt: skip
            for value in values:
                yield sent(list((SALE | {field: value}).items()), way)
        yield from (sent(pairs, way) for pairs in _repeated())
    many = [*SALE.items(), *((f"p{number}", "1") for number in range(120))]
    yield from (sent(many, way) for way in ("query", "form"))
    yield from _bytes_in_queries()
    yield from _bodies()
    yield from _oversized()
    yield from _addresses()


def _repeated() -> Iterator[Pairs]:
    for names in SYNONYMS.values():
        first = names[0]
        yield [*SALE.items(), (first, "1"), (first, "1")]
        yield from ([*SALE.items(), (first, "1"), (name, "2")] for name in names[1:])
    yield []
    yield [("subid", str(CHENS)), ("payout", "1")]
    yield [("txid", "T1")]
    yield [("txid", " "), ("payout", "1")]
    yield [("ｔｘｉｄ", "T1"), ("payout", "1")]
    yield [("TXID", "T1"), ("payout", "1")]


def _bytes_in_queries() -> Iterator[bytes]:
    whole = urlencode(SALE)
    for raw in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\x80", b"\xc3\x28"):
        for name in SALE:
            rest = urlencode({key: value for key, value in SALE.items() if key != name})
            yield get(f"{PATH}?{rest}&{name}={quote_from_bytes(raw)}")
        yield post(PATH, whole.encode() + b"&row=" + raw, content_type=FORM)
        yield post(PATH, b'{"txid":"T1","payout":"1","row":"' + raw + b'"}', content_type=JSON)


def _bodies() -> Iterator[bytes]:
    whole = json.dumps(SALE).encode()
    for kind in (
        "text/plain", "text/xml", "application/xml", "multipart/form-data; boundary=x", "*/*", "",
        "application/jsonp", "text/json", "application/octet-stream", "application/x-ndjson",
        "application/json5", "image/png", "x" * 300,
    ):  # fmt: skip
        yield post(PATH, whole, content_type=kind)
    yield post(PATH, whole)
    for body in (
        b"[]", b"null", b"true", b"1", b'"x"', b"{", b"}", b"{]", b"[" * 8000, b"{}", b"\x00",
        b'{"a":' * 2500, b'{"a":' * 2500 + b"1" + b"}" * 2500, whole[:-1], whole + whole,
        whole + b"x", b"[" + whole + b"]", b"\xff\xfe" + whole.decode().encode("utf-16-le"),
        b"\x1f\x8b\x08\x00" + whole, b"{'txid':'T1','payout':'1'}", b'{"txid":T1}',
        b'{"txid":"T1","payout":NaN}', b'{"txid":"T1","payout":Infinity}', b'{"txid":"T1",}',
        b'{"txid":"T1","payout":-Infinity}', b'{"txid":"T1","payout":-1}', b"{" * 16_000,
        b'{"txid":"T1","payout":1e400}', b'{"txid":"T1","payout":0.001}', b"// {}", b"<xml/>",
        b'{"txid":"T1","payout":' + b"9" * 5000 + b"}", b'{"txid":"\\ud800","payout":1}',
        b'{"txid":"T\\u0000","payout":1}', b'{"txid":"T1","payout":1,"txid":"T2"}',
    ):  # fmt: skip
        yield post(PATH, body, content_type=JSON)
    for value in ("true", "false", "[]", "{}", '["T1"]', '{"a":1}', "[[[]]]", "[null]"):
        for name in ("txid", "payout", "subid", "status", "currency", "row", "time", "amount"):
            fields = {key: json.dumps(each) for key, each in SALE.items()} | {name: value}
            inside = ",".join(f'"{key}":{each}' for key, each in fields.items())
            yield post(PATH, b"{" + inside.encode() + b"}", content_type=JSON)


def _oversized() -> Iterator[bytes]:
    body = urlencode(SALE).encode()
    for size in (LIMIT + 1, 20_000, 65_536, 300_000):
        yield post(PATH, body + b"&x=" + b"x" * (size - len(body) - 3), content_type=FORM)
        yield post(PATH, json.dumps(SALE | {"x": "x" * size}).encode(), content_type=JSON)
        chunks = b"400\r\n" + b"x" * 1024 + b"\r\n"
        yield chunked(chunks * (size // 1024 + 1) + b"0\r\n\r\n")
    for size in (LIMIT + 1, 20_000, 40_000):
        yield get(f"{PATH}?{urlencode(SALE)}&x={'x' * size}")


def chunked(chunks: bytes) -> bytes:
    """A request whose body comes in ``chunks``, as they are."""
    return request(b"POST", PATH, {"transfer_encoding": "chunked", "content_type": FORM}, chunks)


def _addresses() -> Iterator[bytes]:
    query = urlencode(SALE)
    spoiled = {KEY[:place] + "x" + KEY[place + 1 :] for place in range(len(KEY))} - {KEY}
    for key in (
        *spoiled,
        KEY[:-1],
        KEY + "x",
        KEY.upper(),
        "",
        "%00",
        "*",
        "%",
        "{key}",
        "..",
        "@",
    ):
        yield get(f"/postback/feed/{key}?{query}")
    for name in ("elsewhere", "FEED", "feed%00", "fe%65d%20", "", "..", "%2e%2e", "x" * 33, "馈"):
        yield get(f"/postback/{quote(name, safe='%')}/{KEY}?{query}")
    for target in (
        f"{PATH}/?{query}", f"{PATH}/x?{query}", f"/{PATH}?{query}",
        f"/POSTBACK/feed/{KEY}?{query}", f"/postback/feed?{query}", f"/postback?{query}",
        f"{PATH}%2f?{query}", f"{PATH}%3f{query}", f"/postback/feed/{KEY}%00?{query}",
        f"{PATH};{query}", f"{PATH}\\?{query}",
    ):  # fmt: skip
        yield get(target)
    for method in (b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"HEAD", b"TRACE", b"PROPFIND"):
        yield request(method, f"{PATH}?{query}", {})
    for body in (
        b"zz\r\nx\r\n0\r\n\r\n",
        b"-1\r\nx\r\n",
        b"5;\x00\r\nhello\r\n",
        b"ffffffffffffffff1\r\n",
    ):
        yield chunked(body)
    yield from (
        b"GET\r\n\r\n", b"\r\n\r\nGARBAGE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET " + PATH.encode() + b"?txid=\x00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"POST " + PATH.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST " + PATH.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 6\r\n\r\nhello",
        b"GET " + PATH.encode() + b" HTTP/1.1\r\nHost: x\r\nBroken header\r\n\r\n",
    )  # fmt: skip


# ---------------------------------------------------------------- drawn from the table


_printable = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
_unprintable = st.builds(
    lambda before, bad, after: before + bad + after,
    _printable,
    st.characters(categories=("Cc", "Cf", "Co", "Zl", "Zp")),
    _printable,
)
_not_money = st.one_of(
    st.decimals(max_value="-0.01", min_value=-(10**9), places=2).map(str),
    st.integers(min_value=10**15, max_value=10**40).map(str),
    st.decimals(0, 10**6, places=5).map(str).filter(lambda text: not text.endswith("000")),
    st.text(st.characters(categories=("L", "S", "Nd", "No"), exclude_characters="0123456789"),
            min_size=1, max_size=12),
)  # fmt: skip
_not_time = st.one_of(
    st.integers(min_value=4 * 10**9, max_value=10**30).map(str),
    st.datetimes().map(lambda at: at.replace(year=at.year % 900 + 2100).isoformat()),
    st.text(st.characters(categories=["L"]), min_size=1, max_size=12),
)
_not_currency = st.text(st.characters(categories=("L", "N", "S")), min_size=1, max_size=6).filter(
    lambda text: text.upper() not in CURRENCIES
)
_too_long = st.integers(129, 400).map(lambda size: "x" * size)
_bad_id = st.one_of(_too_long, _unprintable)
_bad_status = st.one_of(_unprintable, st.integers(65, 200).map(lambda size: "s" * size))
_unknown_status = st.text(st.characters(categories=("Ll", "Nd")), min_size=1, max_size=12).filter(
    lambda text: text.lower() not in STATES
)
WRONG: dict[str, st.SearchStrategy[str]] = {
    "sub_id": _bad_id,
    "order_id": _bad_id,
    "row": _bad_id,
    "status": st.one_of(_bad_status, _unknown_status),
    "commission": _not_money,
    "amount": _not_money,
    "currency": _not_currency,
    "time": _not_time,
}
"""What each parameter of the interface can never be, by the field that it is."""


@st.composite
def _bad(draw: st.DrawFn) -> bytes:
    field = draw(st.sampled_from(sorted(WRONG)))
    name = draw(st.sampled_from(SYNONYMS[field]))
    pairs = [(key, value) for key, value in SALE.items() if key not in SYNONYMS[field]]
    pairs.append((name, draw(WRONG[field])))
    extra = st.tuples(_printable.map(lambda text: f"x-{text}"), _printable)
    pairs += draw(st.lists(extra, max_size=4, unique_by=lambda pair: pair[0]))
    return sent(draw(st.permutations(pairs)), draw(st.sampled_from(["query", "form", "json"])))


def drawn(amount: int, seed: int) -> list[bytes]:
    """``amount`` bad reports, drawn from what each parameter can never be."""
    found: list[bytes] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=amount,
        database=None,
        deadline=timedelta(minutes=5),
        phases=[Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(_bad())
    def draw(one: bytes) -> None:
        found.append(one)

    draw()
    return found
