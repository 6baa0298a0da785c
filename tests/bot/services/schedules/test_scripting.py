"""Scripts that operators set: checked, taken up at once, kept in the audit log, taken back."""

import os
from datetime import timedelta

import pytest

from bot.errors import InputError, NotFoundError
from bot.services.posts.publishing import Publishing
from bot.services.schedules.scripting import checked
from storage.database import Database
from storage.tables import audit
from tests.bot.services.schedules.stage import street
from tests.bot.services.stand_ins import TEXTS
from tests.cast import NOON

OURS = '[scripts.any]\nzh = ["{group}的好朋友们，看这里", "今天是{weekday}"]\n'


async def test_scripts_are_set_taken_up_at_once_and_taken_back(database: Database) -> None:
    place = await street(database)
    scripting = place.schedules.scripting
    assert await scripting.set("fenxiang", OURS, by="ouyang") == 2
    assert [(row.slot, row.is_set) for row in await scripting.show("fenxiang")] == [
        ("any", True), ("any", True),
    ]  # fmt: skip
    await place.runs_until(NOON + timedelta(hours=1))
    assert {row.rendered["html"].splitlines()[1] for row in await place.rows()} <= {
        "Sunny Court的好朋友们，看这里", "Rose Lane的好朋友们，看这里", "今天是周日",
    }  # fmt: skip
    publishing = Publishing(
        database, place.programmes, TEXTS, place.clock, os.urandom, "https://haowu.example"
    )
    preview = await publishing.next_posts(place.rose_lane)
    assert preview is not None
    assert await scripting.reset("fenxiang", by="ouyang")
    assert not await scripting.reset("fenxiang", by="ouyang")
    assert not any(row.is_set for row in await scripting.show())
    async with database.read() as connection:
        written = [(row.action, row.actor) for row in await connection.execute(audit.select())]
    assert written == [("scripts set", "ouyang"), ("scripts reset", "ouyang")]


async def test_what_is_at_fault_is_told_by_line_and_not_taken(database: Database) -> None:
    scripting = (await street(database)).schedules.scripting
    with pytest.raises(InputError, match=r"line 2: “躺赚” – .*\nline 2: “\{you\}”"):
        await scripting.set("fenxiang", '[scripts.any]\nzh = ["躺赚", "{you}"]\n', by="ouyang")
    with pytest.raises(InputError, match="no script in it"):
        await scripting.set("fenxiang", "", by="ouyang")
    with pytest.raises(InputError, match="no TOML"):
        checked("[scripts")
    with pytest.raises(NotFoundError):
        await scripting.show("nobody")
    assert not any(row.is_set for row in await scripting.show())
