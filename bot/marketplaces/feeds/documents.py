"""Items of Google Merchant feeds in RSS 2.0 or Atom: streamed, without entities or a DTD."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from bot.errors import InputError
from bot.marketplaces.feeds.fields import Broken, Cells, Row, field_of, fold

CHUNK_BYTES = 64 * 1024
CELL_LIMIT = 100_000
"""Characters of one element that are kept."""
DEPTH_LIMIT = 30

_CONTROLS = bytes.maketrans(
    bytes(code for code in range(32) if code not in (9, 10, 13)), b"\x7f" * 29
)
"""Characters that XML forbids, turned into one that it allows: one bad row, not a bad file."""
_DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']\s*(gbk|gb2312|gb18030)", re.I)


def read_xml(source: BinaryIO, mapping: Mapping[str, str]) -> Iterator[Row]:
    """Rows of the ``item`` or ``entry`` elements, in their order, with flat memory.

    ``mapping`` is field → element. A file that breaks off yields a last Broken with ``is_end``.
    Raises InputError for a document type or entities, and for a web page.
    """
    handler = _Items(mapping)
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(handler)
    try:
        for chunk in _chunks(source):
            parser.feed(chunk)
            yield from handler.taken()
        parser.close()
    except DefusedXmlException as fault:
        if str(getattr(fault, "name", "")).lower() == "html":
            raise InputError("This is a web page, not a feed.") from None
        raise InputError("The file has a document type or entities, which no feed needs.") from None
    except SAXParseException as fault:
        yield from handler.taken()
        yield (
            fault.getLineNumber() or 0,
            Broken(f"not XML from here on: {fault.getMessage()}", is_end=True),
        )


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    source.seek(0)
    head = source.read(CHUNK_BYTES)
    source.seek(0)
    if _DECLARED.match(head.lstrip()):
        # Expat reads no Chinese encodings; the declaration must not contradict what we feed.
        text = io.TextIOWrapper(source, encoding="gb18030", errors="replace")
        try:
            first = re.sub(r"<\?xml.*?\?>", "", text.read(CHUNK_BYTES), count=1)
            while first:
                yield first.encode().translate(_CONTROLS)
                first = text.read(CHUNK_BYTES)
        finally:
            text.detach()
        return
    is_wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head[:4]
    while chunk := source.read(CHUNK_BYTES):
        yield chunk if is_wide else chunk.translate(_CONTROLS)


class _Items(ContentHandler):
    """Collects the direct children of each item; what lies deeper (shipping …) is not the item's.

    Names are taken without their prefix; where both are there, the one with a prefix (``g:title``)
    wins over the plain one, as the Google specification has it.
    """

    def __init__(self, mapping: Mapping[str, str]) -> None:
        super().__init__()
        self._mapped = {fold(element): field for field, element in mapping.items()}
        self._rows: list[Row] = []
        self._names: dict[str, tuple[str, int] | None] = {}
        self._cells: Cells = {}
        self._weights: dict[str, int] = {}
        self._text: list[str] | None = None
        self._depth = 0
        self._item_depth = 0
        self._line = 0

    def taken(self) -> list[Row]:
        """The rows that are complete, once."""
        rows, self._rows = self._rows, []
        return rows

    def startElement(self, name: str, attrs: Any) -> None:
        """An element opens: an item, a cell of one, or something of no interest."""
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise InputError("The file is nested too deeply for a feed.")
        if self._depth == 1 and fold(name) == "html":
            raise InputError("This is a web page, not a feed.")
        if not self._item_depth:
            if fold(name) in ("item", "entry"):
                self._item_depth = self._depth
                self._line = self._parser_line()
                self._cells, self._weights = {}, {}
        elif self._depth == self._item_depth + 1:
            self._text = []
            if "href" in attrs and attrs.get("rel", "alternate") == "alternate":
                self._keep(name, attrs["href"])

    def characters(self, content: str) -> None:
        """Text of a direct child of an item; text of deeper elements is left alone."""
        if self._text is not None and self._depth == self._item_depth + 1:
            self._text.append(content)

    def endElement(self, name: str) -> None:
        """An element closes: a cell or a whole item is complete."""
        if self._item_depth and self._depth == self._item_depth + 1:
            self._keep(name, "".join(self._text or ())[:CELL_LIMIT])
            self._text = None
        elif self._depth == self._item_depth:
            self._rows.append((self._line, self._cells))
            self._item_depth = 0
        self._depth -= 1

    def _keep(self, name: str, text: str) -> None:
        if name not in self._names:
            self._names[name] = self._field(name)
        known = self._names[name]
        if known is None or not text or text.isspace():
            return
        field, weight = known
        if weight > self._weights.get(field, -1):
            self._cells[field] = text
            self._weights[field] = weight

    def _field(self, name: str) -> tuple[str, int] | None:
        """The field of an element and its weight: mapped by hand, with a prefix, plain."""
        if fold(name) in self._mapped:
            return self._mapped[fold(name)], 2
        field = field_of(name)
        return None if field is None else (field, int(":" in name))

    def _parser_line(self) -> int:
        return int(self._locator.getLineNumber() or 0) if self._locator else 0
