"""A chat of the sandbox: its members, rights, topics and messages."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_manage_tags",
)
PRESENT = ("creator", "administrator", "member", "restricted")


@dataclass
class Member:
    """How one person, or the bot, stands to a chat."""

    user: Json
    status: str = "member"
    rights: frozenset[str] = frozenset()
    can_send: bool = True
    tag: str = ""

    @property
    def is_present(self) -> bool:
        """Whether this one is in the chat now."""
        return self.status in PRESENT

    @property
    def is_admin(self) -> bool:
        """Whether this one is an administrator or the owner."""
        return self.status in ("creator", "administrator")

    def described(self) -> Json:
        """Return the Bot API's ChatMember object."""
        base: Json = {"status": self.status, "user": self.user}
        if self.status == "creator":
            return {**base, "is_anonymous": False}
        if self.status == "administrator":
            rights = {right: right in self.rights for right in RIGHTS}
            managed = {"can_be_edited": False, "is_anonymous": False, "can_manage_chat": True}
            return {**base, **rights, **managed}
        if self.status == "restricted":
            return {**base, **self._restrictions()}
        if self.status == "member" and self.tag:
            return {**base, "tag": self.tag}
        if self.status == "kicked":
            return {**base, "until_date": 0}
        return base

    def _restrictions(self) -> Json:
        sending = (
            "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos "
            "can_send_video_notes can_send_voice_notes can_send_polls can_send_other_messages "
            "can_add_web_page_previews can_react_to_messages can_edit_tag"
        )
        may = {right: self.can_send for right in sending.split()}
        managing = ("can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics")
        fixed = {"is_member": True, "until_date": 0}
        return {**may, **dict.fromkeys(managing, False), **fixed}


@dataclass
class Topic:
    """One topic of a forum; its id is the id of the message that opened it."""

    id: int
    name: str
    is_closed: bool = False


@dataclass
class Chat:
    """A private chat or a group, with everything said in it."""

    id: int
    type: str
    title: str
    username: str = ""
    is_forum: bool = False
    is_general_closed: bool = False
    unlisted: int = 0
    migrated_to: int | None = None
    has_heard_bot: bool = False
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    invite_links: dict[str, Json] = field(default_factory=dict)
    pinned: int | None = None
    _last_message_id: int = 0

    @property
    def is_private(self) -> bool:
        """Whether this is a chat between the bot and one person."""
        return self.type == "private"

    def header(self) -> Json:
        """Return the Bot API's Chat object."""
        header: Json = {"id": self.id, "type": self.type}
        header["first_name" if self.is_private else "title"] = self.title
        if self.username:
            header["username"] = self.username
        if self.is_forum:
            header["is_forum"] = True
        return header

    def described(self) -> Json:
        """Return the Bot API's ChatFullInfo object."""
        gifts = (
            "unlimited_gifts limited_gifts unique_gifts premium_subscription gifts_from_channels"
        )
        full: Json = {
            **self.header(),
            "accent_color_id": abs(self.id) % 7,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts.split(), False),
        }
        if self.pinned in self.messages:
            full["pinned_message"] = self.messages[self.pinned]
        if not self.is_private:
            full["permissions"] = {"can_send_messages": True, "can_send_photos": True}
        return full

    @property
    def last_message_id(self) -> int:
        """The id of the latest message that ever stood here, 0 if none did."""
        return self._last_message_id

    def next_message_id(self) -> int:
        """Return the id for a new message of this chat."""
        self._last_message_id += 1
        return self._last_message_id

    def member_count(self) -> int:
        """Return how many are in the chat, named ones and those only counted, the bot included."""
        return self.unlisted + sum(1 for member in self.members.values() if member.is_present)

    def standing(self, user_id: int) -> Member | None:
        """Return how someone stands to this chat, None for one who never was in it."""
        return self.members.get(user_id)

    def is_member(self, user_id: int) -> bool:
        """Whether someone is in the chat now."""
        member = self.members.get(user_id)
        return member is not None and member.is_present
