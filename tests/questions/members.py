"""Asking the real service over a filled database, each question by a member of its own."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.app import App, build
from bot.domain.records import Answer, Group, Person, Question
from bot.phrasing import Phrasing
from bot.services.questions.answering import Answering
from bot.services.questions.composing import Composed, Composing
from bot.services.questions.outcomes import Asked, Limited
from bot.settings import load
from storage.database import Database
from storage.people import groups, people
from tests.cast import LIN, NOON, SUNNY_COURT, add_group, add_person, add_promoter
from tests.questions import figures
from tests.questions.asking import Asking
from tests.questions.shelf import Stored

QUESTIONS_OF_A_GROUP = 25
"""Below the service's own limit of a minute: the clock stands still here."""
STRANGERS = 500_000
"""Telegram ids of the members begin here."""


@dataclass(frozen=True)
class Heard:
    """An answer before it was said: what the domain made of the question, and the words."""

    answer: Answer
    question: Question
    composed: Composed


@dataclass(frozen=True)
class Listening(Composing):
    """Composes as ever, and keeps what passed through."""

    heard: list[Heard] = field(default_factory=list)

    async def compose(self, answer: Answer, question: Question, group: Group | None) -> Composed:
        """The words of an answer, noted."""
        composed = await super().compose(answer, question, group)
        self.heard.append(Heard(answer, question, composed))
        return composed


@dataclass(frozen=True)
class Said:
    """What a member was told."""

    text: str
    kind: str
    """Of the answer; of what the catalogue does not answer, the intent."""
    named: tuple[Stored, ...]
    """The offers whose titles it holds, else those it was made of; in their order."""
    unknown: tuple[str, ...]
    """Topics of which it was said that nobody knows."""
    seconds: float
    worded: str = "plain"
    is_private: bool = False
    html: str = ""
    words: str = ""
    """Of the answer alone, without what stands around it."""


@dataclass
class Crowd:
    """Members who ask; ``answering`` may be another than the house's own."""

    database: Database
    shelf: Mapping[str, Stored]
    answering: Answering
    listening: Listening
    group: Group | None = None
    asked: int = 0

    async def ask(self, asking: Asking) -> Said:
        """Ask one question as somebody new, in a group."""
        person, group = await self._somebody(asking.asker)
        about = self.shelf[asking.reply_to].columns["id"] if asking.reply_to else None
        heard = len(self.listening.heard)
        began = time.perf_counter()
        reply = await self.answering.ask(
            Asked(
                text=asking.text,
                person=person,
                language=asking.asker,
                group=group,
                chat_id=group.chat_id,
                message_id=self.asked,
                offer_id=about,
            )
        )
        seconds = time.perf_counter() - began
        if isinstance(reply, Limited):
            raise AssertionError("no member here asks too much")
        text = figures.plain(reply.html)
        if len(self.listening.heard) == heard:
            kind = "my_order" if reply.is_private else "next_post"
            return Said(text, kind, (), (), seconds, is_private=reply.is_private, html=reply.html)
        latest = self.listening.heard[-1]
        return Said(
            text=text,
            kind=latest.answer.kind.value,
            named=self._named(text, latest.answer),
            unknown=tuple(topic.value for topic in latest.answer.unknown),
            seconds=seconds,
            worded=latest.composed.worded,
            html=reply.html,
            words=figures.plain(latest.composed.html),
        )

    def _named(self, text: str, answer: Answer) -> tuple[Stored, ...]:
        by_id = {offer.columns["id"]: offer for offer in self.shelf.values()}
        titled = figures.named(text, self.shelf.values())
        return tuple(titled) or tuple(by_id[offer.id] for offer in answer.offers)

    async def _somebody(self, language: str) -> tuple[Person, Group]:
        async with self.database.write() as connection:
            if self.asked % QUESTIONS_OF_A_GROUP == 0:
                promoter = await people.find_by_telegram(connection, LIN)
                lin = promoter.id if promoter else await add_promoter(connection, LIN, "Lin")
                made = await add_group(connection, lin, SUNNY_COURT - self.asked)
                self.group = await groups.find(connection, made)
            self.asked += 1
            found = await add_person(connection, STRANGERS + self.asked, "Mei", language=language)
            person = await people.find(connection, found)
        if person is None or self.group is None:
            raise AssertionError("nobody came")
        return person, self.group


def house(database: Database, url: str) -> App:
    """Every service over the database at ``url``, at noon for ever; no language model."""
    settings = load(_env_file=None, database_url=url, public_url="https://haowu.example.com")
    return build(settings, database, ("key",), now=lambda: NOON)


def crowd(app: App, shelf: Mapping[str, Stored], *, phrasing: Phrasing | None = None) -> Crowd:
    """Members before the house's own answering, which is listened to."""
    own = app.answering.composing
    listening = Listening(texts=own.texts, zone=own.zone, phrasing=phrasing)
    answering = replace(app.answering, composing=listening)
    return Crowd(app.database, shelf, answering, listening)
