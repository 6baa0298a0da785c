"""What the bot told about itself, and which of its commands somebody is offered."""

from dataclasses import dataclass, field

from bot.sandbox.world.chats import Chat
from bot.sandbox.world.people import Json, Person


@dataclass
class Profile:
    """Commands, names and descriptions, by scope and language."""

    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    default_rights: Json = field(default_factory=dict)

    def menu(self, chat: Chat, person: Person) -> list[Json]:
        """Return the commands that Telegram would offer this person in this chat."""
        for scope in _scopes(chat, person):
            for language in (person.language, ""):
                if (scope, language) in self.commands:
                    return self.commands[scope, language]
        return []

    def is_ephemeral(self, command: str, chat: Chat, person: Person) -> bool:
        """Whether a command of the menu is sent so that only its sender and the bot see it."""
        menu = [] if chat.is_private else self.menu(chat, person)
        return any(one["command"] == command and one.get("is_ephemeral") for one in menu)


def _scopes(chat: Chat, person: Person) -> list[str]:
    """Return the scopes that fit, the narrowest first, in Telegram's order."""
    if chat.is_private:
        return [f"chat:{chat.id}", "all_private_chats", "default"]
    standing = chat.standing(person.id)
    is_admin = standing is not None and standing.is_admin
    scopes = [f"chat_member:{chat.id}:{person.id}"]
    scopes += [f"chat_administrators:{chat.id}"] if is_admin else []
    scopes += [f"chat:{chat.id}"]
    scopes += ["all_chat_administrators"] if is_admin else []
    return [*scopes, "all_group_chats", "default"]
