"""Asking the promoter what nobody knows, and passing on the words to everybody who waits."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.posts.characters import cleaned
from bot.domain.posts.rules import banned_claims
from bot.domain.questions import holding
from bot.domain.questions.reading import read_question
from bot.domain.records import (
    Currency,
    Intent,
    Offer,
    PersonId,
    Question,
    QuestionId,
    Subject,
    Told,
    Topic,
)
from bot.domain.texts import Html
from bot.services.questions.composing import Composing, disclosed
from bot.services.questions.linking import Linking
from bot.services.questions.looking import Looking
from bot.services.questions.outcomes import (
    Delivery,
    Passed,
    RefusedTelling,
    Spoken,
    Telling,
    WaitingQuestion,
)
from storage.catalogue import offers
from storage.database import Connection, Database
from storage.people import groups, people
from storage.questions import questions
from storage.questions import told as told_storage
from storage.questions.questions import DECLINED, TOLD, Kept
from storage.questions.told import subject_of

WORDS_LIMIT = 300
"""Characters that a promoter may say: an answer has room for it beside the facts."""
PRIVATE = "private"
"""How an answer in the private chat was spoken."""
WAITING_LIMIT = 50
RENEWED_LIMIT = 200
"""Answers that are put in new words at once, the latest of them: each is one more edit."""
TOLD_SHOWN = 5
"""Own answers that a promoter is offered to correct."""

_LINK = re.compile(
    r"https?:|tg:|www\.|t\.me\b|@\w{3,}|\b[a-z0-9-]+\.[a-z]{2,}\b", re.IGNORECASE | re.ASCII
)
_CONTACT = re.compile(
    r"加(?:我|个?(?:微|薇|v|q))|(?:微信|薇信|威信|v信|vx|wechat|qq|whatsapp)(?:号|:|：|\s)*"
    r"[a-z0-9_-]{5,}|(?<!\d)1\d{2}[- ]?\d{4}[- ]?\d{4}(?!\d)",
    re.IGNORECASE,
)
"""Who is to be written to elsewhere; "微信支付" is no such thing."""


@dataclass(frozen=True)
class Consulting:
    """Only the promoter of the group in which it was asked may see and answer a question."""

    database: Database
    composing: Composing
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    public_url: str
    currency: Currency
    freshness: timedelta

    async def waiting(self, promoter_id: PersonId) -> list[WaitingQuestion]:
        """What members wait for, the earliest first, the same of several people once."""
        async with self.database.read() as connection:
            found = await questions.list_open(connection, promoter_id)
            by_subject: dict[tuple[int | None, Topic | None, str], list[Kept]] = {}
            for kept in found:
                subject = (kept.offer_id, kept.topic, kept.detail)
                by_subject.setdefault(subject, []).append(kept)
            firsts = list(by_subject.values())[:WAITING_LIMIT]
            shown = [await self._shown(connection, several[0], several) for several in firsts]
        return [each for each in shown if each is not None]

    async def answered(self, promoter_id: PersonId) -> list[WaitingQuestion]:
        """What the promoter told lately while the question is remembered, the latest first."""
        async with self.database.read() as connection:
            found = await questions.list_open(connection, promoter_id, state=TOLD)
            own = await told_storage.words_on(connection, promoter_id, found)
            abouts = [(subject_of(each), each) for each in found if each.text]
            latest = {about: each for about, each in abouts if about in own}
            lasts = sorted(latest.values(), key=lambda each: each.id, reverse=True)
            shown = [await self._shown(connection, each, [each]) for each in lasts[:TOLD_SHOWN]]
        return [each for each in shown if each is not None]

    async def take(
        self, promoter_id: PersonId, question_id: QuestionId
    ) -> WaitingQuestion | RefusedTelling:
        """What the promoter is asked for by this question, if it waits for him."""
        async with self.database.read() as connection:
            kept = await questions.find_open(connection, promoter_id, question_id)
            if kept is None:
                return await _closed(connection, promoter_id, question_id)
            same = await _same(connection, promoter_id, kept)
            shown = await self._shown(connection, kept, same)
            return shown or RefusedTelling(Telling.GONE)

    async def decline(
        self, promoter_id: PersonId, question_id: QuestionId
    ) -> Passed | RefusedTelling:
        """Nobody is asked for this again for some days; everybody who waited is told so."""
        async with self.database.write() as connection:
            kept = await questions.find_open(connection, promoter_id, question_id)
            if kept is None:
                return await _closed(connection, promoter_id, question_id)
            return await self._close(connection, promoter_id, kept, DECLINED)

    async def tell(
        self, promoter_id: PersonId, question_id: QuestionId, words: str
    ) -> Passed | RefusedTelling:
        """Keep a promoter's words about an offer, for all own groups, while its facts hold.

        The deliveries are the answers of everybody who waited, in new words; the same words once
        more make the same deliveries, for those that a stop of the process left undone.
        """
        text = cleaned(words)
        refused = refusal(text)
        if refused is not None:
            return refused
        async with self.database.write() as connection:
            kept = await questions.find_open(connection, promoter_id, question_id)
            if kept is None:
                kept = await _told_before(connection, promoter_id, question_id, text)
            if kept is None:
                return await _closed(connection, promoter_id, question_id)
            return await self._keep(connection, promoter_id, kept, text)

    async def correct(
        self, promoter_id: PersonId, question_id: QuestionId, words: str
    ) -> Passed | RefusedTelling:
        """Other words in the place of those that were told; every answer with them is renewed."""
        text = cleaned(words)
        refused = refusal(text)
        if refused is not None:
            return refused
        async with self.database.write() as connection:
            kept = await questions.find_open(connection, promoter_id, question_id, TOLD)
            own = await told_storage.words_on(connection, promoter_id, [kept] if kept else [])
            if kept is None or subject_of(kept) not in own:
                return RefusedTelling(Telling.GONE)
            return await self._keep(connection, promoter_id, kept, text)

    async def _keep(
        self, connection: Connection, promoter_id: PersonId, kept: Kept, text: str
    ) -> Passed | RefusedTelling:
        offer = None
        if kept.offer_id is not None:
            offer = await offers.find(connection, kept.offer_id)
        if kept.topic is None or offer is None:
            return RefusedTelling(Telling.GONE)
        subject = Subject(offer.id, kept.topic, kept.detail)
        await told_storage.put(connection, self._told(promoter_id, offer, subject, text))
        return await self._close(connection, promoter_id, kept, TOLD)

    async def _close(
        self, connection: Connection, promoter_id: PersonId, kept: Kept, state: str
    ) -> Passed:
        """Let nobody wait any more, and put every answer in its new words."""
        same = await _same(connection, promoter_id, kept, kept.state)
        await questions.mark(connection, [each.id for each in same], state)
        latest = same[-RENEWED_LIMIT:]
        renewed = [await self._renewed(connection, each, state) for each in latest]
        return Passed(tuple(each for each in renewed if each is not None))

    def _told(self, promoter_id: PersonId, offer: Offer, subject: Subject, text: str) -> Told:
        return Told(
            offer_id=offer.id,
            topic=subject.topic,
            detail=subject.detail,
            promoter_id=promoter_id,
            promoter_name="",
            text=text,
            told_at=self.now(),
            digest=holding.digest(subject.topic, offer.facts),
        )

    async def _shown(
        self, connection: Connection, kept: Kept, same: Sequence[Kept]
    ) -> WaitingQuestion | None:
        if kept.offer_id is None or kept.topic is None:
            return None
        offer = await offers.find(connection, kept.offer_id)
        if offer is None:
            return None
        return WaitingQuestion(
            question_id=kept.id,
            title=offer.facts.title,
            topic=kept.topic,
            text=kept.text,
            askers=len(same),
            asked_at=kept.asked_at,
        )

    async def _renewed(self, connection: Connection, kept: Kept, state: str) -> Delivery | None:
        """The answer to a question as it is now; None where it stands nowhere."""
        if kept.answer_how is None or kept.answer_chat_id is None or kept.group_id is None:
            return None
        group = await groups.find(connection, kept.group_id)
        question = self._question(kept)
        looking = Looking(connection, self.now(), self.freshness)
        about = await looking.offer(kept.offer_id)
        answer = await looking.answer(question, about, group)
        texts = self.composing.texts_in(question.language)
        linking = Linking(group, self.now(), self.entropy, self.public_url)
        buttons = await linking.buttons(connection, answer.offers, texts)
        await linking.write(connection)
        html = self.composing.plain(answer, question, group)
        if buttons and linking.earns:
            html = disclosed(html, texts)
        if state == DECLINED:
            html = Html(f"{html}\n\n{texts.html('question.nobody_knows')}")
        asker = None if kept.person_id is None else await people.find(connection, kept.person_id)
        is_private = kept.answer_how == PRIVATE
        bot_of = asker if is_private else group
        has_moved = not is_private and group is not None and group.chat_id != kept.answer_chat_id
        return Delivery(
            question_id=kept.id,
            spoken=Spoken(kept.answer_chat_id, kept.answer_message_id, kept.answer_how),
            html=html,
            buttons=buttons,
            bot_id=None if bot_of is None else bot_of.bot_id,
            telegram_id=None if asker is None else asker.telegram_id,
            chat_id=group.chat_id if group is not None and has_moved else None,
        )

    def _question(self, kept: Kept) -> Question:
        """What was asked, of the offer that the first answer was about."""
        read = read_question(
            kept.text, currency=self.currency, language=kept.language, is_reply=True
        )
        topics = dict.fromkeys((*read.topics, *([kept.topic] if kept.topic else [])))
        return replace(
            read,
            language=kept.language,
            intent=Intent.FACTS,
            topics=tuple(topics),
            detail=kept.detail if kept.topic is Topic.ABOUT else read.detail,
            place_key=kept.detail if kept.topic is Topic.DELIVERY else read.place_key,
            wanted=(),
            is_similar=False,
        )


def refusal(text: str) -> RefusedTelling | None:
    """Why ``text`` is not passed on in a promoter's name; None when it is."""
    if not text:
        return RefusedTelling(Telling.EMPTY)
    if len(text) > WORDS_LIMIT:
        return RefusedTelling(Telling.LONG, str(WORDS_LIMIT))
    plain = unicodedata.normalize("NFKC", text)
    link = _LINK.search(plain) or _CONTACT.search(plain)
    if link is not None:
        return RefusedTelling(Telling.LINK, link.group())
    claims = banned_claims(text)
    return RefusedTelling(Telling.CLAIM, claims[0].reason) if claims else None


async def _told_before(
    connection: Connection, promoter_id: PersonId, question_id: QuestionId, text: str
) -> Kept | None:
    """The question if the promoter answered it with these very words."""
    kept = await questions.find_open(connection, promoter_id, question_id, TOLD)
    if kept is None:
        return None
    own = await told_storage.words_on(connection, promoter_id, [kept])
    return kept if own.get(subject_of(kept)) == text else None


async def _closed(
    connection: Connection, promoter_id: PersonId, question_id: QuestionId
) -> RefusedTelling:
    """Why a question does not wait for a promoter; of another's he learns nothing."""
    told = await questions.find_open(connection, promoter_id, question_id, TOLD)
    return RefusedTelling(Telling.GONE if told is None else Telling.ANSWERED)


async def _same(
    connection: Connection, promoter_id: PersonId, kept: Kept, state: str = questions.WAITING
) -> list[Kept]:
    """Every question in ``state`` that asks the same as ``kept``."""
    subject = subject_of(kept)
    if subject is None:
        return [kept]
    return await questions.list_open(connection, promoter_id, subject, state=state)
