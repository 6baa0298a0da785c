"""Reactions: the emoji that Telegram takes from a bot, one a message."""

import pytest

from bot.sandbox.botapi.reactions import EMOJI
from tests.bot.sandbox.stage import MEMBER, Standing


def thumbs(*emoji: str) -> list[dict[str, str]]:
    """Return reactions as a bot sends them."""
    return [{"type": "emoji", "emoji": one} for one in emoji]


async def test_a_reaction_replaces_the_one_before_and_is_shown(standing: Standing) -> None:
    chat = await standing.group()
    said = await standing.act("say", chat_id=chat, person_id=MEMBER, text="大米？")
    where = {"chat_id": chat, "message_id": said["message_id"]}
    for emoji in ("👀", "👌"):
        answer = await standing.call("setMessageReaction", **where, reaction=thumbs(emoji))
        assert answer["result"] is True
    shown = await standing.client.get("/sandbox/reactions", params=where)
    assert list(shown.json().values()) == [["👌"]]
    view = (await standing.client.get("/sandbox/view", params={"person": MEMBER})).json()
    assert view["chats"][1]["messages"][-1]["reactions"] == ["👌"]
    await standing.call("setMessageReaction", **where)
    assert (await standing.client.get("/sandbox/reactions", params=where)).json() == {}


@pytest.mark.parametrize(
    ("reaction", "words"),
    [
        (thumbs("✅"), "REACTION_INVALID"),
        (thumbs("❤️"), "REACTION_INVALID"),
        (thumbs("👍", "👎"), "REACTIONS_TOO_MANY"),
        ([{"type": "custom_emoji", "custom_emoji_id": "5"}], "REACTION_INVALID"),
        ([{"type": "paid"}], "REACTION_INVALID"),
    ],
)
async def test_any_other_reaction_is_refused(
    standing: Standing, reaction: list[dict[str, str]], words: str
) -> None:
    chat = await standing.group()
    said = await standing.act("say", chat_id=chat, person_id=MEMBER, text="大米？")
    answer = await standing.call(
        "setMessageReaction", chat_id=chat, message_id=said["message_id"], reaction=reaction
    )
    assert answer["description"] == f"Bad Request: {words}"


def test_the_joined_signs_are_among_the_seventy_three() -> None:
    assert len(EMOJI) == 73
    assert {"❤\u200d\U0001f525", "\U0001f937\u200d♀"} < EMOJI
