"""Who speaks to the bot, what they may do, and how a handler answers them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from telegram import Bot, InlineKeyboardMarkup, Message, Update
from telegram.ext import Application, CallbackContext, ExtBot

from bot.domain.programmes import Programme
from bot.domain.records import Group, Person, Promoter, PromoterStatus, QuestionId
from bot.domain.texts import LANGUAGES, Html, Texts
from bot.services.rooms import Housed, Rooms
from handlers.chat.questions.learned import Learned
from handlers.chat.questions.quiet import Quiet
from handlers.chat.questions.reactions import Reactions
from handlers.chat.sends.following import Following
from handlers.chat.wire import replies

if TYPE_CHECKING:
    from bot.services.posts.sending import Sending

SERVICES = "services"

PROMPTED_SECONDS = 15 * 60
"""For so long a promoter's next words are the answer that was asked for."""

GROUP_ANONYMOUS_BOT = 1087968824
"""Telegram's account behind administrators who write anonymously."""


@dataclass(frozen=True)
class Services(Housed):
    """What the chat door is built with."""

    sending: "Sending"
    rooms: Rooms
    programmes: Mapping[str, Programme]
    texts: Mapping[str, Texts]
    operator_ids: frozenset[int]
    zone: ZoneInfo
    default_language: str
    now: Callable[[], datetime]
    bots: Mapping[int, Bot] = field(default_factory=dict)
    """Every bot of ours, by its id."""
    bot_id: int | None = None
    """The bot behind this door."""
    quiet: Quiet = field(default_factory=Quiet)
    reactions: Reactions = field(default_factory=Reactions)
    following: Following = field(default_factory=Following)
    prompted: Learned[QuestionId] = field(default_factory=lambda: Learned(seconds=PROMPTED_SECONDS))
    """Which question a promoter was asked last, by the private chat."""
    asked_openly: Learned[bool] = field(default_factory=Learned)
    """Pools whose joiners are asked in the open group: one message serves everybody."""

    def bot_of(self, bot_id: int | None, other: Bot) -> Bot:
        """The bot that serves a group or speaks with a person, or ``other`` where it is gone."""
        return other if bot_id is None else self.bots.get(bot_id, other)

    def texts_in(self, language: str) -> Texts:
        """The texts of ``language``, or of the default one."""
        return self.texts.get(language) or self.texts[self.default_language]

    def today(self) -> date:
        """The day as the house counts it, in the default time zone."""
        return self.now().astimezone(self.zone).date()


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """PTB's context; its bot_data holds the services and nothing else."""

    @property
    def services(self) -> Services:
        """What the door was built with."""
        services: Services = self.bot_data[SERVICES]
        return services


ChatApplication = Application[
    ExtBot[None], Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], None
]


class Audience(Enum):
    """Whom a command or a button is for; each also decides in whose menu it stands."""

    ANYONE = "anyone"
    PROMOTER = "promoter"
    UNLOCKED = "unlocked"
    """Promoters whose training is done: they decide what is posted [S1]."""
    OPERATOR = "operator"
    PROMOTER_OR_OPERATOR = "promoter or operator"


