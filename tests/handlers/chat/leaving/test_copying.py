"""Setting up other groups like one, by taps."""

import pytest

from tests.cast import CHEN, LIN
from tests.handlers.chat.conftest import buttons
from tests.handlers.chat.leaving.conftest import Street


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_others_are_set_up_alike_and_back_again(street: Street, language: str) -> None:
    if language == "en":
        await street.english(LIN)
    sunny, _ = await street.groups()
    await street.town.services.scheduling.set(
        f"group:{sunny.id}", "noon", "12:40", "13:10", by="test"
    )
    words = {
        "zh": ("跟它一样", "会改什么", "就这样改", "撤销", "时段", "恢复原样"),
        "en": ("like it", "would change", "Change them", "Undo", "slots", "as before"),
    }[language]
    message = await street.open(LIN, "/groups", "Sunny Court", words[0])
    assert "12:40–13:10" in message["text"]
    assert not any(words[1] in text for text in buttons(message))
    message = await street.press(LIN, message, "Rose Lane")
    assert "✅ Rose Lane" in buttons(message)
    message = await street.press(LIN, message, words[1])
    assert words[4] in message["text"]
    message = await street.press(LIN, message, words[2])
    assert "Rose Lane" in message["text"]
    _, rose = await street.groups()
    plans = {plan.name: plan.opens for plan in await street.town.services.scheduling.plans(rose)}
    assert plans["noon"] == "12:40"
    message = await street.press(LIN, message, words[3])
    assert words[5] in message["text"]
    plans = {plan.name: plan.opens for plan in await street.town.services.scheduling.plans(rose)}
    assert plans["noon"] != "12:40"


async def test_after_ten_minutes_a_tap_undoes_nothing_and_says_so(street: Street) -> None:
    sunny, _ = await street.groups()
    await street.town.services.connecting.set_language(sunny.id, "en", by=sunny.promoter_id)
    message = await street.open(LIN, "/groups", "Sunny Court", "跟它一样", "Rose Lane", "会改什么")
    message = await street.press(LIN, message, "就这样改")
    await street.town.act("clock", minutes=11)
    await street.press(LIN, message, "撤销")
    assert "10 分钟" in street.said


async def test_one_may_choose_again_and_all_at_once(street: Street) -> None:
    message = await street.open(LIN, "/groups", "Rose Lane", "跟它一样", "Sunny Court", "会改什么")
    message = await street.press(LIN, message, "重选")
    assert "✅ Sunny Court" in buttons(message)


async def test_what_changed_meanwhile_is_shown_again(street: Street) -> None:
    sunny, _ = await street.groups()
    connecting = street.town.services.connecting
    await connecting.set_language(sunny.id, "en", by=sunny.promoter_id)
    message = await street.open(LIN, "/groups", "Sunny Court", "跟它一样", "Rose Lane", "会改什么")
    assert "语言" in message["text"]
    await connecting.set_language(sunny.id, "zh", by=sunny.promoter_id)
    message = await street.press(LIN, message, "就这样改")
    assert "没改" in street.said
    assert "没有要改的" in message["text"]
    assert not any("就这样改" in each for each in buttons(message)), "nothing to confirm"


async def test_a_single_group_has_nothing_to_be_copied_to(street: Street) -> None:
    _, rose = await street.groups()
    lin = rose.promoter_id
    await street.town.services.rooms.leaving.transferring.order(
        rose.id, CHEN, by="test", reason="test"
    )
    assert [group.promoter_id for group in await street.groups()] == [lin]
    await street.open(LIN, "/groups", "Sunny Court", "跟它一样")
    assert "只有这一个群" in street.said


async def test_nobody_presses_for_somebody_elses_group(street: Street) -> None:
    message = await street.open(LIN, "/groups")
    sunny, _ = await street.groups()
    for action in ("group", "copy", "hand", "hand_go", "out", "links"):
        await street.town.forge(CHEN, None, f"1:{action}:{sunny.id}")
    await street.town.settled()
    seen = [each.get("text", "") for each in await street.town.messages(CHEN)]
    assert not any("Sunny Court" in text for text in seen)
    assert message is not None
