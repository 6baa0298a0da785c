"""A batch of slots decided together and written in one transaction: posts, links, outcomes."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.decks.cards import Choice
from bot.domain.links import subids
from bot.domain.posts import slots as arithmetic
from bot.domain.posts.notices import Notice, slot_missed
from bot.domain.posts.slots import Opening, SlotKey, Window
from bot.domain.programmes import Programme, SlotPlan
from bot.domain.records import (
    Group,
    GroupId,
    GroupState,
    Link,
    LinkCode,
    Post,
    PostId,
    PostState,
    Rendered,
)
from bot.services.posts.drafting import Draft, Drafting, Outcome, hindrance
from bot.services.posts.scheduling import plans_of
from storage.database import Connection
from storage.decks import choices
from storage.links import links
from storage.posts import notices, posts, slots

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
    outcomes: dict[SlotKey, Outcome] = field(default_factory=dict)
    _jobs: list[Job] = field(default_factory=list)
    _drafts: dict[SlotKey, list[Draft]] = field(default_factory=dict)

    def decide(self, jobs: Sequence[Job], drafting: Drafting) -> None:
        """Decide each job by the facts that ``drafting`` holds."""
        for job in jobs:
            self._jobs.append(job)
            self.outcomes[job.key] = self._outcome(job, drafting)

    def rendered(self, key: SlotKey) -> tuple[Rendered, ...]:
        """The posts of a slot as they will look."""
        return tuple(draft.rendered for draft in self._drafts.get(key, ()))

    async def write(
        self, connection: Connection, entropy: Callable[[int], bytes], public_url: str
    ) -> None:
        """Write posts, their links, and what came of each slot, all or nothing."""
        await self._write_posts(connection, entropy, public_url)
        await slots.append_runs(connection, self.outcomes, self.now)

    async def write_planned(
        self, connection: Connection, entropy: Callable[[int], bytes], public_url: str
    ) -> None:
        """Write the slots that came to posts alone; the others may still open in their time."""
        await self._write_posts(connection, entropy, public_url)
        planned = {key: outcome for key, outcome in self.outcomes.items() if key in self._drafts}
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
        await links.add(connection, new_links)
        await choices.append(connection, made)

    async def tell(self, connection: Connection) -> None:
        """Let promoters know of slots that were missed, one sentence a slot and day."""
        missed = Counter(
            (str(self.outcomes[job.key]), job.group.promoter_id, job.key.day, job.key.slot)
            for job in self._jobs
            if self.outcomes[job.key] in _TOLD and job.window.closes_at > self.now - TOLD_WITHIN
        )
        told: list[Notice] = [
            slot_missed(reason, promoter_id, day=day, slot=slot, groups=count)
            for (reason, promoter_id, day, slot), count in missed.items()
        ]
        await notices.add(connection, told, self.now)

    def _outcome(self, job: Job, drafting: Drafting) -> Outcome:
        if job.group.programme not in drafting.programmes:
            return Outcome.NO_PROGRAMME
        hindered = hindrance(job.group, drafting.facts.promoters.get(job.group.promoter_id))
        if hindered is not None:
            return hindered
        if job.window.closes_at <= self.now:
            return Outcome.LATE
        drafts = drafting.drafts(job.group, job.key)
        if not drafts:
            return Outcome.NOTHING_FRESH
        self._drafts[job.key] = drafts
        return Outcome.PLANNED

    def _post(
        self, job: Job, ordinal: int, draft: Draft, post_id: PostId, rendered: Rendered
    ) -> Post:
        # What is left of the window, where the slot is planned in the middle of it.
        rest = Window(max(job.window.opens_at, self.now), job.window.closes_at)
        seed = f"{job.group.id}/{job.key.day}/{job.key.slot}"
        return Post(
            id=post_id,
            group_id=job.group.id,
            promoter_id=job.group.promoter_id,
            offer_id=draft.offer.id,
            day=job.key.day,
            slot=job.key.slot,
            ordinal=ordinal + 1,
            state=PostState.PLANNED,
            due_at=rest.opens_at
            if job.is_at_once
            else arithmetic.spread(ordinal, len(self._drafts[job.key]), rest, seed),
            closes_at=job.window.closes_at,
            rendered=rendered,
            is_autopilot=draft.is_autopilot,
            bot_id=job.group.bot_id,
        )


async def move_on(
    connection: Connection,
    programmes: Mapping[str, Programme],
    done: Collection[Opening],
    groups: Mapping[GroupId, Group],
) -> None:
    """Put the next opening in the place of each that was ``done``; closed groups have none."""
    live = [group for group in groups.values() if group.state != GroupState.CLOSED]
    plans = {
        (group_id, plan.name): plan
        for group_id, own in (await plans_of(connection, programmes, live)).items()
        for plan in own
    }
    found: dict[tuple[SlotPlan, date, str], tuple[date, Window]] = {}
    next_ones: list[Opening] = []
    gone: list[tuple[GroupId, str]] = []
    for opening in done:
        plan = plans.get((opening.group_id, opening.slot))
        if plan is None:
            gone.append((opening.group_id, opening.slot))
            continue
        zone = groups[opening.group_id].timezone
        place = (plan, opening.day, zone)
        if place not in found:
            found[place] = arithmetic.following(plan, opening.day, ZoneInfo(zone))
        day, window = found[place]
        next_ones.append(
            Opening(opening.group_id, opening.slot, day, window.opens_at, window.closes_at)
        )
    await slots.delete_openings(connection, gone)
    await slots.set_openings(connection, next_ones)


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