@dataclass(frozen=True)
class Call:
    """A command or a press in the private chat: who asks, with what words, how to answer."""

    services: Services
    bot: Bot
    update: Update
    chat_id: int
    person: Person
    promoter: Promoter | None
    words: tuple[str, ...] = ()
    """What followed the command, or the fields of the button."""
    pressed: Message | None = None
    """The message whose button was pressed, where it can still be reached."""

    @property
    def texts(self) -> Texts:
        """The texts in this person's language."""
        return self.services.texts_in(self.person.language)

    @property
    def is_operator(self) -> bool:
        """Whether the person is an operator by the settings."""
        return self.person.telegram_id in self.services.operator_ids

    @property
    def actor(self) -> str:
        """The person as the audit log writes one: by our own id."""
        return f"person:{self.person.id}"

    @property
    def own(self) -> Promoter:
        """The promoter who asks; only where the audience is PROMOTER."""
        assert self.promoter is not None  # noqa: S101 - admitted by ``admits``
        return self.promoter

    def admits(self, audience: Audience) -> bool:
        """Whether the person may use what is for ``audience``."""
        match audience:
            case Audience.OPERATOR:
                return self.is_operator
            case Audience.PROMOTER:
                return self._stands in (PromoterStatus.TRAINING, PromoterStatus.ACTIVE)
            case Audience.PROMOTER_OR_OPERATOR:
                return self.is_operator or self.admits(Audience.PROMOTER)
            case Audience.UNLOCKED:
                return self._stands == PromoterStatus.ACTIVE
        return True

    @property
    def _stands(self) -> PromoterStatus | None:
        return self.promoter.status if self.promoter else None

    def programme_title(self, name: str) -> str:
        """A programme as this person calls it; its name where no such programme is read."""
        programme = self.services.programmes.get(name)
        return programme.title.get(self.texts.language, name) if programme else name

    async def say(self, text: Html, markup: InlineKeyboardMarkup | None = None) -> Message:
        """Send a message of its own."""
        return await replies.send(self.bot, self.chat_id, text, markup)

    async def show(self, text: Html, markup: InlineKeyboardMarkup | None = None) -> None:
        """Show in place of the message whose button was pressed, else as a message of its own."""
        if self.pressed is None or not await replies.edit(self.pressed, text, markup):
            await self.say(text, markup)


@dataclass(frozen=True)
class GroupCall:
    """A command in a group: where, by whom, with what words."""

    services: Services
    bot: Bot
    message: Message
    group: Group | None
    telegram_id: int | None
    """None for an anonymous administrator, who writes in the group's own name."""
    words: tuple[str, ...] = ()

    @property
    def texts(self) -> Texts:
        """The texts in the group's language."""
        language = self.group.language if self.group else self.services.default_language
        return self.services.texts_in(language)

    @property
    def is_anonymous_admin(self) -> bool:
        """Whether it was written by an administrator in the group's own name."""
        sender = self.message.sender_chat
        return sender is not None and sender.id == self.message.chat.id

    async def reply(self, text: Html, markup: InlineKeyboardMarkup | None = None) -> Message:
        """Answer quietly, under the message that asked."""
        return await replies.send(
            self.bot, self.message.chat.id, text, markup, reply_to=self.message
        )


Handler = Callable[[Call], Awaitable[None]]
PressHandler = Callable[[Call], Awaitable[str | None]]
"""Answers a press; what it returns is shown over the chat."""
GroupHandler = Callable[[GroupCall], Awaitable[None]]


async def call_of(
    update: Update,
    context: Context,
    *,
    words: tuple[str, ...] = (),
    pressed: Message | None = None,
) -> Call:
    """Who asks, met now or before; for updates that have a user."""
    services, user = context.services, update.effective_user
    assert user is not None  # noqa: S101 - commands in private and presses have one
    chat = update.effective_chat
    is_private = chat is None or chat.type == chat.PRIVATE
    person = await services.enrolling.meet(
        user.id,
        user.full_name,
        user.language_code,
        has_started=is_private,
        bot_id=services.bot_id if is_private else None,
    )
    promoter = await services.enrolling.promoter(person.id)
    return Call(services, context.bot, update, user.id, person, promoter, words, pressed)


async def group_call_of(update: Update, context: Context, words: tuple[str, ...]) -> GroupCall:
    """Where a group's command came from; nobody is stored for it."""
    message = update.effective_message
    assert message is not None  # noqa: S101 - commands are messages
    group = await context.services.connecting.group_by_chat(message.chat.id)
    user = message.from_user
    is_somebody = user is not None and user.id != GROUP_ANONYMOUS_BOT
    telegram_id = user.id if user is not None and is_somebody else None
    return GroupCall(context.services, context.bot, message, group, telegram_id, words)


def language_of(words: tuple[str, ...]) -> str | None:
    """The language that is meant by the first word: "zh", "en" or what they are called."""
    wanted = words[0].lower() if words else ""
    names = {"中文": "zh", "chinese": "zh", "english": "en", "英文": "en"}
    found = names.get(wanted, wanted)
    return found if found in LANGUAGES else None
