"""One-tap sends: to own groups alone, once however often it is tapped, and to be undone."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from bot.delivery import Refused as RefusedByTelegram
from bot.delivery import Retry, Uncertain
from bot.domain.posts.budgets import Limits
from bot.domain.posts.sends import SENDS_A_DAY, WINDOW, Fate, LeftOut, fate
from bot.domain.programmes import Programme
from bot.domain.records import Currency, GroupId, OfferId, PersonId
from bot.domain.schedules.blackouts import parse_blackout
from bot.domain.schedules.rules import Quiet
from bot.errors import NotAllowedError, NotFoundError
from bot.services.books.reporting import Reporting
from bot.services.posts.publishing import Publishing
from bot.services.posts.scheduling import Scheduling
from bot.services.posts.sending import Sending
from bot.services.sends.dispatching import Dispatching
from bot.services.sends.outcomes import (
    Changed,
    Preview,
    Refusal,
    Refused,
    Result,
    Sent,
    Undone,
)
from storage.database import Database
from storage.schedules import silences
from storage.tables import groups, links, offers, posts, promoters
from tests import cast
from tests.bot.services.stand_ins import PROGRAMMES, TEXTS, Clock, Sender
from tests.cast import BOT, NOON, SUNNY_COURT, Stage

FAST = Limits(per_second=10_000, chat_gap_seconds=0.0, group_per_minute=1_000)
ROSE_LANE, OLD_MILL = SUNNY_COURT - 1, SUNNY_COURT - 2
FENXIANG: Mapping[str, Programme] = {
    "fenxiang": replace(PROGRAMMES["fenxiang"], freshness_hours=24, repeat_days=7)
}


@pytest.fixture
async def stage(database: Database) -> Stage:
    """The cast, and two more groups of Lin: one speaks English, one is served by another bot."""
    stage = await cast.set_stage(database)
    async with database.write() as connection:
        await cast.add_group(connection, stage.lin, ROSE_LANE, title="Rose Lane", language="en")
        await cast.add_group(connection, stage.lin, OLD_MILL, title="Old Mill", bot_id=BOT + 1)
    return stage


@pytest.fixture
async def tea(database: Database) -> OfferId:
    """An offer."""
    async with database.write() as connection:
        return await cast.add_offer(connection, "tea")


@pytest.fixture
def clock() -> Clock:
    """Noon."""
    return Clock(NOON)


@pytest.fixture
def desk(database: Database, stage: Stage, clock: Clock) -> Dispatching:
    """A process of its own."""
    return process(database, clock)


def process(
    database: Database, clock: Clock, programmes: Mapping[str, Programme] = FENXIANG
) -> Dispatching:
    """A process, as if it began."""
    return Dispatching(database, programmes, TEXTS, clock, os.urandom, "https://haowu.example")


def sending(database: Database, sender: Sender, clock: Clock, bot_id: int = BOT) -> Sending:
    """A bot's outbox."""
    return Sending(database, sender, TEXTS, clock, os.urandom, bot_id, FAST, is_first=bot_id == BOT)


async def look(desk: Dispatching, promoter_id: PersonId, offer_id: OfferId) -> Preview:
    """A preview that there is."""
    found = await desk.preview(promoter_id, offer_id)
    assert isinstance(found, Preview)
    return found


async def go(
    desk: Dispatching, promoter_id: PersonId, preview: Preview
) -> Sent | Changed | Refused:
    """The tap that confirms a preview."""
    return await desk.send(
        promoter_id,
        preview.offer.id,
        asked_ms=preview.asked_ms,
        fingerprint=preview.fingerprint,
    )


async def sent(desk: Dispatching, promoter_id: PersonId, offer_id: OfferId) -> Result:
    """Looked at and confirmed."""
    found = await go(desk, promoter_id, await look(desk, promoter_id, offer_id))
    assert isinstance(found, Sent)
    assert found.is_new
    return found.result


