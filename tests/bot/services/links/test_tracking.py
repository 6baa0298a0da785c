"""Following links: every click kept before its answer, nobody sent where they should not go."""

import asyncio
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.domain.records import ClickClass, Link, LinkCode
from bot.errors import TemporaryError
from bot.services.links.tracking import Ended, Followed, Tracking, Unknown
from storage.database import Database
from storage.links import links
from tests.cast import NOON, Stage, add_offer, add_post, set_stage

CODE, OTHER = LinkCode("aaaaaaaaaaaaa"), LinkCode("bbbbbbbbbbbbb")
PERSON = ClickClass.PERSON


@dataclass
class Clock:
    """A clock that a test sets."""

    at: datetime = field(default=NOON)

    def __call__(self) -> datetime:
        """What it shows."""
        return self.at


async def add_link(
    database: Database, stage: Stage, code: LinkCode, name: str, target: str | None = None
) -> Link:
    """An offer of that name and Lin's link to it in Sunny Court."""
    async with database.write() as connection:
        offer_id = await add_offer(connection, name)
        url = target or f"https://shop.example.com/{name}?subid={code}"
        link = Link(code, offer_id, "feed", None, stage.group, stage.lin, url, NOON)
        await links.add(connection, [link])
    return link


async def run(database: Database, statement: str) -> None:
    """One statement of plain SQL."""
    async with database.write() as connection:
        await connection.execute(text(statement))


async def count(database: Database, statement: str) -> int:
    """A number out of the database."""
    async with database.read() as connection:
        return int(await connection.scalar(text(statement)) or 0)


async def visitors(database: Database) -> list[str]:
    """The visitors of all clicks in order."""
    async with database.read() as connection:
        return list(await connection.scalars(text("SELECT visitor FROM clicks ORDER BY id")))


async def test_a_click_leads_to_the_shop_and_is_kept_with_its_class(database: Database) -> None:
    link = await add_link(database, await set_stage(database), CODE, "tea")
    tracking = Tracking(database, Clock(), os.urandom)
    for kind in ClickClass:
        found = await tracking.follow(CODE, kind=kind, address="203.0.113.9")
        assert found == Followed(link.target_url)
    assert await count(database, "SELECT people FROM click_hours") == 1
    assert await count(database, "SELECT bots FROM click_hours") == 3
    assert await count(database, "SELECT count(DISTINCT kind) FROM clicks") == 4


async def test_a_look_is_no_click(database: Database) -> None:
    link = await add_link(database, await set_stage(database), CODE, "tea")
    tracking = Tracking(database, Clock(), os.urandom)
    assert await tracking.peek(CODE) == Followed(link.target_url)
    assert await count(database, "SELECT count(*) FROM clicks") == 0


@pytest.mark.parametrize("code", ["", "a", "AAAAAAAAAAAAA", "a" * 17, "aaaaaaa\x00aaaaa", "../etc"])
async def test_what_is_no_code_is_unknown(database: Database, code: str) -> None:
    tracking = Tracking(database, Clock(), os.urandom)
    assert await tracking.follow(code, kind=PERSON, address=None) == Unknown()
    assert await tracking.peek(code) == Unknown()


async def test_an_unknown_code_leaves_no_trace(database: Database) -> None:
    tracking = Tracking(database, Clock(), os.urandom)
    assert await tracking.follow(OTHER, kind=PERSON, address=None) == Unknown()
    assert await count(database, "SELECT count(*) FROM clicks") == 0


async def test_nobody_is_sent_to_an_unsafe_address_even_if_it_was_stored(
    database: Database,
) -> None:
    stage = await set_stage(database)
    await add_link(database, stage, CODE, "tea", target="javascript:alert(1)")
    await add_link(database, stage, OTHER, "cup", target="http://10.0.0.1/cup")
    tracking = Tracking(database, Clock(), os.urandom)
    assert await tracking.follow(CODE, kind=PERSON, address=None) == Unknown()
    assert await tracking.follow(OTHER, kind=PERSON, address=None) == Unknown()


