"""What a slot of a group says: the promoter's picks first, then autopilot, each as a post."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.catalogue import selection
from bot.domain.links.addresses import is_safe_target
from bot.domain.posts import rendering, scripts
from bot.domain.posts.rendering import Card
from bot.domain.posts.slots import SlotKey
from bot.domain.programmes import Programme
from bot.domain.records import (
    Factor,
    Group,
    GroupId,
    GroupState,
    Offer,
    OfferId,
    PersonId,
    Pick,
    Promoter,
    PromoterStatus,
    Rendered,
    Shortlist,
)
from bot.domain.texts import Texts
from storage.catalogue import offers, shortlists
from storage.database import Connection
from storage.people import people
from storage.posts import posts


class Outcome(StrEnum):
    """What came of a slot; all but "planned" say why nothing was posted."""

    PLANNED = "planned"
    LATE = "late"
    PAUSED = "paused"
    LOST = "lost"
    BELOW_FLOOR = "below_floor"
    NO_RIGHTS = "no_rights"
    NOT_UNLOCKED = "not_unlocked"
    NOTHING_FRESH = "nothing_fresh"
    NO_PROGRAMME = "no_programme"
    ALREADY = "already"
    NO_SLOT = "no_slot"


@dataclass(frozen=True, slots=True)
class Draft:
    """One post as it will look; its link is to be minted."""

    offer: Offer
    target_url: str
    """The offer's own address, checked; the sub-id is not in it yet."""
    rendered: Rendered
    is_autopilot: bool

    def linked(self, url: str) -> Rendered:
        """The post with ``url`` under its button."""
        buttons = tuple(
            tuple(replace(button, url=url) for button in row) for row in self.rendered.buttons
        )
        return replace(self.rendered, buttons=buttons)


@dataclass(frozen=True)
class Facts:
    """What was read for a batch of groups, in a handful of questions whatever its size."""

    promoters: Mapping[PersonId, Promoter]
    rankings: Mapping[tuple[str, date], Shortlist]
    lows: Collection[OfferId]
    """Offers whose present price is a 30-day low."""
    picks: Mapping[SlotKey, Sequence[Pick]]
    picked: Mapping[OfferId, Offer]
    seen: Mapping[GroupId, Mapping[OfferId, date]]
    taken: Mapping[tuple[PersonId, date], set[OfferId]]
    """Offers that a promoter's groups have on a day; grows while the batch is drafted."""
    skipped: Mapping[tuple[PersonId, date], Collection[OfferId]]


async def read_facts(
    connection: Connection,
    programmes: Mapping[str, Programme],
    rankings: Mapping[tuple[str, date], Shortlist],
    groups: Mapping[GroupId, Group],
    keys: Collection[SlotKey],
    now: datetime,
) -> Facts:
    """Everything that drafting the slots ``keys`` of ``groups`` needs."""
    own = [groups[key.group_id] for key in keys]
    owners = {group.promoter_id for group in own}
    days = {key.day for key in keys}
    picks = await shortlists.list_picks_at(connection, keys)
    picked = {pick.offer_id for each in picks.values() for pick in each}
    ranked = {row.offer.id for shortlist in rankings.values() for row in shortlist.rows}
    history = await offers.list_prices(connection, sorted(picked | ranked))
    repeat_days = [
        programmes[each.programme].repeat_days for each in own if each.programme in programmes
    ]
    since = min(days) - timedelta(days=max(repeat_days, default=0))
    skipped = {
        (promoter_id, day): ids
        for day in days
        for promoter_id, ids in (await shortlists.list_skipped(connection, owners, day)).items()
    }
    return Facts(
        promoters=await people.promoters_by_ids(connection, owners),
        rankings=rankings,
        lows={each for each, points in history.items() if selection.true_low(points, now)},
        picks=picks,
        picked=await offers.list_by_ids(connection, sorted(picked)),
        seen=await posts.list_offers_since(connection, {key.group_id for key in keys}, since),
        taken=await posts.list_offers_of_promoters(connection, owners, days),
        skipped=skipped,
    )


def hindrance(group: Group, promoter: Promoter | None) -> Outcome | None:
    """Why selling posts may not go to ``group`` now; None when they may."""
    if group.lost_at is not None or group.state == GroupState.CLOSED:
        return Outcome.LOST
    if group.is_paused:
        return Outcome.PAUSED
    if group.state == GroupState.WARMING:
        return Outcome.BELOW_FLOOR
    if "post" in group.missing_rights:
        return Outcome.NO_RIGHTS
    if promoter is None or promoter.status != PromoterStatus.ACTIVE:
        return Outcome.NOT_UNLOCKED
    return None


