"""Mentors: the inviter or the chosen one; words to and fro within limits."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.domain.growth.levels import Level
from bot.domain.records import PersonId
from bot.errors import NotFoundError
from bot.services.growth.mentoring import PAGE, RELAYS_A_DAY, WORDS_LIMIT
from bot.services.growth.outcomes import Relayed, Unchosen, Unrelayed
from storage.tables import audit, people, promoters, relays
from tests import cast
from tests.bot.services.growth.stage import Scene


async def ask(scene: Scene, sender: PersonId, words: str = "怎么选？") -> Relayed:
    outcome = await scene.growth.mentors.pass_on(sender, words, None)
    assert isinstance(outcome, Relayed)
    return outcome


async def test_the_inviter_is_the_mentor_until_another_is_chosen(scene: Scene) -> None:
    found = await scene.growth.mentors.of(scene.stage.chen)
    assert found.mentor is not None
    assert (found.mentor.id, found.is_inviter, found.is_muted) == (scene.stage.lin, True, False)
    assert (await scene.growth.mentors.of(scene.stage.lin)).mentor is None


async def test_words_go_to_the_mentor_and_back(scene: Scene) -> None:
    lin, chen = scene.stage.lin, scene.stage.chen
    asked = await ask(scene, chen)
    assert (asked.to.id, asked.sender.id, asked.is_to_mentor) == (lin, chen, True)
    back = await scene.growth.mentors.pass_on(lin, "挑你自己也会买的", asked.number)
    assert isinstance(back, Relayed)
    assert (back.to.id, back.sender.id, back.is_to_mentor) == (chen, lin, False)


async def test_the_words_themselves_are_not_kept(scene: Scene) -> None:
    await ask(scene, scene.stage.chen, "a secret")
    async with scene.database.read() as connection:
        rows = [str(tuple(row)) for row in await connection.execute(select(relays))]
    assert len(rows) == 1
    assert "secret" not in rows[0]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("", Unrelayed.EMPTY),
        (" \n", Unrelayed.EMPTY),
        ("x" * (WORDS_LIMIT + 1), Unrelayed.LONG),
    ],
)
async def test_words_have_their_measure(scene: Scene, words: str, reason: Unrelayed) -> None:
    assert await scene.growth.mentors.pass_on(scene.stage.chen, words, None) == reason


async def test_a_day_has_so_many_words_and_no_more(scene: Scene) -> None:
    for _ in range(RELAYS_A_DAY):
        last = await ask(scene, scene.stage.chen)
    limited = await scene.growth.mentors.pass_on(scene.stage.chen, "?", None)
    assert limited == Unrelayed.LIMIT
    # The other side has a measure of its own.
    assert isinstance(
        await scene.growth.mentors.pass_on(scene.stage.lin, "!", last.number), Relayed
    )
    scene.at += timedelta(days=1, seconds=1)
    await ask(scene, scene.stage.chen)


async def test_either_may_want_no_words(scene: Scene) -> None:
    lin, chen, mentors = scene.stage.lin, scene.stage.chen, scene.growth.mentors
    asked = await ask(scene, chen)
    assert await mentors.mute(lin, asked.number, is_muted=True)
    assert await mentors.pass_on(chen, "?", None) == Unrelayed.MUTED
    assert await mentors.mute(lin, asked.number, is_muted=False)
    assert await mentors.mute(chen, None, is_muted=True)
    assert (await mentors.of(chen)).is_muted
    assert await mentors.pass_on(lin, "!", asked.number) == Unrelayed.MUTED
    assert await mentors.mute(chen, None, is_muted=False)
    await ask(scene, chen)


async def test_a_number_is_no_key_for_strangers(scene: Scene) -> None:
    asked = await ask(scene, scene.stage.chen)
    zhao, mentors = scene.stage.zhao, scene.growth.mentors
    assert await mentors.pass_on(zhao, "hi", asked.number) == Unrelayed.GONE
    assert await mentors.pass_on(zhao, "hi", 999) == Unrelayed.GONE
    assert not await mentors.mute(zhao, asked.number, is_muted=True)
    assert not await mentors.mute(scene.stage.lin, None, is_muted=True)


async def test_nobody_to_ask_is_said(scene: Scene) -> None:
    mentors = scene.growth.mentors
    assert await mentors.pass_on(scene.stage.lin, "?", None) == Unrelayed.NOBODY
    async with scene.database.write() as connection:
        await connection.execute(
            update(people).where(people.c.id == scene.stage.lin).values(telegram_id=None)
        )
    assert await mentors.pass_on(scene.stage.chen, "?", None) == Unrelayed.NOBODY
    assert (await mentors.of(scene.stage.chen)).mentor is None


async def offer_lin_to_zhao(scene: Scene) -> None:
    await scene.set_level(scene.stage.lin, "middle")
    assert await scene.growth.mentors.offer(scene.stage.lin, is_offering=True)


async def test_whoever_offers_may_be_chosen_and_left_again(scene: Scene) -> None:
    lin, chen, zhao = scene.stage.lin, scene.stage.chen, scene.stage.zhao
    mentors = scene.growth.mentors
    assert not await mentors.offer(lin, is_offering=True)
    assert await mentors.offered(zhao) == []
    assert await mentors.choose(zhao, lin) == Unchosen.NOT_OFFERED
    await offer_lin_to_zhao(scene)
    assert (await mentors.of(lin)).is_offering
    assert [one.id for one in await mentors.offered(zhao)] == [lin]
    asked = await ask(scene, zhao)
    chosen = await mentors.choose(zhao, lin)
    assert not isinstance(chosen, Unchosen)
    found = await mentors.of(zhao)
    assert found.mentor is not None
    assert (found.mentor.id, found.is_inviter) == (lin, False)
    assert await mentors.offered(zhao) == []
    # What was asked of the old one is over.
    assert await mentors.pass_on(chen, "!", asked.number) == Unrelayed.GONE
    await mentors.choose(zhao, chen)
    assert (await mentors.of(zhao)).is_inviter
    assert await mentors.offer(lin, is_offering=False)
    assert not (await mentors.of(lin)).is_offering


async def test_not_everybody_may_be_chosen(scene: Scene) -> None:
    lin, chen, zhao = scene.stage.lin, scene.stage.chen, scene.stage.zhao
    mentors = scene.growth.mentors
    await offer_lin_to_zhao(scene)
    assert await mentors.choose(lin, lin) == Unchosen.SELF
    assert await mentors.choose(zhao, PersonId(999)) == Unchosen.UNKNOWN
    await scene.set_level(zhao, "middle")
    await mentors.offer(zhao, is_offering=True)
    assert await mentors.choose(chen, zhao) == Unchosen.CIRCLE
    async with scene.database.write() as connection:
        await connection.execute(
            update(promoters).where(promoters.c.person_id == lin).values(programme="yundian")
        )
    assert await mentors.choose(zhao, lin) == Unchosen.UNKNOWN


async def test_a_mentor_has_room_for_so_many(scene: Scene) -> None:
    await offer_lin_to_zhao(scene)
    async with scene.database.write() as connection:
        ids = [
            await cast.add_promoter(
                connection, 9000 + each, f"P{each}", inviter_id=scene.stage.chen
            )
            for each in range(11)
        ]
    outcomes = [await scene.growth.mentors.choose(each, scene.stage.lin) for each in ids]
    assert [isinstance(one, Unchosen) for one in outcomes] == [False] * 10 + [True]
    assert outcomes[-1] == Unchosen.FULL


async def test_an_operators_word_is_in_the_log(scene: Scene) -> None:
    mentors = scene.growth.mentors
    outcome = await mentors.assign(cast.ZHAO, cast.LIN, by="person:1")
    assert not isinstance(outcome, Unchosen)
    assert [one.id for one in outcome] == [scene.stage.zhao, scene.stage.lin]
    assert await mentors.assign(cast.LIN, cast.LIN, by="x") == Unchosen.SELF
    assert await mentors.assign(cast.LIN, cast.ZHAO, by="x") == Unchosen.CIRCLE
    with pytest.raises(NotFoundError):
        await mentors.assign(cast.LIN, 5, by="x")
    async with scene.database.read() as connection:
        rows = (await connection.execute(select(audit))).all()
    assert [(row.action, row.subject, row.reason) for row in rows] == [
        ("mentor", f"person:{scene.stage.zhao}", f"person:{scene.stage.lin}")
    ]


async def test_a_mentor_sees_how_far_and_nothing_else(scene: Scene) -> None:
    await scene.does(scene.stage.chen, "starter:training", "starter:groups", "middle:orders")
    await scene.growth.mentors.assign(cast.ZHAO, cast.LIN, by="test")
    found = await scene.growth.mentors.mentees(scene.stage.lin, 0)
    assert {one.promoter.id: (one.level, one.done, one.total) for one in found.mentees} == {
        scene.stage.chen: (None, 2, 4),
        scene.stage.zhao: (None, 0, 4),
    }
    assert (await scene.growth.mentors.mentees(scene.stage.chen, 0)).mentees == ()
    await scene.set_level(scene.stage.zhao, "senior")
    levels = [one.level for one in (await scene.growth.mentors.mentees(scene.stage.lin, 0)).mentees]
    assert Level.SENIOR in levels


async def test_mentees_come_by_pages(scene: Scene) -> None:
    async with scene.database.write() as connection:
        for each in range(PAGE + 3):
            await cast.add_promoter(connection, 9000 + each, f"P{each}", inviter_id=scene.stage.lin)
    first = await scene.growth.mentors.mentees(scene.stage.lin, 0)
    second = await scene.growth.mentors.mentees(scene.stage.lin, 1)
    assert (len(first.mentees), first.has_more) == (PAGE, True)
    assert (len(second.mentees), second.has_more) == (4, False)
    ids = {one.promoter.id for one in (*first.mentees, *second.mentees)}
    assert len(ids) == PAGE + 4


async def test_strangers_have_no_mentor(scene: Scene) -> None:
    with pytest.raises(NotFoundError):
        await scene.growth.mentors.of(PersonId(999))


async def test_what_was_passed_on_is_forgotten_after_a_month(scene: Scene) -> None:
    asked = await ask(scene, scene.stage.chen)
    scene.at += timedelta(days=31)
    await scene.growth.growing.evaluate()
    outcome = await scene.growth.mentors.pass_on(scene.stage.lin, "!", asked.number)
    assert outcome == Unrelayed.GONE
