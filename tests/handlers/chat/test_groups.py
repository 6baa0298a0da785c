"""A group from the first tap to its last day, as Telegram tells it."""

from datetime import timedelta

import pytest

from bot.domain.records import Group
from handlers.chat.events import rounds
from tests.cast import CHEN, LIN, MEI, OUYANG, WEI
from tests.handlers.chat.conftest import Json, Town, buttons


@pytest.fixture
async def lin(town: Town) -> Town:
    """Lin is an unlocked promoter who started the private chat."""
    await enrol(town, LIN)
    return town


async def enrol(town: Town, telegram_id: int) -> None:
    invitation = await town.services.enrolling.invite("fenxiang", owner_id=None)
    await town.ask(telegram_id, f"/start {invitation.code}", 2)
    await town.services.enrolling.unlock(telegram_id, by="cli", reason="test")


async def payload(town: Town, telegram_id: int = LIN) -> str:
    (message,) = await town.ask(telegram_id, "/connect")
    (url,) = buttons(message).values()
    assert "&admin=" in url
    return url.split("startgroup=")[1].split("&")[0]


async def new_group(
    town: Town, kind: str = "supergroup", members: int = 80, title: str = "Sunny Court"
) -> Json:
    group: Json = await town.act(
        "new_group", title=title, owner_id=LIN, kind=kind, member_ids=[MEI], member_count=members
    )
    return group


async def add_bot(town: Town, chat_id: int, **fields: object) -> int:
    chat = await town.act("add_bot", chat_id=chat_id, by=LIN, **fields)
    await town.settled()
    return int(chat["id"])


async def spoken(town: Town, chat_id: int) -> list[str]:
    return [
        one["text"]
        for one in await town.messages(chat_id)
        if one["from"]["is_bot"] and "text" in one
    ]


async def groups_of_lin(town: Town) -> list[Group]:
    lin = await town.services.enrolling.promoter_by_telegram(LIN)
    assert lin is not None
    return await town.services.connecting.groups_of(lin.id)


async def test_one_tap_connects_and_greets_once(lin: Town) -> None:
    group = await new_group(lin)
    before = await lin.last_id(LIN)
    await add_bot(lin, group["id"], payload=await payload(lin), rights=["invite_users"])
    (connected,) = await groups_of_lin(lin)
    assert (connected.chat_id, connected.missing_rights) == (group["id"], ())
    assert connected.state == "active"
    (purpose,) = await spoken(lin, group["id"])
    assert "广告" in purpose
    told = await lin.said(LIN, before, 2)
    assert "接好了" in told[1]["text"]
    assert "Sunny Court" in told[1]["text"]


@pytest.mark.parametrize("new_first", [False, True])
async def test_an_upgrade_while_connecting_makes_one_group(lin: Town, new_first: bool) -> None:
    group = await new_group(lin, "group")
    now_at = await add_bot(
        lin, group["id"], payload=await payload(lin), rights=[], upgrade=True, new_first=new_first
    )
    (connected,) = await groups_of_lin(lin)
    assert connected.chat_id == now_at != group["id"]
    greetings = [row for row in lin.world.ledger.rows if "大家好" in str(row)]
    assert len(greetings) == 1


async def test_a_plain_member_bot_is_told_what_is_missing(lin: Town) -> None:
    group = await new_group(lin, members=20)
    before = await lin.last_id(LIN)
    await add_bot(lin, group["id"])
    (told,) = await lin.said(LIN, before)
    assert "管理员" in told["text"]
    assert "预热" in told["text"]
    assert any("startgroup=" in url for url in buttons(told).values())
    await lin.act("set_bot_rights", chat_id=group["id"], by=LIN, rights=["invite_users"])
    await lin.settled()
    assert (await groups_of_lin(lin))[0].missing_rights == ()
    await lin.act("set_bot_rights", chat_id=group["id"], by=LIN, rights=None, can_send=False)
    await lin.settled()
    assert "post" in (await groups_of_lin(lin))[0].missing_rights


async def test_a_group_is_lost_and_found(lin: Town) -> None:
    group = await new_group(lin)
    await add_bot(lin, group["id"], rights=[])
    before = await lin.last_id(LIN)
    await lin.act("remove_bot", chat_id=group["id"], by=LIN)
    await lin.settled()
    assert "移出" in (await lin.said(LIN, before))[0]["text"]
    assert (await groups_of_lin(lin))[0].lost_at is not None
    await add_bot(lin, group["id"], rights=[])
    (found,) = await groups_of_lin(lin)
    assert found.lost_at is None
    assert len(await spoken(lin, group["id"])) == 1


async def test_a_move_is_followed(lin: Town) -> None:
    group = await new_group(lin, "group")
    await add_bot(lin, group["id"])
    moved = await lin.act("migrate", chat_id=group["id"])
    await lin.settled()
    assert [one.chat_id for one in await groups_of_lin(lin)] == [moved["id"]]


