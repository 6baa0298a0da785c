"""One person is answered as quietly as the server can, and nothing private is said in the open."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from telegram import Message

from bot.domain.texts import Html
from bot.services.questions.outcomes import Spoken
from handlers.chat.questions.quiet import Listener, Quiet, key_of
from tests.bot.sandbox.stage import MEMBER, PROMOTER, Standing, build, ptb, served

ANSWER, OTHER = Html("还有货"), Html("卖完了")


@dataclass
class Scene:
    """Lin's group, in which Mei asked something."""

    standing: Standing
    chat_id: int
    asked: Message
    quiet: Quiet

    def listener(self, *, has_started: bool = True, **fields: Any) -> Listener:
        """Mei, whose private chat is open or not."""
        private_bot = self.standing.bot if has_started else None
        return Listener(self.chat_id, MEMBER, private_bot, self.asked, **fields)

    async def say(self, text: Html = ANSWER, *, is_private: bool = False, **who: Any) -> Any:
        """Say something to Mei."""
        listener = self.listener(**who)
        return await self.quiet.say(self.standing.bot, listener, text, is_private=is_private)

    def server(self, *, ephemeral: bool, strict: bool) -> None:
        """Be this Bot API server."""
        self.standing.world.supports_ephemeral = ephemeral
        self.standing.world.refuses_unknown = strict

    def whispers(self) -> list[str]:
        """What Mei alone sees in the group."""
        seen = self.standing.world.whispers.seen_by(self.chat_id, MEMBER)
        return [str(one.message["text"]) for one in seen]

    def said(self, chat_id: int) -> list[dict[str, Any]]:
        """What the bot said in a chat."""
        messages = self.standing.world.chat(chat_id).messages.values()
        return [one for one in messages if one["from"]["is_bot"] and "text" in one]


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    """A group whose bot is an administrator; Mei also started the private chat."""
    async with (
        served(build) as (url, app),
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
        ptb(url) as bot,
    ):
        standing = Standing(url, app.state.world, client, bot)
        chat_id = await standing.group(rights=["pin_messages"])
        await standing.started(MEMBER)
        said = await standing.act("say", chat_id=chat_id, person_id=MEMBER, text="有货吗")
        asked = Message.de_json(said, bot)
        assert asked is not None
        yield Scene(standing, chat_id, asked, Quiet())


async def test_where_the_server_can_only_the_asker_sees_it_and_it_is_edited_there(
    scene: Scene,
) -> None:
    place = await scene.say()
    assert place.how.startswith("ephemeral:")
    assert (scene.whispers(), scene.said(scene.chat_id)) == (["还有货"], [])
    assert await scene.quiet.renew(scene.standing.bot, place, MEMBER, OTHER)
    assert await scene.quiet.renew(scene.standing.bot, place, MEMBER, OTHER)
    assert scene.whispers() == ["卖完了"]


async def test_what_is_private_is_whispered_only_where_that_is_proven(scene: Scene) -> None:
    assert (await scene.say(is_private=True)).how == "private"
    assert (await scene.say()).how.startswith("ephemeral:")
    assert (await scene.say(OTHER, is_private=True)).how.startswith("ephemeral:")
    assert scene.whispers() == ["还有货", "卖完了"]


async def test_a_strict_server_refuses_once_and_is_not_asked_again(scene: Scene) -> None:
    scene.server(ephemeral=False, strict=True)
    assert (await scene.say()).how == "private"
    scene.server(ephemeral=True, strict=True)
    assert (await scene.say(OTHER)).how == "private"
    assert [one["text"] for one in scene.said(MEMBER)] == ["还有货", "卖完了"]
    assert scene.said(scene.chat_id) == []


async def test_a_server_that_ignores_it_made_a_public_reply_and_that_was_the_answer(
    scene: Scene,
) -> None:
    scene.server(ephemeral=False, strict=False)
    place = await scene.say()
    (public,) = scene.said(scene.chat_id)
    assert place == Spoken(scene.chat_id, public["message_id"], "group")
    assert public["reply_to_message"]["message_id"] == scene.asked.message_id
    # The other spelling is tried once as well; from then on it is the private chat.
    assert (await scene.say(OTHER)).how == "group"
    assert (await scene.say(OTHER)).how == "private"


async def test_nothing_private_is_said_in_a_group(scene: Scene) -> None:
    for ephemeral, strict in ((False, False), (False, True), (True, True)):
        scene.server(ephemeral=ephemeral, strict=strict)
        assert await scene.say(is_private=True, has_started=False) is None
    assert scene.said(scene.chat_id) == []
    assert scene.whispers() == []


