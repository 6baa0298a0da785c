"""What the clock does for the health of groups."""

from schedules import health
from storage.database import Database
from tests.bot.services.health import stage


async def test_new_groups_are_remembered_and_judged_when_their_day_is_over(
    database: Database,
) -> None:
    async with stage.scene(database) as scene:
        evaluating = scene.health.evaluating
        assert await health.adopt(evaluating) == 0
        assert await health.evaluate(evaluating) == 0
        scene.clock.pass_(days=1)
        assert await health.evaluate(evaluating) == 1
        assert await health.evaluate(evaluating) == 0
