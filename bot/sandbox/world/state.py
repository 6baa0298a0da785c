"""What the stand-in Telegram remembers, and how a message comes into a chat."""

import asyncio
from collections.abc import Iterable
from typing import Any

from bot.sandbox.botapi.entities import with_found
from bot.sandbox.clock import Clock
from bot.sandbox.world.chats import Chat, Member, Topic
from bot.sandbox.world.faults import Faults
from bot.sandbox.world.files import Files
from bot.sandbox.world.ledger import Ledger
from bot.sandbox.world.limits import Limits
from bot.sandbox.world.mailbox import Mailbox
from bot.sandbox.world.people import Json, Person, default_cast
from bot.sandbox.world.profile import Profile
from bot.sandbox.world.whispers import Whispers

BOT_ID = 7_000_000_001
TOPIC_COLOUR = 7322096
SERVICE = frozenset(
    {
        "new_chat_members",
        "left_chat_member",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "group_chat_created",
        "pinned_message",
        "forum_topic_created",
        "forum_topic_closed",
        "forum_topic_reopened",
    }
)


class Unknown(LookupError):
    """A person, chat or message that the world does not have."""


class State:
    """People, chats, files and updates of one sandbox; everything in memory."""

    def __init__(
        self,
        *,
        clock: Clock,
        bot_username: str = "haowu_demo_bot",
        bot_name: str = "好物",
        limits: bool = True,
        cast: Iterable[Person] | None = None,
    ) -> None:
        self.clock = clock
        self.bot_username = bot_username
        self.bot_name = bot_name
        self.people = {person.id: person for person in (cast or default_cast())}
        self.chats: dict[int, Chat] = {}
        self.mailbox = Mailbox()
        self.ledger = Ledger()
        self.faults = Faults()
        self.files = Files()
        self.limits = Limits(enabled=limits)
        self.profile = Profile()
        self.whispers = Whispers()
        self.supports_ephemeral = True
        self.supports_inline = True
        self.refuses_unknown = True
        self.answers: dict[str, Json | None] = {}
        # By inline query and result: the message that a tap sends.
        self.inline_messages: dict[str, dict[str, Json]] = {}
        # By chat, and by person where only one is asked (0 for everybody).
        self.reply_keyboards: dict[tuple[int, int], Json] = {}
        self.reactions: dict[tuple[int, int], dict[int, list[Json]]] = {}
        self.version = 0
        self.changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_group_number = 100_000
        self._last_callback = 4_000_000_000_000
        self.links_made = 0

    @property
    def bot(self) -> Json:
        """The bot's User object, as it stands in messages."""
        return {
            "id": BOT_ID,
            "is_bot": True,
            "first_name": self.bot_name,
            "username": self.bot_username,
        }

    def timestamp(self) -> int:
        """Return the clock's present instant in Unix seconds."""
        return int(self.clock.now().timestamp())

    def touch(self) -> None:
        """Tell those who watch that something changed."""
        self.version += 1
        self.changed.set()
        self.changed = asyncio.Event()

    def keep_task(self, task: asyncio.Task[None]) -> None:
        """Hold on to something that goes on in the background until it ends or `close`."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End what goes on in the background."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def person(self, person_id: int) -> Person:
        """Return a person; raises `Unknown`."""
        if person_id not in self.people:
            raise Unknown(f"no person {person_id}")
        return self.people[person_id]

    def chat(self, chat_id: int) -> Chat:
        """Return a chat as people see it: a group that moved is the supergroup it became.

        A person's id stands for the private chat with the bot. Raises `Unknown`.
        """
        if chat_id in self.people:
            return self.private_chat(chat_id)
        chat = self.chats.get(chat_id)
        if chat is None:
            raise Unknown(f"no chat {chat_id}")
        return self.chat(chat.migrated_to) if chat.migrated_to else chat

    def private_chat(self, person_id: int) -> Chat:
        """Return the chat between a person and the bot, made when first asked for."""
        if person_id not in self.chats:
            person = self.person(person_id)
            chat = Chat(person_id, "private", person.first_name, person.username)
            chat.members[person_id] = Member(person.user())
            self.chats[person_id] = chat
        return self.chats[person_id]

    def message(self, chat_id: int, message_id: int) -> Json:
        """Return a message; raises `Unknown`."""
        message = self.chat(chat_id).messages.get(message_id)
        if message is None:
            raise Unknown(f"no message {message_id} in chat {chat_id}")
        return message

    def new_group_id(self, kind: str) -> int:
        """Return an unused id for a `group` or a `supergroup`."""
        self._last_group_number += 1
        if kind == "supergroup":
            return -1_002_000_000_000 - self._last_group_number
        return -4_000_000_000 - self._last_group_number

    def new_callback_id(self) -> str:
        """Return an unused id for a callback query."""
        self._last_callback += 1
        return str(self._last_callback)

    def place(self, chat: Chat, sender: Json, content: Json) -> Json:
        """Put a message into a chat and return it; the bot hears of it only by `hear`."""
        message: Json = {
            "message_id": chat.next_message_id(),
            "from": sender,
            "chat": chat.header(),
            "date": self.timestamp(),
            **content,
        }
        chat.messages[message["message_id"]] = message
        self.touch()
        return message

    def whisper(self, chat: Chat, sender: Json, person_id: int, content: Json) -> Json:
        """Put an ephemeral message between the bot and one member into a chat and return it."""
        receiver = self.bot if sender["id"] == person_id else self.person(person_id).user()
        message: Json = {
            "from": sender,
            "chat": chat.header(),
            "date": self.timestamp(),
            "receiver_user": receiver,
            **content,
        }
        kept = self.whispers.keep(message, person_id=person_id, after=chat.last_message_id)
        self.touch()
        return kept

    def new_topic(self, chat: Chat, opener: Json, name: str) -> Topic:
        """Open a topic in a forum and return it; its id is that of the message about it."""
        opened = {"forum_topic_created": {"name": name, "icon_color": TOPIC_COLOUR}}
        message = self.place(chat, opener, opened)
        topic = Topic(message["message_id"], name)
        message.update(message_thread_id=topic.id, is_topic_message=True)
        chat.topics[topic.id] = topic
        return topic

    def hear(self, chat: Chat, message: Json, *, kind: str = "message") -> Json | None:
        """Deliver a message to the bot, if it may hear it; return the update."""
        return self.mailbox.put(kind, message) if self.hears(chat, message) else None

    def hears(self, chat: Chat, message: Json) -> bool:
        """Whether the bot, in privacy mode unless it is admin, receives a message."""
        if chat.is_private:
            return not self.person(chat.id).has_blocked
        standing = chat.standing(BOT_ID)
        if standing is None or not standing.is_present:
            return False
        if standing.is_admin or SERVICE & message.keys():
            return True
        if "ephemeral_message_id" in message or "via_bot" in message:
            return True
        replied = message.get("reply_to_message", {}).get("from", {}).get("id")
        return replied == BOT_ID or self._commands_bot(chat, message)

    def _commands_bot(self, chat: Chat, message: Json) -> bool:
        command, at, name = command_of(message).partition("@")
        if at:
            return name.lower() == self.bot_username.lower()
        # A bare command goes to the bot that wrote last; here there is no other bot.
        return bool(command) and chat.has_heard_bot

    def spoken(self, text: str) -> Json:
        """Return text and entities of what a person typed."""
        entities = with_found(text, [])
        return {"text": text, "entities": entities} if entities else {"text": text}

    def described(self, chat: Chat, user_id: int) -> dict[str, Any]:
        """Return the ChatMember object of anybody, also of one who never was in the chat."""
        standing = chat.standing(user_id)
        if standing is not None:
            return standing.described()
        user = self.bot if user_id == BOT_ID else self.person(user_id).user()
        return {"status": "left", "user": user}


def command_of(message: Json) -> str:
    """Return the command that a message begins with, such as `ask@some_bot`, or nothing."""
    for entity in message.get("entities", []):
        if entity["type"] == "bot_command" and entity["offset"] == 0:
            return str(message["text"][1 : entity["length"]])
    return ""
