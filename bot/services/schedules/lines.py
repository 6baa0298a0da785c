"""The opening line of each post of a batch: by festival or slot, never twice in a row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.catalogue.festivals import season_at
from bot.domain.posts import scripts
from bot.domain.posts.slots import SlotKey
from bot.domain.programmes import Festival, Programme
from bot.domain.records import Group, GroupId, PersonId, Promoter
from bot.domain.texts import Texts

WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """An opening line as it is said, and the digest of its variant."""

    text: str
    digest: int


@dataclass
class Lines:
    """Chooses and fills scripts; remembers what each group heard last while a batch is drafted."""

    programmes: Mapping[str, Programme]
    texts: Mapping[str, Texts]
    promoters: Mapping[PersonId, Promoter]
    now: datetime
    last: dict[GroupId, int] = field(default_factory=dict)
    """The digest of each group's last script."""
    _shared: dict[tuple[str, str, str, date, str], dict[str, str]] = field(default_factory=dict)
    _seasons: dict[tuple[str, str], Festival | None] = field(default_factory=dict)

    def line(self, group: Group, key: SlotKey, ordinal: int) -> Line | None:
        """What opens the post ``ordinal`` of a slot; None where the programme has no script."""
        programme = self.programmes[group.programme]
        season = self.season(group)
        name = season.name if season and season.name in programme.scripts else key.slot
        seed = f"{group.id}/{key.day}/{key.slot}/{ordinal}"
        values = self.values(group, key.day, key.slot)
        avoid = self.last.get(group.id)
        script = scripts.choose(
            programme.scripts, name, group.language, seed, avoid=avoid, values=values
        )
        if script is None:
            return None
        found = Line(scripts.filled(script, values), scripts.digest(script))
        self.last[group.id] = found.digest
        return found

    def season(self, group: Group) -> Festival | None:
        """The festival in ``group`` now; None in ordinary days."""
        place = (group.programme, group.timezone)
        if place not in self._seasons:
            programme = self.programmes[group.programme]
            self._seasons[place] = season_at(self.now, programme, ZoneInfo(group.timezone))
        return self._seasons[place]

    def values(self, group: Group, day: date, slot: str) -> dict[str, str]:
        """What placeholders stand for in ``group`` on its local ``day``; "" where there is none."""
        place = (group.programme, group.timezone, group.language, day, slot)
        if place not in self._shared:
            self._shared[place] = self._values(group, day, slot)
        promoter = self.promoters.get(group.promoter_id)
        own = {"group": group.title, "promoter": (promoter.name if promoter else None) or ""}
        return self._shared[place] | own | {"count": str(group.member_count or "")}

    def _values(self, group: Group, day: date, slot: str) -> dict[str, str]:
        """What all groups of a programme, a zone and a language have in common."""
        texts = self.texts.get(group.language, self.texts["en"])
        season = self.season(group)
        return {
            "festival": season.title.get(group.language, "") if season else "",
            "weekday": WEEKDAYS[texts.language][day.weekday()],
            "day": texts.day(day),
            "slot": texts.words.get(f"slot.{slot}", slot),
        }
