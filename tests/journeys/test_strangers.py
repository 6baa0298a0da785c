"""Whoever presses, repeats, guesses or asks for what is not theirs gets a sentence and no more."""

import asyncio

import pytest

from tests.cast import WEI
from tests.journeys.conftest import Town
from tests.journeys.people import Json, buttons, is_from_bot, text_of

TAKE = "✅ 选它"


async def planned(town: Town) -> int:
    """How many lines Lin's plan has."""
    await town.lin.says("/picks")
    return len(buttons(await town.lin.sees("选")))


async def last_update(town: Town, kind: str) -> int:
    """The id of the latest update of a kind."""
    past = (await town.get("/sandbox/updates"))["past"]
    return max(int(each["update_id"]) for each in past if kind in each)


async def test_a_code_that_does_not_let_in_says_why(town: Town) -> None:
    enrolling, mei, lin = town.app.enrolling, town.mei, town.lin
    short = await enrolling.invite("fenxiang", owner_id=None, days=1)
    revoked, used = await town.invite(), await town.invite()
    await enrolling.revoke(revoked, by="test")
    await lin.joins(used)

    await mei.starts("no-such-code")
    await mei.sees("没有找到这个邀请码")
    await mei.asks(f"/join {used}", "名额用完了")
    await mei.asks(f"/join {revoked}", "已经作废了")
    await town.clock(days=2)
    await mei.starts(short.code)
    await mei.sees("已经过期了")
    await mei.asks("/join", "请把邀请码写在后面")

    own = text_of(await lin.asks("/invite", "邀请码")).split()[0].removeprefix("邀请码：")
    await lin.asks(f"/join {own}", "这是你自己的邀请码")
    await lin.asks(f"/join {await town.invite()}", "你已经是推手了")
    await lin.asks(f"/join {used}", "已经用这个邀请码加入了")


async def test_without_a_code_one_waits_and_without_a_role_one_commands_nothing(
    town: Town,
) -> None:
    wei = town.wei
    await wei.starts()
    await wei.sees("候补名单")
    await wei.starts()
    await wei.sees("候补名单")
    await town.ouyang.asks("/promoters", "候补 1 人")

    unknown = text_of(await wei.asks("/nonsense", "没有这个命令"))
    for command in ("/promoters", "/publish morning", "/orphans", "/uncertain"):
        assert text_of(await wei.asks(command, "命令")) == unknown
    for command in ("/earnings", "/today", "/connect", "/invite", "/why D1"):
        await wei.asks(command, "这个命令给推手用")
    await wei.asks("你好", "可以这样问")
    for shown in ("/help", "/privacy"):
        assert "/publish" not in text_of(await wei.asks(shown, "我"))


async def test_a_strangers_press_a_second_one_and_an_edited_command_change_nothing(
    town: Town,
) -> None:
    lin = town.lin
    await town.enrol(lin)
    await lin.connects("阳光小区好物群")
    card = await lin.asks("/today", "1/40")
    assert await lin.presses(TAKE, on=card, by=WEI) == "这个按钮不是给你的。"
    assert await planned(town) == 0

    first, second = await asyncio.gather(lin.presses(TAKE, on=card), lin.presses(TAKE, on=card))
    assert first == second
    assert "已选好" in first
    assert await planned(town) == 1

    said = await lin.says("/help")
    await lin.sees("我能帮你做这些")
    await town.act("edit", chat_id=lin.id, message_id=said["message_id"], text="/unpick 1")
    assert await planned(town) == 1
    heard = await town.messages(lin.id, after=said["message_id"])
    assert not any("已取消" in text_of(each) for each in heard)


@pytest.mark.parametrize("under_new_id", [False, True])
async def test_an_update_that_comes_again_changes_nothing(town: Town, under_new_id: bool) -> None:
    lin = town.lin
    await lin.joins(await town.invite())
    repeated = [await last_update(town, "message")]
    group = await lin.connects("阳光小区好物群")
    repeated += [await last_update(town, kind) for kind in ("my_chat_member", "message")]
    card = await lin.asks("/today", "1/40")
    await lin.presses(TAKE)
    repeated.append(await last_update(town, "callback_query"))
    promoters = await town.app.enrolling.promoters()

    for update_id in repeated:
        await town.act("redeliver", update_id=update_id, under_new_id=under_new_id)
    assert await planned(town) == 1
    await town.idle()
    (kept,) = await town.app.connecting.all_groups()
    assert kept.chat_id == group.id
    assert await town.app.enrolling.promoters() == promoters
    assert len(await group.delivered()) == 1
    later = await town.messages(lin.id, after=card["message_id"])
    # Under an id of its own, "/start CODE" is a question like any other.
    expected = ["已选的好物", "已经用这个邀请码加入了"][: 1 + under_new_id]
    # The day's deck comes by itself, whatever was said.
    heard = [text_of(each) for each in later if is_from_bot(each) and "🃏" not in text_of(each)]
    assert len(heard) == len(expected)
    assert all(any(words in text for text in heard) for words in expected)


async def test_in_a_group_nobody_reads_what_belongs_into_private(town: Town) -> None:
    lin, mei, wei = town.lin, town.mei, town.wei
    await town.enrol(lin)
    group = await lin.connects("阳光小区好物群")
    await mei.asks("/status", "管理员用", where=group.id)
    await lin.asks("/status", "阳光小区好物群", "69 人", "正常发送", where=group.id)
    await mei.asks("/deals", "今天还没有发过好物", where=group.id)
    refused = await lin.asks("/earnings", "请在私聊里用", where=group.id)
    assert list(buttons(refused).values()) == ["https://t.me/haowu_demo_bot"]
    await mei.says("/nonsense", where=group.id)
    await mei.says("这个好吃吗", where=group.id)

    other: Json = await town.act("new_group", title="老魏的群", owner_id=wei.id)
    await town.act("add_bot", chat_id=other["id"], by=wei.id, rights=["pin_messages"])
    await wei.asks("/status", "还没有接好", where=other["id"])
    await wei.asks("/deals", "还没有接好", where=other["id"])
    assert len(await town.app.connecting.all_groups()) == 1

    # The purpose, and an answer to each of the four that were commands.
    await town.idle()
    assert len([each for each in await town.messages(group.id) if is_from_bot(each)]) == 5


async def test_somebody_elses_order_is_answered_like_one_that_never_was(town: Town) -> None:
    lin, chen = town.lin, town.chen
    await town.enrol(lin, chen)
    group = await lin.connects("阳光小区好物群")
    await lin.asks("/search 抽纸", "抽纸")
    await lin.presses("1")
    ((post,),) = await town.morning(group, each=1)
    order = await town.buy(post)

    await lin.asks(f"/why {order}", "阳光小区好物群", "¥2.79")
    await town.ouyang.asks(f"/why {order}", "阳光小区好物群", "¥2.79", "¥2.79")
    foreign = text_of(await chen.asks(f"/why {order}", "没有找到你的订单"))
    assert foreign == text_of(await chen.asks("/why D0", "没有找到")).replace("D0", order)
    await chen.asks("/earnings", "还没有佣金")
    await chen.asks("/statement", "没有记录")
    await chen.asks("/groups", "你还没有接群")
    await chen.asks("/deals", "请到群里发")
    await town.wei.asks(f"/why {order}", "这个命令给推手用")
