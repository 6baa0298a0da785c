"""Telegram's HTML read into plain text and entities whose offsets count UTF-16 units."""

import html
import re
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.botapi.refusals import Refusal, bad_request

Entity = dict[str, Any]

PLAIN = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
KNOWN = {*PLAIN, "span", "a", "tg-emoji"}
TOKEN = re.compile(
    r"<(/?)([^\s<>/]*)([^<>]*)(>?)|(&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)|[^<&]+|."
)
ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
# A name runs to where no letter of any script follows: `@bot大米` names nobody.
FOUND = re.compile(
    r"(?P<url>\bhttps?://[^\s<>()（），。]+)"
    r"|(?P<bot_command>(?<![\w/@<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32}+)?+(?![\w/<>]))"
    r"|(?P<mention>(?<!\w)@[A-Za-z0-9_]{2,32}(?!\w))"
    r"|(?P<hashtag>(?<!\w)#\w*[^\W\d]\w*)"
)


def units(text: str) -> int:
    """Return the length of a text in UTF-16 code units, as Telegram counts."""
    return len(text) + sum(1 for sign in text if ord(sign) > 0xFFFF)


@dataclass
class _Open:
    tag: str
    offset: int
    entity: Entity


@dataclass
class _Reader:
    source: str
    text: list[str] = field(default_factory=list)
    length: int = 0
    entities: list[Entity] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)

    def add(self, words: str) -> None:
        self.text.append(words)
        self.length += units(words)

    def refuse(self, words: str, position: int) -> Refusal:
        offset = len(self.source[:position].encode())
        return bad_request(f"can't parse entities: {words} at byte offset {offset}")

    def start(self, tag: str, rest: str, position: int) -> None:
        if tag not in KNOWN:
            raise self.refuse(f'Unsupported start tag "{tag}"', position)
        given = {
            name.lower(): html.unescape(a or b or c) for name, a, b, c in ATTRIBUTE.findall(rest)
        }
        self.open.append(_Open(tag, self.length, self.entity(tag, given, position)))

    def entity(self, tag: str, given: dict[str, str], position: int) -> Entity:
        if tag == "span":
            if given.get("class") != "tg-spoiler":
                raise self.refuse('Tag "span" must have class "tg-spoiler"', position)
            return {"type": "spoiler"}
        if tag == "a":
            return {"type": "text_link", "url": given.get("href", "")}
        if tag == "tg-emoji":
            if not given.get("emoji-id"):
                raise self.refuse("Invalid custom emoji identifier specified", position)
            return {"type": "custom_emoji", "custom_emoji_id": given["emoji-id"]}
        if tag == "blockquote" and "expandable" in given:
            return {"type": "expandable_blockquote"}
        entity = {"type": PLAIN[tag]}
        inside_pre = bool(self.open) and self.open[-1].tag == "pre"
        if tag == "code" and inside_pre and given.get("class", "").startswith("language-"):
            self.open[-1].entity["language"] = given["class"].removeprefix("language-")
        return entity

    def end(self, tag: str, position: int) -> None:
        if not self.open:
            raise self.refuse("Unexpected end tag", position)
        opened = self.open.pop()
        if tag and tag != opened.tag:
            words = f"Unmatched end tag at byte offset {len(self.source[:position].encode())}"
            expected = f'{words}, expected "</{opened.tag}>", found "</{tag}>"'
            raise bad_request(f"can't parse entities: {expected}")
        entity = {"offset": opened.offset, "length": self.length - opened.offset, **opened.entity}
        self.keep(entity)

    def keep(self, entity: Entity) -> None:
        if entity["type"] == "text_link" and not entity["url"]:
            return
        is_code_of_pre = entity["type"] == "code" and bool(self.open) and self.open[-1].tag == "pre"
        if entity["length"] and not is_code_of_pre:
            self.entities.append(entity)


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the plain text and its entities; raises `Refusal` for what Telegram cannot parse."""
    reader = _Reader(source)
    for token in TOKEN.finditer(source):
        _take(reader, token)
    if reader.open:
        tag = reader.open[-1].tag
        raise bad_request(
            f"can't parse entities: Can't find end tag corresponding to start tag \"{tag}\""
        )
    return trimmed("".join(reader.text), reader.entities)


def _take(reader: _Reader, token: re.Match[str]) -> None:
    words = token.group(0)
    if not words.startswith("<"):
        reader.add(html.unescape(words) if token.group(5) else words)
        return
    slash, tag, rest, closed = (
        token.group(1),
        token.group(2).lower(),
        token.group(3),
        token.group(4),
    )
    if not closed and (slash or tag in KNOWN or not rest):
        raise reader.refuse("Unclosed end tag" if slash else "Unclosed start tag", token.start())
    if slash:
        reader.end(tag, token.start())
    else:
        reader.start(tag, rest, token.start())


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Cut white space off both ends, as Telegram does, and move the entities accordingly."""
    cut = len(text) - len(text.lstrip())
    kept = text.strip()
    total = units(kept)
    moved = []
    for entity in entities:
        start = max(0, entity["offset"] - cut)
        end = min(total, entity["offset"] + entity["length"] - cut)
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return kept, sorted(moved, key=lambda entity: (entity["offset"], -entity["length"]))


def with_found(text: str, entities: list[Entity]) -> list[Entity]:
    """Add what Telegram finds by itself: addresses, commands, mentions, hashtags."""
    taken = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in ("text_link", "code", "pre", "url")
    ]
    found = list(entities)
    for hit in FOUND.finditer(text):
        offset, length = units(text[: hit.start()]), units(hit.group(0))
        if not any(start < offset + length and offset < end for start, end in taken):
            found.append({"type": str(hit.lastgroup), "offset": offset, "length": length})
    return sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))


def formatted(
    source: str, parse_mode: str | None, entities: list[Entity] | None
) -> tuple[str, list[Entity]]:
    """Return text and entities of what a bot sends; raises `Refusal` for a bad parse mode."""
    mode = (parse_mode or "").lower()
    if mode == "html":
        text, marked = parse_html(source)
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        text, marked = trimmed(source, entities or [])
    return text, with_found(text, marked)
