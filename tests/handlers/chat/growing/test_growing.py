"""Tasks, tutorials, the team and the mentor in the chat, in both languages."""

import pytest
from sqlalchemy import insert

from bot.domain.growth.levels import Level
from bot.sandbox.botapi import server
from handlers.chat.growing import tags
from storage.database import Database
from storage.growth import facts
from storage.tables import questions, team_months
from tests.cast import CHEN, LIN, MEI, NOON, OUYANG, WEI
from tests.handlers.chat.conftest import Json, Town, buttons
from tests.handlers.chat.test_groups import add_bot, enrol, new_group, payload


async def connect(town: Town, *, rights: list[str]) -> int:
    """Lin's group with Mei in it."""
    made = await new_group(town)
    return await add_bot(town, made["id"], payload=await payload(town), rights=rights)


async def under_lin(town: Town, telegram_id: int) -> None:
    """Somebody whom Lin invited, unlocked."""
    lin = await town.services.enrolling.promoter_by_telegram(LIN)
    assert lin is not None
    made = await town.services.enrolling.invite("fenxiang", owner_id=lin.id)
    await town.ask(telegram_id, f"/start {made.code}", 2)
    await town.services.enrolling.unlock(telegram_id, by="cli", reason="test")


async def reply(town: Town, person_id: int, to: Json, text: str, count: int = 1) -> list[str]:
    """Reply to a message of the bot, and read its next words."""
    before = await town.last_id(person_id)
    await town.act(
        "say", chat_id=person_id, person_id=person_id, text=text, reply_to=to["message_id"]
    )
    return [str(one["text"]) for one in await town.said(person_id, before, count)]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("你现在是新人", "初级推手的任务 1/4", "✓ 读完规则", "○ 接好一个群", "20 个邀请码")),
        ("en", ("You are a newcomer", "for starter: 1/4", "✓ Read the rules", "○ Connect a")),
    ],
)
async def test_learn_shows_tasks_with_ticks_and_turns_tutorials(
    town: Town, language: str, words: tuple[str, ...]
) -> None:
    await enrol(town, LIN)
    await town.ask(LIN, f"/language {language}")
    (shown,) = await town.ask(LIN, "/learn")
    assert all(word in shown["text"] for word in words), shown["text"]
    assert "▰▰▱▱" in shown["text"]
    (card,) = buttons(shown).values()
    for number in (1, 2, 3):
        assert card == f"1:grow_card:starter:{number}"
        await town.press(LIN, shown, card)
        read = await town.reread(LIN, shown)
        card = next(iter(buttons(read).values()))
    assert card == "1:grow_tasks"
    await town.press(LIN, shown, card)
    last = await town.reread(LIN, shown)
    assert words[0] in last["text"]
    assert buttons(last) == {}
    for odd in ("1:grow_card:starter:9", "1:grow_card:gold:1"):
        assert (await town.forge(LIN, last, odd))["text"]


async def test_the_team_shows_sales_first_and_invitations_apart(
    town: Town, database: Database
) -> None:
    await enrol(town, LIN)
    await under_lin(town, CHEN)
    (shown,) = await town.ask(LIN, "/team")
    assert "2026年11月，你邀请的推手卖得怎么样" in shown["text"]
    assert "还没有成交" in shown["text"]
    lin = await town.services.enrolling.promoter_by_telegram(LIN)
    chen = await town.services.enrolling.promoter_by_telegram(CHEN)
    assert lin is not None
    assert chen is not None
    row = {
        "inviter_id": lin.id,
        "month": NOON.date().replace(day=1),
        "promoter_id": chen.id,
        "currency": "CNY",
        "orders": 2,
        "commission_minor": 1500,
        "share_minor": 150,
    }
    async with database.write() as connection:
        await connection.execute(team_months.insert(), [row, row | {"promoter_id": lin.id}])
    (shown,) = await town.ask(LIN, "/team")
    assert "成交 2 单，佣金共 ¥15.00，其中你的二级佣金 ¥1.50" in shown["text"]
    assert f"· {chen.name}：2 单，给你带来 ¥1.50" in shown["text"]
    assert "直接邀请的推手" not in shown["text"]
    await town.press(LIN, shown, "1:team:invited:0")
    invited = await town.reread(LIN, shown)
    assert "你直接邀请的推手（1）" in invited["text"]
    assert "用了 1/1" in invited["text"]
    assert "¥" not in invited["text"]
    await town.press(LIN, shown, "1:team:mentees:0")
    mentees = await town.reread(LIN, shown)
    assert f"· {chen.name}：新人，任务 0/4" in mentees["text"]
    assert "¥" not in mentees["text"]
    await town.ask(LIN, "/language en")
    assert "Orders: 2, commission ¥15.00 in all" in await town.hear(LIN, "/team")
    for odd in ("1:team:all:0", "1:team:sales:-1", "1:team:sales"):
        assert (await town.forge(LIN, shown, odd))["text"]


