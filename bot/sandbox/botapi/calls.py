"""One call of a Bot API method: its checked parameters and where it is to take effect."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.botapi.entities import Entity, formatted, units
from bot.sandbox.botapi.keyboards import checked_keyboard
from bot.sandbox.botapi.refusals import bad_request, forbidden, migrated
from bot.sandbox.botapi.whispering import receiver_of
from bot.sandbox.world.chats import Chat
from bot.sandbox.world.files import Upload
from bot.sandbox.world.people import Json
from bot.sandbox.world.state import BOT_ID
from bot.sandbox.world.world import World, without_reply

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024


@dataclass(frozen=True)
class Call:
    """A method's name, its parameters with their proper types, and the files that came along."""

    world: World
    method: str
    values: Mapping[str, Any]
    uploads: Mapping[str, Upload]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a parameter, or the default where it was not given."""
        return self.values.get(name, default)

    def chat(self, name: str = "chat_id") -> Chat:
        """Return the chat meant; raises `Refusal` where the bot cannot reach it."""
        chat_id = self.values.get(name)
        if isinstance(chat_id, str):
            chat_id = self._by_username(chat_id)
        if chat_id in self.world.people:
            return self._private(chat_id)
        chat = self.world.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise migrated(chat.migrated_to)
        standing = chat.standing(BOT_ID)
        if standing is None:
            raise bad_request("chat not found")
        if not standing.is_present:
            word = "is not a member of" if self._left_by_itself(chat) else "was kicked from"
            raise forbidden(f"bot {word} the {chat.type} chat")
        return chat

    def _by_username(self, name: str) -> int | None:
        wanted = name.removeprefix("@").lower()
        found = (chat.id for chat in self.world.chats.values() if chat.username.lower() == wanted)
        return next(found, None)

    def _private(self, person_id: int) -> Chat:
        person = self.world.person(person_id)
        if person.has_blocked:
            raise forbidden("bot was blocked by the user")
        if not person.has_started:
            raise forbidden("bot can't initiate conversation with a user")
        return self.world.private_chat(person_id)

    def _left_by_itself(self, chat: Chat) -> bool:
        standing = chat.standing(BOT_ID)
        return standing is not None and standing.status == "left" and chat.type != "group"

    def open_chat(self) -> Chat:
        """Return the chat meant if the bot may write there (and into the named topic)."""
        chat = self.chat()
        standing = chat.standing(BOT_ID)
        if standing is not None and not standing.can_send:
            raise bad_request("not enough rights to send text messages to the chat")
        thread = self.get("message_thread_id")
        if thread is not None and thread not in chat.topics:
            raise bad_request("message thread not found")
        may_manage = standing is not None and "can_manage_topics" in standing.rights
        is_closed = chat.is_general_closed if thread is None else chat.topics[thread].is_closed
        if is_closed and not may_manage:
            raise bad_request("TOPIC_CLOSED")
        return chat

    def words(self, name: str, source: Mapping[str, Any] | None = None) -> tuple[str, list[Entity]]:
        """Return the text or caption and its entities; raises `Refusal` beyond the limits."""
        source = self.values if source is None else source
        entities = "entities" if name == "text" else "caption_entities"
        given = source.get(name) or ""
        text, found = formatted(given, source.get("parse_mode"), source.get(entities))
        if name == "text" and not text:
            raise bad_request("text must be non-empty" if given else "message text is empty")
        if units(text) > (TEXT_LIMIT if name == "text" else CAPTION_LIMIT):
            raise bad_request(f"message {'caption ' if name == 'caption' else ''}is too long")
        return text, found

    def place(self, chat: Chat, content: Json) -> Json:
        """Put the bot's message into a chat, count it as delivered, and return it.

        With a receiver it is ephemeral: for that member only.
        """
        receiver_id = receiver_of(self.world, self.values, chat)
        context = {**self._thread(chat), **self._reply(chat, receiver_id), **content}
        markup = checked_keyboard(self.get("reply_markup"))
        if markup is not None and "inline_keyboard" in markup:
            context["reply_markup"] = markup
        if receiver_id:
            message = self.world.whisper(chat, self.world.bot, receiver_id, context)
        else:
            message = self.world.place(chat, self.world.bot, context)
            chat.has_heard_bot = True
        if markup is not None and "inline_keyboard" not in markup:
            where = [message["message_id"], message.get("ephemeral_message_id", 0)]
            self.world.reply_keyboards[chat.id, receiver_id] = {**markup, "to": where}
        self.world.ledger.record(method=self.method, message=message)
        return message

    def _thread(self, chat: Chat) -> Json:
        thread = self.get("message_thread_id")
        if thread is None or not chat.is_forum:
            return {}
        return {"message_thread_id": thread, "is_topic_message": True}

    def _reply(self, chat: Chat, receiver_id: int) -> Json:
        wanted = self.get("reply_parameters")
        if not wanted:
            return {}
        if number := wanted.get("ephemeral_message_id"):
            replied = self.world.whispers.find(chat.id, receiver_id, number)
        else:
            replied = chat.messages.get(wanted.get("message_id"))
        if replied is None and not wanted.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        return {"reply_to_message": without_reply(replied)} if replied else {}


Method = Callable[[Call], Awaitable[Any]]
