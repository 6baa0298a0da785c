"""Posting times that a group's clicks speak for: asked at most once a month, declined for three."""

from tests.bot.services.health.stage import Scene


async def month(scene: Scene, *, nights: int = 28) -> None:
    """Noon posts that are followed in the afternoon, at four in Shanghai."""
    for _ in range(nights):
        await scene.posts(1, clicks=4, slot="noon", hour=8)
        await scene.night()


async def asked(scene: Scene) -> int:
    return sum("Shall I move it" in text for text in await scene.told())


async def test_another_hour_is_suggested_with_its_figures_once_a_month(scene: Scene) -> None:
    # The group is looked at for the first time 15 days after it came.
    await month(scene, nights=25)
    assert await asked(scene) == 1
    told = next(text for text in await scene.told() if "Shall I" in text)
    assert "hour from 16:00" in told
    assert "12:00–12:30" in told
    assert "16:00–16:30" in told
    await month(scene, nights=18)
    assert await asked(scene) == 1
    await month(scene, nights=4)
    assert await asked(scene) == 2


async def test_a_no_holds_for_ninety_days(scene: Scene) -> None:
    await month(scene, nights=20)
    found = await scene.health.overseeing.decide(scene.group_id, "noon", "declined", by=scene.lin)
    assert found is not None
    assert found.opens == "16:00"
    again = await scene.health.overseeing.decide(scene.group_id, "noon", "declined", by=scene.lin)
    assert again is None
    other = await scene.health.overseeing.decide(
        scene.group_id, "noon", "accepted", by=scene.stage.chen
    )
    assert other is None
    await month(scene, nights=80)
    assert await asked(scene) == 1
    await month(scene, nights=45)
    assert await asked(scene) == 2


async def test_nothing_is_suggested_that_the_programme_would_refuse(scene: Scene) -> None:
    await scene.set_group(timezone="America/New_York")
    for _ in range(25):
        # Three in the morning there.
        await scene.posts(1, clicks=4, slot="noon", hour=7)
        await scene.night()
    assert await asked(scene) == 0
