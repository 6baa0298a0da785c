"""Builds the chat door: which handler answers which command, button and event."""

from collections.abc import Callable, Collection, Coroutine
from typing import Any

from telegram import Message, Update
from telegram.ext import (
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    MessageReactionHandler,
    TypeHandler,
    filters,
)
from telegram.request import BaseRequest, HTTPXRequest

from bot.domain.texts import Texts
from handlers.chat import menus
from handlers.chat.context import (
    SERVICES,
    Audience,
    Call,
    ChatApplication,
    Context,
    GroupHandler,
    Handler,
    Services,
    call_of,
    group_call_of,
)
from handlers.chat.entries import COMMANDS, GROUP_COMMANDS, OPEN_PRESSES, PRESSES
from handlers.chat.errors import on_error
from handlers.chat.wire.asked import OPENED, RELAYED, Marked, Searching
from handlers.chat.wire.callbacks import unpack
from handlers.chat.wire.late import late
from handlers.chat.wire.order import InOrder
from handlers.chat.wire.replies import answer_press

ALLOWED_UPDATES = (
    "message",
    "callback_query",
    "inline_query",
    "my_chat_member",
    "chat_member",
    "message_reaction",
    "message_reaction_count",
)
"""Joins, leaves and reactions come only when asked for by name (Bot API).

In groups reactions come with who reacted, which is not looked at; totals without names come of
messages whose reactions are anonymous; both only to administrators.
"""

CONNECTIONS = 64
BEFORE_ALL = -10
"""PTB asks one handler of each group of handlers, in the order of their numbers."""

Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]


def build(
    services: Services, *, token: str, api_url: str, request: BaseRequest | None = None
) -> ChatApplication:
    """The application with every handler, not yet opened; see ``handlers.chat.wire.polling``.

    ``api_url`` is the Bot API's address without "/bot"; ``request`` speaks HTTP for it, PTB's
    own when None.
    """
    request = request or HTTPXRequest(connection_pool_size=CONNECTIONS)
    application: ChatApplication = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api_url}/bot")
        .base_file_url(f"{api_url}/file/bot")
        .request(request)
        # Polls have a client of their own: PTB would build another here, which nobody asks.
        .get_updates_request(request)
        .context_types(ContextTypes(context=Context))
        .concurrent_updates(InOrder())
        .job_queue(None)
        .updater(None)
        .build()
    )
    application.bot_data[SERVICES] = services
    _add_commands(application)
    _add_events(application)
    application.add_error_handler(on_error)
    return application


def _add_commands(application: ChatApplication) -> None:
    # Without UpdateType.MESSAGE an edited command would be carried out again.
    private = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE
    in_group = filters.UpdateType.MESSAGE & filters.ChatType.GROUPS
    for name, (audience, handler) in COMMANDS.items():
        application.add_handler(CommandHandler(name, _private(audience, handler), private))
    for name, group_handler in GROUP_COMMANDS.items():
        application.add_handler(CommandHandler(name, _grouped(group_handler), in_group))
    elsewhere = _grouped(late("groups:elsewhere"))
    application.add_handler(CommandHandler(menus.PRIVATE_ONLY, elsewhere, in_group))
    application.add_handler(MessageHandler(private & filters.COMMAND, _unknown_command))
    # What was shared inline is our own text under somebody's name: it asks nothing.
    said = (filters.TEXT | filters.CAPTION) & ~filters.COMMAND & ~filters.VIA_BOT
    sought = private & said & Searching(_texts(application))
    application.add_handler(
        MessageHandler(sought, _private(Audience.PROMOTER, late("channels.browsing:searched")))
    )
    relayed = private & said & Marked(RELAYED)
    application.add_handler(
        MessageHandler(relayed, _private(Audience.PROMOTER, late("growing.mentors:heard")))
    )
    opener = private & filters.TEXT & Marked(OPENED)
    application.add_handler(
        MessageHandler(opener, _private(Audience.UNLOCKED, late("decks.turning:heard")))
    )
    application.add_handler(MessageHandler(private & said, late("questions.asking:plain_words")))
    application.add_handler(MessageHandler(in_group & said, late("questions.asking:overhear")))


