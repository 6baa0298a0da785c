"""What the bot can do in a chat, who is in it, and who may ask about it."""

from telegram import Bot, ChatMember, ChatMemberRestricted
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden

from bot.domain.people.groups import RIGHTS

ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)
OUTSIDE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


def is_inside(member: ChatMember) -> bool:
    """Whether somebody with this standing is in the chat."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status not in OUTSIDE


async def rights_in(bot: Bot, chat_id: int, member: ChatMember | None = None) -> frozenset[str]:
    """Which of ``domain.groups.RIGHTS`` the bot has in a chat; ``member`` is its own standing."""
    standing = member or await bot.get_chat_member(chat_id, id_of(bot))
    if standing.status in ADMINS:
        return frozenset(RIGHTS)
    if not is_inside(standing):
        return frozenset()
    if isinstance(standing, ChatMemberRestricted):
        may_post, may_show = standing.can_send_messages, standing.can_send_photos
    else:
        allowed = (await bot.get_chat(chat_id)).permissions
        may_post = allowed is None or allowed.can_send_messages is not False
        may_show = allowed is None or allowed.can_send_photos is not False
    granted = (("post", may_post), ("pictures", may_post and may_show))
    return frozenset(name for name, is_granted in granted if is_granted)


async def members_in(bot: Bot, chat_id: int) -> int:
    """How many members a chat has by Telegram's count; 0 where it does not say."""
    try:
        return await bot.get_chat_member_count(chat_id)
    except (BadRequest, Forbidden):
        return 0


async def is_member(bot: Bot, chat_id: int, telegram_id: int) -> bool:
    """Whether somebody is in a chat."""
    try:
        return is_inside(await bot.get_chat_member(chat_id, telegram_id))
    except (BadRequest, Forbidden):
        return False


async def is_admin(bot: Bot, chat_id: int, telegram_id: int) -> bool:
    """Whether somebody administers a chat."""
    try:
        member = await bot.get_chat_member(chat_id, telegram_id)
    except (BadRequest, Forbidden):
        return False
    return member.status in ADMINS


def id_of(bot: Bot) -> int:
    """The bot's id by its token, also where this process never asked Telegram who it is."""
    return int(bot.token.partition(":")[0])


async def username_of(bot: Bot) -> str:
    """The bot's user name, asked for where this process did not open the door itself."""
    try:
        return bot.username
    except RuntimeError:
        return (await bot.get_me()).username or ""
