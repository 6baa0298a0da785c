"""Taking a group out: at once, once, and without a trace in the books."""

import asyncio
from datetime import timedelta

import pytest

from bot.delivery import Retry
from bot.domain.records import Link, LinkCode, PersonId
from bot.errors import InputError, NotFoundError
from bot.services.people.connecting import Connecting
from bot.services.people.connections import Connected
from storage.links import links as link_storage
from storage.tables import audit, departures, groups, notices, pools, posts, slot_runs
from tests import cast
from tests.bot.services.leaving.conftest import EVENING, FENXIANG, Home
from tests.bot.services.stand_ins import Sender
from tests.cast import BOT, LIN, NOON, SUNNY_COURT


async def out(home: Home, *, says_goodbye: bool = True) -> object:
    return await home.leaving.disconnecting.disconnect(
        home.stage.lin, home.stage.group, says_goodbye=says_goodbye
    )


async def test_a_group_is_taken_out_once_and_written_down(home: Home) -> None:
    found = await out(home)
    assert found is not None
    assert await out(home) is None
    (sunny, rose) = await home.rows(groups)
    assert (sunny.disconnected_at, sunny.lost_at, rose.lost_at) == (NOON, NOON, None)
    (row,) = await home.rows(audit)
    assert (row.action, row.subject, row.actor) == (
        "disconnect", f"group:{home.stage.group}", f"person:{home.stage.lin}",
    )  # fmt: skip


async def test_nobody_else_takes_a_group_out(home: Home) -> None:
    for who in (home.stage.chen, PersonId(10**9)):
        with pytest.raises(NotFoundError):
            await home.leaving.disconnecting.disconnect(who, home.stage.group, says_goodbye=True)
    assert await home.rows(departures) == []


async def test_what_is_unsent_is_withdrawn_and_nothing_more_is_planned(home: Home) -> None:
    offer = await home.offer()
    async with home.database.write() as connection:
        for ordinal, state in enumerate(("planned", "leased", "sending", "sent"), 1):
            await cast.add_post(
                connection, home.stage.group, home.stage.lin, offer, ordinal=ordinal, state=state,
                lease="x", closes_at=NOON + timedelta(minutes=30),
            )  # fmt: skip
        await cast.add_post(connection, home.rose_lane, home.stage.lin, offer, state="planned")
    await out(home)
    rows = await home.rows(posts)
    assert [row.state for row in rows] == ["cancelled", "cancelled", "sending", "sent", "planned"]
    assert rows[2].closes_at == NOON
    await home.scheduling().refresh([home.stage.group])
    home.clock.at = EVENING
    while await home.publishing().plan_due():
        pass
    assert "lost" in {row.outcome for row in await home.rows(slot_runs)}
    assert len(await home.rows(posts)) == 5


async def test_a_post_that_telegram_puts_off_meanwhile_gets_no_second_try(home: Home) -> None:
    offer = await home.offer()
    async with home.database.write() as connection:
        await cast.add_post(
            connection, home.stage.group, home.stage.lin, offer, state="planned",
            closes_at=NOON + timedelta(minutes=30),
        )  # fmt: skip
    sender = Sender(script={SUNNY_COURT: [Retry(timedelta(seconds=3), is_flood=True)]})
    sending = home.sending(sender)
    await asyncio.gather(sending.send_due(), out(home))
    home.clock.pass_(seconds=10)
    await sending.send_due()
    (row,) = await home.rows(posts)
    assert row.state in ("cancelled", "skipped")
    assert len(sender.got) <= 1


async def test_nothing_is_lost_or_doubled_while_a_slot_opens_and_the_outbox_sends(
    home: Home,
) -> None:
    for number in range(3):
        await home.offer(f"tea-{number}")
    await home.scheduling().refresh([home.stage.group, home.rose_lane])
    home.clock.at = EVENING
    sender = Sender()
    sending = home.sending(sender)
    home_out = home.again().disconnecting
    await asyncio.gather(
        home.publishing().plan_due(),
        home_out.disconnect(home.stage.lin, home.stage.group, says_goodbye=False),
        sending.send_due(),
        home.publishing().plan_due(),
    )
    for _ in range(5):
        home.clock.pass_(minutes=8)
        while await home.publishing().plan_due():
            pass
        await sending.send_due()
    states = {row.group_id: row.state for row in await home.rows(posts)}
    assert states[home.rose_lane] == "sent"
    assert states.get(home.stage.group, "cancelled") in ("cancelled", "sent")
    sent = [chat for chat, _, _ in sender.got]
    assert len(sent) == len(set(sent))


