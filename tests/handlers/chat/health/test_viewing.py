"""/health at the running bot, and the way of a group from its good days to bad ones and back."""

import pytest
from sqlalchemy import select

from bot.domain.records import GroupState
from storage.tables import audit, suggested_hours
from tests.bot.services.stand_ins import TEXTS
from tests.cast import CHEN, LIN
from tests.handlers.chat.conftest import Json, buttons
from tests.handlers.chat.health.conftest import Court
from tests.handlers.chat.test_groups import enrol

WORDS = {
    "zh": {
        "left": "3 小时内退群 14 人", "less": "少发约 25%", "keep": "一条不少", "idle": "没有少发",
        "rested": "缓过来了", "probation": "观察期到", "coach": "请老成员各带一位",
        "closed": "已经关闭",
        "small": "还差一点", "open": "重新打开了", "week": "近 7 天", "usage": "请写群的编号",
        "unknown": "没有这个编号", "mark": "200 人", "none": "还没有群",
    },
    "en": {
        "left": "14 people left within 3 hours", "less": "About 25%", "keep": "every post goes out",
        "idle": "Nothing is left out", "rested": "gets every post again",
        "probation": "On probation until", "coach": "bring one neighbour each", "closed": "Closed",
        "small": "Not quite", "open": "is open again", "week": "Last 7 days",
        "usage": "Name the group", "unknown": "no group of that number", "mark": "200 members",
        "none": "no group yet",
    },
}  # fmt: skip


@pytest.fixture(params=["zh", "en"])
async def words(request: pytest.FixtureRequest, court: Court) -> dict[str, str]:
    """What is said in either language; Lin and the group speak it."""
    if request.param == "en":
        await court.town.ask(LIN, "/language en")
    return {**WORDS[request.param], "language": request.param}


async def tire(court: Court) -> None:
    """Posts that people answer by leaving."""
    post = await court.post()
    for _ in range(2):
        await court.post()
    await court.dislike(post)
    await court.neighbours_leave(14)
    await court.nights()


async def test_a_group_tires_is_spared_calms_and_gets_every_post_again(
    court: Court, words: dict[str, str]
) -> None:
    await tire(court)
    (told,) = await court.told(words["language"])
    assert words["left"] in told
    group_id = await court.group_id()
    shown = await court.town.hear(LIN, f"/health {group_id}")
    assert words["less"] in shown
    assert words["week"] in shown
    assert words["mark"] in shown
    assert words["less"] in await court.town.hear(LIN, "/groups")
    for _ in range(7):
        await court.post()
        await court.nights()
    assert words["rested"] in (await court.told(words["language"]))[-1]
    assert words["less"] not in await court.town.hear(LIN, "/groups")


async def test_a_promoter_may_overrule_it_and_his_word_is_logged(
    court: Court, words: dict[str, str]
) -> None:
    group_id = await court.group_id()
    assert words["idle"] in await court.town.hear(LIN, f"/health {group_id} keep")
    await tire(court)
    (message,) = await court.town.ask(LIN, f"/health #{group_id}")
    (data,) = buttons(message).values()
    before = await court.town.last_id(LIN)
    await court.town.press(LIN, message, data)
    (answer,) = await court.town.said(LIN, before)
    assert words["keep"] in answer["text"]
    assert words["keep"] in await court.town.hear(LIN, "/health")
    async with court.database.read() as connection:
        actions = list(await connection.scalars(select(audit.c.action)))
    assert "group keep" in actions


async def test_a_group_that_shrinks_is_coached_and_recovers(
    court: Court, words: dict[str, str]
) -> None:
    await court.nights()
    await court.set_members(40, state="warming")
    await court.nights(8)
    group_id = await court.group_id()
    assert words["coach"] in (await court.told(words["language"]))[-1]
    shown = await court.town.hear(LIN, f"/health {group_id}")
    assert words["probation"] in shown
    assert words["coach"] in shown
    assert words["probation"] in await court.town.hear(LIN, "/groups")
    before = await court.town.last_id(court.chat_id)
    await court.town.act("say", chat_id=court.chat_id, person_id=LIN, text="/status")
    await court.town.said(court.chat_id, before)
    await court.set_members(90)
    await court.nights(3)
    assert (await court.group()).state == GroupState.ACTIVE


