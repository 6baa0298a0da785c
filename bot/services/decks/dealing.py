"""Dealing decks: once a promoter and day, ahead of the first slot, never after it opened."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.decks import dealing, notes, timing
from bot.domain.decks.cards import Card, Deck, DeckId
from bot.domain.posts.notices import Notice
from bot.domain.posts.slots import SlotKey
from bot.domain.programmes import Programme
from bot.domain.records import Offer, OfferId, PersonId, Shortlist
from bot.domain.texts import Texts
from bot.services.catalogue.shortlisting import Shortlisting
from bot.services.decks import looking_back
from bot.services.decks.gathering import Gathered, gather
from bot.services.decks.looking import Hand, Looked, look
from bot.services.decks.naming import named
from storage.database import Connection, Database
from storage.decks import cards, turns
from storage.posts import notices, slots

PROMOTERS_AT_ONCE = 50
"""Up to ten groups each: as many groups as planning takes in one transaction."""
CARDS_KEPT = timedelta(days=14)
"""Who asks for an older card? What was posted and why is kept for good."""


@dataclass(frozen=True)
class Dealing:
    """From a promoter who is due to the deck and its notice, many promoters at once."""

    database: Database
    programmes: Mapping[str, Programme]
    texts: Mapping[str, Texts]
    now: Callable[[], datetime]
    lead: timedelta = timing.LEAD

    async def deal_due(self, limit: int = PROMOTERS_AT_ONCE) -> int:
        """Look at no more than ``limit`` promoters who are due; at how many.

        Everything is read and decided first and written in one short transaction, which only
        takes whom nobody else took meanwhile: exactly one deck a promoter and day.
        """
        now = self.now()
        async with self.database.glance() as connection:
            due = await turns.list_due(connection, now, limit)
        if not due:
            return 0
        async with self.database.read() as connection:
            looked = await look(connection, self.programmes, due, now, self.lead)
        rankings = await self._rankings(looked)
        dealt: dict[PersonId, tuple[Card, ...]] = {}
        told: list[Notice] = []
        shown: Mapping[OfferId, Offer] = {}
        if looked.hands:
            async with self.database.read() as connection:
                gathered = await self._gather(connection, looked, rankings, now)
                told = await looking_back.began(connection, _owned(looked.hands))
                quiet = await looking_back.lines(connection, _owned(looked.hands), self.texts)
            dealt = {
                each.promoter.id: _dealt(each, gathered, looked.rooms) for each in looked.hands
            }
            shown = _offers(rankings.values())
        async with self.database.write() as connection:
            await slots.ask_by_index(connection)
            claimed = await turns.claim(connection, due, now)
            hands = [hand for hand in looked.hands if hand.promoter.id in claimed]
            if hands:
                made = await _written(connection, hands, dealt, now)
                told = [one for one in told if one.person_id in made]
                told += [
                    self._ready(hand, made[hand.promoter.id], shown, quiet)
                    for hand in hands
                    if hand.promoter.id in made
                ]
                await notices.add(connection, told, now)
            await turns.set_due(connection, {each: looked.due[each] for each in claimed})
        return len(due)

    async def _rankings(self, looked: Looked) -> dict[tuple[str, date], Shortlist]:
        shortlisting = Shortlisting(self.database, self.programmes, self.now)
        wanted = {
            (looked.places[key.group_id], key.day) for hand in looked.hands for key in hand.opens_at
        }
        return {place: await shortlisting.today(*place) for place in sorted(wanted)}

    async def _gather(
        self,
        connection: Connection,
        looked: Looked,
        rankings: Mapping[tuple[str, date], Shortlist],
        now: datetime,
    ) -> Gathered:
        groups = {group.id: group for hand in looked.hands for group in hand.groups}
        keys = [key for hand in looked.hands for key in hand.opens_at]
        return await gather(
            connection, self.programmes, self.texts, rankings, groups, looked.places, keys, now
        )

    def _ready(
        self,
        hand: Hand,
        made: tuple[DeckId, Sequence[Card]],
        shown: Mapping[OfferId, Offer],
        quiet: Mapping[PersonId, str],
    ) -> Notice:
        deck_id, dealt = made
        texts = self.texts.get(hand.promoter.language, self.texts["en"])
        titles = {group.id: group.title for group in hand.groups}
        groups = {card.key.group_id for card in dealt}
        lines = [
            named(
                texts,
                card,
                titles[card.key.group_id],
                shown[card.offer_id],
                is_alone=len(groups) == 1,
            )
            for card in dealt[: notes.LINES_SHOWN]
        ]
        return notes.deck_ready(
            deck_id,
            hand.promoter.id,
            day=hand.day,
            until=hand.first_at,
            groups=len(groups),
            cards=len(dealt),
            lines=lines,
            quiet=quiet.get(hand.promoter.id, ""),
        )


def _dealt(hand: Hand, gathered: Gathered, rooms: Mapping[SlotKey, int]) -> tuple[Card, ...]:
    groups = {group.id: group for group in hand.groups}
    seats = [
        gathered.seat(groups[key.group_id], key, opens_at)
        for key, opens_at in hand.opens_at.items()
    ]
    seats = [replace(seat, room=min(seat.room, rooms.get(seat.key, seat.room))) for seat in seats]
    return dealing.deal(DeckId(0), seats, gathered.taken(hand.groups[0], hand.day))


async def _written(
    connection: Connection,
    hands: Sequence[Hand],
    dealt: Mapping[PersonId, Sequence[Card]],
    now: datetime,
) -> dict[PersonId, tuple[DeckId, Sequence[Card]]]:
    """Keep the decks of ``hands`` that have a card and are the day's first; those, by promoter."""
    last = await cards.list_last_days(connection, [hand.promoter.id for hand in hands])
    new = [
        hand
        for hand in hands
        if dealt[hand.promoter.id]
        and (hand.promoter.id not in last or last[hand.promoter.id] < hand.day)
    ]
    made: dict[PersonId, tuple[DeckId, Sequence[Card]]] = {}
    for deck_id, hand in zip(await cards.take_ids(connection, len(new)), new, strict=True):
        own = [replace(card, deck_id=deck_id) for card in dealt[hand.promoter.id]]
        made[hand.promoter.id] = (deck_id, own)
    decks = [
        Deck(made[hand.promoter.id][0], hand.promoter.id, hand.day, now, hand.first_at)
        for hand in new
    ]
    await cards.add(connection, decks, [card for _, own in made.values() for card in own])
    old = [group.id for hand in new for group in hand.groups]
    await cards.delete_before(connection, old, now.date() - CARDS_KEPT)
    return made


def _owned(hands: Iterable[Hand]) -> list[looking_back.Owned]:
    return [
        looking_back.Owned(
            hand.promoter.id, hand.promoter.language, [each.id for each in hand.groups], hand.day
        )
        for hand in hands
    ]


def _offers(rankings: Iterable[Shortlist]) -> dict[OfferId, Offer]:
    return {
        row.offer.id: row.offer for ranking in rankings for row in (*ranking.rows, *ranking.reserve)
    }
