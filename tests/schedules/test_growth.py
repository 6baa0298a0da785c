"""What the clock does for growing: tasks and teams, and nothing while nothing is due."""

from schedules.growth import grow
from storage.database import Database
from tests.bot.services.growth.stage import open_scene


async def test_a_tick_looks_at_promoters_and_teams_and_rests(database: Database) -> None:
    scene = await open_scene(database)
    assert await grow(scene.growth) == 3
    assert await grow(scene.growth) == 0
