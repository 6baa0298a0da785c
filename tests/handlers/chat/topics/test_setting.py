"""/topic in a forum, in both languages, through the running bot."""

from typing import Any

import pytest

from bot.domain.living.topics import Place
from bot.domain.records import GroupId
from storage.database import Database
from storage.living import topics
from storage.people import groups
from tests.cast import LIN, MEI, OUYANG, SUNNY_COURT, add_group, add_promoter
from tests.handlers.chat.conftest import Town

COMMAND = "/topic@haowu_demo_bot"


class Forum:
    """Lin's connected forum with one topic."""

    def __init__(self, town: Town, group: GroupId, chat_id: int, thread: int) -> None:
        self.town, self.group, self.chat_id, self.thread = town, group, chat_id, thread

    async def hears(self, words: str, *, by: int = LIN, thread: int | None = None) -> Any:
        """What the bot answers to /topic."""
        before = await self.town.last_id(self.chat_id)
        text = f"{COMMAND} {words}".strip()
        await self.town.act("say", chat_id=self.chat_id, person_id=by, text=text, thread=thread)
        (answer,) = await self.town.said(self.chat_id, before)
        return answer

    async def places(self, database: Database) -> dict[str, Place]:
        """What is set."""
        async with database.read() as connection:
            return (await topics.list_of(connection, [self.group])).get(self.group, {})


async def forum_of(
    town: Town, database: Database, *, language: str = "zh", is_forum: bool = True
) -> Forum:
    """A group of Lin's in the stand-in Telegram and in the house."""
    chat = await town.act(
        "new_group", title="阳光", owner_id=LIN, member_ids=[MEI, OUYANG], is_forum=is_forum
    )
    async with database.write() as connection:
        if await groups.find_by_chat(connection, SUNNY_COURT) is None:
            lin = await add_promoter(connection, LIN, "Lin")
        group = await add_group(connection, lin, chat["id"], language=language)
    await town.act("add_bot", chat_id=chat["id"], by=LIN, rights=["pin_messages"])
    await town.settled()
    thread = 0
    if is_forum:
        body = {"chat_id": chat["id"], "by": LIN, "name": "早上好物"}
        answer = await town.client.post("/sandbox/open_topic", json=body)
        thread = answer.json()["result"]["id"]
    return Forum(town, group, chat["id"], thread)


async def test_inside_a_topic_a_slot_is_given_to_it_and_taken_back(
    town: Town, database: Database
) -> None:
    forum = await forum_of(town, database)
    assert "还没有指定话题" in (await forum.hears(""))["text"]
    answer = await forum.hears("morning", thread=forum.thread)
    assert answer["text"].startswith("好，早上以后发在这个话题里")
    assert answer["message_thread_id"] == forum.thread
    assert await forum.places(database) == {"morning": Place(forum.thread)}
    await forum.hears("拼团", thread=forum.thread)
    listed = await forum.hears("")
    assert "早上 → 话题" in listed["text"]
    links = [one["url"] for one in listed["entities"] if "url" in one]
    assert links[0].endswith(f"/{forum.thread}")
    assert not links[0].endswith("-100")
    assert (await forum.hears("off morning"))["text"] == "好，早上以后不再用专门的话题。"
    assert (await forum.hears("off morning"))["text"] == "早上本来就没有专门的话题。"
    assert await forum.places(database) == {"pool": Place(forum.thread)}


async def test_it_is_said_what_is_wrong(town: Town, database: Database) -> None:
    forum = await forum_of(town, database)
    assert "请到要用的那个话题里写 /topic noon" in (await forum.hears("noon"))["text"]
    unknown = (await forum.hears("midnight", thread=forum.thread))["text"]
    assert "没有「midnight」这一项" in unknown
    assert "morning · noon · evening" in unknown
    assert unknown.endswith("send · pool · any")
    refused = await forum.hears("noon", by=MEI, thread=forum.thread)
    assert refused["text"] == "话题由本群的推手和管理员来定。"
    assert await forum.places(database) == {}


async def test_a_group_without_topics_is_told_so(town: Town, database: Database) -> None:
    forum = await forum_of(town, database, is_forum=False)
    assert "本群没有开话题" in (await forum.hears("noon"))["text"]


async def test_an_english_group_is_spoken_to_in_english(town: Town, database: Database) -> None:
    forum = await forum_of(town, database, language="en")
    answer = await forum.hears("any", thread=forum.thread)
    assert answer["text"].startswith("Done: everything else goes into this topic from now on.")
    await forum.hears("Morning", thread=forum.thread)
    listed = (await forum.hears(""))["text"]
    assert "📌 Topics of this group" in listed
    assert "everything else → topic" in listed


@pytest.mark.parametrize("slot", ["evening"])
async def test_a_topic_that_is_opened_again_is_used_again(
    town: Town, database: Database, slot: str
) -> None:
    forum = await forum_of(town, database)
    await forum.hears(slot, thread=forum.thread)
    async with database.write() as connection:
        now = town.services.now()
        assert await topics.mark_shut(connection, forum.group, forum.thread, now)
        assert not await topics.mark_shut(connection, forum.group, forum.thread, now)
    assert "话题关闭了" in (await forum.hears(""))["text"]
    for is_closed in (True, False):
        await town.act(
            "close_topic",
            chat_id=forum.chat_id,
            by=LIN,
            topic_id=forum.thread,
            is_closed=is_closed,
        )
    await town.settled()
    assert await forum.places(database) == {slot: Place(forum.thread)}


async def test_topics_are_copied_as_wishes(town: Town, database: Database) -> None:
    forum = await forum_of(town, database)
    await forum.hears("noon", thread=forum.thread)
    async with database.write() as connection:
        source = await groups.find(connection, forum.group)
        assert source is not None
        target = await add_group(connection, source.promoter_id, SUNNY_COURT - 5)
        assert await topics.copy(connection, forum.group, target) == 1
        assert await topics.copy(connection, forum.group, target) == 0
        assert (await topics.list_of(connection, [target]))[target] == {"noon": Place(None)}
        await topics.copy(connection, target, forum.group)
    assert await forum.places(database) == {"noon": Place(forum.thread)}


async def test_outside_of_connected_groups_it_says_so(town: Town) -> None:
    chat = await town.act("new_group", title="x", owner_id=MEI)
    await town.act("add_bot", chat_id=chat["id"], by=MEI, rights=[])
    await town.settled()
    before = await town.last_id(chat["id"])
    await town.act("say", chat_id=chat["id"], person_id=MEI, text=COMMAND)
    assert await town.said(chat["id"], before)
