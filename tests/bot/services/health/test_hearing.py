"""What groups answer posts with is counted, and nobody is named."""

from sqlalchemy import text

from storage.tables import metadata
from tests.bot.services.health.stage import MORNING, Scene
from tests.cast import SUNNY_COURT

TODAY = MORNING.date()
CANARY = 918273645546372819
"""A number that is nowhere else in the database."""


async def test_whoever_leaves_soon_after_a_post_is_counted_twice_over(scene: Scene) -> None:
    await scene.leave(1)
    await scene.posts(1)
    scene.clock.pass_(hours=2)
    await scene.leave(2)
    scene.clock.pass_(hours=2)
    await scene.leave(3)
    assert await scene.days() == {TODAY: {"leaves": 6, "leaves_after": 2}}


async def test_who_joins_is_counted(scene: Scene) -> None:
    await scene.health.hearing.joined(SUNNY_COURT, (1, 1))
    await scene.health.hearing.joined(-4242, (1, 2))
    assert await scene.days() == {TODAY: {"joins": 1}}


async def test_the_same_update_counts_once(scene: Scene) -> None:
    for _ in range(3):
        await scene.health.hearing.left(SUNNY_COURT, (1, 77))
    await scene.health.hearing.left(SUNNY_COURT, (2, 77))
    assert await scene.days() == {TODAY: {"leaves": 2}}


async def test_dislikes_of_our_posts_count_and_may_be_taken_back(scene: Scene) -> None:
    await scene.posts(2)
    hearing = scene.health.hearing
    await hearing.reacted(SUNNY_COURT, 1, [], ["👎"], (1, 1001))
    await hearing.reacted(SUNNY_COURT, 2, ["👍"], ["💩"], (1, 1002))
    await hearing.reacted(SUNNY_COURT, 2, ["💩"], ["👎"], (1, 1003))
    await hearing.reacted(SUNNY_COURT, 1, ["👎"], [], (1, 1004))
    await hearing.reacted(SUNNY_COURT, 1, [], ["👍"], (1, 1005))
    assert (await scene.days())[TODAY] == {"downs": 1}


async def test_dislikes_of_other_messages_are_nobody_s_business(scene: Scene) -> None:
    await scene.posts(1)
    await scene.health.hearing.reacted(SUNNY_COURT, 555, [], ["👎"], (1, 1001))
    await scene.health.hearing.reacted(-4242, 1, [], ["👎"], (1, 1002))
    scene.clock.pass_(days=10)
    await scene.health.hearing.reacted(SUNNY_COURT, 1, [], ["👎"], (1, 1003))
    assert await scene.days() == {}


async def test_totals_of_dislikes_are_counted_by_what_changed(scene: Scene) -> None:
    await scene.posts(1)
    for number, downs in enumerate((3, 3, 5, 4)):
        await scene.health.hearing.counted(SUNNY_COURT, 1, downs, (1, 1000 + number))
    await scene.health.hearing.counted(SUNNY_COURT, 99, 7, (1, 1010))
    assert (await scene.days())[TODAY] == {"downs": 4}


async def test_a_post_that_was_taken_away_is_counted(scene: Scene) -> None:
    await scene.health.hearing.removed(scene.group_id)
    assert (await scene.days())[TODAY] == {"removed": 1}


async def test_a_group_s_day_is_one_row_however_much_happens(scene: Scene) -> None:
    await scene.posts(1)
    await scene.leave(40)
    async with scene.database.read() as connection:
        rows = await connection.execute(text("SELECT count(*) FROM group_days"))
        assert rows.scalar_one() == 1


async def test_nothing_in_the_database_tells_who_left_or_disliked(scene: Scene) -> None:
    """The numbers of updates are read to count each once, and nothing of them is kept."""
    await scene.posts(1)
    await scene.health.hearing.left(SUNNY_COURT, (1, CANARY))
    await scene.health.hearing.reacted(SUNNY_COURT, 1, [], ["👎"], (1, CANARY + 1))
    async with scene.database.read() as connection:
        for table in metadata.sorted_tables:
            rows = await connection.execute(table.select())
            assert not [row for row in rows if str(CANARY)[:12] in str(row)]
