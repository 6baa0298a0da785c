"""From the first word to an unlocked promoter, in both languages."""

import pytest

from tests.cast import LIN, MEI, OUYANG, WEI
from tests.handlers.chat.conftest import Town, buttons
from tests.schemes import PROGRAMMES

QUESTIONS = PROGRAMMES["fenxiang"].questions


async def code(town: Town, uses: int = 1) -> str:
    return (await town.services.enrolling.invite("fenxiang", owner_id=None, uses=uses)).code


async def test_without_a_code_one_waits(town: Town) -> None:
    text = await town.hear(WEI, "/start")
    assert text.index("点群里的链接下单") < text.index("候补")
    assert await town.services.enrolling.waiting() == 1


@pytest.mark.parametrize(
    ("language", "welcome", "question", "done"),
    [("zh", "欢迎加入", "第 1 题", "开通"), ("en", "Welcome to", "Question 1", "you are in")],
)
async def test_a_code_leads_through_training_to_posting(
    town: Town, language: str, welcome: str, question: str, done: str
) -> None:
    await town.ask(LIN, f"/language {language}")
    hello, rules = await town.ask(LIN, f"/start {await code(town)}", 2)
    assert welcome in hello["text"]
    (data,) = buttons(rules).values()
    await town.press(LIN, rules, data)
    shown = await town.reread(LIN, rules)
    assert question in shown["text"]
    for number, asked in enumerate(QUESTIONS):
        wrong = list(buttons(shown).values())[(asked.answer + 1) % 3]
        refusal = await town.press(LIN, rules, wrong)
        assert refusal["text"]
        right = list(buttons(shown).values())[asked.answer]
        assert right == f"1:answer:{number}:{asked.answer}"
        await town.press(LIN, rules, right)
        shown = await town.reread(LIN, rules)
    assert done in shown["text"]
    promoter = await town.services.enrolling.promoter_by_telegram(LIN)
    assert promoter is not None
    assert promoter.status == "active"


async def test_pressing_an_answer_twice_changes_nothing(town: Town) -> None:
    _, rules = await town.ask(LIN, f"/join {await code(town)}", 2)
    await town.press(LIN, rules, "1:rules")
    for _ in range(2):
        await town.forge(LIN, rules, f"1:answer:0:{QUESTIONS[0].answer}")
    shown = await town.reread(LIN, rules)
    assert "第 2 题" in shown["text"]


async def test_a_strangers_press_is_refused(town: Town) -> None:
    _, rules = await town.ask(LIN, f"/join {await code(town)}", 2)
    answer = await town.press(WEI, rules, "1:rules", chat_id=LIN)
    assert answer["text"] == "这个按钮不是给你的。"
    assert (await town.reread(LIN, rules))["text"] == rules["text"]


@pytest.mark.parametrize(
    "data", ["0:rules", "1:nothing:3", "rules", "1", "1:answer:x:y", "1:answer"]
)
async def test_unknown_buttons_are_answered(town: Town, data: str) -> None:
    _, rules = await town.ask(LIN, f"/join {await code(town)}", 2)
    assert (await town.forge(LIN, rules, data))["text"]


async def test_a_press_on_a_message_out_of_reach_is_answered_anew(town: Town) -> None:
    _, rules = await town.ask(LIN, f"/join {await code(town)}", 2)
    out_of_reach = {"chat": rules["chat"], "message_id": rules["message_id"], "date": 0}
    await town.forge(LIN, out_of_reach, "1:rules")
    assert "第 1 题" in (await town.said(LIN, rules["message_id"]))[0]["text"]


async def test_an_edited_command_does_not_fire(town: Town) -> None:
    await town.ask(LIN, "/help")
    mine = [one for one in await town.messages(LIN) if not one["from"]["is_bot"]]
    before = await town.last_id(LIN)
    await town.act(
        "edit",
        chat_id=LIN,
        message_id=mine[-1]["message_id"],
        text=f"/join {await code(town)}",
    )
    await town.settled()
    assert await town.last_id(LIN) == before
    assert await town.services.enrolling.promoter_by_telegram(LIN) is None


@pytest.mark.parametrize("under_new_id", [False, True])
async def test_the_same_update_twice_joins_once(town: Town, under_new_id: bool) -> None:
    places = await code(town, uses=2)
    await town.ask(LIN, f"/join {places}", 2)
    await town.settled()
    update_id = await town.last_update_id()
    await town.act("redeliver", update_id=update_id, under_new_id=under_new_id)
    await town.settled()
    _, rules = await town.ask(WEI, f"/join {places}", 2)
    assert buttons(rules)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/join", "/join 邀请码"),
        ("/join nonsense", "没有找到"),
        ("/today", "推手"),
        ("/nothing", "没有这个命令"),
        ("/publish morning", "没有这个命令"),
        ("hello", "ask"),
        ("/help", "/join"),
        ("/privacy", str(WEI)),
    ],
)
async def test_every_word_gets_a_helpful_sentence(town: Town, text: str, answer: str) -> None:
    assert answer in await town.hear(WEI, text)


async def test_help_lists_what_one_can_do(town: Town) -> None:
    assert "/slots" in await town.hear(OUYANG, "/help")
    text = await town.hear(WEI, "/help")
    assert "/slots" not in text
    assert "/deals" in text
    await town.ask(LIN, f"/join {await code(town)}", 2)
    assert "/connect" in await town.hear(LIN, "/help")


async def test_a_language_is_chosen_by_a_tap(town: Town) -> None:
    (asked,) = await town.ask(MEI, "/language")
    await town.press(MEI, asked, buttons(asked)["English"])
    assert "English" in (await town.reread(MEI, asked))["text"]
    assert "What I can do" in await town.hear(MEI, "/help")


async def test_forgetting_is_asked_twice_and_done_once(town: Town) -> None:
    await town.ask(LIN, f"/join {await code(town)}", 2)
    (asked,) = await town.ask(LIN, "/forget_me")
    await town.press(LIN, asked, "1:forget:0")
    await town.settled()
    assert await town.services.enrolling.promoter_by_telegram(LIN) is not None
    await town.forge(LIN, asked, "1:forget:1")
    assert await town.services.enrolling.promoter_by_telegram(LIN) is None
    assert "忘掉" in (await town.reread(LIN, asked))["text"]


async def test_an_invitation_of_ones_own_is_a_link_that_works(town: Town) -> None:
    await town.ask(LIN, f"/join {await code(town)}", 2)
    assert "还不能用" in await town.hear(LIN, "/invite")
    await town.services.enrolling.unlock(LIN, by="cli", reason="test")
    text = await town.hear(LIN, "/invite")
    made = text.split("?start=")[1].split()[0]
    await town.act("start", person_id=WEI, payload=made)
    await town.said(WEI, 0, 2)
    await town.settled()
    (team,) = await town.ask(LIN, "/team")
    await town.press(LIN, team, "1:team:invited:0")
    assert "你直接邀请的推手（1）" in (await town.reread(LIN, team))["text"]
    assert "自己" in await town.hear(LIN, f"/join {made}")


async def test_help_puts_commands_together_by_what_they_are_for(town: Town) -> None:
    await town.ask(LIN, f"/join {await code(town)}", 2)
    helped = await town.hear(LIN, "/help")
    parts = [
        "挑和发",
        "/today",
        "群和时段",
        "/schedule",
        "收入",
        "/earnings",
        "成长和伙伴",
        "/learn",
    ]
    places = [helped.index(each) for each in parts]
    assert places == sorted(places)
    assert "/start" not in helped
    assert "挑和发" not in await town.hear(WEI, "/help")
