"""A batch of slots decided together and written in one transaction: posts, links, outcomes."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.decks.cards import Choice
from bot.domain.health.notes import left_out
from bot.domain.links import subids
from bot.domain.posts import slots as arithmetic
from bot.domain.posts.notices import Notice, slot_missed, slot_silent
from bot.domain.posts.slots import SlotKey, Window
from bot.domain.records import (
    Group,
    Link,
    LinkCode,
    Post,
    PostId,
    PostState,
    Rendered,
)
from bot.domain.schedules.warmth import POLL_OPEN, Warm
from bot.services.posts.drafting import Draft, Drafting, Outcome, hindrance
from bot.services.schedules.silence import Silence
from bot.services.schedules.warming import Warming
from storage.database import Connection
from storage.decks import choices
from storage.links import links
from storage.posts import notices, posts, slots
from storage.schedules import warmth

TOLD_WITHIN = timedelta(days=1)
"""A slot missed longer ago is written down and no longer spoken of."""
_TOLD = (Outcome.LATE, Outcome.NOTHING_FRESH)


@dataclass(frozen=True, slots=True)
class Job:
    """One group's slot to be planned in a window."""

    key: SlotKey
    group: Group
    window: Window
    is_at_once: bool = False
    """Whether somebody is waiting for the posts, so that they are not spread."""


