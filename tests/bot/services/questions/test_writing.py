"""A group that goes to another promoter takes along what its members wait for."""

from bot.domain.records import Group, PromoterStatus, QuestionId
from bot.services.questions.outcomes import Passed, RefusedTelling, Spoken, Telling
from bot.services.questions.writing import handed_on
from storage.leaving import transfers
from storage.people import groups, people
from tests import cast
from tests.bot.services.questions.desk import Desk
from tests.bot.services.questions.test_consulting import WORDS, ask_material, noted


async def hand_on(desk: Desk) -> None:
    """Let Lin's group be Chen's."""
    lin, chen = desk.stage.lin, desk.stage.chen
    async with desk.database.write() as connection:
        assert await transfers.move(connection, desk.group.id, lin, chen)
        await handed_on(connection, desk.group.id, lin, chen, desk.at)
        found = await groups.find(connection, desk.group.id)
    assert found is not None
    desk.group = found


async def one_more(desk: Desk) -> Group:
    """A second group of Lin's."""
    async with desk.database.write() as connection:
        made = await cast.add_group(connection, desk.stage.lin, -1001000000009)
        found = await groups.find(connection, made)
    assert found is not None
    return found


async def waiting(desk: Desk, promoter_id: object) -> list[QuestionId]:
    return [one.question_id for one in await desk.consulting.waiting(promoter_id)]  # type: ignore[arg-type]


async def test_who_takes_a_group_over_is_asked_what_waits_there(desk: Desk) -> None:
    first = await ask_material(desk)
    await ask_material(desk, person=await desk.member(77))
    await hand_on(desk)
    assert await noted(desk) == [(desk.stage.lin, first), (desk.stage.chen, first)]
    assert await waiting(desk, desk.stage.lin) == []
    gone = RefusedTelling(Telling.GONE)
    assert await desk.consulting.tell(desk.stage.lin, first, WORDS) == gone
    passed = await desk.consulting.tell(desk.stage.chen, first, WORDS)
    assert isinstance(passed, Passed)
    assert len(passed.deliveries) == 2
    assert "Chen" in passed.deliveries[0].html


async def test_who_was_asked_the_same_is_not_asked_again(desk: Desk) -> None:
    theirs = await ask_material(desk, group=desk.other)
    first = await ask_material(desk)
    await hand_on(desk)
    assert await noted(desk) == [(desk.stage.chen, theirs), (desk.stage.lin, first)]
    assert await waiting(desk, desk.stage.chen) == [theirs]


async def test_who_hands_on_is_asked_for_those_who_wait_in_other_groups(desk: Desk) -> None:
    group = await one_more(desk)
    first = await ask_material(desk)
    second = await ask_material(desk, group=group, person=await desk.member(77))
    await hand_on(desk)
    assert (desk.stage.lin, second) in await noted(desk)
    assert await waiting(desk, desk.stage.lin) == [second]
    assert (desk.stage.chen, first) in await noted(desk)


async def test_what_the_giver_told_stays_the_givers(desk: Desk) -> None:
    group = await one_more(desk)
    question_id = await ask_material(desk)
    await desk.consulting.tell(desk.stage.lin, question_id, WORDS)
    await hand_on(desk)
    assert await desk.consulting.answered(desk.stage.chen) == []
    gone = RefusedTelling(Telling.GONE)
    assert await desk.consulting.correct(desk.stage.chen, question_id, "Wool.") == gone
    asked = await desk.ask("material?", about=desk.kettle, person=await desk.member(77))
    assert WORDS not in asked.html
    asked = await desk.ask("material?", about=desk.kettle, group=group)
    assert WORDS in asked.html


async def test_nobody_is_promised_the_word_of_a_suspended_promoter(desk: Desk) -> None:
    await desk.consulting.tell(desk.stage.lin, await ask_material(desk), WORDS)
    async with desk.database.write() as connection:
        lin = desk.stage.lin
        await people.mark_status(connection, lin, PromoterStatus.SUSPENDED, desk.at)
    reply = await desk.ask("which material?", about=desk.kettle, person=await desk.member(77))
    assert WORDS not in reply.html, "nor is it repeated"
    assert "host" not in reply.html
    assert len(await noted(desk)) == 1


async def test_an_answer_in_a_group_that_moved_stands_nowhere_any_more(desk: Desk) -> None:
    question_id = await ask_material(desk)
    async with desk.database.write() as connection:
        await groups.move(connection, desk.group.chat_id, -1001000000077, desk.at)
    passed = await desk.consulting.tell(desk.stage.lin, question_id, WORDS)
    assert isinstance(passed, Passed)
    (delivery,) = passed.deliveries
    assert delivery.spoken == Spoken(desk.group.chat_id, question_id + 100, "group")
    assert delivery.chat_id == -1001000000077
