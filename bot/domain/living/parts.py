"""A post as it was rendered taken apart, so that what changed can be put in its place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.posts.disclosures import MARKS
from bot.domain.records import Rendered
from bot.domain.texts import Texts

_BOLD = re.compile(r"<b>(.*?)</b>")


@dataclass(frozen=True, slots=True)
class Parts:
    """The lines of a selling post, by what they say."""

    language: str
    disclosure: str
    opening: tuple[str, ...]
    title: str
    """Without the tags around it."""
    price_line: str
    price: str
    """What the buyer pays, as it was written."""
    coupon: str | None
    low: str | None
    others: tuple[str, ...]
    as_of: str


def taken_apart(rendered: Rendered, texts: Mapping[str, Texts]) -> Parts | None:
    """The parts of a selling post in whichever language it was sent; None for any other post.

    What cannot be told apart for certain is left as it is: no edit is better than a wrong one.
    """
    language = next((name for name, mark in MARKS.items() if rendered.html.startswith(mark)), None)
    if language is None or language not in texts:
        return None
    if len(rendered.buttons) != 1 or len(rendered.buttons[0]) != 1:
        return None
    blocks = [block.split("\n") for block in rendered.html.split("\n\n")]
    if len(blocks) != 3 or len(blocks[1]) < 2 or len(blocks[2]) != 1:
        return None
    head, body, (as_of,) = blocks
    title, price_line, *extras = body
    prices = _BOLD.findall(price_line)
    named = _BOLD.fullmatch(title)
    if named is None or not prices or not _begins(as_of, "post.as_of", texts[language]):
        return None
    own = texts[language]
    coupons = [line for line in extras if _begins(line, "post.coupon", own)]
    lows = [line for line in extras if line == own.html("post.low")]
    return Parts(
        language=language,
        disclosure=head[0],
        opening=tuple(head[1:]),
        title=named[1],
        price_line=price_line,
        price=prices[-1],
        coupon=coupons[0] if coupons else None,
        low=lows[0] if lows else None,
        others=tuple(line for line in extras if line not in (*coupons, *lows)),
        as_of=as_of,
    )


def _begins(line: str, key: str, texts: Texts) -> bool:
    """Whether a line is the text ``key``, by what stands before its first value."""
    return line.startswith(texts.words[key].partition("{")[0])