async def test_what_a_server_no_longer_whispers_is_taken_back(scene: Scene) -> None:
    await scene.say()
    scene.server(ephemeral=False, strict=False)
    assert (await scene.say(OTHER, is_private=True)).how == "private"
    assert scene.said(scene.chat_id) == []


async def test_without_a_private_chat_it_is_one_silent_reply(scene: Scene) -> None:
    scene.server(ephemeral=False, strict=True)
    place = await scene.say(has_started=False)
    (public,) = scene.said(scene.chat_id)
    assert place == Spoken(scene.chat_id, public["message_id"], "group")
    assert public["reply_to_message"]["message_id"] == scene.asked.message_id
    assert await scene.quiet.renew(scene.standing.bot, place, MEMBER, OTHER)
    assert [one["text"] for one in scene.said(scene.chat_id)] == ["卖完了"]


async def test_who_blocked_the_bot_is_answered_in_the_group(scene: Scene) -> None:
    scene.server(ephemeral=False, strict=True)
    await scene.standing.act("block", person_id=MEMBER)
    assert (await scene.say()).how == "group"
    await scene.standing.act("start", person_id=MEMBER)
    assert (await scene.say()).how == "group", "a closed chat is tried again after a day"


async def test_a_bot_without_rights_answers_a_press_and_a_whispered_word(scene: Scene) -> None:
    group = await scene.standing.group(rights=None)
    word = {"message_id": 0, "date": 1, "chat": {"id": group, "type": "supergroup", "title": "g"}}
    own = await scene.standing.act("say", chat_id=group, person_id=MEMBER, text="有货吗")
    asked = Message.de_json(own, scene.standing.bot)
    listener = Listener(group, MEMBER, None, asked)
    place = await scene.quiet.say(scene.standing.bot, listener, ANSWER)
    assert place is not None
    assert place.how == "group", "its rights do not reach, and nothing is learned from that"
    whisper = scene.standing.world.whispers.keep(
        {**word, "from": scene.standing.world.person(MEMBER).user(), "text": "有货吗"},
        person_id=MEMBER,
        after=0,
    )
    asked = Message.de_json(whisper, scene.standing.bot)
    listener = Listener(group, MEMBER, None, asked)
    place = await scene.quiet.say(scene.standing.bot, listener, ANSWER)
    assert place is not None
    assert place.how.startswith("ephemeral:")


async def test_what_is_gone_cannot_be_renewed(scene: Scene) -> None:
    bot, quiet = scene.standing.bot, scene.quiet
    assert not await quiet.renew(bot, Spoken(scene.chat_id, 999, "group"), MEMBER, OTHER)
    assert not await quiet.renew(bot, Spoken(scene.chat_id, -5, "ephemeral:5"), MEMBER, OTHER)
    scene.server(ephemeral=False, strict=True)
    assert not await quiet.renew(bot, Spoken(scene.chat_id, -5, "ephemeral:5"), MEMBER, OTHER)
    assert not await quiet.renew(bot, Spoken(3002, 1, "private"), 3002, OTHER)


async def test_in_private_it_is_simply_said(scene: Scene) -> None:
    listener = Listener(MEMBER, MEMBER, scene.standing.bot, None)
    place = await scene.quiet.say(scene.standing.bot, listener, ANSWER, is_private=True)
    assert place is not None
    assert place.how == "private"


async def test_an_administrator_in_the_groups_name_is_answered_by_a_reply(scene: Scene) -> None:
    listener = Listener(scene.chat_id, None, None, scene.asked)
    place = await scene.quiet.say(scene.standing.bot, listener, ANSWER)
    assert place is not None
    assert place.how == "group"
    assert scene.whispers() == []


def test_an_ephemeral_message_is_remembered_by_its_own_number() -> None:
    chat = {"id": -1, "type": "supergroup", "title": "g"}
    plain = Message.de_json({"message_id": 7, "date": 1, "chat": chat}, None)
    quiet = Message.de_json(
        {"message_id": 0, "ephemeral_message_id": 7, "date": 1, "chat": chat}, None
    )
    assert plain is not None
    assert quiet is not None
    assert (key_of(plain), key_of(quiet)) == (7, -7)


async def test_lin_is_not_mei(scene: Scene) -> None:
    place = await scene.say()
    assert not await scene.quiet.renew(scene.standing.bot, place, PROMOTER, OTHER)
