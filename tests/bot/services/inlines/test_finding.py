"""Inline results: whose links they carry, how few are minted, and who gets none."""

from dataclasses import replace
from datetime import timedelta
from os import urandom
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from bot.domain.records import LinkCode, PersonId
from bot.services.catalogue.shortlisting import Picked, Shortlisting
from bot.services.inlines.finding import A_MINUTE, PAGE, Finding, Found, Turned, TurnedAway
from bot.services.links.sharing import Sharing
from bot.services.paces import Pace
from storage.database import Database
from storage.links import links
from storage.tables import links as links_table
from storage.tables import offers, people, promoters
from tests.cast import CHEN, LIN, MEI, NOON, WEI, Stage, add_offer, add_person, set_stage
from tests.schemes import PROGRAMMES

ZONE = ZoneInfo("Asia/Shanghai")


class Desk:
    """The service over one database, with Lin's stage and twelve coffees."""

    def __init__(self, database: Database, stage: Stage) -> None:
        self.database, self.stage, self.now = database, stage, NOON

        def now() -> Any:
            return self.now

        self.shortlisting = Shortlisting(database, PROGRAMMES, now, ZONE)
        sharing = Sharing(database, PROGRAMMES, now, urandom, "https://go.example.com")
        self.finding = Finding(database, PROGRAMMES, now, self.shortlisting, sharing)

    async def found(self, words: str = "coffee", place: int = 0, who: int = LIN) -> Found:
        """Results that there must be."""
        found = await self.finding.find(who, words, place=place)
        assert isinstance(found, Found), found
        return found

    async def turned(self, who: int, words: str = "coffee") -> TurnedAway:
        """Why there are none."""
        found = await self.finding.find(who, words)
        assert isinstance(found, TurnedAway)
        return found

    async def minted(self) -> int:
        """Links there are."""
        async with self.database.read() as connection:
            return int(await connection.scalar(select(func.count()).select_from(links_table)) or 0)


@pytest.fixture
async def desk(database: Database) -> Desk:
    """Lin's desk."""
    stage = await set_stage(database)
    async with database.write() as connection:
        for number in range(1, 13):
            await add_offer(
                connection, f"p-{number}", sales=1000 - number, search=f"yunnan coffee p-{number}"
            )
    return Desk(database, stage)


async def test_words_find_offers_with_the_promoters_own_links(desk: Desk) -> None:
    found = await desk.found()
    assert [each.offer.facts.external_id for each in found.results][:2] == ["p-1", "p-2"]
    assert len(found.results) == PAGE
    async with desk.database.read() as connection:
        code = LinkCode(found.results[0].url.rpartition("/")[2])
        link = await links.find(connection, code)
    assert link is not None
    assert (link.source, link.promoter_id) == ("inline", desk.stage.lin)
    assert (link.group_id, link.post_id) == (None, None)


async def test_the_next_page_goes_on_where_the_first_ended(desk: Desk) -> None:
    first = await desk.found()
    assert first.next_place == PAGE
    second = await desk.found(place=PAGE)
    assert [each.offer.facts.external_id for each in second.results] == ["p-11", "p-12"]
    assert second.next_place is None
    assert (await desk.found(place=500)).results == ()


async def test_typing_mints_one_link_an_offer_a_day_and_no_other_promoters(desk: Desk) -> None:
    for words in ("c", "co", "cof", "coffee", "yunnan coffee", "coffee"):
        await desk.found(words)
    assert await desk.minted() == PAGE
    own = {each.url for each in (await desk.found()).results}
    others = {each.url for each in (await desk.found(who=CHEN)).results}
    assert not own & others
    assert await desk.minted() == 2 * PAGE
    desk.now += timedelta(hours=25)
    async with desk.database.write() as connection:
        await connection.execute(update(offers).values(seen_at=desk.now))
    assert not own & {each.url for each in (await desk.found()).results}