async def test_an_empty_team_is_said_kindly(town: Town) -> None:
    await enrol(town, LIN)
    (shown,) = await town.ask(LIN, "/team")
    await town.press(LIN, shown, "1:team:invited:0")
    assert "还没有邀请过人" in (await town.reread(LIN, shown))["text"]
    await town.press(LIN, shown, "1:team:mentees:0")
    assert "还没有人由你来带" in (await town.reread(LIN, shown))["text"]


async def test_a_question_goes_to_the_mentor_and_the_answer_back(town: Town) -> None:
    await enrol(town, LIN)
    await under_lin(town, CHEN)
    await town.ask(CHEN, "/language en")
    (shown,) = await town.ask(CHEN, "/mentor")
    assert "who invited you" in shown["text"]
    before = await town.last_id(CHEN)
    await town.press(CHEN, shown, "1:mentor_ask:0")
    (prompt,) = await town.said(CHEN, before)
    assert prompt["text"].startswith("✉️ #0 ")
    at_lin = await town.last_id(LIN)
    (thanks,) = await reply(town, CHEN, prompt, "怎么选 <b>好物</b>？")
    assert thanks.startswith("Passed on to")
    (asked,) = await town.said(LIN, at_lin)
    assert "你带的" in asked["text"]
    assert "怎么选 <b>好物</b>？" in asked["text"]
    answer = next(data for data in buttons(asked).values() if "mentor_ask" in data)
    before = await town.last_id(LIN)
    await town.press(LIN, asked, answer)
    (prompt,) = await town.said(LIN, before)
    at_chen = await town.last_id(CHEN)
    assert "捎给" in (await reply(town, LIN, prompt, "选你自己也会买的"))[0]
    (heard,) = await town.said(CHEN, at_chen)
    assert "Your mentor" in heard["text"]
    assert "选你自己也会买的" in heard["text"]
    mute = next(data for data in buttons(heard).values() if "mentor_mute" in data)
    assert "no more lines" in (await town.press(CHEN, heard, mute))["text"]
    (shown,) = await town.ask(CHEN, "/mentor")
    assert "No lines go between you" in shown["text"]
    await town.press(CHEN, shown, "1:mentor_mute:0:0")
    assert "No lines" not in (await town.reread(CHEN, shown))["text"]


async def test_limits_and_gone_talks_are_said(town: Town) -> None:
    await enrol(town, LIN)
    await under_lin(town, CHEN)
    (shown,) = await town.ask(CHEN, "/mentor")
    before = await town.last_id(CHEN)
    await town.press(CHEN, shown, "1:mentor_ask:0")
    (prompt,) = await town.said(CHEN, before)
    for _ in range(3):
        assert "捎给" in (await reply(town, CHEN, prompt, "在吗"))[0]
    assert "一天最多捎 3 句" in (await reply(town, CHEN, prompt, "在吗"))[0]
    assert "太长了" in (await reply(town, CHEN, prompt, "长" * 501))[0]
    before = await town.last_id(CHEN)
    await town.forge(CHEN, shown, "1:mentor_ask:77")
    (prompt,) = await town.said(CHEN, before)
    assert "已经结束了" in (await reply(town, CHEN, prompt, "在吗"))[0]
    assert "没有可以静音" in (await town.forge(CHEN, shown, "1:mentor_mute:77:1"))["text"]


async def test_a_mentor_who_blocked_the_bot_is_not_reached(town: Town) -> None:
    await enrol(town, LIN)
    await under_lin(town, CHEN)
    await town.act("block", person_id=LIN)
    (shown,) = await town.ask(CHEN, "/mentor")
    before = await town.last_id(CHEN)
    await town.press(CHEN, shown, "1:mentor_ask:0")
    (prompt,) = await town.said(CHEN, before)
    assert "没有捎到" in (await reply(town, CHEN, prompt, "在吗"))[0]


