"""The message of a pool: disclosure, both prices, the counter, the deadline, the two buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from html import escape
from zoneinfo import ZoneInfo

from bot.domain.pools.pools import Pool, PoolId, PoolState
from bot.domain.posts.characters import cleaned, isolated, shortened
from bot.domain.posts.notices import Tap
from bot.domain.posts.rendering import BUTTON_LIMIT, COUPON_LIMIT, TITLE_LIMIT
from bot.domain.records import Button, Offer
from bot.domain.texts import Html, Texts

NAMES_LIMIT = 120
"""UTF-16 units of all pick-up points in the message; the joiner is shown every one."""


@dataclass(frozen=True, slots=True)
class Board:
    """A message ready to send: HTML, a picture or none, and buttons that open or tell."""

    html: str
    image_url: str | None
    buttons: tuple[tuple[Button | Tap, ...], ...]

    @property
    def digest(self) -> str:
        """Equal for equal messages: what is shown already is not sent again."""
        told = repr((self.html, self.buttons))
        return blake2b(told.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Scene:
    """What the message is made of."""

    pool: Pool
    offer: Offer
    zone: ZoneInfo
    together_url: str
    alone_url: str
    pickups: tuple[str, ...] = ()


def board(scene: Scene, texts: Texts) -> Board:
    """The message of a pool as it should stand now, in the language of ``texts``."""
    pool, facts = scene.pool, scene.offer.facts
    lines = [
        texts.html("post.disclosure"),
        "",
        f"<b>{_safe(facts.title, TITLE_LIMIT)}</b>",
    ]
    if pool.state == PoolState.VOID:
        # What the shop asks now stands nowhere here: no price, no link.
        return Board("\n".join([*lines, "", texts.html("pool.void")]), facts.image_url, ())
    lines.append(texts.html(_price_key(pool), **prices(pool, texts)))
    coupon = _safe(facts.coupon or "", COUPON_LIMIT)
    if coupon and not _is_lost(pool):
        lines.append(texts.html("post.coupon", coupon=Html(coupon)))
    lines += ["", *_standing(scene, texts), "", _as_of(scene, texts)]
    return Board("\n".join(lines), facts.image_url, _buttons(scene, texts))


def prices(pool: Pool, texts: Texts) -> dict[str, str]:
    """Both prices of a pool as people write them."""
    return {
        "together": texts.money(pool.together_minor, pool.currency),
        "alone": texts.money(pool.alone_minor, pool.currency),
    }


def closing(pool: Pool, zone: ZoneInfo, texts: Texts) -> dict[str, str]:
    """The deadline of a pool on a clock in ``zone``."""
    day = texts.day(pool.closes_at.astimezone(zone).date())
    return {"day": day, "clock": texts.clock(pool.closes_at, zone)}


def join_data(pool_id: PoolId) -> str:
    """What the button that joins carries, as the chat's door packs its buttons."""
    return f"1:join:{pool_id}"


def _standing(scene: Scene, texts: Texts) -> Sequence[Html]:
    pool = scene.pool
    count = {"joined": pool.joined, "target": pool.target, "missing": pool.missing}
    when = closing(pool, scene.zone, texts)
    match pool.state:
        case PoolState.OPEN:
            key = "pool.rule_list" if pool.counts_on else "pool.rule"
            lines = [
                texts.html("pool.counter", **count),
                texts.html("pool.until", **when),
                *_pickups(scene, texts),
                texts.html(key, target=pool.target),
            ]
        case PoolState.REACHED if pool.counts_on:
            lines = [
                texts.html("pool.on", **count),
                texts.html("pool.until", **when),
                *_pickups(scene, texts),
            ]
        case PoolState.REACHED | PoolState.CLOSED:
            key = "pool.listed" if pool.counts_on else "pool.reached"
            lines = [texts.html(key, **count), *_pickups(scene, texts)]
        case _:
            lines = [texts.html(f"pool.{pool.state}", **count)]
    return lines


def _price_key(pool: Pool) -> str:
    # What cannot be had any more is not praised.
    return "pool.price_alone" if _is_lost(pool) else "pool.prices"


def _is_lost(pool: Pool) -> bool:
    return pool.state in (PoolState.MISSED, PoolState.CANCELLED)


def _pickups(scene: Scene, texts: Texts) -> list[Html]:
    if not scene.pickups:
        return []
    names = texts("post.and").join(cleaned(name) for name in scene.pickups)
    return [texts.html("pool.pickups", names=shortened(names, NAMES_LIMIT))]


def _buttons(scene: Scene, texts: Texts) -> tuple[tuple[Button | Tap, ...], ...]:
    pool, both = scene.pool, prices(scene.pool, texts)
    join = Tap(_label(texts("pool.button_join", **both)), join_data(pool.id))
    alone = Button(_label(texts("pool.button_alone", **both)), scene.alone_url)
    link = Button(_label(texts("pool.button_link", **both)), scene.together_url)
    match pool.state:
        case PoolState.OPEN:
            return ((join,), (alone,))
        case PoolState.REACHED if pool.counts_on:
            late = Tap(_label(texts("pool.button_join_on", **both)), join_data(pool.id))
            return ((link,), (late,))
        case PoolState.REACHED | PoolState.CLOSED:
            return ((link,),)
    return ((alone,),)


def _as_of(scene: Scene, texts: Texts) -> Html:
    seen_at = scene.pool.seen_at
    day = texts.day(seen_at.astimezone(scene.zone).date())
    return texts.html("post.as_of", day=day, clock=texts.clock(seen_at, scene.zone))


def _label(text: str) -> str:
    return shortened(text, BUTTON_LIMIT)


def _safe(text: str, limit: int) -> str:
    return escape(isolated(shortened(cleaned(text), limit)), quote=False)
