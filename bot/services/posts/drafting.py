"""What a slot of a group says: the promoter's picks first, then autopilot, each as a post."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.catalogue import selection
from bot.domain.catalogue.assortments import is_own_stock, narrowed
from bot.domain.links.addresses import is_safe_target
from bot.domain.posts import rendering, scripts
from bot.domain.posts.slots import SlotKey
from bot.domain.programmes import Programme, festival_on
from bot.domain.records import (
    Button,
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
from bot.services.posts.wording import Item, Wording
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
    """Its address is checked; the sub-id is not in it yet."""
    rendered: Rendered
    is_autopilot: bool

    def linked(self, url: str) -> Rendered:
        """The post with ``url`` under its button."""
        rendered = self.rendered
        buttons = tuple(
            tuple(Button(button.text, url) for button in row) for row in rendered.buttons
        )
        return Rendered(rendered.html, rendered.image_url, buttons)


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
    """Drafts of one batch; what many groups have in common is judged and rendered once."""

    programmes: Mapping[str, Programme]
    texts: Mapping[str, Texts]
    facts: Facts
    now: datetime
    wording: Wording
    places: Mapping[GroupId, str]
    """The assortment of each group; its shortlist is under that name in ``facts``."""
    _shelves: dict[tuple[str, date], dict[OfferId, Item]] = field(default_factory=dict)
    _picked: dict[tuple[str, date, OfferId, PersonId | None], Item | None] = field(
        default_factory=dict
    )
    _schemes: dict[str, Programme | None] = field(default_factory=dict)

    def drafts(self, group: Group, key: SlotKey) -> list[Draft]:
        """The posts of one slot of ``group``; none when nothing may be posted."""
        programme = self.programmes[group.programme]
        chosen = self._chosen(group, key, programme)
        room = programme.picks_per_slot - len(chosen)
        safe = self._autopilot(group, key, programme, chosen, room) if room > 0 else []
        items = [*chosen, *safe]
        place = (group.promoter_id, key.day)
        self.facts.taken.get(place, set()).update(item.offer.id for item in items)
        return [
            self._draft(group, key, ordinal, item, is_chosen=ordinal < len(chosen))
            for ordinal, item in enumerate(items)
        ]

    def _chosen(self, group: Group, key: SlotKey, programme: Programme) -> list[Item]:
        """The promoter's picks that may still be posted, the earliest choice first."""
        seen = self.facts.seen.get(group.id, {})
        items = [
            self._pick(group, key.day, pick.offer_id)
            for pick in self.facts.picks.get(key, ())
            if not selection.is_repeat(seen.get(pick.offer_id), key.day, programme.repeat_days)
        ]
        return [item for item in items if item is not None][: programme.picks_per_slot]

    def _autopilot(
        self, group: Group, key: SlotKey, programme: Programme, chosen: Sequence[Item], room: int
    ) -> list[Item]:
        """The safe choice: what no other group of the promoter has today, if there is enough.

        Nobody can tell which groups overlap. Where the shortlist has nothing left that is new
        to all of them, an offer may come in two groups on one day, but never twice in one.
        """
        shelf = self._shelf(self.places[group.id], key.day)
        place = (group.promoter_id, key.day)
        unwanted = {*self.facts.skipped.get(place, ()), *(item.offer.id for item in chosen)}
        taken = self.facts.taken.get(place, set())

        def first(avoided: Collection[OfferId], size: int) -> list[Item]:
            found = selection.autopilot(
                shelf,
                posted_on=self.facts.seen.get(group.id, {}),
                taken=avoided,
                repeat_days=programme.repeat_days,
                day=key.day,
                size=size,
            )
            return [shelf[each] for each in found]

        fresh = first(unwanted | taken, room)
        if len(fresh) == room:
            return fresh
        avoided = unwanted | {item.offer.id for item in fresh}
        return [*fresh, *first(avoided, room - len(fresh))]

    def _shelf(self, assortment: str, day: date) -> dict[OfferId, Item]:
        """What of the day's shortlist may be posted now, the best first."""
        place = (assortment, day)
        if place not in self._shelves:
            ranking = self.facts.rankings.get(place)
            items = [
                self._item(assortment, row.offer, row.factors, None)
                for row in (ranking.rows if ranking else ())
            ]
            self._shelves[place] = {item.offer.id: item for item in items if item is not None}
        return self._shelves[place]

    def _pick(self, group: Group, day: date, offer_id: OfferId) -> Item | None:
        assortment, offer = self.places[group.id], self.facts.picked[offer_id]
        owner_id = group.promoter_id if is_own_stock(offer.marketplace) else None
        place = (assortment, day, offer_id, owner_id)
        if place not in self._picked:
            ranking = self.facts.rankings.get((assortment, day))
            factors = {row.offer.id: row.factors for row in (ranking.rows if ranking else ())}
            self._picked[place] = self._item(assortment, offer, factors.get(offer_id, ()), owner_id)
        return self._picked[place]

    def _item(
        self,
        assortment: str,
        offer: Offer,
        factors: tuple[Factor, ...],
        owner_id: PersonId | None,
    ) -> Item | None:
        """What there is to say of ``offer``; None when it may not be posted now."""
        if not is_safe_target(offer.facts.url):
            return None
        if assortment not in self._schemes:
            self._schemes[assortment] = narrowed(self.programmes, assortment)
        scheme = self._schemes[assortment]
        if scheme is None or selection.unfit(offer, scheme, self.now, promoter_id=owner_id):
            return None
        is_low = offer.id in self.facts.lows
        return Item(offer, factors, rendering.reasons(factors), is_thirty_day_low=is_low)

    def _draft(
        self, group: Group, key: SlotKey, ordinal: int, item: Item, *, is_chosen: bool
    ) -> Draft:
        texts = self.texts.get(group.language, self.texts["en"])
        opening = self._opening(group, key, ordinal, texts)
        rendered = self.wording.rendered(item, group, opening, texts, is_chosen=is_chosen)
        return Draft(item.offer, rendered, is_autopilot=not is_chosen)

    def _opening(self, group: Group, key: SlotKey, ordinal: int, texts: Texts) -> str | None:
        programme = self.programmes[group.programme]
        seed = f"{group.id}/{key.day}/{key.slot}/{ordinal}"
        festival = festival_on(programme, key.day)
        season = festival.name if festival and festival.name in programme.scripts else key.slot
        script = scripts.choose(programme.scripts, season, group.language, seed)
        if script is None or "{" not in script:
            return script
        day = texts.day(key.day)
        return scripts.filled(script, {"group": group.title, "day": day, "slot": key.slot})