async def test_no_address_is_kept_and_neighbours_are_one_visitor_for_a_day(
    database: Database,
) -> None:
    await add_link(database, await set_stage(database), CODE, "tea")
    clock = Clock()
    tracking = Tracking(database, clock, os.urandom)
    for address in ("203.0.113.9", "203.0.113.10", "203.0.114.9"):
        await tracking.follow(CODE, kind=PERSON, address=address)
        clock.at += timedelta(seconds=1)
    other_process = Tracking(database, clock, os.urandom)
    await other_process.follow(CODE, kind=PERSON, address="203.0.113.11")
    clock.at += timedelta(days=1)
    await tracking.follow(CODE, kind=PERSON, address="203.0.113.9")
    first, neighbour, stranger, elsewhere, tomorrow = await visitors(database)
    assert first == neighbour == elsewhere
    assert len({first, stranger, tomorrow}) == 3


async def test_old_keys_are_forgotten(database: Database) -> None:
    await add_link(database, await set_stage(database), CODE, "tea")
    clock = Clock()
    tracking = Tracking(database, clock, os.urandom)
    for _day in range(3):
        await tracking.follow(CODE, kind=PERSON, address="203.0.113.9")
        clock.at += timedelta(days=1)
    clock.at -= timedelta(days=1)
    keys = "SELECT count(*) FROM variables WHERE name LIKE 'visitor_key:%'"
    assert await count(database, keys) == 3
    assert await tracking.rotate() == 2
    assert await count(database, keys) == 1
    await tracking.follow(CODE, kind=PERSON, address="203.0.113.9")
    *_older, before, after = await visitors(database)
    assert before == after


async def test_a_thousand_clicks_at_once_are_a_thousand_rows(database: Database) -> None:
    await add_link(database, await set_stage(database), CODE, "tea")
    tracking = Tracking(database, Clock(), os.urandom)
    await asyncio.gather(*(tracking.follow(CODE, kind=PERSON, address=None) for _ in range(1000)))
    await tracking.close()
    assert await count(database, "SELECT count(*) FROM clicks") == 1000
    assert await count(database, "SELECT people FROM click_hours") == 1000


async def test_when_the_database_is_gone_the_click_is_refused_not_lost_in_silence(
    database: Database,
) -> None:
    link = await add_link(database, await set_stage(database), CODE, "tea")
    tracking = Tracking(database, Clock(), os.urandom)
    await run(database, "ALTER TABLE clicks RENAME TO away")
    with pytest.raises(TemporaryError):
        await tracking.follow(CODE, kind=PERSON, address=None)
    await run(database, "ALTER TABLE away RENAME TO clicks")
    assert await tracking.follow(CODE, kind=PERSON, address=None) == Followed(link.target_url)
    assert await count(database, "SELECT people FROM click_hours") == 1


async def test_the_memory_of_links_is_bounded(database: Database) -> None:
    stage = await set_stage(database)
    codes = [LinkCode(letter * 13) for letter in "abcdef"]
    for code in codes:
        await add_link(database, stage, code, code)
    tracking = Tracking(database, Clock(), os.urandom, links_in_memory=3)
    found = await asyncio.gather(*(tracking.peek(code) for code in codes))
    assert all(isinstance(answer, Followed) for answer in found)
    assert len(tracking._known) == 3


async def test_an_ended_offer_names_what_was_posted_last_in_the_group(database: Database) -> None:
    stage = await set_stage(database)
    clock = Clock()
    tea = await add_link(database, stage, CODE, "tea")
    await add_link(database, stage, OTHER, "cup")
    tracking = Tracking(database, clock, os.urandom)
    assert isinstance(await tracking.peek(CODE), Followed)
    await run(database, f"UPDATE offers SET ended_at = added_at WHERE id = {tea.offer_id}")
    clock.at += timedelta(minutes=2)
    found = await tracking.follow(CODE, kind=PERSON, address=None)
    assert found == Ended("Yunnan coffee tea", OTHER, "Yunnan coffee cup")
    assert await count(database, "SELECT people FROM click_hours") == 1
    clock.at += timedelta(days=30)
    assert await tracking.peek(CODE) == Ended("Yunnan coffee tea", None, None)


