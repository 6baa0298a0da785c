"""A group that gets another id, and one that throws the bot out, with posts waiting."""

import asyncio

from tests.journeys.conftest import Town
from tests.journeys.people import GroupChat, Json, text_of, until


async def hold_back(town: Town, *groups: GroupChat) -> None:
    """Let Telegram refuse the first post of each group for a moment: it stays in the outbox."""
    for group in groups:
        await town.act(
            "faults", kind="retry_after", method="sendPhoto", chat_id=group.id, seconds=2
        )


async def faults_happened(town: Town, count: int) -> None:
    async def look() -> bool | None:
        await town.clock(seconds=5)
        await asyncio.sleep(0.2)
        return True if (await town.get("/sandbox/faults"))["happened"] == count else None

    await until(look, lambda: f"{count} faults were to happen")


async def migrate(town: Town, group: GroupChat, *, new_first: bool) -> GroupChat:
    moved: Json = await town.act("migrate", chat_id=group.id, new_first=new_first)
    return GroupChat(town, moved["id"], group.title)


async def test_a_moved_group_gets_its_waiting_posts_once_and_in_the_new_chat(town: Town) -> None:
    await town.enrol(town.lin)
    olds = [
        await town.lin.connects("阳光小区好物群", kind="group"),
        await town.lin.connects("宝妈省钱群", kind="group", is_admin=False),
    ]
    connected = await town.app.connecting.all_groups()
    await hold_back(town, *olds)
    await town.clock("morning")
    await faults_happened(town, 2)

    news = [
        await migrate(town, old, new_first=new_first)
        for old, new_first in zip(olds, (False, True), strict=True)
    ]
    await town.clock(minutes=13)
    await town.passes(*news, count=2)
    for old, new in zip(olds, news, strict=True):
        # The purpose is told once in a group's life, and it was told before the move.
        assert [row["text"][:1] for row in await old.delivered()] == ["👋"]
        assert len(await new.delivered()) == 2

    found = await town.app.connecting.all_groups()
    assert [group.id for group in found] == [group.id for group in connected]
    assert [group.chat_id for group in found] == [new.id for new in news]
    listed = text_of(await town.lin.asks("/groups", "你的群（2）"))
    assert listed.count("✅ 正常发送") == 2
    assert await town.repeated_in_groups() == []


async def test_a_group_that_throws_the_bot_out_gets_nothing_more_and_keeps_its_credit(
    town: Town,
) -> None:
    await town.enrol(town.lin)
    kept, lost = await town.lin.connects("宝妈省钱群"), await town.lin.connects("阳光小区好物群")
    await town.lin.asks("/search 抽纸", "抽纸")
    assert "2 个群" in await town.lin.presses("1")
    _, (tissues, _) = await town.morning(kept, lost)
    order = await town.buy(tissues)

    await town.opens("noon", kept, lost, count=3)
    await town.act("remove_bot", chat_id=lost.id, by=town.mei.id)
    await town.lin.sees("我被移出了这个群", "阳光小区好物群", "之前的佣金都还在")
    await town.clock(minutes=13)
    await town.passes(kept, count=4)
    assert len(await lost.posts()) == 3

    await town.lin.asks("/groups", "🚪 我不在这个群里了", "✅ 正常发送")
    await town.lin.asks("/earnings", "保留中：¥2.79")
    await town.lin.asks(f"/why {order}", "阳光小区好物群", "¥2.79")
    assert await town.repeated_in_groups() == []