def _texts(application: ChatApplication) -> Collection[Texts]:
    services: Services = application.bot_data[SERVICES]
    return services.texts.values()


def _add_events(application: ChatApplication) -> None:
    application.add_handler(TypeHandler(Update, late("events.serving:pass_by")), group=BEFORE_ALL)
    application.add_handler(CallbackQueryHandler(_pressed))
    application.add_handler(InlineQueryHandler(late("inlines.answering:answer")))
    application.add_handler(
        ChatMemberHandler(late("events.arrivals:bot_stands"), ChatMemberHandler.MY_CHAT_MEMBER)
    )
    application.add_handler(
        ChatMemberHandler(late("events.arrivals:member_stands"), ChatMemberHandler.CHAT_MEMBER)
    )
    application.add_handler(MessageReactionHandler(late("health.hearing:reacted")))
    events = filters.UpdateType.MESSAGE & filters.StatusUpdate.ALL
    application.add_handler(
        MessageHandler(events & filters.StatusUpdate.MIGRATE, late("events.arrivals:moved"))
    )
    again = events & filters.StatusUpdate.FORUM_TOPIC_REOPENED
    application.add_handler(MessageHandler(again, late("topics.setting:reopened")))
    application.add_handler(
        MessageHandler(
            events & filters.StatusUpdate.NEW_CHAT_MEMBERS, late("events.arrivals:people_came")
        )
    )


def _private(audience: Audience, handler: Handler) -> Callback:
    async def answer(update: Update, context: Context) -> None:
        call = await call_of(update, context, words=tuple(context.args or ()))
        if call.admits(audience):
            await handler(call)
        else:
            await _refuse(call, audience)

    return answer


def _grouped(handler: GroupHandler) -> Callback:
    async def answer(update: Update, context: Context) -> None:
        await handler(await group_call_of(update, context, tuple(context.args or ())))

    return answer


async def _refuse(call: Call, audience: Audience) -> None:
    """Operators' commands are as unknown as any other to everybody else."""
    if audience is Audience.OPERATOR:
        await call.say(call.texts.html("command.unknown"))
    elif call.admits(Audience.PROMOTER):
        await call.say(call.texts.html("command.unlock_first"))
    elif call.promoter is not None:
        await call.say(call.texts.html("start.suspended", name=call.person.name))
    else:
        await call.say(call.texts.html("command.promoters"))


async def _unknown_command(update: Update, context: Context) -> None:
    call = await call_of(update, context)
    await call.say(call.texts.html("command.unknown"))


async def _pressed(update: Update, context: Context) -> None:
    query = update.callback_query
    assert query is not None  # noqa: S101 - the handler takes nothing else
    pressed = unpack(query.data or "")
    # PTB reads an inaccessible message as an ordinary one of the year 1970.
    reached = query.message if query.message and query.message.is_accessible else None
    message = reached if isinstance(reached, Message) else None
    words = pressed.fields if pressed else ()
    call = await call_of(update, context, words=words, pressed=message)
    found = PRESSES.get(pressed.action) if pressed else None
    if found is None:
        answer = call.texts("answer.old")
    elif pressed and pressed.action not in OPEN_PRESSES and not _is_own(query.message, call):
        answer = call.texts("answer.not_yours")
    elif not call.admits(found[0]):
        is_learning = call.admits(Audience.PROMOTER)
        answer = call.texts("answer.unlock_first" if is_learning else "answer.not_yours")
    else:
        await answer_press(context.bot, query.id, await found[1](call))
        return
    await answer_press(context.bot, query.id, answer, is_alert=True)


def _is_own(message: object, call: Call) -> bool:
    """Whether the button was pressed in the private chat of the one who pressed it."""
    chat = getattr(message, "chat", None)
    return chat is None or chat.id == call.person.telegram_id
