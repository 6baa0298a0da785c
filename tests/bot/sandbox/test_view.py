"""The page and what it is shown."""

import asyncio
import re
from pathlib import Path

from bot.sandbox.view import PAGE
from tests.bot.sandbox.stage import MEMBER, OUTSIDER, PROMOTER, Standing, picture_bytes


async def test_the_page_needs_nothing_from_outside(standing: Standing) -> None:
    page = (await standing.client.get("/")).text
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        if not address.startswith("data:"):
            assert address.startswith("/page/")
            assert (await standing.client.get(address)).status_code == 200
    for file in PAGE.iterdir():
        assert "innerHTML" not in file.read_text(encoding="utf-8"), file


async def test_what_one_person_sees_are_the_own_chat_and_the_groups(standing: Standing) -> None:
    chat = await standing.group(rights=[])
    await standing.bot.send_photo(chat, picture_bytes(), caption="早")
    answer = await standing.client.get("/sandbox/view", params={"person": OUTSIDER})
    private, group = answer.json()["chats"]
    assert (private["id"], private["messages"]) == (OUTSIDER, [])
    assert (group["id"], group["is_member"], group["bot_status"]) == (chat, False, "administrator")
    unique_id = group["messages"][-1]["photo"][-1]["file_unique_id"]
    drawn = await standing.client.get(f"/sandbox/files/photos/{unique_id}")
    assert drawn.content == picture_bytes()
    assert (await standing.client.get("/sandbox/view?person=5")).status_code == 404


async def test_a_view_waits_for_something_newer(standing: Standing) -> None:
    seen = (await standing.client.get("/sandbox/view", params={"person": MEMBER})).json()
    waiting = asyncio.create_task(
        standing.client.get("/sandbox/view", params={"person": MEMBER, "since": seen["version"]})
    )
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await standing.act("start", person_id=MEMBER)
    newer = (await waiting).json()
    assert newer["chats"][0]["messages"][0]["text"] == "/start"


async def test_messages_can_be_waited_for(standing: Standing) -> None:
    chat = await standing.started()
    waiting = asyncio.create_task(
        standing.client.get(
            "/sandbox/messages", params={"chat_id": chat, "after": 1, "wait_seconds": 5}
        )
    )
    await asyncio.sleep(0.05)
    await standing.bot.send_message(chat, "hello")
    assert [one["text"] for one in (await waiting).json()] == ["hello"]


async def test_a_menu_is_that_of_the_persons_language(standing: Standing) -> None:
    for language, words in (("", "Shortlist"), ("zh", "选品")):
        menu = [{"command": "today", "description": words}]
        await standing.call("setMyCommands", commands=menu, language_code=language)
    for language, words in (("en", "Shortlist"), ("zh-hans", "选品")):
        await standing.act("set_language", person_id=PROMOTER, language_code=language)
        seen = (await standing.client.get("/sandbox/view", params={"person": PROMOTER})).json()
        assert seen["chats"][0]["menu"][0]["description"] == words


def test_both_languages_of_the_page_have_the_same_words() -> None:
    source = Path(PAGE, "words.js").read_text(encoding="utf-8")
    chinese, english = re.findall(r"\n  (?:zh|en): \{(.*?)\n  \},", source, re.DOTALL)
    keys = [set(re.findall(r"(?:^|[,{\n])\s*(\w+): \"", text)) for text in (chinese, english)]
    assert keys[0] ^ keys[1] == set()