async def test_another_mentor_is_chosen_by_a_tap(town: Town, database: Database) -> None:
    for person in (LIN, WEI):
        await enrol(town, person)
    await under_lin(town, CHEN)
    (shown,) = await town.ask(LIN, "/mentor")
    assert "没有导师" in shown["text"]
    assert "中级才能带人" in (await town.forge(LIN, shown, "1:mentor_offer:1"))["text"]
    wei = await town.services.enrolling.promoter_by_telegram(WEI)
    chen = await town.services.enrolling.promoter_by_telegram(CHEN)
    assert wei is not None
    assert chen is not None
    async with database.write() as connection:
        await facts.mark_level(connection, wei.id, Level.MIDDLE)
    (own,) = await town.ask(WEI, "/mentor")
    await town.press(WEI, own, "1:mentor_offer:1")
    assert "不再接新人" in str(buttons(await town.reread(WEI, own)))
    (shown,) = await town.ask(CHEN, "/mentor")
    await town.press(CHEN, shown, "1:mentor_list")
    listed = await town.reread(CHEN, shown)
    (take,) = buttons(listed).values()
    assert take == f"1:mentor_take:{wei.id}"
    assert (await town.press(CHEN, listed, take))["text"] == "换好了。"
    assert f"你的导师是 {wei.name}" in (await town.reread(CHEN, listed))["text"]
    await town.forge(CHEN, listed, "1:mentor_list")
    back = await town.reread(CHEN, listed)
    assert "换回邀请我的人" in str(buttons(back))
    own_take = f"1:mentor_take:{chen.id}"
    assert "自己的导师" in (await town.forge(CHEN, listed, own_take))["text"]
    await town.press(WEI, await town.reread(WEI, own), "1:mentor_offer:0")


async def test_operators_set_a_mentor(town: Town) -> None:
    for person in (LIN, WEI):
        await enrol(town, person)
    assert "/mentor 推手的ID" in await town.hear(OUYANG, "/mentor")
    assert "现在是" in await town.hear(OUYANG, f"/mentor {WEI} {LIN}")
    assert "自己的导师" in await town.hear(OUYANG, f"/mentor {WEI} {WEI}")
    lin = await town.services.enrolling.promoter_by_telegram(LIN)
    assert lin is not None
    assert f"你的导师是 {lin.name}" in await town.hear(WEI, "/mentor")
    assert "推手" in await town.hear(MEI, "/mentor")


@pytest.mark.parametrize(
    ("language", "few", "on", "off", "usage"),
    [
        ("zh", "还不到 3 位", "以「林姐」上榜", "都没有你了", "/board on 名字"),
        ("en", "Fewer than 3", "as “林姐”", "on no board", "/board on NAME"),
    ],
)
async def test_promoters_come_on_the_board_and_off(
    town: Town, language: str, few: str, on: str, off: str, usage: str
) -> None:
    await enrol(town, LIN)
    await town.ask(LIN, f"/language {language}")
    (shown,) = await town.ask(LIN, "/board")
    assert few in shown["text"]
    await town.press(LIN, shown, "1:board_span:month")
    assert few in (await town.reread(LIN, shown))["text"]
    heard = await town.hear(LIN, "/board on 林姐", 2)
    assert on in heard
    assert off in await town.hear(LIN, "/board off")
    assert usage in await town.hear(LIN, "/board up")
    assert usage in await town.hear(LIN, "/board on @lin", 2)
    assert (await town.forge(LIN, shown, "1:board_span:year"))["text"]


async def test_members_come_on_the_groups_board_by_a_tap_and_off_by_another(town: Town) -> None:
    await enrol(town, LIN)
    chat_id = await connect(town, rights=["invite_users"])
    before = await town.last_id(chat_id)
    await town.act("say", chat_id=chat_id, person_id=MEI, text="/board")
    (shown,) = await town.said(chat_id, before)
    assert "还不到 3 位" in shown["text"]
    assert "上榜了" in (await town.press(MEI, shown, "1:board_in", chat_id=chat_id))["text"]
    assert "没有你了" in (await town.press(MEI, shown, "1:board_in", chat_id=chat_id))["text"]
    assert "不知道你在哪个群" in await town.hear(WEI, "/board")
    assert "不知道你在哪个群" in await town.hear(WEI, "/board on Wei")