async def rows(database: Database, table: Any) -> list[Any]:
    """Every row, the earliest first."""
    async with database.read() as connection:
        return list(await connection.execute(select(table).order_by(*table.primary_key)))


async def change(database: Database, table: Any, *where: Any, **values: Any) -> None:
    """Set columns."""
    async with database.write() as connection:
        await connection.execute(update(table).where(*where).values(**values))


def fates(result: Result) -> dict[str, Fate]:
    """What became of each group's post."""
    return {group.title: fate(post) for group, post in result.posts}


def reasons(found: Preview | Result) -> dict[str, LeftOut]:
    """Why each group got none."""
    return {group.title: reason for group, reason in found.left_out}


async def test_what_was_previewed_is_what_each_group_gets_under_a_link_of_its_own(
    database: Database, stage: Stage, desk: Dispatching, tea: OfferId, clock: Clock
) -> None:
    preview = await look(desk, stage.lin, tea)
    assert [group.title for group in preview.to] == ["Sunny Court", "Rose Lane", "Old Mill"]
    assert (preview.left_out, preview.having_it) == ((), 0)
    assert preview.other_languages == ("en",)
    assert preview.rendered is not None
    assert preview.rendered.html.startswith("「广告」")
    assert await rows(database, posts) == []
    assert isinstance(await go(desk, stage.lin, preview), Sent)
    planned, minted = await rows(database, posts), await rows(database, links)
    assert [(post.slot, post.ordinal, post.state, post.bot_id) for post in planned] == [
        ("send", 1, "planned", BOT), ("send", 1, "planned", BOT), ("send", 1, "planned", BOT + 1),
    ]  # fmt: skip
    assert {(post.due_at, post.closes_at) for post in planned} == {
        (NOON, NOON + timedelta(minutes=30))
    }
    assert {link.post_id: (link.group_id, link.source) for link in minted} == {
        post.id: (post.group_id, "post") for post in planned
    }
    for link in minted:
        post = next(each for each in planned if each.id == link.post_id)
        assert post.rendered["buttons"][0][0]["url"] == f"https://haowu.example/r/{link.code}"
        assert link.target_url.endswith(f"subid={link.code}")
    sender, other = Sender(), Sender()
    await sending(database, sender, clock).send_due()
    await sending(database, other, clock, BOT + 1).send_due()
    assert sender.got[0] == (SUNNY_COURT, preview.rendered.html, None)
    assert sender.got[1][1].startswith("Ad ·")
    assert other.got == [(OLD_MILL, preview.rendered.html, None)]


async def test_taps_at_one_time_send_once(
    database: Database, stage: Stage, desk: Dispatching, tea: OfferId, clock: Clock
) -> None:
    preview = await look(desk, stage.lin, tea)
    desks = [desk, process(database, clock), process(database, clock), desk]
    found = await asyncio.gather(*(go(each, stage.lin, preview) for each in desks))
    assert sorted(isinstance(one, Sent) and one.is_new for one in found) == [
        False, False, False, True,
    ]  # fmt: skip
    assert len(await rows(database, posts)) == len(await rows(database, links)) == 3


async def test_an_old_tap_after_an_undo_sends_nothing_and_a_new_look_does(
    database: Database, stage: Stage, desk: Dispatching, tea: OfferId, clock: Clock
) -> None:
    preview = await look(desk, stage.lin, tea)
    first = await go(desk, stage.lin, preview)
    assert isinstance(first, Sent)
    assert (await desk.undo(stage.lin, first.result.post_id)).stopped == 3
    again = await go(desk, stage.lin, preview)
    assert isinstance(again, Sent)
    assert not again.is_new
    assert set(fates(again.result).values()) == {Fate.UNDONE}
    clock.pass_(seconds=1)
    anew = await sent(desk, stage.lin, tea)
    assert [post.ordinal for _, post in anew.posts] == [2, 2, 2]


