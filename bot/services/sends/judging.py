"""Which of a promoter's groups may get an offer now, what each would read, and why others not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.catalogue import selection
from bot.domain.catalogue.assortments import narrowed
from bot.domain.links.addresses import is_safe_target
from bot.domain.posts import rendering, scripts, sends
from bot.domain.posts.sends import SLOT, WINDOW, LeftOut
from bot.domain.posts.slots import Window
from bot.domain.programmes import Programme
from bot.domain.records import Group, GroupId, Offer, OfferId, PostState, Promoter, Shortlist
from bot.domain.schedules.quiet import quiet_until
from bot.domain.texts import Texts
from bot.services.catalogue.fitting import places_of
from bot.services.posts.drafting import Draft, hindrance
from bot.services.posts.wording import Item, Wording
from bot.services.schedules.lines import Lines
from bot.services.schedules.scripting import Scripted
from bot.services.schedules.silence import Silence, read_silence
from storage.catalogue import offers, shortlists
from storage.database import Connection
from storage.people import groups as groups_storage
from storage.posts import posts
from storage.posts import sends as sends_storage


@dataclass(frozen=True, slots=True)
class Addressee:
    """A group that may get the offer now, and the post as it will look there."""

    group: Group
    day: date
    """The group's own day."""
    ordinal: int
    """The first that is free among its sends of the day."""
    draft: Draft
    window: Window
    """In which it may go: later than now where it is quiet time."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found about every group of a promoter."""

    to: tuple[Addressee, ...]
    left_out: tuple[tuple[Group, LeftOut], ...]
    having_it: int
    """Groups that saw the offer today, or are to see it."""


@dataclass(frozen=True)
class Judging:
    """One offer before all groups of one promoter, with what was read for it."""

    programmes: Mapping[str, Programme]
    texts: Mapping[str, Texts]
    offer: Offer
    promoter: Promoter
    now: datetime
    days: Mapping[GroupId, date]
    places: Mapping[GroupId, str]
    rankings: Mapping[tuple[str, date], Shortlist | None]
    seen: Mapping[GroupId, Mapping[OfferId, date]]
    sent: Mapping[GroupId, Mapping[int, PostState]]
    is_low: bool
    wording: Wording
    silence: Silence

    def judged(self, own: Sequence[Group]) -> Judged:
        """Each of ``own`` either among the addressees or left out."""
        reasons = {group.id: self._reason(group) for group in own}
        return Judged(
            to=tuple(self._addressee(group) for group in own if reasons[group.id] is None),
            left_out=tuple(
                (group, reason) for group in own if (reason := reasons[group.id]) is not None
            ),
            having_it=sum(
                self.seen.get(group.id, {}).get(self.offer.id) == self.days[group.id]
                for group in own
            ),
        )

    def _reason(self, group: Group) -> LeftOut | None:
        programme = self.programmes.get(group.programme)
        floor = programme.more_than_members if programme else 0
        hindered = hindrance(group, self.promoter, more_than=floor)
        if hindered is not None:
            return LeftOut(hindered.value)
        scheme = narrowed(self.programmes, self.places.get(group.id, ""))
        if scheme is None:
            return LeftOut.NO_PROGRAMME
        unfit = selection.unfit(self.offer, scheme, self.now, promoter_id=group.promoter_id)
        if unfit is not None:
            return LeftOut(unfit.value)
        if not is_safe_target(self.offer.facts.url):
            return LeftOut.NOT_ALLOWED
        posted_on = self.seen.get(group.id, {}).get(self.offer.id)
        if selection.is_repeat(posted_on, self.days[group.id], scheme.repeat_days):
            return LeftOut.REPEATED
        if self._window(group) is None:
            return LeftOut.BLACKOUT
        has_room = sends.has_room(list(self.sent[group.id].values()))
        return None if has_room else LeftOut.ENOUGH

    def _window(self, group: Group) -> Window | None:
        """In which a send may go to ``group``; None on a blackout date."""
        zone, quiets = ZoneInfo(group.timezone), self.silence.quiets(group)
        begins = quiet_until(self.now, quiets, zone) or self.now
        parts = self.silence.open_parts(group, Window(begins, begins + WINDOW))
        day = begins.astimezone(zone).date()
        is_dark = any(self.silence.blackout(group, each) for each in (self.days[group.id], day))
        return None if is_dark or not parts else parts[0]

    def _addressee(self, group: Group) -> Addressee:
        day, texts = self.days[group.id], self.texts.get(group.language, self.texts["en"])
        ranking = self.rankings.get((self.places[group.id], day))
        rows = ranking.rows if ranking else ()
        factors = next((row.factors for row in rows if row.offer.id == self.offer.id), ())
        item = Item(self.offer, factors, rendering.reasons(factors), self.is_low)
        opening = self._opening(group, day)
        rendered = self.wording.rendered(item, group, opening, texts, is_chosen=True)
        ordinal = max(self.sent[group.id], default=0) + 1
        draft = Draft(self.offer, rendered, is_autopilot=False)
        window = self._window(group)
        assert window is not None  # noqa: S101 - else it was left out
        return Addressee(group, day, ordinal, draft, window)

    def _opening(self, group: Group, day: date) -> str | None:
        """The same for all groups of a programme and language: one preview speaks for them."""
        programme = self.programmes[group.programme]
        lines = Lines(self.programmes, self.texts, {self.promoter.id: self.promoter}, self.now)
        season = lines.season(group)
        name = season.name if season and season.name in programme.scripts else SLOT
        seed = f"{self.promoter.id}/{self.offer.id}/{day}"
        values = lines.values(group, day, SLOT)
        script = scripts.choose(programme.scripts, name, group.language, seed, values=values)
        return None if script is None else scripts.filled(script, values)


async def judge(
    connection: Connection,
    programmes: Mapping[str, Programme],
    texts: Mapping[str, Texts],
    offer: Offer,
    promoter: Promoter,
    now: datetime,
    wording: Wording,
) -> Judged:
    """``offer`` before all groups of ``promoter``, the earliest connected first."""
    own = await groups_storage.list_of(connection, promoter.id)
    days = {group.id: now.astimezone(ZoneInfo(group.timezone)).date() for group in own}
    places = await places_of(connection, programmes, own, now)
    programmes = await Scripted().over(connection, programmes)
    longest = max((programmes[group.programme].repeat_days for group in own if group.id in places),
                  default=0)  # fmt: skip
    since = min(days.values(), default=now.date()) - timedelta(days=longest)
    history = (await offers.list_prices(connection, [offer.id])).get(offer.id, [])
    found = Judging(
        programmes=programmes,
        texts=texts,
        offer=offer,
        promoter=promoter,
        now=now,
        days=days,
        places=places,
        rankings={
            (name, day): await shortlists.find_latest(connection, name, day)
            for name, day in {(name, days[group_id]) for group_id, name in places.items()}
        },
        seen=await posts.list_offers_since(connection, list(days), since),
        sent=await sends_storage.list_states(connection, days),
        is_low=selection.true_low(history, now),
        wording=wording,
        silence=await read_silence(connection, programmes, own, since),
    )
    return found.judged(own)
