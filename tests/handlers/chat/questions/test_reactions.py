"""Signs under a question come where they may, and never stand in the way of an answer."""

from collections.abc import AsyncIterator

import httpx
import pytest
from telegram import Message
from telegram.error import TelegramError

from handlers.chat.questions.learned import Learned
from handlers.chat.questions.reactions import Reactions
from tests.bot.sandbox.stage import MEMBER, Standing, build, ptb, served


@pytest.fixture
async def standing() -> AsyncIterator[Standing]:
    """A stand-in Telegram that takes Telegram's own reactions alone."""
    async with (
        served(build) as (url, app),
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
        ptb(url) as bot,
    ):
        yield Standing(url, app.state.world, client, bot)


async def asked(standing: Standing) -> Message:
    """Mei's question in Lin's group."""
    chat_id = await standing.group(rights=["pin_messages"])
    said = await standing.act("say", chat_id=chat_id, person_id=MEMBER, text="有货吗")
    message = Message.de_json(said, standing.bot)
    assert message is not None
    return message


def under(standing: Standing, message: Message) -> list[str]:
    """The bot's signs under a message."""
    given = standing.world.reactions.get((message.chat.id, message.message_id), {})
    return [one["emoji"] for each in given.values() for one in each]


async def test_a_question_is_seen_and_then_answered(standing: Standing) -> None:
    message, reactions = await asked(standing), Reactions()
    await reactions.seen(standing.bot, message)
    assert under(standing, message) == ["👀"]
    await reactions.asking(standing.bot, message)
    assert under(standing, message) == ["🤔"]
    await reactions.done(standing.bot, message)
    assert under(standing, message) == ["👌"]
    await reactions.dropped(standing.bot, message)
    assert under(standing, message) == []


async def test_a_sign_that_telegram_does_not_have_is_asked_for_once(standing: Standing) -> None:
    learned: Learned[str] = Learned()
    message, reactions = await asked(standing), Reactions(learned)
    await reactions.done(standing.bot, message)
    assert learned.get("✅") == "👌"
    await reactions.done(standing.bot, message)
    assert under(standing, message) == ["👌"]


async def test_a_chat_that_takes_none_is_left_alone(standing: Standing) -> None:
    message, reactions = await asked(standing), Reactions()
    fault = {"kind": "status", "status": 400, "method": "setMessageReaction", "times": 1}
    await standing.act("faults", **fault)
    await reactions.seen(standing.bot, message)
    await reactions.done(standing.bot, message)
    assert under(standing, message) == []


async def test_a_fault_is_forgotten(standing: Standing) -> None:
    message, reactions = await asked(standing), Reactions()
    fault = {"kind": "status", "status": 502, "method": "setMessageReaction", "times": 1}
    await standing.act("faults", **fault)
    await reactions.seen(standing.bot, message)
    await reactions.asking(standing.bot, message)
    assert under(standing, message) == ["🤔"]


async def test_a_word_that_only_the_bot_saw_gets_none(standing: Standing) -> None:
    chat = {"id": -1, "type": "supergroup", "title": "g"}
    quiet = Message.de_json({"message_id": 0, "date": 1, "chat": chat}, standing.bot)
    assert quiet is not None
    try:
        await Reactions().seen(standing.bot, quiet)
    except TelegramError:
        pytest.fail("it was asked for")
