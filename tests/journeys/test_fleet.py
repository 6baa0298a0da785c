"""Two processes share two bots over one PostgreSQL; one is killed, and no post is missing."""

from pathlib import Path
from random import Random

from tests.evidence.fleet.cargo import load, state
from tests.evidence.fleet.ships import BOTS, Fleet
from tests.evidence.fleet.telegram import standing
from tests.journeys.people import until
from tests.postgres import Postgres

POSTS = 120


async def test_an_outbox_that_is_killed_is_followed_by_the_other(
    postgres: Postgres, tmp_path: Path
) -> None:
    url = await postgres.fresh()
    async with standing(*BOTS) as telegram:
        cargo = await load(url, count=POSTS, slots=0, seconds=3)
        fleet = Fleet(url, telegram.url, tmp_path, parts=("outbox",))
        fleet.launch()

        async def is_under_way() -> bool | None:
            return len(telegram.delivered) > POSTS // 10 or None

        async def is_done() -> bool | None:
            return (await state(url, cargo)).left == 0 or None

        try:
            await until(is_under_way, lambda: "no post arrives")
            await fleet.kill(Random(1))  # noqa: S311
            await until(is_done, lambda: f"{len(telegram.delivered)} of {POSTS} arrived")
        finally:
            await fleet.sink()
        found = await state(url, cargo)
        assert found.sent + found.uncertain + found.sending == POSTS
        assert set(telegram.delivered.values()) == {1}
        assert len(telegram.delivered) >= found.sent
