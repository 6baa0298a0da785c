"""To whom alone a message goes, where the bot may do that: ephemeral messages of Bot API 10.2.

The refusals' words are ours: the changelog tells the rules, not their wording.
"""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.botapi.refusals import bad_request
from bot.sandbox.world.chats import Chat
from bot.sandbox.world.state import BOT_ID
from bot.sandbox.world.world import World


def receiver_of(world: World, values: Mapping[str, Any], chat: Chat) -> int:
    """Return the one member whom a sending call is for, 0 if it is for the whole chat.

    An administrator may address any member at any time; any other bot must name a press or an
    ephemeral word of that member, not older than 15 seconds. Raises `Refusal`.
    """
    given = values.get("ephemeral_message_parameters") or values
    receiver_id = int(given.get("receiver_user_id") or 0)
    if not receiver_id:
        return 0
    if chat.is_private:
        raise bad_request("ephemeral messages can be sent only to groups and supergroups")
    if receiver_id == BOT_ID or not chat.is_member(receiver_id):
        raise bad_request("USER_NOT_PARTICIPANT")
    standing = chat.standing(BOT_ID)
    if standing is not None and standing.is_admin:
        return receiver_id
    query_id = given.get("callback_query_id") or ""
    number = (values.get("reply_parameters") or {}).get("ephemeral_message_id") or 0
    who = {"chat_id": chat.id, "person_id": receiver_id}
    if query_id and not world.whispers.is_fresh_press(query_id, **who):
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if not query_id and not world.whispers.is_fresh_word(number, **who):
        raise bad_request("not enough rights to send ephemeral messages to the chat")
    return receiver_id
