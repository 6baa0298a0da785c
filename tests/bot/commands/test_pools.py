"""`haowu pool`: how pools stand, and one order list, for an operator at a terminal."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from bot.app import opened
from bot.commands.pools import pool
from bot.domain.pools.pools import PoolId
from bot.services.pools.outcomes import Opened
from bot.settings import Settings
from storage.people import people
from storage.tables import groups
from tests.bot.services.pools.stage import tap
from tests.cast import add_offer, set_stage


@pytest.fixture(autouse=True)
def _own_house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A database of our own, and none of this machine's settings."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


async def fill() -> PoolId:
    """A pool of two with one in it; its id."""
    async with opened() as app:
        stage = await set_stage(app.database)
        async with app.database.write() as connection:
            offer_id = await add_offer(connection, seen_at=app.now(), category="fresh fruit")
            await connection.execute(update(groups).values(programme="tuangou"))
            lin = await people.find_promoter(connection, stage.lin)
        assert lin is not None
        found = await app.rooms.pools.pooling.open(lin, offer_id, stage.group, size=2)
        assert isinstance(found, Opened), found
        await join(app, found.pool.id, "=cmd")
        return found.pool.id


async def join(app: object, pool_id: PoolId, name: str) -> None:
    """Somebody new joins."""
    person = await app.enrolling.meet(9_000 + len(name), name, "en")  # type: ignore[attr-defined]
    await app.rooms.pools.joining.tap(pool_id, person, tap=tap())  # type: ignore[attr-defined]


async def reach(pool_id: PoolId) -> None:
    """The second one joins."""
    async with opened() as app:
        await join(app, pool_id, "Mei")


def test_pools_are_listed_and_a_reached_one_is_exported() -> None:
    assert "No pools yet" in CliRunner().invoke(pool, ["list"]).output
    pool_id = asyncio.run(fill())
    (row,) = json.loads(CliRunner().invoke(pool, ["list", "--format", "json"]).output)
    assert (row["id"], row["state"], row["joined"], row["target"]) == (pool_id, "open", 1, 2)
    early = CliRunner().invoke(pool, ["export", str(pool_id)])
    assert early.exit_code == 2
    assert f"no pool {pool_id}" in early.output
    asyncio.run(reach(pool_id))
    text = CliRunner().invoke(pool, ["export", str(pool_id)]).output
    assert "'=cmd" in text
    listed = json.loads(
        CliRunner().invoke(pool, ["export", str(pool_id), "--format", "json"]).output
    )
    assert {each["name"] for each in listed} == {"=cmd", "Mei"}
