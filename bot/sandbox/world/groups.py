"""Who is in which group: founding, joining, leaving, rights, moving, the bot's coming and going."""

from collections.abc import Iterable

from bot.sandbox.world.chats import RIGHTS, Chat, Member, Topic
from bot.sandbox.world.people import Json, Person
from bot.sandbox.world.state import BOT_ID, State, Unknown

EXTRA_PEOPLE_FROM = 9_000_001
START_LIMIT = 64


class Groups(State):
    """What people do with groups; each act sends the bot what Telegram would send."""

    def new_group(
        self,
        title: str,
        owner_id: int,
        *,
        kind: str = "supergroup",
        member_ids: Iterable[int] = (),
        member_count: int = 0,
        is_forum: bool = False,
    ) -> Chat:
        """Found a group; `member_count` (bot not included) is made up by unlisted members."""
        chat = Chat(self.new_group_id(kind), kind, title, is_forum=is_forum)
        chat.members[owner_id] = Member(self.person(owner_id).user(), "creator")
        for person_id in member_ids:
            chat.members.setdefault(person_id, Member(self.person(person_id).user()))
        chat.unlisted = max(0, member_count - chat.member_count())
        self.chats[chat.id] = chat
        self.touch()
        return chat

    def set_member_count(self, chat_id: int, count: int) -> None:
        """Let a group have this many members in all, without joins being told one by one."""
        chat = self.chat(chat_id)
        named = chat.member_count() - chat.unlisted
        chat.unlisted = max(0, count - named)
        self.touch()

    def add_bot(
        self,
        chat_id: int,
        by: int,
        *,
        payload: str = "",
        rights: Iterable[str] | None = None,
        upgrade: bool = False,
        new_first: bool = False,
    ) -> Chat:
        """Add the bot, as a `startgroup` link does, and return the chat it then is in.

        `rights` None adds it as a member, otherwise as an administrator with these rights.
        `upgrade` turns a basic group into a supergroup on the way; with `new_first` the bot hears
        of the new chat before it hears of the move.
        """
        chat, adder = self.chat(chat_id), self.person(by)
        if len(payload) > START_LIMIT:
            raise ValueError(f"a start payload has at most {START_LIMIT} signs")
        if not chat.is_member(by):
            raise Unknown(f"{by} is not in chat {chat_id}")
        member = Member(self.bot)
        if rights is not None:
            member = Member(self.bot, "administrator", _full(rights))
        upgrading = upgrade and chat.type == "group"
        self._stand(chat, Member(self.bot) if upgrading else member, adder)
        self.hear(chat, self.place(chat, adder.user(), {"new_chat_members": [self.bot]}))
        if upgrading:
            chat = self.migrate(chat.id, bot=member, new_first=new_first)
        if payload:
            words = self.spoken(f"/start@{self.bot_username} {payload}")
            self.hear(chat, self.place(chat, adder.user(), words))
        return chat

    def remove_bot(self, chat_id: int, by: int) -> None:
        """Throw the bot out of a group: `kicked` in supergroups, `left` in basic ones."""
        chat, remover = self.chat(chat_id), self.person(by)
        status = "kicked" if chat.type == "supergroup" else "left"
        self.place(chat, remover.user(), {"left_chat_member": self.bot})
        self._stand(chat, Member(self.bot, status), remover)

    def set_bot_rights(
        self, chat_id: int, by: int, rights: Iterable[str] | None, *, can_send: bool = True
    ) -> None:
        """Make the bot an administrator with these rights, or (None) a plain member.

        A plain member who may not send is `restricted`.
        """
        chat = self.chat(chat_id)
        if rights is not None:
            member = Member(self.bot, "administrator", _full(rights))
        else:
            member = Member(self.bot, "member" if can_send else "restricted", can_send=can_send)
        self._stand(chat, member, self.person(by))

    def _stand(self, chat: Chat, member: Member, by: Person) -> None:
        """Change how someone stands to a chat and tell the bot what it may know of it."""
        user_id = member.user["id"]
        change: Json = {
            "chat": chat.header(),
            "from": by.user(),
            "date": self.timestamp(),
            "old_chat_member": self.described(chat, user_id),
            "new_chat_member": member.described(),
        }
        chat.members[user_id] = member
        self.touch()
        if user_id == BOT_ID:
            self.mailbox.put("my_chat_member", change)
        elif self._sees_members(chat):
            self.mailbox.put("chat_member", change)

    def _sees_members(self, chat: Chat) -> bool:
        standing = chat.standing(BOT_ID)
        return standing is not None and standing.is_admin

    def new_invite_link(self, chat: Chat) -> Json:
        """Make an invite link of the bot's and return it; nobody guesses it."""
        self.links_made += 1
        link: Json = {
            "invite_link": f"https://t.me/+{abs(chat.id):x}x{self.links_made:04d}",
            "creator": self.bot,
            "creates_join_request": False,
            "is_primary": False,
            "is_revoked": False,
        }
        chat.invite_links[link["invite_link"]] = link
        return link

    def join(
        self,
        chat_id: int,
        person_id: int,
        *,
        invite_link: str | None = None,
        others_link: bool = False,
    ) -> Json:
        """Let a person join a group, by an invite link if given; return the service message.

        ``others_link`` is one that an administrator made: of such the bot sees only a part.
        """
        chat, person = self.chat(chat_id), self.person(person_id)
        link = self._usable(chat, invite_link) if invite_link is not None else None
        if others_link:
            link = self._others_link(chat)
        before = self.mailbox.last_id
        self._stand(chat, Member(person.user()), person)
        if link is not None and self.mailbox.last_id > before:
            change = self.mailbox.past[self.mailbox.last_id]["chat_member"]
            change["invite_link"] = link
        joined = self.place(chat, person.user(), {"new_chat_members": [person.user()]})
        self.hear(chat, joined)
        return joined

    def _usable(self, chat: Chat, invite_link: str) -> Json:
        link = chat.invite_links.get(invite_link)
        if link is None or link.get("expire_date", self.timestamp()) < self.timestamp():
            raise Unknown(f"no invite link {invite_link}")
        used = link.get("member_limit")
        if used is not None and chat.member_count() >= used:
            raise Unknown(f"invite link {invite_link} lets nobody in any more")
        return link

    def _others_link(self, chat: Chat) -> Json:
        return {
            "invite_link": f"https://t.me/+{abs(chat.id):x}…",
            "creator": self._owner(chat).user(),
            "creates_join_request": False,
            "is_primary": True,
            "is_revoked": False,
        }

    def join_many(self, chat_id: int, count: int) -> None:
        """Let this many new people join one after the other."""
        for _ in range(count):
            person_id = EXTRA_PEOPLE_FROM + len(self.people)
            self.people[person_id] = Person(person_id, f"邻居{len(self.people)}", role="extra")
            self.join(chat_id, person_id)

    def leave(self, chat_id: int, person_id: int) -> None:
        """Let a person leave a group."""
        chat, person = self.chat(chat_id), self.person(person_id)
        self.hear(chat, self.place(chat, person.user(), {"left_chat_member": person.user()}))
        self._stand(chat, Member(person.user(), "left"), person)

    def kick(self, chat_id: int, person_id: int, by: int) -> None:
        """Let an administrator throw a person out of a group."""
        chat, person, remover = self.chat(chat_id), self.person(person_id), self.person(by)
        self.hear(chat, self.place(chat, remover.user(), {"left_chat_member": person.user()}))
        self._stand(chat, Member(person.user(), "kicked"), remover)

    def migrate(self, chat_id: int, *, bot: Member | None = None, new_first: bool = False) -> Chat:
        """Turn a basic group into a supergroup with another id; return the supergroup."""
        old = self.chat(chat_id)
        if old.type != "group":
            raise ValueError("only a basic group can become a supergroup")
        new = Chat(self.new_group_id("supergroup"), "supergroup", old.title, unlisted=old.unlisted)
        new.members = {key: value for key, value in old.members.items() if key != BOT_ID}
        self.chats[new.id] = new
        owner = self._owner(old)
        standing = bot or old.standing(BOT_ID)
        if standing is not None and new_first:
            self._stand(new, standing, owner)
        leaving = self.place(old, owner.user(), {"migrate_to_chat_id": new.id})
        self.hear(old, leaving)
        old.migrated_to = new.id
        if standing is not None and not new_first:
            self._stand(new, standing, owner)
        arriving = self.place(new, owner.user(), {"migrate_from_chat_id": old.id})
        self.hear(new, arriving)
        return new

    def _owner(self, chat: Chat) -> Person:
        for user_id, member in chat.members.items():
            if member.status == "creator":
                return self.person(user_id)
        raise Unknown(f"chat {chat.id} has no owner")

    def open_topic(self, chat_id: int, by: int, name: str) -> Topic:
        """Open a topic in a forum and return it."""
        chat = self.chat(chat_id)
        if not chat.is_forum:
            raise ValueError("only a forum has topics")
        topic = self.new_topic(chat, self.person(by).user(), name)
        self.hear(chat, chat.messages[topic.id])
        return topic

    def close_topic(self, chat_id: int, by: int, topic_id: int, *, is_closed: bool = True) -> None:
        """Close a topic, or open it again."""
        chat = self.chat(chat_id)
        if topic_id not in chat.topics:
            raise Unknown(f"no topic {topic_id}")
        chat.topics[topic_id].is_closed = is_closed
        word = "forum_topic_closed" if is_closed else "forum_topic_reopened"
        content = {word: {}, "message_thread_id": topic_id, "is_topic_message": True}
        self.hear(chat, self.place(chat, self.person(by).user(), content))

    def close_general(self, chat_id: int, *, is_closed: bool = True) -> None:
        """Close the General topic of a forum, or open it again."""
        chat = self.chat(chat_id)
        if not chat.is_forum:
            raise ValueError("only a forum has topics")
        chat.is_general_closed = is_closed
        self.touch()

    def delete_topic(self, chat_id: int, topic_id: int) -> None:
        """Delete a topic with everything that was said in it; nobody is told."""
        chat = self.chat(chat_id)
        if chat.topics.pop(topic_id, None) is None:
            raise Unknown(f"no topic {topic_id}")
        chat.messages = {
            key: one
            for key, one in chat.messages.items()
            if one.get("message_thread_id") != topic_id
        }
        self.touch()


def _full(rights: Iterable[str]) -> frozenset[str]:
    """Return rights under their full names: `pin_messages` means `can_pin_messages`."""
    named = {right if right.startswith("can_") else f"can_{right}" for right in rights}
    return frozenset(named & set(RIGHTS)) | {"can_manage_chat"}
