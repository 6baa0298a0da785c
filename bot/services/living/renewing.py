"""Keeping sent posts true: one offer after the other, its posts in order, within every budget."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.delivery import Delivered, Lost, Moved, Outcome, Refused, Retry, Uncertain
from bot.domain.health.signals import is_taken_away
from bot.domain.links import subids
from bot.domain.living import countdowns
from bot.domain.living.budgets import APART, LIVES
from bot.domain.posts.notices import group_lost
from bot.domain.programmes import Programme
from bot.domain.records import GroupId, Link, LinkCode, Offer, OfferId, PostId, Rendered
from bot.domain.texts import Texts
from bot.services.living.deciding import Decided, Deciding, Edit, wants_replacement, with_link
from bot.services.living.replacing import Replacing
from bot.services.living.turns import Turns
from storage.catalogue import offers
from storage.database import Connection, Database
from storage.health import days
from storage.links import links
from storage.living import renewals, replacing, watches
from storage.living.renewals import Carrying, Told
from storage.living.watches import Watch
from storage.people import groups
from storage.posts import notices, outbox

logger = logging.getLogger(__name__)

TURN_SECONDS = 2.0
"""Of one call; the next one goes on where it stopped."""
LOOKED_AT, EDITED_AT_ONCE = 200, 20
"""Posts in one step: memory stays flat, and what a crash leaves in doubt is little."""
FORGET_EVERY_SECONDS, FORGOTTEN_AFTER, FORGOTTEN_AT_ONCE = 3600.0, timedelta(days=4), 5_000
_TICK = timedelta(microseconds=1)


class Editor(Protocol):
    """Edits messages: ``bot.delivery.Delivery``, or a stand-in."""

    async def edit(
        self, chat_id: int, message_id: int, rendered: Rendered, *, is_picture: bool
    ) -> Outcome:
        """Put it in the place of what a message says; a repetition does no harm."""
        ...


@dataclass(frozen=True)
class Renewing:
    """One bot's sent posts, kept by the one worker that also drains its outbox."""

    database: Database
    editor: Editor
    texts: Mapping[str, Texts]
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    public_url: str
    bot_id: int
    zone: ZoneInfo
    """The house's: the day on which a coupon ends is one of this zone."""
    turns: Turns
    _deciding: Deciding = field(init=False, repr=False)
    _forgot_at: list[float] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        """Begin with nothing remembered."""
        object.__setattr__(self, "_deciding", Deciding(self.texts, self.zone, self.turns))

    async def renew_due(self) -> int:
        """Go through what is due for at most TURN_SECONDS; how many steps were made."""
        await self._forget()
        ends, steps = time.monotonic() + TURN_SECONDS, 0
        while time.monotonic() < ends and await self._step():
            steps += 1
        return steps

    async def _step(self) -> bool:
        """Some posts of the most urgent offer; False when nothing is due."""
        now = self.now()
        async with self.database.glance() as connection:
            if not await watches.has_due(connection, self.bot_id, now):
                return False
        async with self.database.write() as connection:
            begun = await self._begin(connection, now)
        if begun is None:
            return False
        watch, offer = begun
        after = _after(watch, now)
        async with self.database.read() as connection:
            found = await renewals.list_carrying(
                connection, self.bot_id, offer.id, after=after, limit=LOOKED_AT
            )
            instead: Mapping[GroupId, Offer] = {}
            if wants_replacement(offer, found):
                own = {one.group.id: one.group for one in found}
                chooser = Replacing(self.programmes)
                instead = await chooser.choose(connection, list(own.values()), now)
        decided = self._deciding.decide(found, offer, watch.step, now, instead, EDITED_AT_ONCE)
        told = await self._edit_all(decided, now)
        async with self.database.write() as connection:
            await renewals.mark(connection, told)
            await self._keep(connection, watch, offer, decided, is_last=_is_last(found, decided))
        return True

    # ------------------------------------------------------------ what is due

    async def _begin(self, connection: Connection, now: datetime) -> tuple[Watch, Offer] | None:
        """The offer that is due first, and from where on its posts are to be gone through."""
        watch = await watches.find_due(connection, self.bot_id, now)
        if watch is None:
            return None
        offer = await offers.find(connection, watch.offer_id)
        assert offer is not None  # noqa: S101 - an offer stays in the catalogue
        step = countdowns.step_at(countdowns.ends_at(offer, self.zone), now)
        if watch.is_stale or step != watch.step:
            await watches.begin(connection, self.bot_id, offer.id, step)
            first = replace(watch, is_stale=False, step=step, after_at=None, after_id=PostId(0))
            return replace(first, again_at=None, again_from=None), offer
        if watch.again_at is not None and watch.again_at <= now and watch.again_from is not None:
            again = replace(watch, after_at=watch.again_from - _TICK, after_id=PostId(0))
            return replace(again, again_at=None, again_from=None), offer
        return watch, offer

    async def _keep(
        self,
        connection: Connection,
        watch: Watch,
        offer: Offer,
        decided: Decided,
        *,
        is_last: bool,
    ) -> None:
        """Write how far we came, and when to look again."""
        now = self.now()
        if decided.seen is not None:
            post = decided.seen.post
            watch = replace(watch, after_at=post.sent_at, after_id=post.id)
        if decided.again_at is not None and decided.again_from is not None:
            watch = replace(
                watch,
                again_at=min(watch.again_at or decided.again_at, decided.again_at),
                again_from=min(watch.again_from or decided.again_from, decided.again_from),
            )
        if not is_last:
            await watches.keep(connection, self.bot_id, watch, now)
            return
        if decided.seen is None and (watch.after_at is None or watch.after_at <= now - LIVES):
            await watches.drop(connection, self.bot_id, offer.id)
            return
        end = countdowns.ends_at(offer, self.zone)
        later = [watch.again_at, countdowns.next_step_at(end, now), (watch.after_at or now) + LIVES]
        due_at = min(at for at in later if at is not None)
        await watches.keep(connection, self.bot_id, replace(watch, is_urgent=False), due_at)

    async def _forget(self) -> None:
        at = time.monotonic()
        if self._forgot_at and at < self._forgot_at[0] + FORGET_EVERY_SECONDS:
            return
        self._forgot_at[:] = [at]
        async with self.database.write() as connection:
            before = self.now() - FORGOTTEN_AFTER
            await renewals.forget(connection, before, FORGOTTEN_AT_ONCE)

    # ------------------------------------------------------------ edits

    async def _edit_all(self, decided: Decided, now: datetime) -> list[Told]:
        """Count each edit, make it, and say what became of it; what matters most goes first."""
        edits = sorted(decided.edits, key=lambda edit: edit.renewed.weight)
        if not edits:
            return []
        async with self.database.write() as connection:
            codes = await self._mint(connection, edits, now)
            until_now = {edit.carrying.post.id: edit.carrying.history.said for edit in edits}
            await renewals.count(connection, until_now, now)
        flights: list[asyncio.Task[Outcome]] = []
        for edit in edits:
            flights.append(await self._start(edit, codes))
        told = []
        for edit, outcome in zip(edits, await asyncio.gather(*flights), strict=True):
            told.append(await self._landed(edit, outcome, decided))
        return told

    async def _start(self, edit: Edit, codes: Mapping[PostId, LinkCode]) -> asyncio.Task[Outcome]:
        post, rendered = edit.carrying.post, edit.renewed.rendered
        code = codes.get(post.id)
        own = post.rendered.buttons[0][0].url
        shown = with_link(rendered, f"{self.public_url}/r/{code}" if code else own)
        chat_id, message_id = edit.carrying.group.chat_id, post.message_id or 0
        is_picture = post.rendered.image_url is not None
        ticket = await self.turns.take(chat_id)

        async def fly() -> Outcome:
            try:
                return await self.editor.edit(chat_id, message_id, shown, is_picture=is_picture)
            except Exception as fault:
                # An edit does no harm twice: whatever this was, it may be made again.
                logger.exception("editing post %d", post.id)
                return Uncertain(type(fault).__name__)
            finally:
                self.turns.pacing.arrive(ticket)

        return asyncio.create_task(fly())

    async def _mint(
        self, connection: Connection, edits: Sequence[Edit], now: datetime
    ) -> dict[PostId, LinkCode]:
        """A link of each post to what it names instead; one of an earlier try is used again."""
        wanted = [(edit, edit.instead) for edit in edits if edit.renewed.said == "ended"]
        ids = [edit.carrying.post.id for edit, _ in wanted]
        known = await replacing.list_minted(connection, ids) if ids else {}
        found: dict[PostId, LinkCode] = {}
        new: list[Link] = []
        for edit, instead in wanted:
            post = edit.carrying.post
            if instead is None:
                continue
            code = known.get((post.id, instead.id))
            if code is None:
                code = subids.mint(self.entropy(subids.ENTROPY_BYTES))
                new.append(_link(edit, instead, code, now))
            found[post.id] = code
        await links.add(connection, new)
        return found

    async def _landed(self, edit: Edit, outcome: Outcome, decided: Decided) -> Told:
        post, group, said = edit.carrying.post, edit.carrying.group, edit.carrying.history.said
        match outcome:
            case Delivered():
                return Told(post.id, edit.renewed.digest, edit.renewed.said)
            case Retry():
                if outcome.is_flood:
                    self.turns.pacing.pause(group.chat_id, outcome.after.total_seconds())
                decided.defer(edit.carrying, self.now() + outcome.after)
                return Told(post.id, None, said, unmade=1)
            case Uncertain():
                decided.defer(edit.carrying, self.now() + APART)
                return Told(post.id, None, said)
            case Moved():
                async with self.database.write() as connection:
                    await groups.move(connection, group.chat_id, outcome.chat_id, self.now())
            case Lost():
                await self._lost(edit)
            case Refused(reason) if is_taken_away(reason):
                async with self.database.write() as connection:
                    await days.add(connection, group.id, self.now().date(), removed=1)
        logger.info("post %d is out of reach: %s", post.id, outcome)
        return Told(post.id, None, said, is_over=True)

    async def _lost(self, edit: Edit) -> None:
        """The group is closed to us, as when a post finds it out."""
        post, group = edit.carrying.post, edit.carrying.group
        async with self.database.write() as connection:
            await outbox.cancel_group(connection, group.id, "lost")
            if await groups.mark_lost(connection, group.chat_id, self.now()):
                await notices.add(connection, [group_lost(post, group.title)], self.now())


def _after(watch: Watch, now: datetime) -> tuple[datetime, PostId]:
    """From where on posts are looked at: none that are older than they live."""
    oldest = now - LIVES
    if watch.after_at is None or watch.after_at < oldest:
        return oldest, PostId(0)
    return watch.after_at, watch.after_id


def _is_last(found: Sequence[Carrying], decided: Decided) -> bool:
    """Whether nothing is left behind what was looked at."""
    return len(found) < LOOKED_AT and (not found or decided.seen is found[-1])


def _link(edit: Edit, instead: Offer, code: LinkCode, now: datetime) -> Link:
    post = edit.carrying.post
    return Link(
        code=code,
        offer_id=OfferId(instead.id),
        marketplace=instead.marketplace,
        post_id=post.id,
        group_id=post.group_id,
        # New links are those of whoever has the group now; the post's own stays as it is.
        promoter_id=edit.carrying.group.promoter_id,
        target_url=subids.with_sub_id(instead.facts.url, code),
        created_at=now,
    )
