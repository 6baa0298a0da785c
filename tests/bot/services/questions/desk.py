"""A small house for the tests of questions: Lin's group, three offers, members, a movable clock."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from os import urandom
from zoneinfo import ZoneInfo

from bot.app import load_texts
from bot.domain.records import Currency, Group, GroupId, OfferId, Person, PersonId, QuestionId
from bot.phrasing import Phrasing
from bot.services.questions.answering import Answering
from bot.services.questions.composing import Composing
from bot.services.questions.consulting import Consulting
from bot.services.questions.forgetting import Forgetting
from bot.services.questions.outcomes import Asked, Limited, Reply
from bot.services.questions.wishing import Wishing
from bot.services.questions.writing import Writing
from storage.database import Database
from storage.people import groups, people
from tests import cast

CNY, ZONE = Currency("CNY"), ZoneInfo("Asia/Shanghai")
TEXTS = load_texts()
URL = "https://go.example.com"
CHENS_COURT = -1001000000002


@dataclass
class Desk:
    """Who asks whom of what, and the services under test."""

    database: Database
    stage: cast.Stage
    group: Group
    other: Group
    """Chen's."""
    mei: Person
    cup: OfferId
    kettle: OfferId
    tissue: OfferId
    at: datetime = cast.NOON
    phrasing: Phrasing | None = None
    answering: Answering = field(init=False)
    consulting: Consulting = field(init=False)
    wishing: Wishing = field(init=False)
    forgetting: Forgetting = field(init=False)
    asked: int = 0

    def __post_init__(self) -> None:
        """Build the services over the clock."""
        now, day = (lambda: self.at), timedelta(hours=72)
        composing = Composing(TEXTS, ZONE, self.phrasing)
        self.wishing = Wishing(self.database, now, urandom, CNY)
        writing = Writing(self.database, self.wishing)
        self.answering = Answering(self.database, composing, writing, now, urandom, URL, CNY, day)
        self.consulting = Consulting(self.database, composing, now, urandom, URL, CNY, day)
        self.forgetting = Forgetting(self.database, now)

    async def ask(
        self,
        text: str,
        *,
        about: OfferId | None = None,
        person: Person | None = None,
        group: Group | None = None,
        is_private: bool = False,
        language: str = "en",
    ) -> Reply:
        """Ask in Lin's group as Mei, unless told otherwise; the clock goes on by 20 seconds."""
        found = await self.hear(
            text, about=about, person=person, group=group, is_private=is_private, language=language
        )
        assert isinstance(found, Reply), found
        return found

    async def hear(
        self,
        text: str,
        *,
        about: OfferId | None = None,
        person: Person | None = None,
        group: Group | None = None,
        is_private: bool = False,
        language: str = "en",
        seconds: float = 20,
    ) -> Reply | Limited:
        """The same, whatever comes of it."""
        self.at += timedelta(seconds=seconds)
        self.asked += 1
        who, where = person or self.mei, None if is_private else group or self.group
        chat_id = cast.MEI if where is None else where.chat_id
        return await self.answering.ask(
            Asked(text, who, language, where, chat_id, self.asked, about)
        )

    async def speak(self, reply: Reply, how: str = "group") -> QuestionId:
        """Let the reply stand in Lin's group, in a message numbered after the question."""
        assert reply.question_id is not None
        await self.answering.spoken(
            reply.question_id,
            chat_id=self.group.chat_id,
            message_id=int(reply.question_id) + 100,
            how=how,
        )
        return reply.question_id

    async def member(self, telegram_id: int, name: str = "Somebody") -> Person:
        """Somebody new."""
        async with self.database.write() as connection:
            found = await cast.add_person(connection, telegram_id, name, language="en")
            person = await people.find(connection, PersonId(found))
        assert person is not None
        return person


async def open_desk(database: Database) -> Desk:
    """The house at noon."""
    stage = await cast.set_stage(database)
    async with database.write() as connection:
        chens = await cast.add_group(connection, stage.chen, CHENS_COURT, title="River Court")
        mei = await cast.add_person(connection, cast.MEI, "Mei", language="en")
        cup = await cast.add_offer(
            connection, "cup", title="Paper cup 250 ml", category="Kitchen > Cups", stock=40,
            sales=300, material="paper",
        )  # fmt: skip
        kettle = await cast.add_offer(
            connection, "kettle", title="Travel kettle", category="Kitchen > Kettles", sales=200,
            price_minor=9900, sale_price_minor=8900,
        )  # fmt: skip
        tissue = await cast.add_offer(
            connection, "tissue", title="柔云抽纸 24包", category="Home > Tissues", sales=900,
            delivery="次日达",
        )  # fmt: skip
        found = await groups.list_by_ids(connection, [stage.group, chens])
        person = await people.find(connection, mei)
    assert person is not None
    return Desk(
        database, stage, found[stage.group], found[GroupId(chens)], person, cup, kettle, tissue
    )