async def test_half_way_an_undo_stops_the_rest(
    database: Database, stage: Stage, desk: Dispatching, tea: OfferId, clock: Clock
) -> None:
    result = await sent(desk, stage.lin, tea)
    sender = Sender()
    await sending(database, sender, clock).send_due()
    undone = await process(database, clock).undo(stage.lin, result.post_id)
    assert undone.stopped == 1
    assert fates(undone.result) == {
        "Sunny Court": Fate.SENT, "Rose Lane": Fate.SENT, "Old Mill": Fate.UNDONE,
    }  # fmt: skip
    assert undone.result.is_over
    assert (await desk.undo(stage.lin, result.post_id)).stopped == 0
    await sending(database, sender, clock, BOT + 1).send_due()
    assert sorted(sender.chats()) == [ROSE_LANE, SUNNY_COURT]


async def test_an_undo_and_the_outbox_do_not_wait_for_each_other(
    database: Database, stage: Stage, desk: Dispatching, tea: OfferId, clock: Clock
) -> None:
    async with database.write() as connection:
        for number in range(40):
            await cast.add_group(connection, stage.lin, OLD_MILL - 1 - number)
    result = await sent(desk, stage.lin, tea)
    sender = Sender()
    workers = [sending(database, sender, clock) for _ in range(2)]
    undone, _ = await asyncio.gather(
        desk.undo(stage.lin, result.post_id),
        asyncio.gather(*(worker.send_due() for worker in workers)),
    )
    for worker in workers:
        await worker.send_due()
    states = [post.state for post in await rows(database, posts)]
    assert states.count("cancelled") == undone.stopped
    assert states.count("sent") == len(sender.got) == len(set(sender.chats()))
    assert states.count("cancelled") + states.count("sent") == 43


async def test_what_telegram_put_off_after_an_undo_is_not_sent(
    database: Database, stage: Stage, desk: Dispatching, tea: OfferId, clock: Clock
) -> None:
    result = await sent(desk, stage.lin, tea)
    await change(database, posts, posts.c.group_id == stage.group, state="sending", lease="x")
    undone = await desk.undo(stage.lin, result.post_id)
    assert undone.stopped == 2
    assert not undone.result.is_over
    await change(database, posts, posts.c.group_id == stage.group, state="planned", lease=None)
    sender = Sender()
    await sending(database, sender, clock).send_due()
    assert sender.got == []
    assert fates(await desk.result(stage.lin, result.post_id))["Sunny Court"] is Fate.SKIPPED


async def test_each_group_is_told_with_what_became_of_it(
    database: Database, stage: Stage, desk: Dispatching, tea: OfferId, clock: Clock
) -> None:
    result = await sent(desk, stage.lin, tea)
    sender = Sender(
        script={SUNNY_COURT: [Uncertain("time-out")], ROSE_LANE: [RefusedByTelegram("too bad")]}
    )
    await sending(database, sender, clock).send_due()
    clock.pass_(minutes=31)
    await sending(database, sender, clock, BOT + 1).send_due()
    found = await process(database, clock).result(stage.lin, result.post_id, before=result)
    assert fates(found) == {
        "Sunny Court": Fate.UNCERTAIN, "Rose Lane": Fate.FAILED, "Old Mill": Fate.SKIPPED,
    }  # fmt: skip
    assert [post.error for _, post in found.posts] == ["time-out", "too bad", "late"]
    assert found.is_over
    assert not found.is_stoppable