@dataclass
class Drafting:
    """Drafts of one batch; what many groups have in common is rendered once."""

    programmes: Mapping[str, Programme]
    texts: Mapping[str, Texts]
    facts: Facts
    now: datetime
    _rendered: dict[tuple[object, ...], Rendered] = field(default_factory=dict)
    _targets: dict[OfferId, str | None] = field(default_factory=dict)

    def drafts(self, group: Group, key: SlotKey) -> list[Draft]:
        """The posts of one slot of ``group``; none when nothing may be posted."""
        programme = self.programmes[group.programme]
        chosen = self._chosen(group, key, programme)
        ranking = self.facts.rankings.get((group.programme, key.day))
        factors = {row.offer.id: row.factors for row in ranking.rows} if ranking else {}
        room = programme.picks_per_slot - len(chosen)
        safe = self._autopilot(group, key, programme, chosen, room) if room > 0 else []
        self.facts.taken.get((group.promoter_id, key.day), set()).update(
            offer.id for offer in [*chosen, *safe]
        )
        return [
            self._draft(
                group, key, ordinal, offer, factors.get(offer.id, ()), ordinal >= len(chosen)
            )
            for ordinal, offer in enumerate([*chosen, *safe])
        ]

    def draft(self, group: Group, key: SlotKey, ordinal: int, offer: Offer) -> Draft:
        """One post of an offer that the promoter chose, whatever the slot holds."""
        return self._draft(group, key, ordinal, offer, (), is_autopilot=False)

    def _chosen(self, group: Group, key: SlotKey, programme: Programme) -> list[Offer]:
        """The promoter's picks that may still be posted, the earliest choice first."""
        seen = self.facts.seen.get(group.id, {})
        picked = [self.facts.picked[pick.offer_id] for pick in self.facts.picks.get(key, ())]
        fit = [
            offer
            for offer in picked
            if selection.unfit(offer, programme, self.now) is None
            and not selection.is_repeat(seen.get(offer.id), key.day, programme.repeat_days)
            and self.target(offer) is not None
        ]
        return fit[: programme.picks_per_slot]

    def _autopilot(
        self,
        group: Group,
        key: SlotKey,
        programme: Programme,
        chosen: Sequence[Offer],
        room: int,
    ) -> list[Offer]:
        """The safe choice: what no other group of the promoter has today, if there is enough.

        Nobody can tell which groups overlap. Where the shortlist has nothing left that is new
        to all of them, an offer may come in two groups on one day, but never twice in one.
        """
        ranking = self.facts.rankings.get((group.programme, key.day))
        candidates = [
            row.offer for row in ranking.rows if self.target(row.offer) is not None
        ] if ranking else []  # fmt: skip
        place = (group.promoter_id, key.day)
        unwanted = {*self.facts.skipped.get(place, ()), *(offer.id for offer in chosen)}
        taken = self.facts.taken.get(place, set())

        def first(avoided: Collection[OfferId], size: int) -> tuple[Offer, ...]:
            return selection.autopilot(
                candidates,
                posted_on=self.facts.seen.get(group.id, {}),
                taken=avoided,
                programme=programme,
                day=key.day,
                now=self.now,
                size=size,
            )

        fresh = first(unwanted | taken, room)
        if len(fresh) == room:
            return list(fresh)
        avoided = unwanted | {offer.id for offer in fresh}
        return [*fresh, *first(avoided, room - len(fresh))]

    def _draft(
        self,
        group: Group,
        key: SlotKey,
        ordinal: int,
        offer: Offer,
        factors: tuple[Factor, ...],
        is_autopilot: bool,
    ) -> Draft:
        opening = self._opening(group, key, ordinal)
        # The factors follow from the programme and the day.
        common = (
            (offer.id, group.programme, key.day, bool(factors)),
            (group.language, group.timezone, opening, is_autopilot),
        )
        rendered = self._rendered.get(common)
        if rendered is None:
            card = Card(
                offer=offer,
                factors=factors,
                opening=opening,
                link_url=offer.facts.url,
                zone=ZoneInfo(group.timezone),
                is_chosen=not is_autopilot,
                is_thirty_day_low=offer.id in self.facts.lows,
            )
            rendered = self._rendered[common] = rendering.render(card, self._texts(group))
        return Draft(offer, self.target(offer) or offer.facts.url, rendered, is_autopilot)

    def _opening(self, group: Group, key: SlotKey, ordinal: int) -> str | None:
        programme = self.programmes[group.programme]
        seed = f"{group.id}/{key.day}/{key.slot}/{ordinal}"
        script = scripts.choose(programme.scripts, key.slot, group.language, seed)
        if script is None or "{" not in script:
            return script
        day = self._texts(group).day(key.day)
        return scripts.filled(script, {"group": group.title, "day": day, "slot": key.slot})

    def _texts(self, group: Group) -> Texts:
        return self.texts.get(group.language, self.texts["en"])

    def target(self, offer: Offer) -> str | None:
        """Where the offer's link may lead; None when nobody may be sent there."""
        if offer.id not in self._targets:
            url = offer.facts.url
            self._targets[offer.id] = url if is_safe_target(url) else None
        return self._targets[offer.id]
