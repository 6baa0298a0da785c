"""What joiners are told of their pool, and how they are reached."""

from telegram import CallbackQuery, InlineKeyboardMarkup

from bot.domain.pools.boards import prices
from bot.domain.texts import Html, Texts
from bot.services.pools.outcomes import Telling
from handlers.chat.context import Call
from handlers.chat.deck import title_of
from handlers.chat.questions.quiet import Listener
from handlers.chat.wire.replies import keyboard, link_button

REACHED = "reached"


def told(texts: Texts, telling: Telling) -> tuple[Html, InlineKeyboardMarkup | None]:
    """The words for one joiner: with the link where the pool was reached, else that it is over."""
    pool, both = telling.pool, prices(telling.pool, texts)
    words = {"title": title_of(telling.offer), "group": telling.group.title}
    count = {"joined": pool.joined, "target": pool.target}
    if telling.told != REACHED:
        return texts.html(f"pool.told_{telling.told}", **words, **count), None
    text = texts.html(
        "pool.told_reached", disclosure=texts.html("post.disclosure"), **words, **both, **count
    )
    return text, keyboard([link_button(texts("pool.button_link", **both), telling.url)])


def listener_of(call: Call, query: CallbackQuery) -> Listener:
    """Whoever pressed, in the chat of the message that was pressed."""
    person, message = call.person, call.pressed
    private_bot = None
    if person.started_at is not None:
        private_bot = call.services.bot_of(person.bot_id, call.bot)
    chat_id = message.chat.id if message is not None else call.chat_id
    return Listener(chat_id, person.telegram_id, private_bot, None, query.id)
