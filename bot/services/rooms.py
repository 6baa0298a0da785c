"""Rooms of the house that are built when somebody first enters: a start waits for none of them."""

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bot.services.desks import Desks
from bot.services.ground import Ground

if TYPE_CHECKING:
    from bot.services.catalogue.steering import Steering
    from bot.services.catalogue.weighing import Weighing
    from bot.services.decks.together import Decks
    from bot.services.growth.together import Growth
    from bot.services.health.together import Healths
    from bot.services.inlines.finding import Finding
    from bot.services.leaving.together import Leaving
    from bot.services.living.choosing import Choosing as TopicChoosing
    from bot.services.pools.together import Pools
    from bot.services.posters.drawing import Drawing
    from bot.services.schedules.together import Schedules


class Rooms(Desks):
    """Each room is imported and built at its first use, and the same from then on."""

    @cached_property
    def growth(self) -> "Growth":
        """Levels and their tasks, mentors, teams, boards."""
        from bot.services.growth import together

        ground = self._ground
        return together.build(ground.database, ground.programmes, ground.now, ground.zone)

    @cached_property
    def leaving(self) -> "Leaving":
        """Groups that are copied, handed on and left; links into them; what goes along."""
        from bot.services.leaving import together

        ground = self._ground
        return together.build(
            ground.database, ground.programmes, ground.now, ground.entropy, ground.zone
        )

    @cached_property
    def health(self) -> "Healths":
        """The health of groups: what they answer, how they stand, what is changed for it."""
        from bot.services.health import together

        ground = self._ground
        return together.build(ground.database, ground.programmes, ground.now)

    @cached_property
    def decks(self) -> "Decks":
        """The day's deck: dealt, turned and decided, and what autopilot did instead."""
        from bot.services.decks import together

        ground = self._ground
        lead = timedelta(minutes=ground.deck_minutes)
        return together.build(ground.database, ground.programmes, ground.texts, ground.now, lead)

    @cached_property
    def schedules(self) -> "Schedules":
        """Schedules: seen and changed, quiet hours, blackout dates, scripts."""
        from bot.services.schedules import together

        ground = self._ground
        return together.build(ground.database, ground.programmes, ground.now)

    @cached_property
    def steering(self) -> "Steering":
        """What operators pin, ban and reorder in the shortlists."""
        from bot.services.catalogue.steering import Steering

        ground = self._ground
        return Steering(
            ground.database,
            ground.programmes,
            ground.now,
            ground.zone,
            ground.operator_ids,
            ground.default_programme,
        )

    @cached_property
    def weighing(self) -> "Weighing":
        """What operators let the factors of a programme weigh."""
        from bot.services.catalogue.weighing import Weighing

        ground = self._ground
        return Weighing(
            ground.database, ground.programmes, ground.now, ground.zone, ground.operator_ids
        )

    @cached_property
    def topics(self) -> "TopicChoosing":
        """Topics of forums."""
        from bot.services.living.choosing import Choosing

        ground = self._ground
        return Choosing(ground.database, ground.programmes, ground.now)

    @cached_property
    def pools(self) -> "Pools":
        """Pools (拼团): opening, joining, collecting."""
        from bot.services.pools import together

        ground = self._ground
        return together.build(
            ground.database,
            ground.programmes,
            ground.texts,
            ground.now,
            ground.entropy,
            ground.public_url,
        )

    @cached_property
    def posters(self) -> "Drawing":
        """Posters with a code to scan."""
        from bot.services.posters.drawing import Drawing

        return Drawing(self.sharing, self._ground.texts, self._ground.zone)

    @cached_property
    def inlines(self) -> "Finding":
        """Inline mode: offers found and shared from any chat."""
        from bot.services.inlines.finding import Finding

        ground = self._ground
        return Finding(
            ground.database, ground.programmes, ground.now, self.shortlisting, self.sharing
        )


if TYPE_CHECKING:
    _Known = Rooms
else:
    _Known = object


class Housed(_Known):
    """Whoever has rooms has every service in them at hand, by its own name."""

    rooms: Rooms

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """The service of that name, built at its first use."""
            if name == "rooms" or name.startswith("_"):
                raise AttributeError(name)
            return getattr(self.rooms, name)


__all__ = ["Ground", "Housed", "Rooms"]