async def shown_helpers(town: Town, chat_id: int) -> None:
    """Three in the group want to be seen, and Mei did enough to be a helper."""
    group = await town.services.connecting.group_by_chat(chat_id)
    assert group is not None
    honouring = town.services.rooms.growth.honouring
    for person in (MEI, LIN, OUYANG):
        known = await town.services.enrolling.meet(person, f"P{person}", "zh")
        await honouring.show_member(group.id, known.id, f"P{person}")


async def test_helpers_are_tagged_where_the_bot_may_and_untagged_when_they_leave(
    town: Town, database: Database
) -> None:
    await enrol(town, LIN)
    chat_id = await connect(town, rights=["invite_users", "manage_tags"])
    await shown_helpers(town, chat_id)
    await ask_thrice(town, database, chat_id)
    assert await tags.round_(town.application.bot, town.services) == 1
    member = town.world.chats[chat_id].members[MEI]
    assert member.tag == "热心"
    assert await tags.round_(town.application.bot, town.services) == 0
    before = await town.last_id(chat_id)
    await town.act("say", chat_id=chat_id, person_id=MEI, text="/board")
    (shown,) = await town.said(chat_id, before)
    assert "🥇 P3001 · 3 次" in shown["text"]
    assert "都没有你了" in await town.hear(MEI, "/board off")
    assert town.world.chats[chat_id].members[MEI].tag == ""


async def test_where_tags_are_refused_the_board_is_all(town: Town, database: Database) -> None:
    await enrol(town, LIN)
    chat_id = await connect(town, rights=["invite_users"])
    await shown_helpers(town, chat_id)
    await ask_thrice(town, database, chat_id)
    assert await tags.round_(town.application.bot, town.services) == 0
    (tagging,) = await town.services.rooms.growth.honouring.to_tag()
    assert not town.services.rooms.growth.honouring.may_tag(tagging)
    before = await town.last_id(chat_id)
    await town.act("say", chat_id=chat_id, person_id=MEI, text="/board")
    (shown,) = await town.said(chat_id, before)
    assert "P3001" in shown["text"]


async def test_a_server_without_tags_is_asked_once_a_day(
    town: Town, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(server.NAMES, "setchatmembertag")
    await enrol(town, LIN)
    chat_id = await connect(town, rights=["invite_users", "manage_tags"])
    await shown_helpers(town, chat_id)
    await ask_thrice(town, database, chat_id)
    assert await tags.round_(town.application.bot, town.services) == 0
    (tagging,) = await town.services.rooms.growth.honouring.to_tag()
    assert list(town.services.rooms.growth.honouring.refusals) == [(tagging.bot_id,)]


async def ask_thrice(town: Town, database: Database, chat_id: int) -> None:
    """Mei asked three questions whose answers serve everybody."""
    group = await town.services.connecting.group_by_chat(chat_id)
    mei = await town.services.enrolling.meet(MEI, "Mei", "zh")
    assert group is not None
    row = {
        "person_id": mei.id,
        "group_id": group.id,
        "chat_id": chat_id,
        "asked_at": town.services.now(),
        "language": "zh",
        "text": "?",
        "kind": "unknown",
        "state": "told",
        "worded": "plain",
    }
    async with database.write() as connection:
        await connection.execute(insert(questions), [row] * 3)


async def test_leaving_the_group_leaves_its_board(town: Town) -> None:
    await enrol(town, LIN)
    chat_id = await connect(town, rights=["invite_users"])
    await shown_helpers(town, chat_id)
    await town.act("leave", chat_id=chat_id, person_id=MEI)
    await town.settled()
    group = await town.services.connecting.group_by_chat(chat_id)
    mei = await town.services.enrolling.meet(MEI, "Mei", "zh")
    assert group is not None
    found = await town.services.rooms.growth.honouring.members(group.id, mei.id)
    assert not found.is_shown
    assert found.is_few


async def test_the_forgotten_stand_nowhere(town: Town, database: Database) -> None:
    await enrol(town, LIN)
    chat_id = await connect(town, rights=["invite_users", "manage_tags"])
    await shown_helpers(town, chat_id)
    await ask_thrice(town, database, chat_id)
    await tags.round_(town.application.bot, town.services)
    (asked,) = await town.ask(MEI, "/forget_me")
    await town.press(MEI, asked, "1:forget:1")
    assert town.world.chats[chat_id].members[MEI].tag == ""
