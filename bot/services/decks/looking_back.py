"""What autopilot did while nobody said anything, in a line: the day before, and lately."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.decks.cards import Choice, How
from bot.domain.decks.notes import autopilot_began
from bot.domain.decks.wording import accounted
from bot.domain.posts.characters import cleaned, isolated, shortened
from bot.domain.posts.notices import Notice
from bot.domain.records import GroupId, Offer, PersonId
from bot.domain.texts import Texts
from storage.catalogue import offers
from storage.database import Connection, Database
from storage.decks import choices
from storage.decks.choices import Kept
from storage.people import groups

TITLE_LIMIT = 40
LATELY = timedelta(days=1)
"""/picks tells of today and yesterday."""


@dataclass(frozen=True)
class Owned:
    """A promoter's groups on the day of a deck."""

    promoter_id: PersonId
    language: str
    group_ids: Sequence[GroupId]
    day: date


@dataclass(frozen=True)
class Told:
    """One choice of autopilot, with the offer it was."""

    kept: Kept
    offer: Offer | None
    groups: int
    """In how many own groups it was made for the same slot."""

    @property
    def choice(self) -> Choice:
        """What was chosen and why."""
        return self.kept.choice


@dataclass(frozen=True)
class LookingBack:
    """What a promoter asks of autopilot."""

    database: Database
    now: Callable[[], datetime]

    async def lately(self, promoter_id: PersonId, limit: int) -> list[Told]:
        """Autopilot's last choices for own groups, the latest first."""
        async with self.database.read() as connection:
            own = [group.id for group in await groups.list_of(connection, promoter_id)]
            since = (self.now() - LATELY).date()
            kept = _silent(await choices.list_since(connection, own, since))
            found: dict[object, list[Kept]] = {}
            for each in reversed(kept):
                place = (each.key.day, each.key.slot, each.choice.offer_id)
                found.setdefault(place, []).append(each)
            shown = list(found.values())[:limit]
            known = await offers.list_by_ids(
                connection, [several[0].choice.offer_id for several in shown]
            )
        return [
            Told(several[0], known.get(several[0].choice.offer_id), len(several))
            for several in shown
        ]


async def began(connection: Connection, owned: Sequence[Owned]) -> list[Notice]:
    """Word of autopilot for those for whom it chose the day before; each hears it once."""
    found = await _before(connection, owned)
    return [
        autopilot_began(each.promoter_id, day=each.day - timedelta(days=1), posts=len(silent))
        for each in owned
        if (silent := _silent(found[each.promoter_id]))
    ]


async def lines(
    connection: Connection, owned: Sequence[Owned], texts: Mapping[str, Texts]
) -> dict[PersonId, str]:
    """One quiet line of the day before for each promoter for whom autopilot chose."""
    found = await _before(connection, owned)
    silent = {each.promoter_id: _silent(found[each.promoter_id]) for each in owned}
    known = await offers.list_by_ids(
        connection, {several[0].choice.offer_id for several in silent.values() if several}
    )
    said: dict[PersonId, str] = {}
    for each in owned:
        if several := silent[each.promoter_id]:
            words = texts.get(each.language, texts["en"])
            first = several[0].choice
            said[each.promoter_id] = words(
                "deck.quiet",
                count=len(several),
                total=len(found[each.promoter_id]),
                title=title_of(known.get(first.offer_id)),
                reasons=accounted(first, words),
            )
    return said


def title_of(offer: Offer | None) -> str:
    """An offer's title in a line."""
    return isolated(shortened(cleaned(offer.facts.title), TITLE_LIMIT)) if offer else "—"


def _silent(kept: Sequence[Kept]) -> list[Kept]:
    return [each for each in kept if each.choice.how == How.AUTOPILOT]


async def _before(connection: Connection, owned: Sequence[Owned]) -> dict[PersonId, list[Kept]]:
    """What was posted in each promoter's groups on the day before the deck's."""
    since = min((each.day for each in owned), default=date.max) - timedelta(days=1)
    ids = [group_id for each in owned for group_id in each.group_ids]
    by_group: dict[GroupId, list[Kept]] = {}
    for kept in await choices.list_since(connection, ids, since):
        by_group.setdefault(kept.key.group_id, []).append(kept)
    return {
        each.promoter_id: [
            kept
            for group_id in each.group_ids
            for kept in by_group.get(group_id, ())
            if kept.key.day == each.day - timedelta(days=1)
        ]
        for each in owned
    }
