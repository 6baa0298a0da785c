"""Groups through the real doors: handed on, taken out, set up alike; the books stay right."""

import re

import pytest

from tests.cast import CHEN
from tests.journeys.conftest import Town
from tests.journeys.people import GroupChat, Json, Person, buttons, link_of, text_of, until


async def taps(person: Person, label: str, *words: str, on: Json) -> Json:
    """Press the button that holds ``label``, and see an answer that holds all ``words``."""
    full = next(each for each in buttons(on) if label in each)
    await person.presses(full, on=on)
    return await person.sees(*words)


async def handed(town: Town, group: GroupChat, to: Person) -> None:
    """Lin hands a group on by a link, the other accepts, Lin confirms."""
    listed = await town.lin.asks("/groups", group.title)
    menu = await taps(town.lin, group.title, "想做什么", on=listed)
    asked = await taps(town.lin, "转给别的推手", "同一个计划", on=menu)
    given = await taps(town.lin, "生成转交链接", "start=give-", on=asked)
    payload = re.search(r"start=([\w-]+)", text_of(given))
    assert payload is not None
    await to.starts(payload[1])
    offered = await to.sees("想把", group.title)
    await taps(to, "我接手", "确认", on=offered)
    question = await town.lin.sees("愿意接手")
    await taps(town.lin, "现在转交", "已经转给", on=question)
    await to.sees("现在是你的群")


async def credited_to(town: Town, order: str) -> int:
    """Our id of the promoter whom an order is credited to."""
    explained = await town.app.reporting.why(None, order)
    (row,) = explained.rows
    assert row.conversion.credit is not None
    return int(row.conversion.credit.promoter_id)


async def test_sales_on_old_links_stay_the_givers_and_on_new_ones_are_the_receivers(
    town: Town,
) -> None:
    await town.enrol(town.lin, town.chen)
    group = await town.lin.connects("阳光小区好物群")
    lin, chen = await town.our_id(town.lin), await town.our_id(town.chen)
    ((old, *_),) = await town.morning(group)
    await handed(town, group, town.chen)
    before = len(await group.posts())
    await town.opens("noon", group, count=before + 1)
    new = (await group.posts())[-1]
    assert link_of(old) != link_of(new)
    late, fresh = await town.buy(old), await town.buy(new)
    assert await credited_to(town, late) == lin
    assert await credited_to(town, fresh) == chen
    held = await town.books()
    assert held[f"promoter:{lin}:held"] > 0
    assert held[f"promoter:{chen}:held"] > 0
    await town.order(late, "return_all")
    assert f"promoter:{lin}:held" not in await town.books()
    assert (await town.app.settling.verify()).faults == ()
    assert await town.repeated_in_groups() == []
    await town.chen.asks("/groups", "阳光小区好物群", "正常")
    await town.lin.asks("/groups", "还没有")
    assert town.chen.id == CHEN


async def test_after_a_group_is_taken_out_orders_and_refunds_are_still_booked(town: Town) -> None:
    await town.enrol(town.lin)
    group = await town.lin.connects("阳光小区好物群")
    ((old, *others),) = await town.morning(group)
    assert others
    listed = await town.lin.asks("/groups", group.title)
    menu = await taps(town.lin, group.title, "想做什么", on=listed)
    asked = await taps(town.lin, "断开这个群", "道个别", on=menu)
    await taps(town.lin, "道个别", "已断开", on=asked)

    async def gone() -> bool | None:
        said = [text_of(each) for each in await group.said()]
        return True if any("再见" in text for text in said) else None

    await until(gone, lambda: "the bot does not say goodbye")
    posts = len(await group.posts())
    order, refunded = await town.buy(old), await town.buy(old)
    lin = await town.our_id(town.lin)
    both = (await town.books())[f"promoter:{lin}:held"]
    await town.order(refunded, "return_all")
    assert (await town.books())[f"promoter:{lin}:held"] * 2 == both
    await town.order(order, "receive")
    assert (await town.books())[f"promoter:{lin}:held"] * 2 == both
    await town.clock("noon")
    await town.clock(minutes=40)
    await town.idle()
    assert len(await group.posts()) == posts
    assert (await town.app.settling.verify()).faults == ()
    earned = await town.lin.asks("/earnings", "¥")
    assert "¥" in text_of(earned)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_nine_groups_are_set_up_like_one_and_back_again(town: Town, language: str) -> None:
    await town.enrol(town.lin)
    first = await town.lin.connects("样板群")
    for number in range(9):
        await town.lin.connects(f"分群 {number + 1}")
    lin = await town.app.enrolling.promoter_by_telegram(town.lin.id)
    assert lin is not None
    sample, *others = await town.app.connecting.groups_of(lin.id)
    await town.lin.asks("/language en", "English in this group", where=first.id)
    await town.app.scheduling.set(f"group:{sample.id}", "noon", "12:40", "13:10", by="test")
    words = {
        "zh": ("跟它一样", "全选", "会改什么", "就这样改", "改好了", "撤销", "恢复原样"),
        "en": ("like it", "All", "would change", "Change them", "done", "Undo", "as before"),
    }[language]
    if language == "en":
        await town.lin.asks("/language en", "English from now on")
    listed = await town.lin.asks("/groups", "样板群")
    menu = await taps(town.lin, "样板群", "⚙️", on=listed)
    await taps(town.lin, words[0], "12:40", on=menu)
    message = await shown(town, words[1])
    await tap(town, message, words[1])
    message = await shown(town, words[2])
    assert sum(label.startswith("✅") for label in buttons(message)) == 9
    await tap(town, message, words[2])
    message = await shown(town, words[3])
    await tap(town, message, words[3])
    message = await shown(town, words[5])
    assert words[4] in text_of(message)

    async def settings() -> set[tuple[str, str]]:
        found = await town.app.connecting.groups_of(lin.id)
        plans = [await town.app.scheduling.plans(group) for group in found[1:]]
        noons = [plan.opens for own in plans for plan in own if plan.name == "noon"]
        return set(zip((group.language for group in found[1:]), noons, strict=True))

    assert len(others) == 9
    assert await settings() == {("en", "12:40")}
    await tap(town, message, words[5])
    message = await shown(town, "")
    assert words[6] in text_of(message)
    assert {language for language, _ in await settings()} == {"zh"}
    assert "12:40" not in {noon for _, noon in await settings()}


async def tap(town: Town, message: Json, label: str) -> None:
    """Press the button that holds ``label``."""
    full = next(each for each in buttons(message) if label in each)
    await town.lin.presses(full, on=message)


async def shown(town: Town, label: str) -> Json:
    """Lin's latest message from the bot, as soon as a button of it holds ``label``."""

    async def look() -> Json | None:
        found = (await town.messages(town.lin.id))[-1]
        fits = any(label in each for each in buttons(found)) or not label
        return found if fits else None

    return await until(look, lambda: f"no button “{label}” comes")
