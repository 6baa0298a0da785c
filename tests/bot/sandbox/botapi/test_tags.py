"""Tags beside members' names, in the stand-in as in Telegram."""

import pytest
from telegram.error import BadRequest

from tests.bot.sandbox.stage import MEMBER, OUTSIDER, PROMOTER, Standing


async def test_a_tag_needs_the_right_and_a_plain_member(standing: Standing) -> None:
    chat = await standing.group()
    with pytest.raises(BadRequest, match="(?i)not enough rights"):
        await standing.bot.set_chat_member_tag(chat, MEMBER, "热心")
    await standing.act("set_bot_rights", chat_id=chat, by=PROMOTER, rights=["manage_tags"])
    assert await standing.bot.set_chat_member_tag(chat, MEMBER, "热心")
    answer = await standing.call("getChatMember", chat_id=chat, user_id=MEMBER)
    assert answer["result"]["tag"] == "热心"
    for person, tag in ((PROMOTER, "x"), (OUTSIDER, "x"), (MEMBER, "x" * 17)):
        with pytest.raises(BadRequest):
            await standing.bot.set_chat_member_tag(chat, person, tag)
    assert await standing.bot.set_chat_member_tag(chat, MEMBER, "")
    answer = await standing.call("getChatMember", chat_id=chat, user_id=MEMBER)
    assert "tag" not in answer["result"]