async def test_a_restart_in_between_goes_on_where_it_was(
    database: Database, stage: Stage, desk: Dispatching, tea: OfferId, clock: Clock
) -> None:
    preview = await look(desk, stage.lin, tea)
    found = await process(database, clock).send(
        stage.lin, tea, asked_ms=preview.asked_ms, fingerprint=preview.fingerprint
    )
    assert isinstance(found, Sent)
    sender = Sender(script={SUNNY_COURT: [Retry(timedelta(seconds=5), is_flood=True)]})
    for bot_id in (BOT, BOT + 1):
        await sending(database, sender, clock, bot_id).send_due()
    clock.pass_(seconds=6)
    await sending(database, sender, clock).send_due()
    known = await process(database, clock).sent(stage.lin, tea, asked_ms=preview.asked_ms)
    assert known is not None
    assert set(fates(known).values()) == {Fate.SENT}
    assert sorted(sender.chats()) == sorted([SUNNY_COURT, SUNNY_COURT, ROSE_LANE, OLD_MILL])


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"is_paused": True}, LeftOut.PAUSED),
        ({"lost_at": NOON}, LeftOut.LOST),
        ({"state": "warming"}, LeftOut.BELOW_FLOOR),
        ({"missing_rights": ["post"]}, LeftOut.NO_RIGHTS),
        ({"programme": "gone"}, LeftOut.NO_PROGRAMME),
    ],
)
async def test_a_group_that_may_not_get_it_is_left_out_and_said(
    database: Database, stage: Stage, desk: Dispatching, tea: OfferId, values: Any, reason: LeftOut
) -> None:
    await change(database, groups, groups.c.id == stage.group, **values)
    preview = await look(desk, stage.lin, tea)
    assert reasons(preview) == {"Sunny Court": reason}
    found = await go(desk, stage.lin, preview)
    assert isinstance(found, Sent)
    assert stage.group not in {post.group_id for post in await rows(database, posts)}
    assert reasons(found.result) == {"Sunny Court": reason}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"ended_at": NOON}, LeftOut.ENDED),
        ({"stock": 0}, LeftOut.SOLD_OUT),
        ({"seen_at": NOON - timedelta(days=2)}, LeftOut.STALE),
        ({"url": "javascript:alert(1)"}, LeftOut.NOT_ALLOWED),
    ],
)
async def test_an_offer_that_may_not_be_posted_goes_nowhere(
    database: Database, stage: Stage, desk: Dispatching, tea: OfferId, values: Any, reason: LeftOut
) -> None:
    before = await look(desk, stage.lin, tea)
    await change(database, offers, **values)
    preview = await look(desk, stage.lin, tea)
    assert (preview.to, preview.rendered) == ((), None)
    assert set(reasons(preview).values()) == {reason}
    for each in (before, preview):
        assert isinstance(await go(desk, stage.lin, each), Changed)
    assert await rows(database, posts) == []


async def test_every_group_is_judged_by_its_own_programme(
    database: Database, stage: Stage, clock: Clock, tea: OfferId
) -> None:
    dear = replace(FENXIANG["fenxiang"], name="dear", price_min_minor=10_000, price_currency="CNY")
    desk = process(database, clock, {**FENXIANG, "dear": dear})
    await change(database, groups, groups.c.chat_id == ROSE_LANE, programme="dear")
    preview = await look(desk, stage.lin, tea)
    assert reasons(preview) == {"Rose Lane": LeftOut.NOT_ALLOWED}
    assert [group.title for group in preview.to] == ["Sunny Court", "Old Mill"]


async def test_no_group_sees_an_offer_again_within_its_days(
    database: Database, stage: Stage, desk: Dispatching, tea: OfferId, clock: Clock
) -> None:
    async with database.write() as connection:
        await cast.add_post(connection, stage.group, stage.lin, tea, day=date(2026, 11, 22))
    preview = await look(desk, stage.lin, tea)
    assert reasons(preview) == {"Sunny Court": LeftOut.REPEATED}
    assert preview.having_it == 1
    assert isinstance(await go(desk, stage.lin, preview), Sent)
    clock.pass_(days=6)
    await change(database, offers, seen_at=clock())
    assert (await look(desk, stage.lin, tea)).to == ()
    clock.pass_(days=1)
    await change(database, offers, seen_at=clock())
    assert len((await look(desk, stage.lin, tea)).to) == 3


