"""Writing down a question and all that follows from it, in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.posts.notices import question_asked
from bot.domain.records import AnswerKind, GroupId, PersonId, QuestionId, Subject
from bot.services.questions import limiting
from bot.services.questions.drafting import Draft, kept
from bot.services.questions.limiting import Met
from bot.services.questions.wishing import Wishing
from storage.catalogue import offers
from storage.database import Connection, Database
from storage.people import homes, people
from storage.posts import notices
from storage.questions import questions
from storage.questions.questions import ANSWERED, LIMITED, REPEATED, TOLD, WAITING, Kept
from storage.questions.told import subject_of

SAME_WITHIN = timedelta(minutes=1)
"""The same words within this are a second press, not a second question."""


@dataclass(frozen=True)
class Writing:
    """The short write at the end of an answer."""

    database: Database
    wishing: Wishing

    async def write(self, draft: Draft) -> QuestionId | Met | None:
        """Keep question, links, wish and notice; or the limit that others met it at meanwhile.

        None where the same was answered since it was read: an update that two processes got.
        """
        person_id = draft.person_id
        is_wished = draft.answer is not None and draft.answer.kind is AnswerKind.NOTHING
        is_wished = is_wished and draft.same is None and person_id is not None
        secret = await self.wishing.secret() if is_wished else b""
        async with self.database.write() as connection:
            await _take_turn(connection, draft)
            met = await limiting.met(connection, person_id, draft.group_id, draft.now)
            if met is not None:
                return met
            if await _is_answered_elsewhere(connection, draft):
                await questions.add(connection, kept(draft, "", REPEATED))
                return None
            question_id = await self._keep(connection, draft)
            if is_wished and person_id is not None:
                await self.wishing.note(connection, person_id, draft.question, secret)
        return question_id

    async def write_limited(self, draft: Draft, met: Met) -> bool:
        """Keep that somebody was told of a limit; False when he was told of it meanwhile."""
        async with self.database.write() as connection:
            await _take_turn(connection, draft)
            now_met = await limiting.met(connection, draft.person_id, draft.group_id, draft.now)
            if now_met is not None and now_met.is_told:
                return False
            await questions.add(connection, kept(draft, "", LIMITED, kind=met.kind))
        return True

    async def _keep(self, connection: Connection, draft: Draft) -> QuestionId:
        if draft.linking is not None:
            await draft.linking.write(connection)
        await self._remember_group(connection, draft)
        if draft.same is not None:
            await questions.add(connection, kept(draft, "", REPEATED))
            return draft.same.id
        state = ANSWERED if draft.repeated is None else TOLD
        state = WAITING if draft.passes_on else state
        question_id = await questions.add(connection, kept(draft, draft.asked.text, state))
        if draft.passes_on and draft.group is not None:
            await self._pass_on(connection, draft, draft.group.promoter_id, question_id)
        return question_id

    async def _remember_group(self, connection: Connection, draft: Draft) -> None:
        group, person_id = draft.asked.group, draft.person_id
        if group is None or person_id is None:
            return
        if await homes.find(connection, person_id) != group.id:
            await homes.mark(connection, person_id, group.id)

    async def _pass_on(
        self, connection: Connection, draft: Draft, promoter_id: PersonId, question_id: QuestionId
    ) -> None:
        """Tell the promoter, unless somebody waits for the same already."""
        if draft.unknown is None or draft.focus is None:
            return
        waiting = await questions.list_open(connection, promoter_id, draft.unknown, limit=2)
        if [each.id for each in waiting] == [question_id]:
            title, topic = draft.focus.facts.title, draft.unknown.topic
            notice = question_asked(question_id, promoter_id, title=title, topic=topic)
            await notices.add(connection, [notice], draft.now)


async def _take_turn(connection: Connection, draft: Draft) -> None:
    """Questions that come at once are counted one after the other."""
    if draft.person_id is not None:
        await people.lock(connection, draft.person_id)
    if draft.group_id is not None:
        await homes.lock(connection, draft.group_id)


async def _is_answered_elsewhere(connection: Connection, draft: Draft) -> bool:
    if draft.same is not None or draft.person_id is None:
        return False
    like = kept(draft, draft.asked.text, ANSWERED)
    return await questions.find_same(connection, like, draft.now - SAME_WITHIN) is not None


async def handed_on(
    connection: Connection,
    group_id: GroupId,
    giver_id: PersonId,
    receiver_id: PersonId,
    now: datetime,
) -> None:
    """Ask the receiver, whose the group is by now, what its members wait for.

    Nobody is asked twice for the same. The giver is asked again for those who wait in other
    groups: the notice of it was of a question that went along.
    """
    theirs = await questions.list_open(connection, receiver_id)
    moved = _firsts(each for each in theirs if each.group_id == group_id)
    known = _firsts(each for each in theirs if each.group_id != group_id)
    left = _firsts(await questions.list_open(connection, giver_id))
    asked = [(receiver_id, about, one) for about, one in moved.items() if about not in known]
    for about, one in moved.items():
        if about in left and left[about].id > one.id:
            asked.append((giver_id, about, left[about]))
    for person_id, about, one in asked:
        offer = await offers.find(connection, about.offer_id)
        if offer is not None:
            title = offer.facts.title
            notice = question_asked(one.id, person_id, title=title, topic=about.topic, is_anew=True)
            await notices.add(connection, [notice], now)


def _firsts(waiting: Iterable[Kept]) -> dict[Subject, Kept]:
    """The earliest question of each thing that is asked for."""
    found: dict[Subject, Kept] = {}
    for each in waiting:
        about = subject_of(each)
        if about is not None:
            found.setdefault(about, each)
    return found
