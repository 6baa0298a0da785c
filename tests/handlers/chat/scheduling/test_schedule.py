"""/schedule in the chat: seen, changed by words and by buttons, refused with an example."""

import pytest

from tests.cast import CHEN, LIN, MEI
from tests.handlers.chat.conftest import Json, Town, buttons
from tests.handlers.chat.test_groups import enrol
from tests.handlers.chat.test_picks import connect


@pytest.fixture
async def lin(town: Town) -> int:
    """Lin, with two groups."""
    await enrol(town, LIN)
    await connect(town, "Sunny Court")
    await connect(town, "Rose Lane")
    return LIN


async def tapped(town: Town, message: Json, label: str) -> tuple[str, Json]:
    """What a press says over the chat, and the message as it stands then."""
    said = await town.press(LIN, message, buttons(message)[label])
    return str(said.get("text") or ""), await town.reread(LIN, message)


async def test_the_schedule_is_shown_with_its_source_and_how_to_change_it(
    town: Town, lin: int
) -> None:
    text = await town.hear(lin, "/schedule")
    assert "你的时段</b>（2 个群）" in text or "你的时段（2 个群）" in text
    assert "早上 08:00–08:30 · 每天" in text
    assert "计划定的" in text
    assert "双12：12月8日" in text
    assert "/schedule skip remove 1" in text
    assert "下一次：11月22日 周日 12:00 中午" in text


async def test_a_slot_is_changed_by_words_for_all_groups_or_one(town: Town, lin: int) -> None:
    said = await town.hear(lin, "/schedule evening 19:00-19:40 mon-fri")
    assert "晚上改到 19:00–19:40，周一至周五，2 个群" in said
    assert "自己改的" in await town.hear(lin, "/schedule")
    assert "1 个群" in await town.hear(lin, "/schedule 中午 12:30-13:00 周一至周五 群 2")
    shown = await town.hear(lin, "/schedule")
    assert "另有安排的群：Rose Lane" in shown
    assert "中午 12:00–12:30" in shown
    assert "中午 12:30–13:00 · 周一至周五" in await town.hear(lin, "/schedule group 2")
    assert "关了，2 个群" in await town.hear(lin, "/schedule morning off")
    assert "（已关）08:00" in await town.hear(lin, "/schedule")
    assert "早上改到 08:00–08:30" in await town.hear(lin, "/schedule morning on")


async def test_quiet_hours_and_days_off_are_set_and_taken_back_by_words(
    town: Town, lin: int
) -> None:
    assert "🌙 19:00-20:30 静音，2 个群" in await town.hear(lin, "/schedule quiet 19:00-20:30")
    shown = await town.hear(lin, "/schedule")
    assert "全在静音时间里，不会发" in shown
    assert "静音 19:00–20:30（你定的）" in shown
    assert "取消了" in await town.hear(lin, "/schedule quiet off")
    said = await town.hear(lin, "/schedule skip 2026-12-24..2026-12-26 出门")
    assert "12月24日 周四 至 12月26日 周六 不发，2 个群" in said
    assert "📵 1. 12月24日 周四 至 12月26日 周六 不发：出门（你定的）" in await town.hear(
        lin, "/schedule"
    )
    assert "照常发" in await town.hear(lin, "/schedule skip remove 1")
    assert "不是你定的" in await town.hear(lin, "/schedule skip remove 1")


@pytest.mark.parametrize(
    ("words", "example"),
    [
        ("evening", "<code>/schedule evening 19:00-19:30"),
        ("evening seven", "不是一段时间"),
        ("evening 19:00-19:30 someday", "不是星期几"),
        ("evening 19:00-19:30 mon-fri please", "没看懂"),
        ("quiet late", "/schedule quiet 22:00-08:00"),
        ("skip tomorrow", "不是日期"),
        ("skip remove all", "要取消第几个"),
        ("evening 05:00-05:30", "太早了"),
        ("evening 22:00-23:59", "太晚了"),
        ("evening 23:00-01:00", "太晚了"),
        ("evening 19:00-19:05", "至少要 10 分钟"),
        ("dawn off", "没有这个时段"),
        ("mornnig 08:00-08:30", "是想说「morning」吗"),
        ("ｍｏｒｎｉｇ 08:00-08:30", "是想说「morning」吗"),
        ("nooon off", "没有这个时段"),
        ("e-v-e 19:00-19:30", "要改成什么"),
        ("skip 2020-01-01", "已经过去"),
        ("quiet 00:00-23:00", "最多 20 小时"),
        ("evening 19:00-19:30 群 9", "没有这个群"),
    ],
)
async def test_wrong_words_get_one_sentence_with_an_example(
    town: Town, lin: int, words: str, example: str
) -> None:
    said = await town.hear(lin, f"/schedule {words}")
    assert example.removeprefix("<code>") in said
    assert len(said.splitlines()) == 1