async def test_pools_end_as_by_their_promoters_hand(home: Home) -> None:
    offer, other = await home.offer(), await home.offer("coffee")

    async with home.database.write() as connection:
        codes = [LinkCode(letter * 13) for letter in "abcd"]
        await link_storage.add(
            connection,
            [
                Link(code, offer, "feed", None, home.stage.group, home.stage.lin, "https://x", NOON)
                for code in codes
            ],
        )
        for state, offer_id, pair in (("open", offer, codes[:2]), ("reached", other, codes[2:])):
            await connection.execute(
                pools.insert().values(
                    group_id=home.stage.group,
                    promoter_id=home.stage.lin,
                    offer_id=offer_id,
                    state=state,
                    target=2,
                    seats=2,
                    joined=1,
                    together_minor=1,
                    alone_minor=2,
                    currency="CNY",
                    seen_at=NOON,
                    opened_at=NOON,
                    closes_at=NOON + timedelta(hours=2),
                    together_code=pair[0],
                    alone_code=pair[1],
                    has_pickup=False,
                    standing="sent",
                )  # fmt: skip
            )
    await out(home)
    found = await home.rows(pools)
    assert [(row.state, row.telling) for row in found] == [
        ("cancelled", "cancelled"), ("closed", None),
    ]  # fmt: skip
    assert await home.leaving.disconnecting.leaving() == []
    home.clock.pass_(minutes=2)
    assert len(await home.leaving.disconnecting.leaving()) == 1


async def test_the_goodbye_is_said_once_and_the_chat_left_once(home: Home) -> None:
    await out(home)
    disconnecting = home.leaving.disconnecting
    (departure,) = await disconnecting.leaving()
    assert (departure.chat_id, departure.bot_id) == (SUNNY_COURT, BOT)
    found = await asyncio.gather(
        *(each.disconnecting.goodbye(departure) for each in (home.leaving, home.again()))
    )
    assert sorted(found) == [False, True]
    await disconnecting.left(departure)
    assert await disconnecting.leaving() == []


async def test_no_goodbye_is_said_where_none_is_wanted(home: Home) -> None:
    await out(home, says_goodbye=False)
    (departure,) = await home.leaving.disconnecting.leaving()
    assert not await home.leaving.disconnecting.goodbye(departure)


async def test_connected_again_a_group_stands_as_before_and_is_not_left(home: Home) -> None:
    await home.scheduling().set(f"group:{home.stage.group}", "noon", "12:30", "13:00", by="x")
    await home.change(groups, groups.c.id == home.stage.group, language="en")
    await out(home)
    connecting = Connecting(
        home.database, FENXIANG, home.clock, lambda size: bytes(size), "Asia/Shanghai", "zh"
    )
    back = await connecting.added(SUNNY_COURT, "Sunny Court", LIN, {"post", "joins"}, 120, BOT)
    assert isinstance(back, Connected)
    assert (back.group.id, back.is_new, back.group.language) == (home.stage.group, False, "en")
    assert (back.group.lost_at, back.group.disconnected_at) == (None, None)
    plans = {plan.name: plan.opens for plan in await home.scheduling().plans(back.group)}
    assert plans["noon"] == "12:30"
    assert await home.leaving.disconnecting.leaving() == []


async def test_an_operator_takes_a_group_out_with_a_reason(home: Home) -> None:
    order = home.leaving.disconnecting.order
    with pytest.raises(InputError):
        await order(home.stage.group, by="cli", reason=" ")
    with pytest.raises(NotFoundError):
        await order(home.stage.group + 99, by="cli", reason="spam")  # type: ignore[arg-type]
    assert await order(home.stage.group, by="cli", reason="spam") is not None
    assert await order(home.stage.group, by="cli", reason="spam") is None
    (told,) = await home.rows(notices)
    assert (told.person_id, told.text) == (home.stage.lin, "leaving.taken_out")
    assert told.words == {"title": "Sunny Court", "reason": "spam"}
    assert [row.reason for row in await home.rows(audit)] == ["spam"]
