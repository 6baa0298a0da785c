"""What a promoter reads of the channels: the eleven, a page of one, and the brands."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain.catalogue.brands import Brand
from bot.domain.catalogue.channels import CHANNELS, Channel, Reason
from bot.domain.posts.characters import cleaned, isolated, shortened
from bot.domain.programmes import Festival
from bot.domain.texts import Html, Texts
from bot.services.catalogue.browsing import PAGE, Line, Page
from handlers.chat.deck import priced, title_of
from handlers.chat.wire.replies import button, keyboard, stacked

TITLE_LIMIT = 48
"""Ten offers of three lines are one message."""
STATED_LIMIT = 40
"""Characters of what a feed says of delivery or a coupon."""
CHANNELS_IN_A_ROW = 2
NUMBERS_IN_A_ROW = 5


def name_of(texts: Texts, channel: Channel, season: Festival | None) -> str:
    """A channel as the reader calls it; in season today's must-posts bear the festival's name."""
    if channel is Channel.TODAY and season is not None:
        festival = season.title.get(texts.language, season.name)
        return texts("channel.name_today_season", festival=festival)
    return texts(f"channel.name_{channel}")


def menu(texts: Texts, season: Festival | None) -> InlineKeyboardMarkup | None:
    """The eleven, two in a row."""
    found = [button(name_of(texts, each, season), "channel", each) for each in CHANNELS]
    return keyboard(*_rows(found, CHANNELS_IN_A_ROW))


def page_text(texts: Texts, zone: ZoneInfo, page: Page) -> Html:
    """A page of numbered offers, as of when, and what to do with the numbers."""
    name = page.brand or name_of(texts, page.channel, page.season)
    if not page.total:
        key = f"channel.empty_{page.channel}"
        return texts.html(key if key in texts.words else "channel.empty", name=name)
    head = texts.html("channel.page_head", name=isolated(shortened(cleaned(name), TITLE_LIMIT)))
    if page.total > PAGE:
        last = min(page.start + PAGE, page.total)
        part = texts.html("channel.part", first=page.start + 1, last=last, total=page.total)
        head = Html(f"{head} {part}")
    if not page.lines:
        return stacked([head, texts.html("channel.all_gone")])
    seen_at = min(line.offer.seen_at for line in page.lines)
    day = texts.day(seen_at.astimezone(zone).date())
    foot = texts.html("channel.foot", day=day, clock=texts.clock(seen_at, zone))
    lines = [_line(texts, line) for line in page.lines]
    return stacked([head, Html(""), *lines, Html(""), foot])


def page_buttons(texts: Texts, page: Page) -> InlineKeyboardMarkup | None:
    """The numbers to pick, the pages before and after, and the way back to the eleven."""
    numbers = [button(str(line.place), "pick", line.offer.id) for line in page.lines]
    turns = []
    if page.start > 0:
        turns.append(_turn(texts("channel.button_before"), page, max(0, page.start - PAGE)))
    if page.start + PAGE < page.total:
        turns.append(_turn(texts("channel.button_after"), page, page.start + PAGE))
    beside = []
    if page.channel is Channel.TODAY and page.total:
        beside.append(button(texts("channel.name_sellers"), "channel", Channel.SELLERS))
    if page.channel is Channel.SELLERS:
        name = name_of(texts, Channel.TODAY, page.season)
        beside.append(button(name, "channel", Channel.TODAY))
    if page.channel is Channel.BRANDS:
        beside.append(button(texts("channel.button_brands"), "channel", Channel.BRANDS))
    beside.append(_all(texts))
    return keyboard(*_rows(numbers, NUMBERS_IN_A_ROW), turns, beside)


def brands_text(texts: Texts, found: Sequence[Brand]) -> Html:
    """What to do with the brands, or that there are none."""
    name = texts("channel.name_brands")
    return texts.html("channel.brands_head" if found else "channel.empty_brands", name=name)


def brands_buttons(texts: Texts, found: Sequence[Brand]) -> InlineKeyboardMarkup | None:
    """The brands, two in a row; each is known by one of its offers, names do not fit a button."""
    rows = [button(_brand(each), "channel_brand", each.offer_id) for each in found]
    return keyboard(*_rows(rows, CHANNELS_IN_A_ROW), [_all(texts)])


def _brand(brand: Brand) -> str:
    return shortened(cleaned(brand.name), TITLE_LIMIT // 2)


def _line(texts: Texts, line: Line) -> Html:
    offer, facts = line.offer, [priced(texts, line.offer)]
    if offer.facts.commission_bps is not None:
        percent = f"{offer.facts.commission_bps / 100:g}"
        facts.append(texts.html("channel.commission", percent=percent))
    reasons = [texts.html("channel.low")] if line.is_low else []
    reason = _reason(texts, line.reason)
    reasons += [texts.html("channel.reason", reason=reason)] if reason else []
    return texts.html(
        "channel.line",
        place=line.place,
        title=title_of(offer, TITLE_LIMIT),
        facts=Html(" · ".join([*facts, *reasons])),
    )


def _reason(texts: Texts, reason: Reason) -> str:
    """One short sentence; what a feed says of itself is cut and set apart."""
    words: dict[str, object] = {}
    for name, value in reason.words.items():
        if isinstance(value, date):
            words[name] = texts.day(value)
        elif isinstance(value, str) and reason.key.startswith("channel."):
            words[name] = isolated(shortened(cleaned(value), STATED_LIMIT))
        else:
            words[name] = value
    return texts.figures(reason.key, **words)


def _turn(text: str, page: Page, start: int) -> InlineKeyboardButton:
    return button(text, "channel_page", page.channel, start)


def _all(texts: Texts) -> InlineKeyboardButton:
    return button(texts("channel.button_all"), "channels")


def _rows(
    buttons: Sequence[InlineKeyboardButton], width: int
) -> list[Sequence[InlineKeyboardButton]]:
    return [buttons[start : start + width] for start in range(0, len(buttons), width)]
