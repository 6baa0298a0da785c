"""Whole files: formats told apart by content, lines counted, nothing kept in memory."""

import gzip
import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO, cast

import pytest

from bot.domain.records import Currency
from bot.errors import InputError
from bot.marketplaces.feeds.cells import Defaults
from bot.marketplaces.feeds.fields import field_of, read_mapping
from bot.marketplaces.feeds.reading import FeedFormat, Read, Reading, Refused, read_feed

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DEFAULTS = Defaults(Currency("CNY"), None, NOW)
HEAD = "id,title,url,price\n"


def rows(content: str | bytes, *, mapping: str = "", style: str = "auto") -> list[Read | Refused]:
    data = content.encode() if isinstance(content, str) else content
    reading = Reading(DEFAULTS, FeedFormat(style), read_mapping(mapping.split()))
    return list(read_feed(io.BytesIO(data), reading))


def titles(found: list[Read | Refused]) -> list[str]:
    return [row.facts.title for row in found if isinstance(row, Read)]


def refusals(found: list[Read | Refused]) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in found if isinstance(row, Refused)]


# ---------------------------------------------------------------- delimited text


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_any_delimiter_and_encoding_is_found_out(mark: str, encoding: str) -> None:
    text = HEAD.replace(",", mark) + mark.join(["1", "云南咖啡豆", "https://a.example/1", "12.5"])
    found = rows(text.encode(encoding))
    assert titles(found) == ["云南咖啡豆"]


def test_quoted_line_breaks_count_as_lines_and_blank_rows_are_passed_over() -> None:
    found = rows(
        HEAD + '1,"two\nlines",https://a.example/1,5\n\n,,,\n2,b,https://a.example/2,x\n'
        "3,c,https://a.example/3\n4,d,https://a.example/4,4,extra\n5,e,https://a.example/5,5,,\n"
    )
    assert [row.line for row in found] == [2, 6, 7, 8, 9]
    assert titles(found) == ["two lines", "e"]
    assert refusals(found) == [
        (6, "“x” is not an amount of money"),
        (7, "no price"),
        (8, "5 cells under a heading of 4"),
    ]


def test_a_quote_that_never_ends_spoils_its_rows_and_not_the_file() -> None:
    swallowed = "x" * 140_000
    found = rows(HEAD + f'1,"{swallowed}\n2,b,https://a.example/2,2\n')
    assert refusals(found)[0][0] == 2
    assert titles(found) == ["b"]


def test_columns_are_mapped_by_hand_by_alias_and_by_folded_name() -> None:
    found = rows(
        "Product Name,商品链接,List-Price,image link\na,https://a.example/1,5,https://a.example/i\n",
        mapping="title=product_name price=List-Price",
    )
    assert isinstance(found[0], Read)
    assert found[0].facts.image_url == "https://a.example/i"
    assert titles(found) == ["a"]


def test_a_mapped_column_wins_over_one_of_the_fields_name() -> None:
    found = rows("title,name,url,price\na,b,https://a.example/1,5\n", mapping="title=name")
    assert titles(found) == ["b"]


