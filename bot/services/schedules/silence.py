"""When nothing is posted in which group: read for a whole batch at once, asked group by group."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.posts.slots import Window
from bot.domain.programmes import Programme
from bot.domain.records import Group
from bot.domain.schedules import quiet as arithmetic
from bot.domain.schedules.blackouts import blackout_on
from bot.domain.schedules.rules import Blackout, Quiet
from bot.services.posts.scheduling import scopes_of
from storage.database import Connection
from storage.schedules import silences


@dataclass(frozen=True)
class Silence:
    """Quiet hours and blackouts of a batch of groups: those of all their scopes hold together."""

    programmes: Mapping[str, Programme]
    quiet: Mapping[str, Quiet | None] = field(default_factory=dict)
    """What was set by hand, by scope."""
    blackouts: Mapping[str, tuple[Blackout, ...]] = field(default_factory=dict)
    _quiets: dict[tuple[str, ...], tuple[Quiet, ...]] = field(default_factory=dict)

    def quiets(self, group: Group) -> tuple[Quiet, ...]:
        """The quiet hours that hold in ``group``, without repetition."""
        scopes = scopes_of(group)
        key = (scopes[0], *(scope for scope in scopes[1:] if scope in self.quiet))
        if key not in self._quiets:
            own = [self.quiet.get(scope) for scope in key]
            programme = self.programmes.get(group.programme)
            if programme is not None and scopes[0] not in self.quiet:
                own[0] = programme.quiet
            self._quiets[key] = tuple(dict.fromkeys(each for each in own if each is not None))
        return self._quiets[key]

    def open_parts(self, group: Group, window: Window) -> tuple[Window, ...]:
        """What of ``window`` is not quiet in ``group``, the earliest first; maybe nothing."""
        quiets = self.quiets(group)
        if not quiets:
            return (window,)
        return arithmetic.open_parts(window, quiets, ZoneInfo(group.timezone))

    def blackout(self, group: Group, day: date) -> Blackout | None:
        """The blackout that holds ``group``'s local ``day``; None on other days."""
        programme = self.programmes.get(group.programme)
        if programme is not None and programme.blackouts:
            found = blackout_on(day, programme.blackouts)
            if found is not None:
                return found
        if not self.blackouts:
            return None
        own = (self.blackouts.get(scope, ()) for scope in scopes_of(group))
        return blackout_on(day, (one for each in own for one in each))


async def read_silence(
    connection: Connection,
    programmes: Mapping[str, Programme],
    groups: Collection[Group],
    since: date,
) -> Silence:
    """What holds in ``groups`` from the local day ``since`` on, in two questions for them all."""
    scopes = {scope for group in groups for scope in scopes_of(group)}
    return Silence(
        programmes,
        await silences.list_quiet(connection, scopes),
        await silences.list_blackouts(connection, scopes, since),
    )