async def test_one_that_does_not_recover_is_closed_until_it_is_large_enough(
    court: Court, words: dict[str, str]
) -> None:
    await court.nights()
    await court.set_members(40, state="warming")
    await court.nights(8 + 21)
    group_id = await court.group_id()
    assert (await court.group()).state == GroupState.CLOSED
    assert words["closed"] in await court.town.hear(LIN, "/groups")
    (message,) = await court.town.ask(LIN, f"/health {group_id}")
    assert words["closed"] in message["text"]
    assert words["small"] in await reopen(court, message)
    await court.set_members(75)
    assert words["open"] in await reopen(court, message)
    assert (await court.group()).state == GroupState.ACTIVE
    await court.town.press(LIN, message, f"1:group_reopen:{group_id}")


async def reopen(court: Court, message: Json) -> str:
    before = await court.town.last_id(LIN)
    (data,) = buttons(message).values()
    await court.town.press(LIN, message, data)
    return str((await court.town.said(LIN, before))[0]["text"])


async def test_wrong_words_get_one_helpful_sentence(court: Court, words: dict[str, str]) -> None:
    assert words["usage"] in await court.town.hear(LIN, "/health sunny")
    assert words["usage"] in await court.town.hear(LIN, f"/health {await court.group_id()} stop")
    assert words["unknown"] in await court.town.hear(LIN, "/health 4242")
    assert words["unknown"] in await court.town.hear(LIN, "/health 4242 keep")


async def test_nobody_else_learns_of_the_group(court: Court) -> None:
    await enrol(court.town, CHEN)
    group_id = await court.group_id()
    assert WORDS["zh"]["none"] in await court.town.hear(CHEN, "/health")
    assert WORDS["zh"]["unknown"] in await court.town.hear(CHEN, f"/health {group_id}")
    for action in ("health", "rest_keep", "group_reopen"):
        before = await court.town.last_id(CHEN)
        await court.town.forge(CHEN, None, f"1:{action}:{group_id}")
        (answer,) = await court.town.said(CHEN, before)
        assert WORDS["zh"]["unknown"] in answer["text"]
    gone = await court.town.forge(CHEN, None, f"1:hour:yes:{group_id}:noon")
    assert "处理过" in gone["text"]
    old = await court.town.forge(CHEN, None, "1:hour")
    assert old["text"] == TEXTS["zh"]("answer.old")


async def suggest(court: Court, opens: str = "16:00", closes: str = "16:30") -> None:
    row = {
        "group_id": await court.group_id(),
        "slot": "noon",
        "opens": opens,
        "closes": closes,
        "old_opens": "12:00",
        "old_closes": "12:30",
        "clicks": 40,
        "own_clicks": 12,
        "state": "asked",
        "at": court.town.clock.now(),
    }
    async with court.database.write() as connection:
        await connection.execute(suggested_hours.insert().values(row))


async def test_another_time_is_taken_by_one_tap(court: Court) -> None:
    await suggest(court)
    group = await court.group()
    before = await court.town.last_id(LIN)
    await court.town.forge(LIN, None, f"1:hour:yes:{group.id}:noon")
    (answer,) = await court.town.said(LIN, before)
    assert "换好了" in answer["text"]
    plans = await court.town.services.scheduling.plans(group)
    assert {plan.name: plan.opens for plan in plans}["noon"] == "16:00"
    again = await court.town.forge(LIN, None, f"1:hour:yes:{group.id}:noon")
    assert "处理过" in again["text"]


async def test_no_thanks_is_taken_at_its_word(court: Court) -> None:
    await suggest(court)
    group_id = await court.group_id()
    before = await court.town.last_id(LIN)
    await court.town.forge(LIN, None, f"1:hour:no:{group_id}:noon")
    (answer,) = await court.town.said(LIN, before)
    assert "三个月" in answer["text"]


async def test_a_time_that_the_programme_does_not_allow_is_refused(court: Court) -> None:
    await suggest(court, "03:00", "03:30")
    before = await court.town.last_id(LIN)
    await court.town.forge(LIN, None, f"1:hour:yes:{await court.group_id()}:noon")
    (answer,) = await court.town.said(LIN, before)
    assert "换好了" not in answer["text"]
