"""Deciding over cards: keep, own words, swap, keep all, the same for all own groups."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.catalogue import selection
from bot.domain.catalogue.assortments import narrowed
from bot.domain.decks import dealing, openers
from bot.domain.decks.cards import Card, CardState, DeckId
from bot.domain.decks.openers import Objected
from bot.domain.programmes import Programme
from bot.domain.records import Group, GroupId, PersonId
from bot.domain.texts import Texts
from bot.services.catalogue.fitting import places_of
from bot.services.decks.gathering import Gathered, gather
from bot.services.decks.outcomes import Dealt, Done, Refusal, Refused
from bot.services.decks.turning import Turning, own_deck, place_in
from storage.catalogue import offers, shortlists
from storage.database import Connection, Database
from storage.decks import cards, keeping


@dataclass(frozen=True)
class Deciding:
    """What a promoter's taps do; a tap that comes twice does it once."""

    database: Database
    programmes: Mapping[str, Programme]
    texts: Mapping[str, Texts]
    now: Callable[[], datetime]
    turning: Turning

    async def keep(
        self, promoter_id: PersonId, deck_id: DeckId, place: int, *, words: str | None = None
    ) -> Done | Refused | Objected:
        """Keep a card, with own ``words`` over the post where there are any: a pick like any."""
        now = self.now()
        async with self.database.write() as connection:
            found = await self._open(connection, promoter_id, deck_id, place)
            if isinstance(found, Refused):
                return found
            _, card, group = found
            if words is not None:
                objected = openers.objected(words)
                if objected is not None:
                    return objected
                words = openers.line(words)
            refused = await self._keep(connection, card, group, now, words)
        return refused or Done(1)

    async def keep_all(self, promoter_id: PersonId, deck_id: DeckId) -> Done | Refused:
        """Keep every card that can still be decided; those that cannot be kept are left."""
        now = self.now()
        async with self.database.write() as connection:
            dealt = await own_deck(connection, promoter_id, deck_id, now)
            if isinstance(dealt, Refused):
                return dealt
            if not dealt.open_places:
                return Refused(Refusal.LATE)
            left = 0
            for place in dealt.unkept:
                found = place_in(dealt, place)
                if found is None or await self._keep(connection, *found, now, None):
                    left += 1
        kept = sum(card.place in dealt.open_places for card in dealt.cards) - left
        return Done(kept, left)

    async def swap(self, promoter_id: PersonId, deck_id: DeckId, place: int) -> Done | Refused:
        """Put what fits the group next best on a card; nothing that was there comes back."""
        async with self.database.read() as connection:
            found = await self._open(connection, promoter_id, deck_id, place)
        if isinstance(found, Refused):
            return found
        dealt, card, group = found
        gathered = await self._gathered(dealt, [card])
        if gathered is None:
            return Refused(Refusal.GONE)
        own = {
            each.offer_id
            for each in dealt.cards
            if each.key.group_id == group.id and each.place != place
        }
        taken = {each.offer_id for each in dealt.cards} | gathered.taken(group, card.key.day)
        seat = gathered.seat(group, card.key, card.opens_at)
        swapped = dealing.swapped(card, seat, own, taken)
        if swapped is None:
            return Refused(Refusal.NO_MORE)
        async with self.database.write() as connection:
            if not await cards.set_card(connection, swapped, seen=card):
                return Refused(Refusal.CHANGED)
            if card.state is CardState.KEPT:
                await keeping.let_go(connection, card.key, card.offer_id)
        return Done(1)

    async def same_for_all(
        self, promoter_id: PersonId, deck_id: DeckId, place: int
    ) -> Done | Refused:
        """Keep a card's offer in the same slot of every own group that may take it.

        What was kept in another group stays as it is, and so does a group that is to see the
        offer in another slot of the day.
        """
        now = self.now()
        async with self.database.read() as connection:
            found = await self._open(connection, promoter_id, deck_id, place)
        if isinstance(found, Refused):
            return found
        dealt, card, _ = found
        likes = _likes(dealt, card)
        gathered = await self._gathered(dealt, likes)
        if gathered is None:
            return Refused(Refusal.GONE)
        done, left = 0, 0
        async with self.database.write() as connection:
            for each in likes:
                group = next(one for one in dealt.groups if one.id == each.key.group_id)
                same = _with_offer(each, card, gathered, group, dealt)
                if same is None or not await cards.set_card(connection, same, seen=each):
                    left += 1
                    continue
                refused = await self._keep(connection, same, group, now, None)
                done, left = (done, left + 1) if refused else (done + 1, left)
        return Done(done, left)

    async def _open(
        self, connection: Connection, promoter_id: PersonId, deck_id: DeckId, place: int
    ) -> tuple[Dealt, Card, Group] | Refused:
        dealt = await own_deck(connection, promoter_id, deck_id, self.now())
        if isinstance(dealt, Refused):
            return dealt
        found = place_in(dealt, place)
        if found is None:
            return Refused(Refusal.GONE)
        if place not in dealt.open_places:
            return Refused(Refusal.LATE)
        return dealt, *found

    async def _keep(
        self,
        connection: Connection,
        card: Card,
        group: Group,
        now: datetime,
        words: str | None,
    ) -> Refused | None:
        offer = await offers.find(connection, card.offer_id)
        places = await places_of(connection, self.programmes, [group], now)
        scheme = narrowed(self.programmes, places.get(group.id, ""))
        if offer is None or scheme is None or selection.unfit(offer, scheme, now):
            return Refused(Refusal.UNFIT)
        planned = (await shortlists.list_picks_at(connection, [card.key])).get(card.key, [])
        others = [pick for pick in planned if pick.offer_id != card.offer_id]
        if len(others) >= self.programmes[group.programme].picks_per_slot:
            return Refused(Refusal.FULL)
        kept = replace(card, state=CardState.KEPT)
        if not await cards.set_card(connection, kept, seen=card):
            return Refused(Refusal.CHANGED)
        await keeping.keep(connection, card.key, card.offer_id, now, words)
        return None

    async def _gathered(self, dealt: Dealt, wanted: Sequence[Card]) -> Gathered | None:
        """What fits the slots of these cards now; None where a programme is no more."""
        now = self.now()
        own: dict[GroupId, Group] = {
            group.id: group
            for group in dealt.groups
            if group.id in {card.key.group_id for card in wanted}
        }
        async with self.database.read() as connection:
            places = await places_of(connection, self.programmes, own.values(), now)
        if len(places) < len(own):
            return None
        keys = [card.key for card in wanted]
        rankings = await self.turning.rankings([(places[key.group_id], key.day) for key in keys])
        async with self.database.read() as connection:
            return await gather(
                connection, self.programmes, self.texts, rankings, own, places, keys, now
            )


