"""A post as rendered and its offer as it stands now in, the post that is true now out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from html import escape, unescape
from zoneinfo import ZoneInfo

from bot.domain.living import countdowns
from bot.domain.living.budgets import Weight
from bot.domain.living.parts import Parts
from bot.domain.posts.characters import cleaned, isolated, shortened, units
from bot.domain.posts.rendering import BUTTON_LIMIT, CAPTION_LIMIT, COUPON_LIMIT, TITLE_LIMIT
from bot.domain.records import Button, Offer, Rendered
from bot.domain.texts import Html, Texts

LIVE, OUT, BACK, ENDED = "live", "out", "back", "ended"
"""What a post says of its offer: for sale, sold out, for sale again, or gone."""
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Instead:
    """What is named in the place of an offer that ended, and our own link to it."""

    offer: Offer
    url: str


@dataclass(frozen=True, slots=True)
class Scene:
    """What holds at this moment."""

    offer: Offer
    now: datetime
    zone: ZoneInfo
    """The group's, for times that members read."""
    house: ZoneInfo
    """The house's, for the day on which a coupon ends."""
    said: str = LIVE
    """What the post says until now."""
    instead: Instead | None = None


@dataclass(frozen=True, slots=True)
class Renewed:
    """The post as it ought to stand now."""

    rendered: Rendered
    digest: str
    """Equal for posts that say the same; the time of the price is not compared."""
    weight: Weight
    said: str


def renewed(base: Rendered, parts: Parts, scene: Scene, texts: Texts) -> Renewed:
    """What a post that was sent as ``base`` ought to say now; ``texts`` are of its language.

    Its disclosure stays first and its picture stays; its link stays its own as long as the offer
    is there, and leads to what is named instead after that.
    """
    if scene.offer.ended_at is not None:
        return _ended(base, parts, scene, texts)
    price_minor = _price_minor(scene)
    price = texts.money(price_minor, scene.offer.facts.currency)
    is_out = scene.offer.facts.stock == 0
    said = OUT if is_out else (LIVE if scene.said == LIVE else BACK)
    news = _news(parts, scene, price, said, texts)
    if news is None:
        return Renewed(base, digest_of(base), Weight.GOOD_TO_KNOW, said)
    rendered = Rendered(news, base.image_url, _relabelled(base, parts, price, texts))
    weight = Weight.GOOD_TO_KNOW
    if is_out:
        weight = Weight.SOLD_OUT
    elif price != parts.price and _is_dearer(parts.price, price):
        weight = Weight.DEARER
    return Renewed(rendered, digest_of(rendered), weight, said)


def digest_of(rendered: Rendered) -> str:
    """Equal for posts whose words and labels say the same, whenever the price was looked at."""
    labels = [button.text for row in rendered.buttons for button in row]
    # Where there is a link there is a price, and its time in the last lines.
    said = rendered.html.rpartition("\n\n")[0] if labels else rendered.html
    told = repr((said, labels))
    return blake2b(told.encode(), digest_size=16).hexdigest()


def _price_minor(scene: Scene) -> int:
    """What a buyer pays now: without the coupon, once its last day is over."""
    end = countdowns.ends_at(scene.offer, scene.house)
    is_over = countdowns.step_at(end, scene.now) == countdowns.OVER
    return scene.offer.facts.price_minor if is_over else scene.offer.price_now_minor


def _news(parts: Parts, scene: Scene, price: str, said: str, texts: Texts) -> str | None:
    """The whole text with what changed since the post was sent; None when nothing did."""
    is_repriced = price != parts.price
    coupon = _coupon(parts, scene, texts)
    standing = {OUT: ["living.sold_out"], BACK: ["living.back"]}.get(said, [])
    if not is_repriced and not standing and coupon == ([parts.coupon] if parts.coupon else []):
        return None
    if is_repriced:
        key = "living.dearer" if _is_dearer(parts.price, price) else "living.cheaper"
        price_line: str = texts.html(key, before=Html(parts.price), now=price)
    else:
        price_line = parts.price_line
    low = [parts.low] if parts.low and not is_repriced else []
    body: list[list[str]] = [
        [f"<b>{parts.title}</b>", price_line],
        [texts.html(key) for key in standing],
        coupon,
        low,
        list(parts.others),
    ]
    return _fitted(parts, body, _as_of(scene.offer, scene.zone, texts))


