"""Turning a deck: which one is open, and a card as the group would read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.decks.cards import Card, Deck, DeckId
from bot.domain.programmes import Programme
from bot.domain.records import Group, PersonId, Shortlist
from bot.domain.texts import Texts
from bot.services.catalogue.fitting import places_of
from bot.services.catalogue.shortlisting import Shortlisting
from bot.services.decks.outcomes import Dealt, Refusal, Refused, Seen
from bot.services.posts.drafting import Drafting
from bot.services.posts.facts import read_facts
from bot.services.posts.wording import Wording
from storage.catalogue import offers
from storage.database import Connection, Database
from storage.decks import cards
from storage.people import groups
from storage.posts import slots


@dataclass(frozen=True)
class Turning:
    """Own decks, looked at; nobody sees another's."""

    database: Database
    programmes: Mapping[str, Programme]
    texts: Mapping[str, Texts]
    now: Callable[[], datetime]

    async def today(self, promoter_id: PersonId) -> Dealt | None:
        """The promoter's deck that can still be decided; None when there is none."""
        async with self.database.read() as connection:
            deck = await cards.find_last(connection, promoter_id)
            if deck is None:
                return None
            dealt = await dealt_of(connection, deck, self.now())
        return dealt if dealt.open_places else None

    async def deck(self, promoter_id: PersonId, deck_id: DeckId) -> Dealt | Refused:
        """An own deck, however old."""
        async with self.database.read() as connection:
            return await own_deck(connection, promoter_id, deck_id, self.now())

    async def look(self, promoter_id: PersonId, deck_id: DeckId, place: int) -> Seen | Refused:
        """One card of an own deck, with the post as its group would read it."""
        now = self.now()
        async with self.database.read() as connection:
            dealt = await own_deck(connection, promoter_id, deck_id, now)
            if isinstance(dealt, Refused):
                return dealt
            found = place_in(dealt, place)
            if found is None:
                return Refused(Refusal.GONE)
            card, group = found
            places = await places_of(connection, self.programmes, [group], now)
        if group.id not in places:
            return Refused(Refusal.GONE)
        rankings = await self.rankings([(places[group.id], card.key.day)])
        async with self.database.read() as connection:
            facts = await read_facts(
                connection, self.programmes, rankings, {group.id: group}, [card.key], now
            )
        drafting = Drafting(self.programmes, self.texts, facts, now, Wording(), places)
        pick = next(
            (one for one in facts.picks.get(card.key, ()) if one.offer_id == card.offer_id), None
        )
        words = pick.words if pick else None
        rendered = drafting.preview(
            group, card.key, card.offer_id, words, is_chosen=pick is not None
        )
        at = dealt.index(place) or 0
        return Seen(dealt, card, group, dealt.offers[at], rendered, words)

    async def rankings(self, wanted: list[tuple[str, date]]) -> dict[tuple[str, date], Shortlist]:
        """The frozen shortlists of these (assortment, day)."""
        shortlisting = Shortlisting(self.database, self.programmes, self.now)
        return {place: await shortlisting.today(*place) for place in dict.fromkeys(wanted)}


async def own_deck(
    connection: Connection, promoter_id: PersonId, deck_id: DeckId, now: datetime
) -> Dealt | Refused:
    """The deck with this id; of another's nobody learns that there is one."""
    deck = await cards.find(connection, deck_id)
    if deck is None or deck.promoter_id != promoter_id:
        return Refused(Refusal.GONE)
    dealt = await dealt_of(connection, deck, now)
    return dealt if dealt.cards else Refused(Refusal.LATE)


async def dealt_of(connection: Connection, deck: Deck, now: datetime) -> Dealt:
    """A deck with its cards as they stand at ``now``."""
    found = await cards.list_of(connection, deck.id)
    own = {group.id: group for group in await groups.list_of(connection, deck.promoter_id)}
    ran = await slots.list_runs(connection, [card.key for card in found]) if found else {}
    known = await offers.list_by_ids(connection, {card.offer_id for card in found})
    return Dealt(
        deck=deck,
        cards=found,
        groups=tuple(own.values()),
        offers=tuple(known.get(card.offer_id) for card in found),
        open_places=frozenset(
            card.place
            for card in found
            if card.opens_at > now and card.key not in ran and card.key.group_id in own
        ),
    )


def place_in(dealt: Dealt, place: int) -> tuple[Card, Group] | None:
    """The card at ``place`` with its group; None where there is none, or it is no longer own."""
    at = dealt.index(place)
    if at is None:
        return None
    card = dealt.cards[at]
    group = next((each for each in dealt.groups if each.id == card.key.group_id), None)
    return None if group is None else (card, group)
