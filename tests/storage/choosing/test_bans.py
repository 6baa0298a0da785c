"""Offers that are taken out; what is called back is told by the service's tests."""

from dataclasses import replace

from bot.domain.catalogue.channels import Shelf
from bot.domain.records import Ban
from storage.catalogue import channels, offers, words
from storage.choosing import bans
from storage.database import Database
from tests.cast import add_offer, set_stage
from tests.schemes import PROGRAMMES


async def test_a_ban_comes_along_however_an_offer_is_read(database: Database) -> None:
    await set_stage(database)
    async with database.write() as connection:
        cup = await add_offer(connection, "cup", title="Paper cup", sales=9)
        kite = await add_offer(connection, "kite", title="Red kite", sales=5)
        await bans.mark(connection, cup, {"*": "fake", "yunji": "not for us"})
        wanted = (Ban("*", "fake"), Ban("yunji", "not for us"))
        assert (await offers.list_by_ids(connection, [cup, kite]))[cup].bans == wanted
        [found] = await words.candidates(connection, [["cup"]])
        assert found.bans == wanted
        glances = await channels.list_glances(
            connection, Shelf.ALL, replace(PROGRAMMES["fenxiang"], marketplaces=("feed",))
        )
        assert {one.each.id: one.bans for one in glances} == {cup: wanted, kite: ()}
        assert [offer.id for offer in await bans.list_banned(connection, 9)] == [cup]
        await bans.mark(connection, kite, {"yunji": "no"})
        assert await bans.list_ids(connection, PROGRAMMES["fenxiang"]) == {cup}
        assert await bans.list_ids(connection, PROGRAMMES["yunji"]) == {cup, kite}
        await bans.mark(connection, cup, {})
        assert await bans.find(connection, cup) == {}
        assert [offer.id for offer in await bans.list_banned(connection, 9)] == [kite]