async def test_everything_can_be_changed_by_buttons(town: Town, lin: int) -> None:
    (shown,) = await town.ask(lin, "/schedule")
    assert list(buttons(shown))[:3] == ["✏️ 早上", "✏️ 中午", "✏️ 晚上"]
    _, slot = await tapped(town, shown, "✏️ 晚上")
    said, slot = await tapped(town, slot, "早 30 分钟")
    assert said == "改好了。"
    assert "晚上 19:00–19:30" in slot["text"]
    _, slot = await tapped(town, slot, "⏸ 关掉")
    assert "已关" in slot["text"]
    assert "早 30 分钟" not in buttons(slot)
    _, slot = await tapped(town, slot, "▶️ 打开")
    _, shown = await tapped(town, slot, "‹ 返回")
    said, shown = await tapped(town, shown, "🌙 22:00–08:00 静音")
    assert "22:00–08:00（你定的）" in shown["text"]
    _, shown = await tapped(town, shown, "🌙 取消我的静音")
    assert "你定的" not in shown["text"]
    _, shown = await tapped(town, shown, "📵 11月23日 周一 不发")
    assert "📵 1. 11月23日 周一 不发" in shown["text"]
    _, shown = await tapped(town, shown, "恢复 11月23日 周一")
    assert "📵 1." not in shown["text"]
    _, group = await tapped(town, shown, "2 · Rose Lane")
    assert "Rose Lane" in group["text"]
    _, slot = await tapped(town, group, "✏️ 中午")
    assert "只改「Rose Lane」" in slot["text"]
    _, slot = await tapped(town, slot, "晚 30 分钟")
    _, group = await tapped(town, slot, "‹ 返回")
    assert "中午 12:30–13:00" in group["text"]
    _, shown = await tapped(town, group, "‹ 全部群")
    assert "另有安排的群：Rose Lane" in shown["text"]


async def test_forged_buttons_change_nothing(town: Town, lin: int) -> None:
    (shown,) = await town.ask(lin, "/schedule")
    for data in ("sched", "sched:slot:0:1", "sched:quiet:0:0100:0200", "sched:move:0:1:5",
                 "sched:unskip:0:99", "sched:skip:0:1", "sched:off:99:1",
                 "sched:skip:0:9999999", "sched:skip:0:0", "sched:unskip:0:²"):  # fmt: skip
        assert (await town.forge(lin, shown, f"1:{data}"))["text"]
    assert "你定的" not in await town.hear(lin, "/schedule")


async def test_nobody_changes_the_groups_of_somebody_else(town: Town, lin: int) -> None:
    (shown,) = await town.ask(lin, "/schedule")
    data = buttons(shown)["1 · Sunny Court"].replace("show", "quiet") + ":2200:0800"
    await enrol(town, CHEN)
    assert "没有这个群" in (await town.forge(CHEN, None, data))["text"]
    assert "给推手用" in await town.hear(MEI, "/schedule")


async def test_in_english_everything_is_english(town: Town, lin: int) -> None:
    await town.ask(lin, "/language en")
    text = await town.hear(lin, "/schedule")
    assert "Your slots" in text
    assert "evening 19:30–20:00 · every day" in text
    said = await town.hear(lin, "/schedule evening 19:00-19:30 mon-fri group 1")
    assert "The evening slot is now 19:00–19:30, Mon–Fri (groups: 1)" in said
    assert "Like this" in await town.hear(lin, "/schedule evening")
    assert "Too early" in await town.hear(lin, "/schedule evening 04:00-04:30")
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in text.replace("出门", ""))
