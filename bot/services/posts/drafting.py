"""What a slot of a group says: the promoter's picks first, then autopilot, each as a post."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from bot.domain.catalogue import selection
from bot.domain.catalogue.assortments import is_own_stock, narrowed
from bot.domain.catalogue.selection import Unfit
from bot.domain.decks import silence
from bot.domain.decks.cards import CardState, Cause, Choice, How, Reason
from bot.domain.links.addresses import is_safe_target
from bot.domain.posts import rendering
from bot.domain.posts.slots import SlotKey
from bot.domain.programmes import Programme
from bot.domain.records import (
    Button,
    Factor,
    Group,
    GroupId,
    GroupState,
    Offer,
    OfferId,
    PersonId,
    Promoter,
    PromoterStatus,
    Ranked,
    Rendered,
    Shortlist,
)
from bot.domain.texts import Texts
from bot.services.posts.facts import Facts, read_facts
from bot.services.posts.wording import Item, Wording
from bot.services.schedules.lines import Lines

__all__ = ["Draft", "Drafting", "Outcome", "hindrance", "read_facts"]

PLAIN = (Reason("ranking"),)
"""What nothing else is known of: the day's ranking, the same for every group."""


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
    QUIET = "quiet"
    BLACKOUT = "blackout"
    RESTING = "resting"


@dataclass(frozen=True, slots=True)
class Draft:
    """One post as it will look; its link is to be minted."""

    offer: Offer
    """Its address is checked; the sub-id is not in it yet."""
    rendered: Rendered
    is_autopilot: bool
    choice: Choice | None = None
    """Whose it was, and why; None for what is no slot's."""
    script: int | None = None
    """The digest of the script that opens it; None for own words and for none."""

    def linked(self, url: str) -> Rendered:
        """The post with ``url`` under its button."""
        rendered = self.rendered
        buttons = tuple(
            tuple(Button(button.text, url) for button in row) for row in rendered.buttons
        )
        return Rendered(rendered.html, rendered.image_url, buttons)


