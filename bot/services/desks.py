"""Single services of the house, each imported and built when somebody first asks for it."""

from functools import cached_property
from typing import TYPE_CHECKING

from bot.services.ground import Ground

if TYPE_CHECKING:
    from bot.services.books.crediting import Crediting
    from bot.services.books.reporting import Reporting
    from bot.services.books.settling import Settling
    from bot.services.catalogue.browsing import Browsing
    from bot.services.catalogue.refreshing import Refreshing
    from bot.services.catalogue.shortlisting import Shortlisting
    from bot.services.catalogue.stocking import Stocking
    from bot.services.filing import Filing
    from bot.services.keeping import Keeping
    from bot.services.links.sharing import Sharing
    from bot.services.links.tracking import Tracking
    from bot.services.people.choosing import Choosing
    from bot.services.people.connecting import Connecting
    from bot.services.people.enrolling import Enrolling
    from bot.services.people.inviting import Inviting
    from bot.services.people.standing import Standing
    from bot.services.people.training import Training
    from bot.services.posts.publishing import Publishing
    from bot.services.posts.scheduling import Scheduling
    from bot.services.questions.answering import Answering
    from bot.services.questions.composing import Composing
    from bot.services.questions.consulting import Consulting
    from bot.services.questions.forgetting import Forgetting
    from bot.services.questions.wishing import Wishing
    from bot.services.sends.dispatching import Dispatching
    from bot.services.watching import Watching


