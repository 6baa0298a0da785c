"""The methods by which a bot asks about chats, leaves them and makes invite links."""

from typing import Any

from bot.sandbox.botapi.calls import Call, Method
from bot.sandbox.botapi.refusals import bad_request
from bot.sandbox.world.chats import Chat, Member
from bot.sandbox.world.people import Json
from bot.sandbox.world.state import BOT_ID, TOPIC_COLOUR, Unknown

LINK_NAME_LIMIT = 32
LINK_MEMBERS_LIMIT = 99_999
TAG_LIMIT = 16


async def get_chat(call: Call) -> Json:
    """Describe a chat."""
    return call.chat().described()


async def get_chat_member(call: Call) -> Json:
    """Describe how somebody stands to a chat."""
    chat = call.chat()
    try:
        return call.world.described(chat, call.get("user_id"))
    except Unknown:
        raise bad_request("PARTICIPANT_ID_INVALID") from None


async def get_chat_member_count(call: Call) -> int:
    """Count the members of a chat."""
    chat = call.chat()
    return 2 if chat.is_private else chat.member_count()


async def get_chat_administrators(call: Call) -> list[Json]:
    """List the owner and the administrators of a group."""
    chat = call.chat()
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    return [member.described() for member in chat.members.values() if member.is_admin]


async def leave_chat(call: Call) -> bool:
    """Leave a group."""
    chat = call.chat()
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    change: Json = {
        "chat": chat.header(),
        "from": call.world.bot,
        "date": call.world.timestamp(),
        "old_chat_member": call.world.described(chat, BOT_ID),
    }
    chat.members[BOT_ID] = Member(call.world.bot, "left")
    call.world.place(chat, call.world.bot, {"left_chat_member": call.world.bot})
    change["new_chat_member"] = call.world.described(chat, BOT_ID)
    call.world.mailbox.put("my_chat_member", change)
    return True


def _inviting(call: Call) -> Chat:
    chat = call.chat()
    standing = chat.standing(BOT_ID)
    if standing is None or not standing.is_admin or "can_invite_users" not in standing.rights:
        raise bad_request("not enough rights to manage chat invite link")
    return chat


async def create_invite_link(call: Call) -> Json:
    """Make an invite link; the bot needs the right to invite."""
    chat = _inviting(call)
    if len(call.get("name") or "") > LINK_NAME_LIMIT:
        raise bad_request("chat invite link name is too long")
    limit, expires = call.get("member_limit"), call.get("expire_date")
    if limit is not None and not 0 <= limit <= LINK_MEMBERS_LIMIT:
        raise bad_request("invalid member limit specified")
    if limit and call.get("creates_join_request"):
        raise bad_request(
            "member limit can't be specified for links requiring administrator approval"
        )
    if expires and expires <= call.world.timestamp():
        raise bad_request("invalid expiration date specified")
    link = call.world.new_invite_link(chat)
    link["creates_join_request"] = bool(call.get("creates_join_request", False))
    given = {key: call.get(key) for key in ("name", "expire_date", "member_limit")}
    link |= {key: value for key, value in given.items() if value}
    call.world.touch()
    return link


async def export_invite_link(call: Call) -> str:
    """Make a new primary invite link; the one before it lets nobody in any more."""
    chat = _inviting(call)
    for known in [link for link in chat.invite_links.values() if link["is_primary"]]:
        del chat.invite_links[known["invite_link"]]
    link = call.world.new_invite_link(chat)
    link["is_primary"] = True
    call.world.touch()
    return str(link["invite_link"])


async def revoke_invite_link(call: Call) -> Json:
    """Revoke an invite link of the bot's own; a primary one is followed by another."""
    chat = _inviting(call)
    link: Any = chat.invite_links.pop(call.get("invite_link"), None)
    if link is None:
        raise bad_request("INVITE_HASH_EXPIRED")
    if link["is_primary"]:
        call.world.new_invite_link(chat)["is_primary"] = True
    call.world.touch()
    return {**link, "is_revoked": True}


async def create_forum_topic(call: Call) -> Json:
    """Open a topic in a forum; the bot needs the right to manage topics."""
    chat = call.chat()
    standing = chat.standing(BOT_ID)
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if standing is None or "can_manage_topics" not in standing.rights:
        raise bad_request("not enough rights to create a topic")
    topic = call.world.new_topic(chat, call.world.bot, call.get("name"))
    return {"message_thread_id": topic.id, "name": topic.name, "icon_color": TOPIC_COLOUR}


async def set_member_tag(call: Call) -> bool:
    """Put a tag beside a member's name; the bot needs the right to manage tags."""
    chat, bot = call.chat(), call.chat().standing(BOT_ID)
    if bot is None or "can_manage_tags" not in bot.rights:
        raise bad_request("not enough rights to manage chat member tags")
    member, tag = chat.members.get(call.get("user_id")), call.get("tag") or ""
    if member is None or not member.is_present:
        raise bad_request("PARTICIPANT_ID_INVALID")
    if member.is_admin:
        raise bad_request("can't set a tag of an administrator")
    if len(tag) > TAG_LIMIT:
        raise bad_request("tag is too long")
    member.tag = tag
    call.world.touch()
    return True


METHODS: dict[str, Method] = {
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "getchatmembercount": get_chat_member_count,
    "getchatadministrators": get_chat_administrators,
    "leavechat": leave_chat,
    "createchatinvitelink": create_invite_link,
    "exportchatinvitelink": export_invite_link,
    "revokechatinvitelink": revoke_invite_link,
    "createforumtopic": create_forum_topic,
    "setchatmembertag": set_member_tag,
}
