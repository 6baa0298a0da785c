"""Links and clicks: kept as they came, counted by the hour."""

from datetime import timedelta

from sqlalchemy import text

from bot.domain.links.clicks import Click, click_id, tick_of
from bot.domain.records import ClickClass, Link, LinkCode
from storage.database import Database
from storage.links import clicks, links
from tests.cast import NOON, Stage, add_offer, set_stage

CODE, OTHER = LinkCode("aaaaaaaaaaaaa"), LinkCode("bbbbbbbbbbbbb")


async def stand(database: Database) -> tuple[Stage, Link]:
    """The usual people and one link of Lin in Sunny Court."""
    stage = await set_stage(database)
    async with database.write() as connection:
        offer_id = await add_offer(connection)
        link = Link(
            code=CODE,
            offer_id=offer_id,
            marketplace="feed",
            post_id=None,
            group_id=stage.group,
            promoter_id=stage.lin,
            target_url="https://shop.example.com/p-1?subid=aaaaaaaaaaaaa",
            created_at=NOON,
        )
        await links.add(connection, [link])
    return stage, link


def click(
    number: int, seconds: float, kind: ClickClass = ClickClass.PERSON, code: LinkCode = CODE
) -> Click:
    """A click so many seconds after noon."""
    at = NOON + timedelta(seconds=seconds)
    return Click(click_id(tick_of(at), number), code, at, kind, "v")


async def test_a_link_is_found_as_it_was_kept(database: Database) -> None:
    _stage, link = await stand(database)
    async with database.read() as connection:
        assert await links.find(connection, CODE) == link
        assert await links.find(connection, OTHER) is None
        assert await links.list_by_codes(connection, [CODE, OTHER]) == {CODE: link}


async def test_people_and_bots_are_counted_apart_by_the_hour(database: Database) -> None:
    async with database.write() as connection:
        await clicks.append(
            connection,
            [click(1, 5), click(2, 3), click(3, 1, ClickClass.BOT), click(4, 3600, code=OTHER)],
        )
        await clicks.append(
            connection, [click(5, 9), click(6, 4, ClickClass.PREVIEW), click(7, 7200)]
        )
        found = await links.person_clicks(connection, [CODE, OTHER, LinkCode("none")])
        counted = await connection.execute(
            text("SELECT code, people, bots FROM click_hours ORDER BY code, hour_at")
        )
        kept = await connection.scalar(text("SELECT count(*) FROM clicks"))
    assert [tuple(row) for row in counted] == [(CODE, 3, 2), (CODE, 1, 0), (OTHER, 1, 0)]
    assert kept == 7
    after = [3, 9, 7200]
    assert found[CODE] == [NOON + timedelta(seconds=seconds) for seconds in after]
    assert found[OTHER] == [NOON + timedelta(hours=1)]
    assert found[LinkCode("none")] == []


async def test_an_hour_that_began_with_bots_learns_its_first_person(database: Database) -> None:
    async with database.write() as connection:
        await clicks.append(connection, [click(1, 1, ClickClass.BOT)])
        assert await links.person_clicks(connection, [CODE]) == {CODE: []}
        await clicks.append(connection, [click(2, 8)])
        await clicks.append(connection, [click(3, 9, ClickClass.BOT)])
        found = await links.person_clicks(connection, [CODE])
    assert found[CODE] == [NOON + timedelta(seconds=8)]


async def test_old_clicks_go_by_batches_and_their_counts_stay(database: Database) -> None:
    async with database.write() as connection:
        if not database.is_sqlite:
            # What lies in a month goes with it; these are to lie in none.
            await connection.execute(text("DROP TABLE clicks_first"))
        await clicks.append(connection, [click(number, number) for number in range(10)])
        below = click_id(tick_of(NOON + timedelta(seconds=5)), 0)
        assert await links.delete_clicks(connection, below=below, limit=3) == 3
        assert await links.delete_clicks(connection, below=below, limit=3) == 2
        assert await links.delete_clicks(connection, below=below, limit=3) == 0
        assert await connection.scalar(text("SELECT sum(people) FROM click_hours")) == 10


async def test_links_of_ended_offers_are_told(database: Database) -> None:
    stage, _link = await stand(database)
    async with database.write() as connection:
        ended_id = await add_offer(connection, "p-2", ended_at=NOON)
        ended = Link(
            OTHER, ended_id, "feed", None, stage.group, stage.lin, "https://x.example/", NOON
        )
        await links.add(connection, [ended])
        assert await links.list_ended(connection, [CODE, OTHER]) == {OTHER}


async def test_many_codes_are_asked_for_in_pieces(database: Database) -> None:
    codes = [LinkCode(f"{number:013d}") for number in range(links.KEYS_A_QUERY + 1)]
    async with database.read() as connection:
        assert await links.list_by_codes(connection, codes) == {}
        assert len(await links.person_clicks(connection, codes)) == len(codes)