async def test_without_words_come_own_picks_and_then_the_shortlist(desk: Desk) -> None:
    async with desk.database.read() as connection:
        wanted = await connection.scalar(select(offers.c.id).where(offers.c.external_id == "p-9"))
    assert isinstance(await desk.shortlisting.pick(desk.stage.lin, wanted), Picked)  # type: ignore[arg-type]
    found = await desk.found("")
    assert not found.is_search
    assert found.results[0].offer.facts.external_id == "p-9"
    assert len(found.results) == PAGE
    assert len({each.offer.id for each in found.results}) == PAGE
    assert found.next_place == PAGE
    assert len((await desk.found("", place=PAGE)).results) == 2


async def test_what_may_not_be_posted_is_not_shared(desk: Desk) -> None:
    await desk.found("")
    async with desk.database.write() as connection:
        sold = {"stock": 0}
        await connection.execute(update(offers).where(offers.c.external_id == "p-1").values(**sold))
        await connection.execute(
            update(offers)
            .where(offers.c.external_id == "p-2")
            .values(seen_at=NOON - timedelta(days=9))
        )
    for words in ("", "coffee"):
        ids = [each.offer.facts.external_id for each in (await desk.found(words)).results]
        assert not {"p-1", "p-2"} & set(ids)


async def test_a_single_letter_is_no_search_yet(desk: Desk) -> None:
    found = await desk.found("z")
    assert not found.is_search
    assert len(found.results) == PAGE


async def test_nothing_found_is_no_link(desk: Desk) -> None:
    found = await desk.found("bicycle")
    assert found.results == ()
    assert found.is_search
    assert await desk.minted() == 0


async def test_whoever_is_no_promoter_gets_no_offers_and_is_not_stored(desk: Desk) -> None:
    async with desk.database.write() as connection:
        await add_person(connection, MEI, "Mei", language="en")
        before = await connection.scalar(select(func.count()).select_from(people))
    assert await desk.turned(WEI) == TurnedAway(Turned.STRANGER, None)
    assert await desk.turned(MEI) == TurnedAway(Turned.STRANGER, "en")
    async with desk.database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(people)) == before
    assert await desk.minted() == 0


@pytest.mark.parametrize(
    ("status", "reason"), [("training", Turned.LEARNING), ("suspended", Turned.SUSPENDED)]
)
async def test_whoever_is_not_unlocked_is_told_what_to_do(
    desk: Desk, status: str, reason: Turned
) -> None:
    async with desk.database.write() as connection:
        await connection.execute(update(promoters).values(status=status))
    assert await desk.turned(LIN) == TurnedAway(reason, "zh")


async def test_so_many_a_minute_are_enough(desk: Desk) -> None:
    for _ in range(A_MINUTE):
        await desk.found("bicycle")
    assert (await desk.turned(LIN)).reason == Turned.BUSY
    await desk.found(who=CHEN)


async def test_past_so_many_links_a_day_only_the_known_ones_are_shown(desk: Desk) -> None:
    desk.finding = replace(desk.finding, minting=Pace(PAGE, 86_400.0))
    assert len((await desk.found()).results) == PAGE
    assert (await desk.finding.find(LIN, "coffee", place=PAGE)) == TurnedAway(Turned.BUSY, "zh")
    assert len((await desk.found()).results) == PAGE
    assert await desk.minted() == PAGE


async def test_it_is_known_whether_something_was_typed_since(desk: Desk) -> None:
    first = await desk.found("bicycle")
    assert desk.finding.is_latest(first)
    second = await desk.found("bicycles")
    assert not desk.finding.is_latest(first)
    assert desk.finding.is_latest(second)
    gone = replace(second, promoter=replace(second.promoter, telegram_id=None))
    assert not desk.finding.is_latest(gone)


async def test_a_promoter_of_a_programme_that_is_gone_gets_nothing(desk: Desk) -> None:
    async with desk.database.write() as connection:
        await connection.execute(
            update(promoters)
            .where(promoters.c.person_id == PersonId(desk.stage.lin))
            .values(programme="gone")
        )
    assert (await desk.found("")).results == ()
    assert (await desk.found("coffee")).results == ()