async def test_a_group_is_not_flooded(
    database: Database, stage: Stage, desk: Dispatching, clock: Clock
) -> None:
    for number in range(SENDS_A_DAY):
        async with database.write() as connection:
            offer_id = await cast.add_offer(connection, f"more-{number}")
        await sent(desk, stage.lin, offer_id)
    async with database.write() as connection:
        one_more = await cast.add_offer(connection, "one-more")
    preview = await look(desk, stage.lin, one_more)
    assert set(reasons(preview).values()) == {LeftOut.ENOUGH}
    clock.at = NOON + timedelta(hours=12, minutes=1)
    assert len((await look(desk, stage.lin, one_more)).to) == 3


async def test_what_changed_since_the_preview_is_shown_again_and_not_sent(
    database: Database, stage: Stage, desk: Dispatching, tea: OfferId, clock: Clock
) -> None:
    preview = await look(desk, stage.lin, tea)
    await change(database, offers, sale_price_minor=2490)
    dearer = await go(desk, stage.lin, preview)
    assert isinstance(dearer, Changed)
    assert "24.90" in dearer.preview.rendered.html if dearer.preview.rendered else False
    await change(database, groups, groups.c.chat_id == ROSE_LANE, is_paused=True)
    fewer = await go(desk, stage.lin, dearer.preview)
    assert isinstance(fewer, Changed)
    clock.pass_(hours=2)
    assert isinstance(await go(desk, stage.lin, fewer.preview), Changed)
    assert await rows(database, posts) == []


async def test_nobody_sends_undoes_or_looks_for_another(
    database: Database, stage: Stage, desk: Dispatching, tea: OfferId
) -> None:
    preview = await look(desk, stage.lin, tea)
    assert await desk.preview(stage.chen, tea) == Refused(Refusal.NO_GROUP)
    assert isinstance(await go(desk, stage.chen, preview), Changed)
    found = await sent(desk, stage.lin, tea)
    for act in (desk.undo, desk.result):
        with pytest.raises(NotFoundError):
            await act(stage.chen, found.post_id)
    assert await desk.sent(stage.chen, tea, asked_ms=preview.asked_ms) is None
    assert not any(
        each is Fate.UNDONE for each in fates(await desk.result(stage.lin, found.post_id)).values()
    )


async def test_goods_of_ones_own_go_only_to_ones_own_groups(
    database: Database, stage: Stage, desk: Dispatching
) -> None:
    async with database.write() as connection:
        offer_id = await cast.add_offer(connection, "own", marketplace=f"own:{stage.chen}")
    assert set(reasons(await look(desk, stage.lin, offer_id)).values()) == {LeftOut.NOT_ALLOWED}


@pytest.mark.parametrize("status", ["training", "suspended"])
async def test_only_unlocked_promoters_send(
    database: Database, stage: Stage, desk: Dispatching, tea: OfferId, status: str
) -> None:
    preview = await look(desk, stage.lin, tea)
    found = await sent(desk, stage.lin, tea)
    await change(database, promoters, promoters.c.person_id == stage.lin, status=status)
    with pytest.raises(NotAllowedError):
        await desk.preview(stage.lin, tea)
    with pytest.raises(NotAllowedError):
        await go(desk, stage.lin, preview)
    with pytest.raises(NotAllowedError):
        await desk.undo(stage.lin, found.post_id)


async def test_an_offer_that_never_was_is_none(stage: Stage, desk: Dispatching) -> None:
    nothing = OfferId(404)
    assert await desk.preview(stage.lin, nothing) == Refused(Refusal.UNKNOWN_OFFER)
    found = await desk.send(stage.lin, nothing, asked_ms=10**17, fingerprint="x")
    assert found == Refused(Refusal.UNKNOWN_OFFER)


async def test_a_slot_post_is_no_send(
    database: Database, stage: Stage, desk: Dispatching, tea: OfferId
) -> None:
    async with database.write() as connection:
        post_id = await cast.add_post(connection, stage.group, stage.lin, tea)
    with pytest.raises(NotFoundError):
        await desk.undo(stage.lin, post_id)


