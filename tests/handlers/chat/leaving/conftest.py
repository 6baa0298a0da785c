"""Lin with two groups, and Chen with none, at the running bot."""

import re
from dataclasses import dataclass
from typing import Any

import pytest

from bot.domain.records import Group
from tests.cast import CHEN, LIN
from tests.handlers.chat.conftest import Json, Town, buttons
from tests.handlers.chat.test_groups import add_bot, enrol, new_group, payload

RIGHTS = ["invite_users", "pin_messages"]


@dataclass
class Street:
    """What tests do with Lin's groups."""

    town: Town
    sunny_court: int
    rose_lane: int

    async def open(self, who: int, text: str, *labels: str) -> Json:
        """Ask, then press button after button; the message that stands there at the end."""
        (message,) = await self.town.ask(who, text)
        for label in labels:
            message = await self.press(who, message, label)
        return message

    async def press(self, who: int, message: Json, label: str) -> Json:
        """Press the button that holds ``label``; the message that is shown for it."""
        before = await self.town.last_id(who)
        data = next(data for text, data in buttons(message).items() if label in text)
        self.said = str((await self.town.press(who, message, data)).get("text") or "")
        await self.town.settled()
        later = [
            each
            for each in await self.town.messages(who, before)
            if each.get("from", {}).get("is_bot")
        ]
        return later[0] if later else await self.town.reread(who, message)

    async def groups(self, who: int = LIN) -> list[Group]:
        """Somebody's groups."""
        promoter = await self.town.services.enrolling.promoter_by_telegram(who)
        assert promoter is not None
        return await self.town.services.connecting.groups_of(promoter.id)

    async def english(self, *people: int) -> None:
        """Let these read English."""
        for who in people:
            await self.town.ask(who, "/language en")

    async def last(self, who: int) -> Json:
        """The latest message of a chat."""
        return (await self.town.messages(who))[-1]

    async def start_with(self, who: int, link: Any) -> str:
        """Open the chat by the link in a text; what the bot says."""
        found = re.search(r"start=([\w-]+)", str(link))
        assert found is not None
        return await self.town.hear(who, f"/start {found[1]}")


@pytest.fixture
async def street(town: Town) -> Street:
    """Sunny Court and Rose Lane are Lin's; Chen is her colleague."""
    await enrol(town, LIN)
    await enrol(town, CHEN)
    chats = []
    for title in ("Sunny Court", "Rose Lane"):
        group = await new_group(town, title=title)
        await add_bot(town, group["id"], payload=await payload(town), rights=RIGHTS)
        chats.append(int(group["id"]))
    return Street(town, *chats)