class Desks:
    """Each is the same whoever asks: nobody waits at the start for one that nobody needs."""

    def __init__(self, ground: Ground) -> None:
        """``ground`` is what they share."""
        self._ground = ground

    @cached_property
    def enrolling(self) -> "Enrolling":
        """Meeting people, and making promoters of them."""
        from bot.services.people.enrolling import Enrolling

        ground = self._ground
        return Enrolling(
            ground.database, ground.programmes, ground.now, ground.entropy, ground.language
        )

    @cached_property
    def inviting(self) -> "Inviting":
        """Invitations."""
        from bot.services.people.inviting import Inviting

        ground = self._ground
        return Inviting(ground.database, ground.programmes, ground.now, ground.entropy)

    @cached_property
    def standing(self) -> "Standing":
        """How promoters stand, changed by operators."""
        from bot.services.people.standing import Standing

        ground = self._ground
        return Standing(ground.database, ground.programmes, ground.now)

    @cached_property
    def choosing(self) -> "Choosing":
        """The vertical of a group."""
        from bot.services.people.choosing import Choosing

        ground = self._ground
        return Choosing(ground.database, ground.programmes)

    @cached_property
    def training(self) -> "Training":
        """Lessons."""
        from bot.services.people.training import Training

        ground = self._ground
        return Training(ground.database, ground.programmes, ground.now)

    @cached_property
    def connecting(self) -> "Connecting":
        """Groups: connected, moved, lost."""
        from bot.services.people.connecting import Connecting

        ground = self._ground
        return Connecting(
            ground.database,
            ground.programmes,
            ground.now,
            ground.entropy,
            ground.zone.key,
            ground.language,
            ground.bot_ids,
        )

    @cached_property
    def refreshing(self) -> "Refreshing":
        """Feeds taken into the catalogue."""
        from bot.services.catalogue.refreshing import Refreshing

        ground = self._ground
        return Refreshing(ground.database, ground.now, ground.money)

    @cached_property
    def shortlisting(self) -> "Shortlisting":
        """The shortlist of the day."""
        from bot.services.catalogue.shortlisting import Shortlisting

        ground = self._ground
        return Shortlisting(ground.database, ground.programmes, ground.now, ground.zone)

    @cached_property
    def browsing(self) -> "Browsing":
        """The eleven channels."""
        from bot.services.catalogue.browsing import Browsing

        ground = self._ground
        return Browsing(
            ground.database, ground.programmes, self.shortlisting, ground.now, ground.zone
        )

    @cached_property
    def stocking(self) -> "Stocking":
        """Goods of promoters' own."""
        from bot.services.catalogue.stocking import Stocking

        ground = self._ground
        return Stocking(ground.database, ground.programmes, ground.now, ground.money)

    @cached_property
    def scheduling(self) -> "Scheduling":
        """The slots of groups."""
        from bot.services.posts.scheduling import Scheduling

        ground = self._ground
        return Scheduling(ground.database, ground.programmes, ground.now)

    @cached_property
    def publishing(self) -> "Publishing":
        """Posts: planned and shown."""
        from bot.services.posts.publishing import Publishing

        ground = self._ground
        return Publishing(
            ground.database,
            ground.programmes,
            ground.texts,
            ground.now,
            ground.entropy,
            ground.public_url,
        )

    @cached_property
    def dispatching(self) -> "Dispatching":
        """Posts that promoters send by hand."""
        from bot.services.sends.dispatching import Dispatching

        ground = self._ground
        return Dispatching(
            ground.database,
            ground.programmes,
            ground.texts,
            ground.now,
            ground.entropy,
            ground.public_url,
        )

    @cached_property
    def tracking(self) -> "Tracking":
        """Clicks."""
        from bot.services.links.tracking import Tracking

        ground = self._ground
        return Tracking(ground.database, ground.now, ground.entropy)

    @cached_property
    def sharing(self) -> "Sharing":
        """Links that promoters ask for."""
        from bot.services.links.sharing import Sharing

        ground = self._ground
        return Sharing(
            ground.database, ground.programmes, ground.now, ground.entropy, ground.public_url
        )

    @cached_property
    def crediting(self) -> "Crediting":
        """Purchases that were reported."""
        from bot.services.books.crediting import Crediting

        ground = self._ground
        return Crediting(ground.database, ground.programmes, ground.now, ground.money, ground.zone)

    @cached_property
    def settling(self) -> "Settling":
        """What was held enough, and the chain of the books."""
        from bot.services.books.settling import Settling

        ground = self._ground
        return Settling(ground.database, ground.now)

    @cached_property
    def reporting(self) -> "Reporting":
        """What the books say."""
        from bot.services.books.reporting import Reporting

        ground = self._ground
        return Reporting(ground.database, ground.now, ground.zone, ground.money)

    @cached_property
    def watching(self) -> "Watching":
        """How the house is."""
        from bot.services.pulses import Pulse
        from bot.services.watching import Watching

        ground = self._ground
        return Watching(ground.database, ground.now, ground.pulse or Pulse(ground.now))

    @cached_property
    def keeping(self) -> "Keeping":
        """Backups."""
        from bot.services.keeping import Keeping

        ground = self._ground
        return Keeping(ground.database, ground.now)

    @cached_property
    def filing(self) -> "Filing":
        """What is kept by months."""
        from bot.services.filing import Filing

        ground = self._ground
        return Filing(ground.database, ground.now)

    @cached_property
    def composing(self) -> "Composing":
        """Answers in words."""
        from bot.services.questions.composing import Composing

        ground = self._ground
        return Composing(ground.texts, ground.zone, ground.phrasing)

    @cached_property
    def wishing(self) -> "Wishing":
        """Wishes."""
        from bot.services.questions.wishing import Wishing

        ground = self._ground
        return Wishing(ground.database, ground.now, ground.entropy, ground.money)

    @cached_property
    def answering(self) -> "Answering":
        """Questions."""
        from bot.services.questions.answering import Answering
        from bot.services.questions.writing import Writing

        ground = self._ground
        return Answering(
            ground.database,
            self.composing,
            Writing(ground.database, self.wishing),
            ground.now,
            ground.entropy,
            ground.public_url,
            ground.money,
            ground.freshness,
        )

    @cached_property
    def consulting(self) -> "Consulting":
        """Questions that promoters answer."""
        from bot.services.questions.consulting import Consulting

        ground = self._ground
        return Consulting(
            ground.database,
            self.composing,
            ground.now,
            ground.entropy,
            ground.public_url,
            ground.money,
            ground.freshness,
        )

    @cached_property
    def forgetting(self) -> "Forgetting":
        """Old questions, forgotten."""
        from bot.services.questions.forgetting import Forgetting

        ground = self._ground
        return Forgetting(ground.database, ground.now)