@dataclass
class Planning:
    """What was decided about a batch of jobs, until it is written."""

    now: datetime
    silence: Silence
    warming: Warming
    rooms: Mapping[SlotKey, int] = field(default_factory=dict)
    """Selling posts that there is room for, in slots of groups that are spared some."""
    outcomes: dict[SlotKey, Outcome] = field(default_factory=dict)
    _reasons: dict[SlotKey, str] = field(default_factory=dict)
    """Of blackout dates, in the words of who set them."""
    _warm: dict[SlotKey, Warm] = field(default_factory=dict)
    _unpicked: set[SlotKey] = field(default_factory=set)
    """Slots with picks that are not posted, for the group is given rest."""
    _jobs: list[Job] = field(default_factory=list)
    _drafts: dict[SlotKey, list[Draft]] = field(default_factory=dict)

    def decide(self, jobs: Sequence[Job], drafting: Drafting) -> None:
        """Decide each job by the facts that ``drafting`` holds."""
        for job in jobs:
            opened = self._opened(job)
            self._jobs.append(opened or job)
            self.outcomes[job.key] = self._outcome(job, opened, drafting)

    def rendered(self, key: SlotKey) -> tuple[Rendered, ...]:
        """The posts of a slot as they will look."""
        if key in self._warm:
            return (self._warm[key].rendered,)
        return tuple(draft.rendered for draft in self._drafts.get(key, ()))

    async def write(
        self, connection: Connection, entropy: Callable[[int], bytes], public_url: str
    ) -> None:
        """Write posts, their links, and what came of each slot, all or nothing."""
        await self._write_posts(connection, entropy, public_url)
        await slots.append_runs(connection, self.outcomes, self.now, self._reasons)

    async def write_planned(
        self, connection: Connection, entropy: Callable[[int], bytes], public_url: str
    ) -> None:
        """Write the slots that came to posts alone; the others may still open in their time."""
        await self._write_posts(connection, entropy, public_url)
        planned = {
            key: outcome
            for key, outcome in self.outcomes.items()
            if key in self._drafts or key in self._warm
        }
        await slots.set_runs(connection, planned, self.now)

    async def _write_posts(
        self, connection: Connection, entropy: Callable[[int], bytes], public_url: str
    ) -> None:
        planned = [
            (job, ordinal, draft)
            for job in self._jobs
            for ordinal, draft in enumerate(self._drafts.get(job.key, ()))
        ]
        ids = await posts.take_ids(connection, len(planned))
        new_posts: list[Post] = []
        new_links: list[Link] = []
        made: dict[tuple[SlotKey, int], Choice] = {}
        codes = subids.mint_batch(entropy, len(planned))
        for post_id, code, (job, ordinal, draft) in zip(ids, codes, planned, strict=True):
            rendered = draft.linked(f"{public_url}/r/{code}")
            new_posts.append(self._post(job, ordinal, draft, post_id, rendered))
            new_links.append(_link(job.group, post_id, draft, code, self.now))
            if draft.choice is not None:
                made[job.key, ordinal + 1] = draft.choice
        await posts.append(connection, new_posts, self.now)
        await self._write_warm(connection)
        await links.add(connection, new_links)
        await choices.append(connection, made)

    async def _write_warm(self, connection: Connection) -> None:
        """Posts that sell nothing: no offer, no link."""
        if not self._warm:
            return
        jobs = [job for job in self._jobs if job.key in self._warm]
        ids = await posts.take_ids(connection, len(jobs))
        planned = [
            self._unsold(job, post_id, self._warm[job.key])
            for post_id, job in zip(ids, jobs, strict=True)
        ]
        await posts.append(connection, planned, self.now)
        asked = [post for post in planned if post.rendered.poll is not None]
        await warmth.add_polls(
            connection, [(post.id, post.bot_id, post.due_at + POLL_OPEN) for post in asked]
        )

    def _unsold(self, job: Job, post_id: PostId, warm: Warm) -> Post:
        return Post(
            id=post_id,
            group_id=job.group.id,
            promoter_id=job.group.promoter_id,
            offer_id=None,
            day=job.key.day,
            slot=job.key.slot,
            ordinal=1,
            state=PostState.PLANNED,
            due_at=self._due_at(job, 0, 1),
            closes_at=job.window.closes_at,
            rendered=warm.rendered,
            is_autopilot=True,
            bot_id=job.group.bot_id,
            said=warm.name,
        )

    def _due_at(self, job: Job, ordinal: int, count: int) -> datetime:
        # What is left of the window, where the slot is planned in the middle of it.
        rest = Window(max(job.window.opens_at, self.now), job.window.closes_at)
        seed = f"{job.group.id}/{job.key.day}/{job.key.slot}"
        if job.is_at_once:
            return rest.opens_at
        return arithmetic.spread(ordinal, count, rest, seed)

    async def tell(self, connection: Connection) -> None:
        """Let promoters know of slots that were missed, one sentence a slot and day."""
        missed = Counter(
            (str(self.outcomes[job.key]), job.group.promoter_id, job.key.day, job.key.slot)
            for job in self._jobs
            if self.outcomes[job.key] in _TOLD and job.window.closes_at > self.now - TOLD_WITHIN
        )
        silent = Counter(
            (job.group.promoter_id, job.key.slot)
            for job in self._jobs
            if self.outcomes[job.key] is Outcome.QUIET
        )
        told: list[Notice] = [
            slot_silent(promoter_id, slot=slot, groups=count)
            for (promoter_id, slot), count in silent.items()
        ]
        told += [
            slot_missed(reason, promoter_id, day=day, slot=slot, groups=count)
            for (reason, promoter_id, day, slot), count in missed.items()
        ]
        told += [
            left_out(job.group, day=job.key.day, slot=job.key.slot)
            for job in self._jobs
            if job.key in self._unpicked
        ]
        await notices.add(connection, told, self.now)

    def _opened(self, job: Job) -> Job | None:
        """The job in what quiet hours leave of its window, not over yet if any is; or None."""
        parts = self.silence.open_parts(job.group, job.window)
        if parts == (job.window,):
            return job
        open_ones = [part for part in parts if part.closes_at > self.now] or parts[-1:]
        return replace(job, window=open_ones[0]) if open_ones else None

    def _outcome(self, job: Job, opened: Job | None, drafting: Drafting) -> Outcome:
        if job.group.programme not in drafting.programmes:
            return Outcome.NO_PROGRAMME
        promoter = drafting.facts.promoters.get(job.group.promoter_id)
        floor = drafting.programmes[job.group.programme].more_than_members
        hindered = hindrance(job.group, promoter, more_than=floor)
        if hindered is not None:
            return hindered
        blackout = self.silence.blackout(job.group, job.key.day)
        if blackout is not None:
            self._reasons[job.key] = blackout.reason
            return Outcome.BLACKOUT
        if opened is None:
            return Outcome.QUIET
        if opened.window.closes_at <= self.now:
            return Outcome.LATE
        # Of the few selling posts that a spared group gets, none gives way to a kind word.
        is_free = not self.rooms.get(job.key) and not drafting.facts.picks.get(job.key)
        if is_free and not job.is_at_once:
            warm = self.warming.post(job.group, job.key, drafting.lines)
            if warm is not None:
                self._warm[job.key] = warm
                return Outcome.PLANNED
        return self._sold(job, drafting)

    def _sold(self, job: Job, drafting: Drafting) -> Outcome:
        """What comes of a slot that is to sell; who opens it by hand has every post."""
        room = None if job.is_at_once else self.rooms.get(job.key)
        if room == 0:
            if drafting.facts.picks.get(job.key):
                self._unpicked.add(job.key)
            return Outcome.RESTING
        drafts = drafting.drafts(job.group, job.key)[:room]
        if not drafts:
            return Outcome.NOTHING_FRESH
        self._drafts[job.key] = drafts
        return Outcome.PLANNED

    def _post(
        self, job: Job, ordinal: int, draft: Draft, post_id: PostId, rendered: Rendered
    ) -> Post:
        return Post(
            id=post_id,
            group_id=job.group.id,
            promoter_id=job.group.promoter_id,
            offer_id=draft.offer.id,
            day=job.key.day,
            slot=job.key.slot,
            ordinal=ordinal + 1,
            state=PostState.PLANNED,
            due_at=self._due_at(job, ordinal, len(self._drafts[job.key])),
            closes_at=job.window.closes_at,
            rendered=rendered,
            is_autopilot=draft.is_autopilot,
            bot_id=job.group.bot_id,
            script=draft.script,
        )


def _link(group: Group, post_id: PostId, draft: Draft, code: LinkCode, now: datetime) -> Link:
    return Link(
        code=code,
        offer_id=draft.offer.id,
        marketplace=draft.offer.marketplace,
        post_id=post_id,
        group_id=group.id,
        promoter_id=group.promoter_id,
        target_url=subids.with_sub_id(draft.offer.facts.url, code),
        created_at=now,
    )