def _likes(dealt: Dealt, card: Card) -> list[Card]:
    """The cards of the same slot and ordinal that are still open, ``card`` itself among them."""
    own = {group.id for group in dealt.groups}
    return [
        each
        for each in dealt.cards
        if each.place in dealt.open_places
        and each.key.group_id in own
        and (each.key.slot, each.ordinal) == (card.key.slot, card.ordinal)
        and (each.place == card.place or each.state is not CardState.KEPT)
    ]


def _with_offer(
    each: Card, card: Card, gathered: Gathered, group: Group, dealt: Dealt
) -> Card | None:
    """The card ``each`` with the offer of ``card``; None where its group may not take it."""
    if each.offer_id == card.offer_id:
        return each
    seat = gathered.seat(group, each.key, each.opens_at)
    if card.offer_id in {*seat.barred, *each.gone, *_elsewhere(dealt.cards, each)}:
        return None
    fit = next((one for one in seat.fits if one.offer_id == card.offer_id), None)
    if fit is None:
        return None
    return replace(
        each,
        offer_id=fit.offer_id,
        price_minor=fit.offer.price_now_minor,
        reasons=fit.reasons,
        state=CardState.SWAPPED,
    )


def _elsewhere(dealt: Iterable[Card], each: Card) -> set[object]:
    """What the group of ``each`` is to see on its other cards."""
    return {
        other.offer_id
        for other in dealt
        if other.key.group_id == each.key.group_id and other.place != each.place
    }
