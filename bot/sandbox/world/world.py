"""What people do: talk, press buttons, start and block the bot, react, share a chat."""

import re
from collections import Counter
from datetime import timedelta

from bot.sandbox.world.chats import Chat, Member
from bot.sandbox.world.groups import Groups
from bot.sandbox.world.people import Json, Person
from bot.sandbox.world.state import BOT_ID, Unknown, command_of

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
TEXT_LIMIT = 4096
INLINE_QUERY_LIMIT = 256
# Administrators who hide their name write as this account, on behalf of the group.
ANONYMOUS: Json = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}


class World(Groups):
    """The whole stand-in Telegram; every act sends the bot what Telegram would send."""

    def add_person(self, person: Person) -> Person:
        """Let somebody more have a Telegram account."""
        self.people[person.id] = person
        self.touch()
        return person

    def set_language(self, person_id: int, language_code: str) -> None:
        """Let a person's Telegram speak another language, such as `en` or `zh-hans`."""
        self.person(person_id).language_code = language_code
        self.touch()

    def say(
        self,
        chat_id: int,
        person_id: int,
        text: str,
        *,
        reply_to: int | None = None,
        reply_to_ephemeral: int | None = None,
        thread: int | None = None,
        anonymous: bool = False,
    ) -> Json:
        """Let a person write into a chat and return the message.

        In a private chat with the bot, writing for the first time is pressing Start. A reply to
        an ephemeral message, and a command that the bot's menu marks so, is ephemeral itself.
        """
        chat, person = self.chat(chat_id), self.person(person_id)
        if not 1 <= len(text) <= TEXT_LIMIT:
            raise ValueError(f"a text has 1 to {TEXT_LIMIT} signs")
        if not chat.is_member(person_id):
            raise Unknown(f"{person_id} is not in chat {chat_id}")
        if chat.is_private:
            self._open_private(person)
        content = self.spoken(text)
        replied = self._replied(chat, person_id, reply_to, reply_to_ephemeral)
        if replied is not None:
            content["reply_to_message"] = without_reply(replied)
        if thread is not None:
            content |= self._in_topic(chat, thread, content)
        sender = person.user()
        if anonymous:
            sender, content["sender_chat"] = ANONYMOUS, chat.header()
        if reply_to_ephemeral is not None or self._is_quiet(chat, person, content):
            message = self.whisper(chat, sender, person_id, content)
        else:
            message = self.place(chat, sender, content)
        self._end_prompt(chat, person_id, replied)
        self.hear(chat, message)
        return message

    def _in_topic(self, chat: Chat, thread: int, content: Json) -> Json:
        """Whatever is said in a topic is a reply: to what it answers, or to the topic's opening."""
        found: Json = {"message_thread_id": thread, "is_topic_message": True}
        opening = chat.messages.get(thread)
        if "reply_to_message" not in content and opening is not None:
            found["reply_to_message"] = without_reply(opening)
        return found

    def _replied(
        self, chat: Chat, person_id: int, reply_to: int | None, ephemeral: int | None
    ) -> Json | None:
        if ephemeral is not None:
            return self._whispered(chat, person_id, ephemeral)
        return None if reply_to is None else self.message(chat.id, reply_to)

    def _whispered(self, chat: Chat, person_id: int, number: int) -> Json:
        found = self.whispers.find(chat.id, person_id, number)
        if found is None:
            raise Unknown(f"{person_id} sees no ephemeral message {number} in chat {chat.id}")
        return found

    def _is_quiet(self, chat: Chat, person: Person, content: Json) -> bool:
        """Whether these words are a command that only its sender and the bot shall see."""
        command, _, name = command_of(content).partition("@")
        if not self.supports_ephemeral or name.lower() not in ("", self.bot_username.lower()):
            return False
        return self.profile.is_ephemeral(command, chat, person)

    def _end_prompt(self, chat: Chat, person_id: int, replied: Json | None) -> None:
        """Put away the bot's call for a reply once it has one."""
        for key in ((chat.id, person_id), (chat.id, 0)):
            asked = self.reply_keyboards.get(key, {})
            if replied is not None and asked.get("force_reply") and asked["to"] == _place(replied):
                del self.reply_keyboards[key]

    def edit(self, chat_id: int, message_id: int, text: str) -> Json:
        """Let the author of a message change its text."""
        chat, message = self.chat(chat_id), self.message(chat_id, message_id)
        kept = {key: value for key, value in message.items() if key != "entities"}
        edited = {**kept, **self.spoken(text), "edit_date": self.timestamp()}
        chat.messages[message_id] = edited
        self.touch()
        self.hear(chat, edited, kind="edited_message")
        return edited

    def start(self, person_id: int, payload: str = "") -> Json:
        """Press Start in the private chat, with the payload of a `?start=` link if given."""
        if not PAYLOAD.fullmatch(payload):
            raise ValueError("a start payload has up to 64 signs of A-Z a-z 0-9 _ -")
        return self.say(person_id, person_id, f"/start {payload}".strip())

    def _open_private(self, person: Person) -> None:
        chat = self.private_chat(person.id)
        if person.has_blocked:
            person.has_blocked = False
            self._tell_blocking(chat, person, old="kicked", new="member")
        person.has_started = True

    def block(self, person_id: int) -> None:
        """Block the bot: it can no longer write to this person."""
        person = self.person(person_id)
        person.has_blocked = True
        self._tell_blocking(self.private_chat(person_id), person, old="member", new="kicked")

    def _tell_blocking(self, chat: Chat, person: Person, *, old: str, new: str) -> None:
        change = {
            "chat": chat.header(),
            "from": person.user(),
            "date": self.timestamp(),
            "old_chat_member": Member(self.bot, old).described(),
            "new_chat_member": Member(self.bot, new).described(),
        }
        self.touch()
        self.mailbox.put("my_chat_member", change)

    def press(
        self, chat_id: int, message_id: int, person_id: int, data: str, *, ephemeral: int = 0
    ) -> str:
        """Press a callback button and return the id under which the bot will answer.

        The button of an ephemeral message is found by its `ephemeral` number, not by
        `message_id`. Raises `Unknown` if the message has no such button now.
        """
        chat = self.chat(chat_id)
        if ephemeral:
            message = self._whispered(chat, person_id, ephemeral)
        else:
            message = self.message(chat_id, message_id)
        if not any(button.get("callback_data") == data for button in buttons_of(message)):
            raise Unknown(f"message {message_id} has no button {data!r}")
        callback_id = self.new_callback_id()
        self.answers[callback_id] = None
        query = {
            "id": callback_id,
            "from": self.person(person_id).user(),
            "message": message,
            "chat_instance": str(abs(chat.id) * 7919),
            "data": data,
        }
        self.whispers.note_press(callback_id, chat_id=chat.id, person_id=person_id)
        self.mailbox.put("callback_query", query)
        return callback_id

    def ask_inline(self, person_id: int, query: str, offset: str = "") -> str:
        """Type `@bot words` somewhere and return the id under which the bot will answer."""
        if not self.supports_inline:
            raise ValueError("the bot's inline mode is off")
        if len(query) > INLINE_QUERY_LIMIT:
            raise ValueError(f"an inline query has up to {INLINE_QUERY_LIMIT} signs")
        query_id = self.new_callback_id()
        self.answers[query_id] = None
        user = self.person(person_id).user()
        asked = {"id": query_id, "from": user, "query": query, "offset": offset}
        self.mailbox.put("inline_query", asked)
        return query_id

    def choose_inline(self, query_id: str, result_id: str, chat_id: int, person_id: int) -> Json:
        """Tap a result of an inline query: a person's message by way of the bot."""
        chat, person = self.chat(chat_id), self.person(person_id)
        content = self.inline_messages.get(query_id, {}).get(result_id)
        if content is None or not chat.is_member(person_id):
            raise Unknown(f"no result {result_id} to send")
        message = self.place(chat, person.user(), {**content, "via_bot": self.bot})
        self.hear(chat, message)
        return message

    def react(
        self,
        chat_id: int,
        message_id: int,
        person_id: int,
        emoji: str | None,
        *,
        anonymous: bool = False,
    ) -> None:
        """Put a reaction under a message, or take it back (None).

        The bot hears of it only as an administrator; of an `anonymous` one it is told the totals.
        """
        chat, message = self.chat(chat_id), self.message(chat_id, message_id)
        own = self.reactions.setdefault((chat.id, message["message_id"]), {})
        old = own.get(person_id, [])
        own[person_id] = [{"type": "emoji", "emoji": emoji}] if emoji else []
        self.touch()
        standing = chat.standing(BOT_ID)
        if not (chat.is_private or (standing is not None and standing.is_admin)):
            return
        if anonymous:
            self._tell_totals(chat, message_id, own)
        else:
            reaction = {
                "chat": chat.header(),
                "message_id": message_id,
                "user": self.person(person_id).user(),
                "date": self.timestamp(),
                "old_reaction": old,
                "new_reaction": own[person_id],
            }
            self.mailbox.put("message_reaction", reaction)

    def _tell_totals(self, chat: Chat, message_id: int, given: dict[int, list[Json]]) -> None:
        """Tell how many there are of each reaction; bots' own are not told of."""
        people = [own for who, own in given.items() if who != BOT_ID]
        totals = Counter(one["emoji"] for own in people for one in own if one["type"] == "emoji")
        change = {
            "chat": chat.header(),
            "message_id": message_id,
            "date": self.timestamp(),
            "reactions": [
                {"type": {"type": "emoji", "emoji": emoji}, "total_count": count}
                for emoji, count in totals.items()
            ],
        }
        self.mailbox.put("message_reaction_count", change)

    def share_chat(self, person_id: int, request_id: int, shared_chat_id: int) -> Json:
        """Answer a chat-request button of the private chat by choosing a group."""
        shared = self.chat(shared_chat_id)
        content = {
            "chat_shared": {
                "request_id": request_id,
                "chat_id": shared.id,
                "title": shared.title,
            }
        }
        chat = self.private_chat(person_id)
        message = self.place(chat, self.person(person_id).user(), content)
        self.hear(chat, message)
        return message

    def vote(self, chat_id: int, message_id: int, option: int) -> None:
        """Give one anonymous vote to an option of a poll."""
        poll = self.message(chat_id, message_id)["poll"]
        if not 0 <= option < len(poll["options"]) or poll["is_closed"]:
            raise ValueError("this poll has no such open option")
        poll["options"][option]["voter_count"] += 1
        poll["total_voter_count"] += 1
        self.touch()

    def advance(self, by: timedelta) -> None:
        """Move the clock forward."""
        self.clock.advance(by)
        self.touch()


def _place(message: Json) -> list[int]:
    """Return by what numbers a message is found in its chat: its own, its ephemeral one."""
    return [message["message_id"], message.get("ephemeral_message_id", 0)]


def buttons_of(message: Json) -> list[Json]:
    """Return the inline buttons of a message in reading order."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def without_reply(message: Json) -> Json:
    """Return a message as it is quoted in a reply: one level deep."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}
