"""Items of Google Merchant feeds in RSS 2.0 or Atom: streamed, without entities or a DTD."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO
from xml.sax import SAXParseException

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
    parser = _Parser(mapping)
    try:
        for chunk in _chunks(source):
            parser.feed(chunk)
            yield from parser.taken()
        parser.close()
    except DefusedXmlException as fault:
        if str(getattr(fault, "name", "")).lower() == "html":
            raise InputError("This is a web page, not a feed.") from None
        raise InputError("The file has a document type or entities, which no feed needs.") from None
    except SAXParseException as fault:
        yield from parser.taken()
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


class _Parser(DefusedExpatParser):
    """Collects the direct children of each item; what lies deeper (shipping …) is not the item's.

    Names are taken without their prefix; where both are there, the one with a prefix (``g:title``)
    wins over the plain one, as the Google specification has it. The handlers of expat are
    overridden themselves: a content handler above them halves the speed.
    """

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self._mapped = {fold(element): field for field, element in mapping.items()}
        self._names: dict[str, tuple[str, int] | None] = {}
        self._rows: list[Row] = []
        self._cells: Cells = {}
        self._weights: dict[str, int] = {}
        self._text: list[str] | None = None
        self._depth = 0
        self._item_depth = 0
        self._line = 0
        super().__init__(forbid_dtd=True)

    def reset(self) -> None:
        """Begin a document; the base class calls it at the first bytes."""
        super().reset()
        self._expat: Any = self._parser  # type: ignore[attr-defined]
        self._expat.CharacterDataHandler = self.character_data

    def taken(self) -> list[Row]:
        """The rows that are complete, once."""
        rows, self._rows = self._rows, []
        return rows

    def start_element(self, name: str, attrs: Mapping[str, str]) -> None:
        """An element opens: an item, a cell of one, or something of no interest."""
        self._depth += 1
        if self._item_depth:
            if self._depth == self._item_depth + 1:
                self._open_cell(name, attrs)
            elif self._depth > DEPTH_LIMIT:
                raise InputError("The file is nested too deeply for a feed.")
            return
        local = fold(name)
        if local in ("item", "entry"):
            self._item_depth = self._depth
            self._line = self._expat.CurrentLineNumber
            self._cells, self._weights = {}, {}
        elif self._depth > DEPTH_LIMIT:
            raise InputError("The file is nested too deeply for a feed.")
        elif self._depth == 1 and local == "html":
            raise InputError("This is a web page, not a feed.")

    def _open_cell(self, name: str, attrs: Mapping[str, str]) -> None:
        if name not in self._names:
            self._names[name] = self._field(name)
        if self._names[name] is None:
            return
        self._text = []
        # Atom writes the address into an attribute; other relations lead elsewhere.
        if "href" in attrs and attrs.get("rel", "alternate") == "alternate":
            self._text.append(attrs["href"])

    def character_data(self, data: str) -> None:
        """Text of a direct child of an item; text of deeper elements is left alone."""
        if self._text is not None and self._depth == self._item_depth + 1:
            self._text.append(data)

    def end_element(self, name: str) -> None:
        """An element closes: a cell or a whole item is complete."""
        if self._depth == self._item_depth:
            self._rows.append((self._line, self._cells))
            self._item_depth = 0
        elif self._text is not None and self._depth == self._item_depth + 1:
            self._close_cell(self._names[name], "".join(self._text))
            self._text = None
        self._depth -= 1

    def _close_cell(self, known: tuple[str, int] | None, text: str) -> None:
        if known is None or not text or text.isspace():
            return
        field, weight = known
        if weight > self._weights.get(field, -1):
            self._cells[field] = text[:CELL_LIMIT]
            self._weights[field] = weight

    def _field(self, name: str) -> tuple[str, int] | None:
        """The field of an element and its weight: mapped by hand, with a prefix, plain."""
        if fold(name) in self._mapped:
            return self._mapped[fold(name)], 2
        field = field_of(name)
        return None if field is None else (field, int(":" in name))