async def test_an_ended_offer_falls_back_on_the_shortlist_with_one_own_link(
    database: Database,
) -> None:
    stage = await set_stage(database)
    tea = await add_link(database, stage, CODE, "tea")
    await run(database, f"UPDATE offers SET ended_at = added_at WHERE id = {tea.offer_id}")
    async with database.write() as connection:
        cup = await add_offer(connection, "cup")
        at = "2026-11-22 00:00:00" + ("" if database.is_sqlite else "+00")
        await connection.execute(
            text(
                "INSERT INTO shortlists (id, programme, day, version, frozen_at)"
                f" VALUES (1, 'fenxiang', '2026-11-22', 1, '{at}')"
            )
        )
        for rank, offer_id in ((1, tea.offer_id), (2, cup)):
            await connection.execute(
                text(
                    "INSERT INTO shortlist_rows (shortlist_id, rank, offer_id, score_ppm, factors)"
                    f" VALUES (1, {rank}, {offer_id}, 1, '[]')"
                )
            )
    tracking = Tracking(database, Clock(), os.urandom)
    found = await tracking.peek(CODE)
    assert isinstance(found, Ended)
    assert found.replacement is not None
    assert found.replacement_title == "Yunnan coffee cup"
    assert await tracking.peek(CODE) == found
    followed = await tracking.follow(found.replacement, kind=PERSON, address=None)
    assert followed == Followed(f"https://shop.example.com/cup?subid={found.replacement}")
    async with database.read() as connection:
        minted = await links.find(connection, found.replacement)
    assert minted is not None
    assert (minted.group_id, minted.promoter_id) == (stage.group, stage.lin)


async def test_a_person_at_its_link_proves_that_an_uncertain_post_arrived(
    database: Database,
) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        offer_id = await add_offer(connection)
        post_id = await add_post(connection, stage.group, stage.lin, offer_id, state="sending")
        url = "https://shop.example.com/"
        link = Link(CODE, offer_id, "feed", post_id, stage.group, stage.lin, url, NOON)
        await links.add(connection, [link])
    clock = Clock()
    tracking = Tracking(database, clock, os.urandom)
    arrived = "SELECT count(*) FROM posts WHERE state = 'sent' AND sent_at IS NOT NULL"
    await tracking.follow(CODE, kind=PERSON, address=None)
    assert await count(database, arrived) == 0
    await run(database, "UPDATE posts SET state = 'uncertain'")
    clock.at += timedelta(minutes=2)
    await tracking.follow(CODE, kind=ClickClass.PREVIEW, address=None)
    assert await count(database, arrived) == 0
    await tracking.follow(CODE, kind=PERSON, address=None)
    assert await count(database, arrived) == 1


async def test_old_clicks_are_deleted_and_their_counts_stay(database: Database) -> None:
    await add_link(database, await set_stage(database), CODE, "tea")
    clock = Clock()
    # No month is made so far ahead: what lies in one goes with it as a whole.
    clock.at += timedelta(days=3_650)
    tracking = Tracking(database, clock, os.urandom)
    for _day in range(4):
        await tracking.follow(CODE, kind=PERSON, address=None)
        clock.at += timedelta(days=1)
    deleted = await tracking.forget_clicks(
        older_than=timedelta(days=2, hours=1), at_once=1, pause_seconds=0
    )
    assert deleted == 2
    assert await count(database, "SELECT count(*) FROM clicks") == 2
    assert await count(database, "SELECT sum(people) FROM click_hours") == 4