async def test_an_outsiders_bot_connects_nothing(town: Town) -> None:
    group = await new_group(town)
    await add_bot(town, group["id"], payload="whatever_it_is")
    assert await town.services.connecting.all_groups() == []
    (answer,) = await spoken(town, group["id"])
    assert "无效" in answer


async def test_somebody_elses_group_stays_theirs(lin: Town) -> None:
    await enrol(lin, CHEN)
    group = await new_group(lin)
    await add_bot(lin, group["id"], rights=[])
    mine = await payload(lin, CHEN)
    text = f"/start@haowu_demo_bot {mine}"
    await lin.act("say", chat_id=group["id"], person_id=LIN, text=text)
    await lin.settled()
    assert "无效" in (await spoken(lin, group["id"]))[-1]
    assert len(await groups_of_lin(lin)) == 1


async def test_status_is_for_promoter_and_administrators(lin: Town) -> None:
    group = await new_group(lin)
    await add_bot(lin, group["id"], rights=[])
    await lin.act("set_member_count", chat_id=group["id"], count=50)
    await lin.act("say", chat_id=group["id"], person_id=LIN, text="/status@haowu_demo_bot")
    await lin.settled()
    assert "50 人" in (await spoken(lin, group["id"]))[-1]
    assert (await groups_of_lin(lin))[0].state == "warming"
    await lin.act("say", chat_id=group["id"], person_id=MEI, text="/status@haowu_demo_bot")
    await lin.settled()
    assert "管理员" in (await spoken(lin, group["id"]))[-1]
    await lin.act(
        "say", chat_id=group["id"], person_id=LIN, text="/status@haowu_demo_bot", anonymous=True
    )
    await lin.settled()
    assert "50 人" in (await spoken(lin, group["id"]))[-1]


async def test_private_commands_in_a_group_lead_to_the_private_chat(lin: Town) -> None:
    group = await new_group(lin)
    await add_bot(lin, group["id"], rights=[])
    await lin.act("say", chat_id=group["id"], person_id=LIN, text="/groups@haowu_demo_bot")
    await lin.settled()
    last = (await lin.messages(group["id"]))[-1]
    assert "私聊" in last["text"]
    assert list(buttons(last).values()) == ["https://t.me/haowu_demo_bot"]


async def test_its_promoter_chooses_a_groups_language(lin: Town) -> None:
    group = await new_group(lin)
    await add_bot(lin, group["id"], rights=[])
    for person_id, words, part in (
        (MEI, " en", "推手"),
        (LIN, "", "推手"),
        (LIN, " en", "English"),
    ):
        text = f"/language@haowu_demo_bot{words}"
        await lin.act("say", chat_id=group["id"], person_id=person_id, text=text)
        await lin.settled()
        assert part in (await spoken(lin, group["id"]))[-1]
    assert (await groups_of_lin(lin))[0].language == "en"


async def test_group_talk_is_neither_stored_nor_answered(lin: Town) -> None:
    group = await new_group(lin)
    await add_bot(lin, group["id"], rights=[])
    before = await lin.last_id(group["id"])
    for text in ("good morning all", "/nothing", "/weather@other_bot"):
        await lin.act("say", chat_id=group["id"], person_id=MEI, text=text)
    await lin.settled()
    assert await lin.last_id(group["id"]) == before + 3
    assert await lin.services.enrolling.promoter_by_telegram(MEI) is None


async def test_newcomers_are_told_the_purpose_once(lin: Town) -> None:
    group = await new_group(lin)
    await add_bot(lin, group["id"], rights=[])
    await lin.act("join_many", chat_id=group["id"], count=12)
    await lin.act("join", chat_id=group["id"], person_id=WEI)
    await lin.settled()
    bot, services = lin.application.bot, lin.services
    assert await rounds.greet(bot, services) == 0
    lin.clock.advance(timedelta(minutes=3))
    assert await rounds.greet(bot, services) == 1
    assert await rounds.greet(bot, services) == 0
    assert len(await spoken(lin, group["id"])) == 2


async def test_groups_are_counted_again_each_day(lin: Town) -> None:
    group, gone = await new_group(lin), await new_group(lin, title="Old Lane")
    await add_bot(lin, group["id"], rights=[])
    await add_bot(lin, gone["id"], rights=[])
    await lin.act("set_member_count", chat_id=group["id"], count=49)
    lin.world.chats[gone["id"]].members.pop(7000000001)
    bot, services = lin.application.bot, lin.services
    assert await rounds.recheck(bot, services) == 0
    lin.clock.advance(timedelta(days=1, minutes=1))
    assert await rounds.recheck(bot, services) == 2
    counted, lost = await groups_of_lin(lin)
    assert (counted.state, counted.member_count) == ("warming", 49)
    assert lost.lost_at is not None


async def test_groups_lists_own_groups_and_what_they_lack(lin: Town) -> None:
    assert "/connect" in await lin.hear(LIN, "/groups")
    group = await new_group(lin, members=20, title="A <b> & C")
    await add_bot(lin, group["id"])
    text = await lin.hear(LIN, "/groups")
    assert "A <b> & C" in text
    assert "管理员" in text
    assert "推手" in await lin.hear(OUYANG, "/groups")
