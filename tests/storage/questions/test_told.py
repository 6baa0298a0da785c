"""The latest word of a promoter about an offer and a topic is the one that is kept."""

from bot.domain.records import Told, Topic
from storage.database import Database
from storage.questions import told
from tests import cast
from tests.cast import NOON, set_stage


async def test_a_new_word_takes_the_place_of_the_old_one(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        offer = await cast.add_offer(connection)
        for text in ("Wool.", "Cotton."):
            new = Told(offer, Topic.MATERIAL, stage.lin, "", text, NOON, text)
            await told.put(connection, new)
        (found,) = await told.list_of(connection, stage.lin, [offer])
        assert (found.text, found.promoter_name, found.digest) == ("Cotton.", "Lin", "Cotton.")
        assert await told.list_of(connection, stage.chen, [offer]) == []
        await told.erase_of(connection, stage.lin)
        assert await told.list_of(connection, stage.lin, [offer]) == []