async def test_a_slot_does_not_bring_what_was_sent_by_a_tap(
    database: Database, stage: Stage, desk: Dispatching, tea: OfferId, clock: Clock
) -> None:
    await Scheduling(database, FENXIANG, clock).adopt()
    await sent(desk, stage.lin, tea)
    clock.pass_(hours=7, minutes=30)
    worker = Publishing(database, FENXIANG, TEXTS, clock, os.urandom, "https://haowu.example")
    while await worker.plan_due():
        pass
    assert [post.slot for post in await rows(database, posts)] == ["send"] * 3


async def test_reports_tell_sends_as_a_slot_of_their_own(
    database: Database, stage: Stage, desk: Dispatching, tea: OfferId, clock: Clock
) -> None:
    await sent(desk, stage.lin, tea)
    await sending(database, Sender(), clock).send_due()
    zone = ZoneInfo("Asia/Shanghai")
    reporting = Reporting(database, clock, zone, Currency("CNY"))
    (row,) = await reporting.report("slot")
    assert (row["slot"], row["posts"]) == ("send", 2)
    assert [offer.id for _, offer in await reporting.deals(stage.group, NOON.date())] == [tea]


async def test_an_undone_send_is_a_result_of_its_own(
    stage: Stage, desk: Dispatching, tea: OfferId
) -> None:
    result = await sent(desk, stage.lin, tea)
    undone = await desk.undo(stage.lin, result.posts[-1][1].id)
    assert isinstance(undone, Undone)
    assert [group.id for group, _ in undone.result.posts] == [
        GroupId(group.id) for group, _ in result.posts
    ]


async def test_where_it_is_quiet_time_a_send_waits_and_the_preview_says_until_when(
    database: Database, stage: Stage, tea: OfferId, desk: Dispatching, clock: Clock
) -> None:
    async with database.write() as connection:
        await silences.set_quiet(connection, f"group:{stage.group}", Quiet("11:30", "12:45"))
    preview = await desk.preview(stage.lin, tea)
    assert isinstance(preview, Preview)
    wakes_at = NOON + timedelta(minutes=45)
    assert [(group.id, at) for group, at in preview.waiting] == [(stage.group, wakes_at)]
    assert len(preview.to) == 3
    await go(desk, stage.lin, preview)
    async with database.read() as connection:
        found = {row.group_id: row for row in await connection.execute(select(posts))}
    assert found[stage.group].due_at == wakes_at
    assert found[stage.group].closes_at == wakes_at + WINDOW
    assert sorted(row.due_at for row in found.values())[:2] == [NOON, NOON]


async def test_a_send_whose_quiet_time_began_meanwhile_is_asked_for_again(
    database: Database, stage: Stage, tea: OfferId, desk: Dispatching
) -> None:
    preview = await desk.preview(stage.lin, tea)
    assert isinstance(preview, Preview)
    async with database.write() as connection:
        await silences.set_quiet(connection, f"promoter:{stage.lin}", Quiet("11:30", "12:45"))
    found = await desk.send(
        stage.lin, tea, asked_ms=preview.asked_ms, fingerprint=preview.fingerprint
    )
    assert isinstance(found, Changed)
    assert len(found.preview.waiting) == 3


async def test_on_a_day_off_a_group_is_left_out_and_so_is_one_that_wakes_on_it(
    database: Database, stage: Stage, tea: OfferId, desk: Dispatching, clock: Clock
) -> None:
    async with database.write() as connection:
        day = parse_blackout("2026-11-22")
        await silences.add_blackout(connection, f"group:{stage.group}", day)
    preview = await desk.preview(stage.lin, tea)
    assert isinstance(preview, Preview)
    assert [(group.id, why) for group, why in preview.left_out] == [(stage.group, LeftOut.BLACKOUT)]
    clock.at = NOON - timedelta(hours=13)
    preview = await desk.preview(stage.lin, tea)
    assert isinstance(preview, Preview)
    assert stage.group in {group.id for group, _ in preview.left_out}
