"""Which of the posts of one offer are to be edited now, which later, and which not at all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.living import renewing
from bot.domain.living.budgets import APART, editable_at
from bot.domain.living.parts import Parts, taken_apart
from bot.domain.living.renewing import Instead, Renewed, Scene
from bot.domain.posts.disclosures import is_disclosed
from bot.domain.records import GroupId, GroupState, Offer, Rendered
from bot.domain.texts import Texts
from bot.services.living.turns import CHAT_SECONDS, Turns
from storage.living.renewals import Carrying

REMEMBERED = 1_000
"""Posts of one offer are worded alike in many groups: each wording is renewed once."""
_SOON = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Edit:
    """A post and what it ought to say; the link of what is named instead is yet to be minted."""

    carrying: Carrying
    renewed: Renewed
    instead: Offer | None


@dataclass
class Decided:
    """What came of a batch of posts, gone through in the order in which they were sent."""

    edits: list[Edit] = field(default_factory=list)
    seen: Carrying | None = None
    """The last one that was looked at."""
    again_at: datetime | None = None
    again_from: datetime | None = None

    def defer(self, carrying: Carrying, until: datetime) -> None:
        """Look at a post again then."""
        sent_at = carrying.post.sent_at
        self.again_at = until if self.again_at is None else min(self.again_at, until)
        if sent_at is not None and (self.again_from is None or sent_at < self.again_from):
            self.again_from = sent_at


@dataclass(frozen=True, slots=True)
class Scenery:
    """What holds for one post: its offer, the time, and what may be named instead."""

    offer: Offer
    now: datetime
    instead: Offer | None


@dataclass
class Deciding:
    """Compares what posts say with what holds; remembers what it worded for the offer at hand."""

    texts: Mapping[str, Texts]
    house: ZoneInfo
    turns: Turns
    _about: tuple[object, ...] | None = None
    _known: dict[tuple[object, ...], tuple[Parts, Renewed] | None] = field(default_factory=dict)

    def decide(
        self,
        found: Sequence[Carrying],
        offer: Offer,
        step: int,
        now: datetime,
        instead: Mapping[GroupId, Offer],
        limit: int,
    ) -> Decided:
        """What to do about the posts ``found``; it stops at ``limit`` edits.

        ``step`` is that of the coupon's countdown, ``instead`` what each group may be shown.
        """
        about = (offer, step)
        if self._about != about or len(self._known) > REMEMBERED:
            self._about = about
            self._known.clear()
        decided, taken = Decided(), set[int]()
        for one in found:
            if len(decided.edits) >= limit:
                break
            decided.seen = one
            self._look(one, Scenery(offer, now, instead.get(one.group.id)), taken, decided)
        return decided

    def _look(self, one: Carrying, scenery: Scenery, taken: set[int], decided: Decided) -> None:
        renewed = self._renewed(one, scenery) if _is_in_reach(one) else None
        if renewed is None:
            return
        at = editable_at(one.history, renewed.weight)
        if at is None:
            return
        now, chat_id = scenery.now, one.group.chat_id
        if one.group.is_paused:
            at = max(at, now + APART)
        wait = CHAT_SECONDS if chat_id in taken else self.turns.chat_free_in(chat_id)
        at = max(at, now + timedelta(seconds=wait))
        if at > now:
            decided.defer(one, max(at, now + _SOON))
            return
        taken.add(chat_id)
        decided.edits.append(Edit(one, renewed, scenery.instead))

    def _renewed(self, one: Carrying, scenery: Scenery) -> Renewed | None:
        """What the post ought to say; None where it says so, or nobody may say it."""
        offer, base, history = scenery.offer, one.post.rendered, one.history
        if offer.ended_at is not None and history.said == renewing.ENDED:
            return None
        named = scenery.instead.id if scenery.instead and offer.ended_at is not None else None
        key = (base.html, base.image_url, _labels(base), one.group.timezone, history.said, named)
        if key not in self._known:
            self._known[key] = self._worded(one, scenery)
        found = self._known[key]
        if found is None:
            return None
        told = history.told or renewing.digest_of(base)
        return None if found[1].digest == told else found[1]

    def _worded(self, one: Carrying, scenery: Scenery) -> tuple[Parts, Renewed] | None:
        base = one.post.rendered
        parts = taken_apart(base, self.texts)
        if parts is None:
            return None
        instead = scenery.instead
        scene = Scene(
            scenery.offer,
            scenery.now,
            ZoneInfo(one.group.timezone),
            self.house,
            one.history.said,
            Instead(instead, "") if instead else None,
        )
        found = renewing.renewed(base, parts, scene, self.texts[parts.language])
        return (parts, found) if is_disclosed(found.rendered, parts.language) else None


def with_link(rendered: Rendered, url: str) -> Rendered:
    """A post with its own link under its button."""
    buttons = tuple(tuple(replace(one, url=url) for one in row) for row in rendered.buttons)
    return replace(rendered, buttons=buttons)


def wants_replacement(offer: Offer, found: Collection[Carrying]) -> bool:
    """Whether a post of an ended offer has yet to say so."""
    if offer.ended_at is None:
        return False
    return any(_is_in_reach(one) and one.history.said != renewing.ENDED for one in found)


def _is_in_reach(one: Carrying) -> bool:
    """Whether the message can still be edited: it did not stay behind in a chat that moved."""
    post, group = one.post, one.group
    is_there = post.message_id is not None and post.chat_id == group.chat_id
    is_lost = group.lost_at is not None or group.state == GroupState.CLOSED
    return is_there and not is_lost and not one.is_over


def _labels(rendered: Rendered) -> tuple[str, ...]:
    return tuple(button.text for row in rendered.buttons for button in row)
