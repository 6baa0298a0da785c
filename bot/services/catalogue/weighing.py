"""Weighing: what operators let each of the eight factors count, from a day on, and why."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from zoneinfo import ZoneInfo

from bot.domain.programmes import FACTORS, Programme
from bot.domain.records import PersonId
from bot.errors import InputError, NotFoundError
from bot.services.catalogue.deciding import actor_of, checked
from storage.choosing import weights
from storage.choosing.weights import Weighting
from storage.database import Database
from storage.people import people

HIGHEST = 100.0
"""Only the proportions count; what is above this is a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What counts on a day: every factor's weight, the file's own, and what an operator set."""

    weights: Mapping[str, float]
    own: Mapping[str, float]
    set_by_hand: Weighting | None


@dataclass(frozen=True)
class Weighing:
    """Weights in the place of a programme's file; ``by`` is an operator, None the command line."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]
    zone: ZoneInfo
    operator_ids: Collection[int]

    async def on(self, programme: str, day: date) -> Scale:
        """What the factors of a programme weigh on ``day``; NotFoundError for an unknown one."""
        own = self._programme(programme).weights
        async with self.database.read() as connection:
            found = await weights.find_on(connection, programme, day)
        return Scale({**own, **(found.weights if found else {})}, own, found)

    async def history(self, programme: str) -> list[Weighting]:
        """Everything that was ever set, the latest to begin first."""
        self._programme(programme)
        async with self.database.read() as connection:
            return await weights.list_of(connection, programme)

    async def set(
        self,
        programme: str,
        given: Mapping[str, float],
        *,
        from_on: date,
        reason: str,
        by: PersonId | None,
    ) -> Scale:
        """From ``from_on`` on let ``given`` factors weigh so, and the others as the file says.

        Without any the file counts again. A frozen list stays; the next one is made by it. Raises
        InputError for an unknown factor, an impossible weight, a day that is over and without a
        reason; NotFoundError and NotAllowedError as its name says.
        """
        self._programme(programme)
        said = checked(reason)
        self._check(given, from_on)
        async with self.database.write() as connection:
            actor = await actor_of(connection, by, self.operator_ids)
            weighting = Weighting(programme, from_on, dict(given), said)
            await weights.add(connection, weighting, self.now())
            words = " ".join(f"{name}={value:g}" for name, value in given.items()) or "as the file"
            subject = f"programme:{programme}"
            why = f"from {from_on}: {words}; {said}"
            await people.append_audit(connection, self.now(), actor, "weights", subject, why)
        return await self.on(programme, from_on)

    def _check(self, given: Mapping[str, float], from_on: date) -> None:
        unknown = [name for name in given if name not in FACTORS]
        if unknown:
            raise InputError(f"There is no factor “{unknown[0]}”; there are {', '.join(FACTORS)}.")
        if any(not isfinite(each) or not 0 <= each <= HIGHEST for each in given.values()):
            raise InputError(f"A weight lies between 0 and {HIGHEST:g}.")
        if from_on < self.now().astimezone(self.zone).date():
            raise InputError("Weights count from today on at the earliest; the past is frozen.")

    def _programme(self, name: str) -> Programme:
        if name not in self.programmes:
            raise NotFoundError(f"There is no programme “{name}”.")
        return self.programmes[name]