def _coupon(parts: Parts, scene: Scene, texts: Texts) -> list[str]:
    """What is to be said of the coupon now, and of how long it lasts."""
    words = _safe(scene.offer.facts.coupon or "", COUPON_LIMIT)
    end = countdowns.ends_at(scene.offer, scene.house)
    step = countdowns.step_at(end, scene.now)
    if not words or step == countdowns.OVER:
        return [texts.html("living.coupon_over")] if parts.coupon else []
    lines: list[str] = [texts.html("post.coupon", coupon=Html(words))]
    if step and end is not None and scene.offer.facts.stock != 0:
        last = end.astimezone(scene.zone)
        lines.append(
            texts.html(
                "living.countdown",
                hours=countdowns.STEPS[step - 1],
                day=texts.day(last.date()),
                clock=texts.clock(end, scene.zone),
            )
        )
    return lines


def _ended(base: Rendered, parts: Parts, scene: Scene, texts: Texts) -> Renewed:
    lines = [parts.disclosure, "", f"<s>{parts.title}</s>", texts.html("living.ended")]
    buttons: tuple[tuple[Button, ...], ...] = ()
    instead = scene.instead
    if instead is not None:
        facts = instead.offer.facts
        price = texts.money(instead.offer.price_now_minor, facts.currency)
        title = Html(_safe(facts.title, TITLE_LIMIT))
        lines += ["", texts.html("living.instead", title=title)]
        lines += [texts.html("post.price_alone", now=price), ""]
        lines.append(_as_of(instead.offer, scene.zone, texts))
        buttons = ((Button(_label(price, texts), instead.url),),)
    rendered = Rendered("\n".join(lines), base.image_url, buttons)
    return Renewed(rendered, digest_of(rendered), Weight.ENDED, ENDED)


def _fitted(parts: Parts, body: Sequence[Sequence[str]], as_of: str) -> str:
    """Everything within the limit of a caption; what is only nice to know goes first."""
    core, standing, coupon, low, others = body

    def without(less: int) -> str:
        head = [parts.disclosure, *(parts.opening if less < 3 else ())]
        nice = [*(low if less < 1 else ()), *(others if less < 2 else ())]
        return "\n".join([*head, "", *core, *standing, *coupon, *nice, "", as_of])

    fitting = (text for text in map(without, range(3)) if _is_within(text))
    return next(fitting, None) or without(3)


def _is_within(text: str) -> bool:
    return units(unescape(_TAG.sub("", text))) <= CAPTION_LIMIT


def _relabelled(
    base: Rendered, parts: Parts, price: str, texts: Texts
) -> tuple[tuple[Button, ...], ...]:
    """The post's own link; its label names the price that holds now."""
    ((button,),) = base.buttons
    if price == parts.price:
        return base.buttons
    return ((replace(button, text=_label(price, texts)),),)


def _label(price: str, texts: Texts) -> str:
    return shortened(texts("post.buy", price=price), BUTTON_LIMIT)


def _is_dearer(before: str, now: str) -> bool:
    """Whether a written price is above another; in another currency it counts as dearer."""
    if re.sub(r"[\d.,]", "", before) != re.sub(r"[\d.,]", "", now):
        return True
    return int(re.sub(r"\D", "", now)) > int(re.sub(r"\D", "", before))


def _as_of(offer: Offer, zone: ZoneInfo, texts: Texts) -> Html:
    day = texts.day(offer.seen_at.astimezone(zone).date())
    return texts.html("post.as_of", day=day, clock=texts.clock(offer.seen_at, zone))


def _safe(text: str, limit: int) -> str:
    return escape(isolated(shortened(cleaned(text), limit)), quote=False)
