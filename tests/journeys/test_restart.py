"""The bot is killed with posts on their way and started again over the same database."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.app import opened
from bot.demo import MARKETPLACE, PROGRAMME
from bot.domain.money import currency
from bot.sandbox.app import create_app
from bot.sandbox.clock import MovableClock
from bot.services.catalogue.refreshing import FeedWish
from bot.settings import load
from handlers.web.serve import listener
from storage.database import Database
from storage.migrating import migrate
from tests.bot.sandbox.stage import MARKS, TOKEN, served
from tests.journeys.conftest import MORNING
from tests.journeys.people import GroupChat, Stage, client_of, text_of, until

POSTBACK_KEY = "a-key-of-this-test"


class WrittenClock(MovableClock):
    """A clock that writes down how far it is ahead, so that another process can follow it."""

    def __init__(self, start: datetime, file: Path) -> None:
        super().__init__(start)
        self.file = file
        self.advance(timedelta())

    def advance(self, by: timedelta) -> None:
        """Move forward, and write it down in one piece."""
        super().advance(by)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str((self.now() - datetime.now(UTC)).total_seconds()))
        fresh.replace(self.file)


@dataclass
class House(Stage):
    """The stage beside which the bot runs as a process of its own."""

    ahead: Path
    """Where it stands how far the clock is ahead."""
    settings: dict[str, str]
    code: str
    """Of an invitation that was made before the bot ran."""
    process: asyncio.subprocess.Process | None = None

    async def starts(self) -> None:
        """Start the bot over whatever stands in the database."""
        environment = os.environ | {name.upper(): text for name, text in self.settings.items()}
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.journeys.bot_process",
            str(self.ahead),
            env=environment,
        )

    async def is_killed(self) -> None:
        """End it in the middle of whatever it does."""
        if self.process is not None:
            self.process.kill()
            await self.process.wait()
            self.process = None


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A stand-in Telegram, and everything that the bot needs to be started."""
    database = Database(database_url)
    await migrate(database)
    await database.close()
    clock = WrittenClock(MORNING, tmp_path / "ahead")
    with listener("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    bot_url = f"http://127.0.0.1:{port}"

    def sandbox(url: str) -> object:
        return create_app(
            token=TOKEN,
            bot_url=bot_url,
            postback_key=POSTBACK_KEY,
            marketplace=MARKETPLACE,
            clock=clock,
            marks=MARKS,
            public_url=url,
            limits=False,
        )

    async with served(sandbox) as (url, _), client_of(url) as client:
        settings = {
            "telegram_bot_token": TOKEN,
            "telegram_api_url": url,
            "database_url": database_url,
            "public_url": bot_url,
            "http_port": str(port),
            "postback_key": POSTBACK_KEY,
        }
        async with opened(load(_env_file=None, **settings), now=clock.now) as app:
            wish = FeedWish(marketplace=MARKETPLACE, currency=currency("CNY"))
            await app.refreshing.import_source(f"{url}/shop/feed.jsonl", wish)
            invitation = await app.enrolling.invite(PROGRAMME, owner_id=None)
        house = House(client, clock.file, settings, invitation.code)
        yield house
        await house.is_killed()


async def sent_is_known(house: House, group: GroupChat) -> None:
    """Wait until the bot itself knows that a post arrived."""

    async def look() -> bool | None:
        answer = await house.lin.asks("/deals", "今天")
        return True if "¥" in text_of(answer) else None

    await until(look, lambda: f"nobody knows of the post to {group.title}")


async def test_killed_between_planning_and_sending_every_post_goes_out_once(house: House) -> None:
    lin = house.lin
    await house.starts()
    await lin.joins(house.code)
    sunny, parents = await lin.connects("阳光小区好物群"), await lin.connects("宝妈省钱群")
    card = await lin.asks("/today", "1/40")

    # The first post to the parents arrives, and Telegram's answer never does.
    fault = {"kind": "delay", "when": "after", "method": "sendPhoto", "seconds": 60}
    await house.act("faults", chat_id=parents.id, **fault)
    await house.opens("morning", sunny, parents)
    await sent_is_known(house, sunny)
    await house.is_killed()
    await house.clock(minutes=13)
    await house.starts()

    await house.passes(sunny, parents, count=2)
    notice = await lin.sees("不确定有没有送达", parents.title)
    picked = await lin.presses("✅ 选它", on=card)
    assert "已选好" in picked
    assert "中午" in picked
    assert await lin.presses("已送达", on=notice) == "好的，记下了。"
    post = (await sunny.posts())[0]
    assert (await house.follow(post)).status_code == httpx.codes.FOUND

    # The purpose notice and two posts each.
    for group in (sunny, parents):
        assert len(await group.delivered()) == 3
    assert await house.repeated_in_groups() == []
