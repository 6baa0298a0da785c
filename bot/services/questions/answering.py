"""A member's question in, an answer from stored facts out; what nobody knows is passed on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.posts.notices import Tap
from bot.domain.questions.reading import read_question
from bot.domain.questions.vocabulary.talk import is_asking
from bot.domain.records import (
    AnswerKind,
    Currency,
    Group,
    GroupId,
    Intent,
    OfferId,
    PersonId,
    PromoterStatus,
    Question,
    QuestionId,
)
from bot.domain.texts import Html, Texts
from bot.services.questions import limiting, ordering, timing
from bot.services.questions.composing import Composing, disclosed
from bot.services.questions.drafting import TEXT_LIMIT, Draft, kept
from bot.services.questions.limiting import Met
from bot.services.questions.linking import Linking
from bot.services.questions.looking import Looking
from bot.services.questions.outcomes import Asked, Claimed, Limited, Reply, Spoken
from bot.services.questions.writing import SAME_WITHIN, Writing
from storage.database import Connection, Database
from storage.people import groups, homes, people
from storage.questions import claims, questions
from storage.questions.questions import ANSWERED, Kept

POSTED_WITHIN = timedelta(days=60)
"""Posts this old can be replied to."""
DECLINED_FOR = timedelta(days=7)
"""A promoter who declined is not asked for the same again before this."""
CLAIMS_A_DAY = 10
"""Orders that one person may claim: nobody buys more through one group in a day and loses them."""


@dataclass(frozen=True)
class Answering:
    """Answers from what is stored, within limits, each with links of the asker's group."""

    database: Database
    composing: Composing
    writing: Writing
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    public_url: str
    currency: Currency
    freshness: timedelta
    """How old a price may be and still count as present."""

    async def ask(self, asked: Asked) -> Reply | Limited:
        """Answer a question, or say kindly that there were too many.

        Nothing is asked of the network while the database is held. The answer's place is told
        by ``spoken`` once it stands somewhere. Talk that does not call the bot is neither kept
        nor counted.
        """
        if not asked.is_called and self._is_talk(asked):
            return _PASSED_OVER
        now = self.now()
        async with self.database.read() as connection:
            group = asked.group or await self._last_group(connection, asked)
            is_reply = asked.offer_id is not None
            question = self._read(asked.text, asked.language, is_reply=is_reply)
            draft = Draft(asked, now, question, group)
            met = await limiting.met(connection, draft.person_id, draft.group_id, now)
            if met is None:
                await self._draft(connection, draft)
        if met is not None:
            return await self._limited(draft, met)
        if draft.answer is not None:
            composed = await self.composing.compose(draft.answer, draft.question, draft.group)
            draft.html, draft.worded = composed.html, composed.worded
        written = await self.writing.write(draft)
        if isinstance(written, Met):
            return await self._limited(draft, written)
        return Limited(None) if written is None else self._reply(draft, written)

    async def offer_of_message(self, chat_id: int, message_id: int) -> OfferId | None:
        """What the post or the answer in a message is about; None where it is neither."""
        async with self.database.read() as connection:
            found = await questions.find_answered_offer(connection, chat_id, message_id)
            if found is not None:
                return found
            group = await groups.find_by_chat(connection, chat_id)
            if group is None:
                return None
            since = (self.now() - POSTED_WITHIN).date()
            return await questions.find_posted_offer(connection, group.id, message_id, since)

    async def spoken(
        self, question_id: QuestionId, *, chat_id: int, message_id: int | None, how: str
    ) -> None:
        """Note where the answer stands: ``how`` is "private", "group" or "ephemeral:<id>"."""
        async with self.database.write() as connection:
            await questions.mark_spoken(
                connection, question_id, chat_id=chat_id, message_id=message_id, how=how
            )

    async def come_home(self, person_id: PersonId, group_id: int) -> bool:
        """Let what the person asks in private be answered as in the group that he came from.

        False when there is no such group.
        """
        async with self.database.write() as connection:
            group = await groups.find(connection, GroupId(group_id))
            if group is None:
                return False
            await homes.mark(connection, person_id, group.id)
            return True

    async def claim(self, person_id: PersonId, question_id: QuestionId) -> Claimed:
        """Note for the operator that the order of a question is said to be this asker's own."""
        async with self.database.write() as connection:
            asked = await questions.find(connection, question_id)
            if asked is None or asked.person_id != person_id or asked.group_id is None:
                return Claimed.NONE
            order_id = self._read(asked.text, asked.language).order_id
            await people.lock(connection, person_id)
            day_ago = self.now() - limiting.DAY
            is_often = await claims.count_of(connection, person_id, day_ago) >= CLAIMS_A_DAY
            if order_id is None or is_often or not await ordering.is_orphan(connection, order_id):
                return Claimed.NONE
            is_new = await claims.add(connection, order_id, asked.group_id, person_id, self.now())
        return Claimed.NOTED if is_new else Claimed.ALREADY

    # ---- reading

    def _read(self, text: str, language: str, *, is_reply: bool = False) -> Question:
        return read_question(
            text[:TEXT_LIMIT], currency=self.currency, language=language, is_reply=is_reply
        )

    def _is_talk(self, asked: Asked) -> bool:
        is_reply = asked.offer_id is not None
        question = self._read(asked.text, asked.language, is_reply=is_reply)
        return question.intent is Intent.UNCLEAR and not is_asking(asked.text)

    async def _last_group(self, connection: Connection, asked: Asked) -> Group | None:
        if asked.person is None:
            return None
        group_id = await homes.find(connection, asked.person.id)
        return None if group_id is None else await groups.find(connection, group_id)

    async def _draft(self, connection: Connection, draft: Draft) -> None:
        question, group, now = draft.question, draft.group, draft.now
        if draft.person_id is not None:
            like = kept(draft, draft.asked.text, ANSWERED)
            draft.same = await questions.find_same(connection, like, now - SAME_WITHIN)
        texts = self.composing.texts_in(question.language)
        match question.intent:
            case Intent.MY_ORDER:
                draft.is_own_order = True
                draft.html, draft.is_claimable = await ordering.said(
                    connection, question.order_id, group, texts
                )
            case Intent.NEXT_POST:
                draft.html = await timing.next_post(connection, group, texts, now)
            case _:
                await self._look(connection, draft, texts)

    async def _look(self, connection: Connection, draft: Draft, texts: Texts) -> None:
        looking = Looking(connection, draft.now, self.freshness)
        about = await looking.offer(draft.asked.offer_id)
        draft.answer = await looking.answer(draft.question, about, draft.group)
        draft.linking = Linking(draft.group, draft.now, self.entropy, self.public_url)
        draft.buttons = await draft.linking.buttons(connection, draft.answer.offers, texts)
        draft.passes_on = await self._may_pass_on(connection, draft)

    async def _may_pass_on(self, connection: Connection, draft: Draft) -> bool:
        """Whether there is something to ask, and a promoter who may answer and did not decline."""
        group = draft.group
        if draft.unknown is None or group is None or group.promoter_id == draft.person_id:
            return False
        promoter = await people.find_promoter(connection, group.promoter_id)
        if promoter is None or promoter.status == PromoterStatus.SUSPENDED:
            return False
        since = draft.now - DECLINED_FOR
        return not await questions.was_declined(connection, group.promoter_id, draft.unknown, since)

    async def _limited(self, draft: Draft, met: Met) -> Limited:
        if met.is_told or not await self.writing.write_limited(draft, met):
            return Limited(None)
        texts = self.composing.texts_in(draft.asked.language)
        return Limited(texts.html(f"question.limited_{met.kind}"))

    def _reply(self, draft: Draft, question_id: QuestionId) -> Reply:
        texts = self.composing.texts_in(draft.question.language)
        html = draft.html
        if draft.buttons and draft.linking is not None and draft.linking.earns:
            html = disclosed(html, texts)
        if draft.passes_on:
            html = Html(f"{html}\n\n{texts.html('question.asked_promoter')}")
        taps: tuple[tuple[Tap, ...], ...] = ()
        if draft.is_claimable:
            taps = ordering.claim_tap(question_id, texts)
        elif draft.answer is not None and draft.answer.kind is AnswerKind.NOTHING:
            taps = ((Tap(texts("question.want_tap"), f"1:want:{question_id}"),),)
        is_unclear = draft.answer is not None and draft.answer.kind is AnswerKind.UNCLEAR
        return Reply(
            html=html,
            buttons=draft.buttons,
            question_id=question_id,
            is_private=draft.is_own_order,
            is_answered=draft.answer is None or draft.answer.kind not in _NO_ANSWERS,
            taps=taps,
            is_talk=is_unclear and not is_asking(draft.asked.text),
            again=None if draft.same is None else _standing(draft.same),
        )


_PASSED_OVER = Reply(Html(""), (), None, is_private=False, is_answered=False, is_talk=True)
_NO_ANSWERS = frozenset({AnswerKind.NOTHING, AnswerKind.UNKNOWN, AnswerKind.UNCLEAR})


def _standing(same: Kept) -> Spoken | None:
    """Where an answer stands; None until it was spoken."""
    if same.answer_how is None or same.answer_chat_id is None:
        return None
    return Spoken(same.answer_chat_id, same.answer_message_id, same.answer_how)