@pytest.mark.parametrize(
    ("content", "mapping", "sentence"),
    [
        ("name,url,price\na,b,1\n", "", "No column for title; there are: name, url, price"),
        ("name,url,price\na,b,1\n", "title=nom", "There is no column “nom”"),
        ("", "", "The file is empty"),
        ("  \n", "", "The file is empty"),
        ("<!DOCTYPE html><html></html>", "", "a web page"),
        ("<html><body/></html>", "", "a web page"),
        ("PK\x03\x04xxxx", "", "a spreadsheet or an archive"),
    ],
)
def test_what_is_no_feed_is_said_at_once(content: str, mapping: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        rows(content, mapping=mapping)


@pytest.mark.parametrize("pair", ["title", "title=", "titel=name", "url=a,url=b"])
def test_a_mapping_that_makes_no_sense_is_refused(pair: str) -> None:
    with pytest.raises(InputError, match="--map"):
        read_mapping(pair.split(","))


def test_a_few_bad_bytes_spoil_their_row_and_not_the_encoding_of_the_file() -> None:
    good = "".join(f"{number},云南咖啡豆,https://a.example/{number},5\n" for number in range(50))
    found = rows(HEAD.encode() + good.encode() + b"x,caf\xe9,https://a.example/x,5\n")
    assert len(titles(found)) == 50
    assert set(titles(found)) == {"云南咖啡豆"}
    assert refusals(found) == [(52, "control or broken characters in the title")]


def test_bytes_of_no_text_are_refused() -> None:
    with pytest.raises(InputError, match="neither UTF-8 nor GB18030"):
        rows(b"\xff\xfd\xff\xfd\x80\xff\n" * 10)


# ---------------------------------------------------------------- JSON lines


def test_json_lines_are_read_with_their_faults_by_line() -> None:
    lines = [
        json.dumps({"id": 7, "title": "a", "link": "https://a.example/1", "price": 12.125}),
        "",
        json.dumps({"title": "b", "url": "https://a.example/2", "price": "5", "brand": None}),
        "{broken",
        "[1]",
        json.dumps({"title": "c", "url": "https://a.example/3"}),
        json.dumps({"title": "d", "url": "https://a.example/4", "price": 4, "image": ["https://a.example/i"]}),
    ]  # fmt: skip
    found = rows("\ufeff" + "\n".join(lines), mapping="title=title")
    assert titles(found) == ["a", "b", "d"]
    assert isinstance(found[0], Read)
    assert (found[0].facts.external_id, found[0].facts.price_minor) == ("7", 1213)
    assert isinstance(found[-1], Read)
    assert found[-1].facts.image_url == "https://a.example/i"
    assert refusals(found) == [
        (4, "not a JSON object"),
        (5, "not a JSON object"),
        (6, "no price"),
    ]


def test_an_endless_json_line_is_refused_without_being_kept() -> None:
    good = json.dumps({"title": "b", "url": "https://a.example/2", "price": "5"})
    found = rows('{"title": "' + "x" * 3_000_000 + '"}\n' + good, style="jsonl")
    assert refusals(found) == [(1, "longer than 1048576 bytes")]
    assert [row.line for row in found] == [1, 2]


def test_a_deeply_nested_json_line_is_only_a_bad_row() -> None:
    assert refusals(rows("{" + '"a":[' * 100_000, style="jsonl")) == [(1, "not a JSON object")]


# ---------------------------------------------------------------- Google Merchant

RSS = """<?xml version="1.0"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0">
<channel><title>Shop</title><link>https://shop.example.com</link>
<item>
 <title>plain title</title><g:title>Coffee &amp; milk</g:title>
 <link>https://shop.example.com/1</link><g:id>A1</g:id>
 <g:price>2,030.00 USD</g:price><g:sale_price>19.90 USD</g:sale_price>
 <g:image_link>https://shop.example.com/1.jpg</g:image_link>
 <g:availability>out of stock</g:availability>
 <description><![CDATA[<p>Beans</p>]]></description>
 <g:product_type>Food &gt; Coffee</g:product_type>
 <g:google_product_category>1868</g:google_product_category>
 <g:shipping><g:country>US</g:country><g:price>5.00 USD</g:price></g:shipping>
</item>
<item><g:id>A2</g:id><title>no price</title><link>https://shop.example.com/2</link></item>
</channel></rss>
"""

ATOM = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">
<title>Shop</title>
<entry><id>tag:shop,1</id><g:id>B1</g:id><title>Tea</title>
<link rel="self" href="https://shop.example.com/self"/>
<link href="https://shop.example.com/tea"/><summary>Green</summary>
<g:price>12.50 EUR</g:price></entry></feed>
"""


def test_an_rss_feed_of_google_is_read() -> None:
    found = rows(RSS)
    assert isinstance(found[0], Read)
    facts = found[0].facts
    assert found[0].line == 4
    assert (facts.external_id, facts.title) == ("A1", "Coffee & milk")
    assert (facts.price_minor, facts.sale_price_minor, facts.currency) == (203000, 1990, "USD")
    assert (facts.stock, facts.category, facts.description) == (0, "Food > Coffee", "Beans")
    assert facts.image_url == "https://shop.example.com/1.jpg"
    assert refusals(found) == [(15, "no price")]


def test_an_atom_feed_of_google_is_read() -> None:
    found = rows(ATOM, style="google")
    assert isinstance(found[0], Read)
    facts = found[0].facts
    assert (facts.external_id, facts.title, facts.url) == (
        "B1",
        "Tea",
        "https://shop.example.com/tea",
    )
    assert (facts.price_minor, facts.currency, facts.description) == (1250, "EUR", "Green")


def test_a_feed_without_namespace_or_with_an_undeclared_one_is_read() -> None:
    for prefix in ("", "g:"):
        item = "".join(
            f"<{prefix}{name}>{text}</{prefix}{name}>"
            for name, text in [
                ("title", "Tea"), ("link", "https://a.example/1"), ("price", "5 EUR"),
            ]
        )  # fmt: skip
        assert titles(rows(f"<rss><channel><item>{item}</item></channel></rss>")) == ["Tea"]


def test_an_element_is_mapped_by_hand() -> None:
    item = "<name>Tea</name><title>x</title><link>https://a.example/1</link><price>5</price>"
    assert titles(rows(f"<rss><item>{item}</item></rss>", mapping="title=name")) == ["Tea"]


def test_a_tab_separated_feed_of_google_is_read() -> None:
    text = (
        "id\ttitle\tlink\timage link\tprice\tavailability\n"
        'T1\t5" pipe, black\thttps://a.example/1\thttps://a.example/1.jpg\t12.50 EUR\tin_stock\n'
    )
    for style in ("auto", "google"):
        found = rows(text, style=style)
        assert titles(found) == ['5" pipe, black']


def test_a_chinese_encoding_of_xml_is_read() -> None:
    item = "<item><title>云南咖啡</title><link>https://a.example/1</link><price>5</price></item>"
    text = f'<?xml version="1.0" encoding="GB2312"?><rss>{item}</rss>'
    assert titles(rows(text.encode("gb18030"))) == ["云南咖啡"]
    wide = f'<?xml version="1.0" encoding="UTF-16"?><rss>{item}</rss>'
    assert titles(rows(wide.encode("utf-16"))) == ["云南咖啡"]


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_document_types_and_entities_are_refused(prologue: str) -> None:
    with pytest.raises(InputError, match="document type or entities"):
        rows(f'<?xml version="1.0"?>{prologue}<rss><item><title>&a;</title></item></rss>')


def test_xml_that_breaks_off_keeps_the_rows_before_and_says_where() -> None:
    found = rows(RSS[: RSS.index("<item><g:id>A2")] + "<item><title>a & b</title></item>")
    assert titles(found) == ["Coffee & milk"]
    assert isinstance(found[-1], Refused)
    assert found[-1].is_end
    assert "not XML from here on" in found[-1].reason


def test_a_control_character_in_xml_spoils_its_row_only() -> None:
    item = "<item><title>{}</title><link>https://a.example/1</link><price>5</price></item>"
    found = rows(f"<rss>{item.format('bad' + chr(11))}{item.format('good')}</rss>")
    assert titles(found) == ["good"]
    assert refusals(found) == [(1, "control or broken characters in the title")]


@pytest.mark.parametrize("wrap", ["<x>{}</x>", "<rss><item>{}</item></rss>"])
def test_xml_nested_without_end_is_refused(wrap: str) -> None:
    with pytest.raises(InputError, match="nested too deeply"):
        rows(wrap.format("<a>" * 100 + "</a>" * 100))


# ---------------------------------------------------------------- packed, and large


def test_a_gzip_file_is_unpacked_on_the_way() -> None:
    packed = gzip.compress((HEAD + "1,a,https://a.example/1,5\n").encode())
    assert titles(rows(packed)) == ["a"]
    for cut in (12, len(packed) - 4):
        with pytest.raises(InputError, match="damaged"):
            rows(packed[:cut])


class _Endless(io.RawIOBase):
    """A file of very many rows that is never whole anywhere."""

    def __init__(self, head: bytes, line: bytes, count: int) -> None:
        self.head, self.line, self.size = head, line, len(head) + len(line) * count
        self.at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset + (0, self.at, self.size)[whence]
        return self.at

    def tell(self) -> int:
        return self.at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        wanted = min(len(buffer), self.size - self.at)
        start = (self.at - len(self.head)) % len(self.line)
        if self.at < len(self.head):
            piece = self.head[self.at :][:wanted]
        else:
            piece = (self.line * (wanted // len(self.line) + 2))[start:][:wanted]
        buffer[: len(piece)] = piece
        self.at += len(piece)
        return len(piece)


ITEM = b"<item><title>Tea</title><link>https://a.example/1</link><price>5</price></item>\n"


@pytest.mark.parametrize(
    ("head", "line"),
    [
        (HEAD.encode(), b"1,Tea,https://a.example/1,5\n"),
        (b"", b'{"title": "Tea", "url": "https://a.example/1", "price": 5}\n'),
        (b"<rss>", ITEM),
    ],
)
def test_memory_stays_flat_however_long_the_file_is(head: bytes, line: bytes) -> None:
    def peak(count: int) -> int:
        source = cast(BinaryIO, io.BufferedReader(_Endless(head, line, count)))
        found: Iterator[Read | Refused] = read_feed(source, Reading(DEFAULTS))
        tracemalloc.start()
        number = sum(isinstance(row, Read) for row in found)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert number == count
        return most

    peak(100)
    assert peak(20_000) < peak(5_000) + 256 * 1024


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("g:size", "size"), ("尺码", "size"), ("g:material", "material"), ("面料", "material"),
        ("Return Policy", "returns"), ("退换货", "returns"), ("in_the_box", "contents"),
        ("Box", "contents"), ("包装清单", "contents"),
    ],
)  # fmt: skip
def test_what_people_ask_about_is_read_under_its_usual_names(column: str, field: str) -> None:
    assert field_of(column) == field
    assert read_mapping([f"{field}=Z"]) == {field: "Z"}
