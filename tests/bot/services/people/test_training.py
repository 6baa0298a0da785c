"""Rules read and questions answered right unlock posting; nothing else does."""

from os import urandom

import pytest

from bot.domain.records import PersonId, PromoterStatus
from bot.errors import InputError, NotAllowedError
from bot.services.people.enrolling import Enrolling
from bot.services.people.enrolments import Joined
from bot.services.people.training import Open, Training, Unlocked, Wrong
from storage.database import Database
from tests.cast import NOON, WEI
from tests.schemes import PROGRAMMES

QUESTIONS = PROGRAMMES["fenxiang"].questions


@pytest.fixture
def enrolling(database: Database) -> Enrolling:
    return Enrolling(database, PROGRAMMES, lambda: NOON, urandom, "zh")


@pytest.fixture
def training(database: Database) -> Training:
    return Training(database, PROGRAMMES, lambda: NOON)


@pytest.fixture
async def wei(enrolling: Enrolling) -> PersonId:
    invitation = await enrolling.invite("fenxiang", owner_id=None)
    person = await enrolling.meet(WEI, "Wei", "zh")
    assert isinstance(await enrolling.join(person.id, invitation.code), Joined)
    return person.id


async def test_rules_and_three_right_answers_unlock(training: Training, wei: PersonId) -> None:
    first = await training.read_rules(wei)
    assert isinstance(first, Open)
    assert first.questions == (0, 1, 2)
    for number in (2, 0):
        assert isinstance(await training.answer(wei, number, QUESTIONS[number].answer), Open)
    between = await training.progress(wei)
    assert isinstance(between, Open)
    assert between.questions == (1,)
    last = await training.answer(wei, 1, QUESTIONS[1].answer)
    assert isinstance(last, Unlocked)
    assert last.is_new
    assert last.promoter.status == PromoterStatus.ACTIVE
    again = await training.answer(wei, 1, QUESTIONS[1].answer)
    assert isinstance(again, Unlocked)
    assert not again.is_new


async def test_answers_without_the_rules_do_not_unlock(training: Training, wei: PersonId) -> None:
    for number, question in enumerate(QUESTIONS):
        step = await training.answer(wei, number, question.answer)
        assert isinstance(step, Open)
    assert isinstance(await training.read_rules(wei), Unlocked)


async def test_a_wrong_answer_leaves_the_question_open(training: Training, wei: PersonId) -> None:
    wrong = (QUESTIONS[0].answer + 1) % 3
    assert isinstance(await training.answer(wei, 0, wrong), Wrong)
    step = await training.progress(wei)
    assert isinstance(step, Open)
    assert 0 in step.questions


async def test_training_is_for_promoters_and_their_questions(
    enrolling: Enrolling, training: Training, wei: PersonId
) -> None:
    with pytest.raises(InputError):
        await training.answer(wei, 9, 0)
    with pytest.raises(NotAllowedError):
        await training.answer(PersonId(999), 0, 0)
    await enrolling.suspend(WEI, by="cli", reason="spam")
    with pytest.raises(NotAllowedError):
        await training.read_rules(wei)