def hindrance(group: Group, promoter: Promoter | None, *, more_than: int = 0) -> Outcome | None:
    """Why selling posts may not go to ``group`` now; None when they may.

    ``more_than`` is the programme's floor, for a group on probation may be below it.
    """
    if group.lost_at is not None or group.state == GroupState.CLOSED:
        return Outcome.LOST
    if group.is_paused:
        return Outcome.PAUSED
    is_small = group.state == GroupState.PROBATION and group.member_count <= more_than
    if group.state == GroupState.WARMING or is_small:
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
    _unfit: dict[tuple[str, date], dict[OfferId, Unfit]] = field(default_factory=dict)

    @cached_property
    def lines(self) -> Lines:
        """The opening lines of this batch: no group hears the same twice in a row."""
        facts = self.facts
        last = dict(facts.scripts)
        return Lines(self.programmes, self.texts, facts.promoters, self.now, last)

    def drafts(self, group: Group, key: SlotKey) -> list[Draft]:
        """The posts of one slot of ``group``; none when nothing may be posted."""
        programme = self.programmes[group.programme]
        chosen = self._chosen(group, key, programme)
        room = programme.picks_per_slot - len(chosen)
        safe = self._autopilot(group, key, programme, chosen, room) if room > 0 else []
        place = (group.promoter_id, key.day)
        made = [*chosen, *((item, None, choice) for item, choice in safe)]
        self.facts.taken.get(place, set()).update(item.offer.id for item, _, _ in made)
        return [
            self._draft(group, key, ordinal, item, choice, words)
            for ordinal, (item, words, choice) in enumerate(made)
        ]

    def preview(
        self, group: Group, key: SlotKey, offer_id: OfferId, words: str | None, *, is_chosen: bool
    ) -> Rendered | None:
        """How ``offer_id`` would look in a slot of ``group``; None when it may not be posted."""
        item = self.shelf(self.places[group.id], key.day).get(offer_id)
        if item is None:
            return None
        choice = Choice(offer_id, How.KEPT if is_chosen else How.AUTOPILOT)
        return self._draft(group, key, 0, item, choice, words).rendered

    def _chosen(
        self, group: Group, key: SlotKey, programme: Programme
    ) -> list[tuple[Item, str | None, Choice]]:
        """The promoter's picks that may still be posted, the earliest choice first."""
        seen = self.facts.seen.get(group.id, {})
        cards = {card.offer_id: card for card in self.facts.cards.get(key, ())}
        found: list[tuple[Item, str | None, Choice]] = []
        for pick in self.facts.picks.get(key, ()):
            if selection.is_repeat(seen.get(pick.offer_id), key.day, programme.repeat_days):
                continue
            item, card = self._pick(group, key.day, pick.offer_id), cards.get(pick.offer_id)
            if item is not None:
                how = How.KEPT if card else How.PICKED
                choice = Choice(pick.offer_id, how, card.reasons if card else ())
                found.append((item, pick.words, choice))
        return found[: programme.picks_per_slot]

    def _autopilot(
        self,
        group: Group,
        key: SlotKey,
        programme: Programme,
        chosen: Sequence[tuple[Item, str | None, Choice]],
        room: int,
    ) -> list[tuple[Item, Choice]]:
        """The safe choice: what the deck showed, then what no other group of the promoter has.

        Nobody can tell which groups overlap, so all of one promoter count as overlapping: what
        comes in two of them on one day was picked by hand.
        """
        shelf = self.shelf(self.places[group.id], key.day)
        place = (group.promoter_id, key.day)
        skipped = self.facts.skipped.get(place, ())
        unwanted = {*skipped, *(item.offer.id for item, _, _ in chosen)}
        taken = self.facts.taken.get(place, set())
        seen = self.facts.seen.get(group.id, {})
        cards = [card for card in self.facts.cards.get(key, ()) if card.state != CardState.KEPT]

        def why_not(offer_id: OfferId) -> Cause | None:
            if offer_id in skipped:
                return Cause.SKIPPED
            is_repeat = selection.is_repeat(seen.get(offer_id), key.day, programme.repeat_days)
            if is_repeat or offer_id in unwanted:
                return Cause.REPEATED
            return None if offer_id in shelf else self._missing(group, key.day, offer_id)

        answered = silence.answered(
            cards, why_not, lambda each: shelf[each].offer.price_now_minor, taken, room
        )

        dealt = {choice.offer_id for choice in answered}
        # What was swapped away is not posted by another way.
        unwanted |= dealt.union(*(card.gone for card in cards))
        fresh = selection.autopilot(
            shelf,
            posted_on=seen,
            taken=unwanted | taken,
            repeat_days=programme.repeat_days,
            day=key.day,
            size=room - len(answered),
        )
        plain = [Choice(each, How.AUTOPILOT, PLAIN) for each in fresh]
        return [(shelf[choice.offer_id], choice) for choice in (*answered, *plain)]

    def _missing(self, group: Group, day: date, offer_id: OfferId) -> Cause:
        """Why an offer of a card is not among what may be posted now."""
        place = (self.places[group.id], day)
        if place not in self._unfit:
            ranking, scheme = self.facts.rankings.get(place), narrowed(self.programmes, place[0])
            self._unfit[place] = {
                row.offer.id: unfit
                for row in _all_rows(ranking)
                if scheme and (unfit := selection.unfit(row.offer, scheme, self.now))
            }
        unfit = self._unfit[place].get(offer_id)
        return Cause.UNLISTED if unfit in (None, Unfit.BANNED) else Cause(unfit.value)

    def shelf(self, assortment: str, day: date) -> dict[OfferId, Item]:
        """What of the day's shortlist may be posted now, the best first."""
        place = (assortment, day)
        if place not in self._shelves:
            ranking = self.facts.rankings.get(place)
            items = [
                self._item(assortment, row.offer, row.factors, None) for row in _all_rows(ranking)
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
        self,
        group: Group,
        key: SlotKey,
        ordinal: int,
        item: Item,
        choice: Choice,
        words: str | None,
    ) -> Draft:
        texts = self.texts.get(group.language, self.texts["en"])
        is_chosen = choice.how in (How.PICKED, How.KEPT)
        line = None if words else self.lines.line(group, key, ordinal)
        opening = words or (line.text if line else None)
        rendered = self.wording.rendered(item, group, opening, texts, is_chosen=is_chosen)
        return Draft(item.offer, rendered, not is_chosen, choice, line.digest if line else None)


def _all_rows(ranking: Shortlist | None) -> tuple[Ranked, ...]:
    """What is shown of a ranking and the reserve behind it, the best first."""
    return (*ranking.rows, *ranking.reserve) if ranking else ()
