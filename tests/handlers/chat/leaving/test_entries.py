"""Many joins at once at the running bot, and who hears of the commands."""

import asyncio
import time

from bot.sandbox.world.people import Person
from storage.database import Database
from storage.leaving import cohorts
from tests.cast import LIN, MEI
from tests.handlers.chat.leaving.conftest import Street
from tests.handlers.chat.leaving.test_linking import made

JOINS = 100


async def test_many_joins_at_once_are_all_counted(street: Street, database: Database) -> None:
    url, world = await made(street), street.town.world
    for number in range(JOINS):
        who = 9_200_000 + number
        world.people[who] = Person(who, "邻居", role="extra")
        world.join(street.sunny_court, who, invite_link=url)
    began = time.monotonic()
    # Asking the sandbox over HTTP would make it write out all past updates each time.
    processor = street.town.application.update_processor
    while world.mailbox.waiting or processor.current_concurrent_updates:  # noqa: ASYNC110
        await asyncio.sleep(0.2)
    await street.town.services.rooms.leaving.arriving.flush()
    took = time.monotonic() - began
    async with database.read() as connection:
        ((day,),) = (await cohorts.list_days(connection, [1])).values()
    assert day.came == JOINS
    assert took < 60, f"{JOINS} joins took {took:.1f} s"
    print(f"{JOINS} joins: {took:.1f} s")  # noqa: T201


async def test_only_promoters_take_along_and_make_links(street: Street) -> None:
    await street.town.act("start", person_id=MEI)
    await street.town.settled()
    for command in ("/links", "/export", "/groups"):
        said = await street.town.hear(MEI, command)
        assert "推手" in said
    helped = await street.town.hear(LIN, "/help")
    assert "/links" in helped
    assert "/export" in helped
