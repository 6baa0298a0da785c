"""One handler's error never stops the others: it is logged, and the person gets a sentence."""

import logging

from telegram import Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.domain.texts import Texts
from bot.errors import HaowuError, InputError, NotAllowedError, NotFoundError
from handlers.chat.context import Context
from handlers.chat.wire.callbacks import OldButtonError
from handlers.chat.wire.replies import answer_press, send

log = logging.getLogger(__name__)


async def on_error(update: object, context: Context) -> None:
    """Log what went wrong with the update's id, mend what can be mended, and say a sentence."""
    fault = context.error
    if not isinstance(update, Update) or fault is None:
        log.error("a fault outside any update", exc_info=fault)
        return
    if isinstance(fault, Forbidden | ChatMigrated):
        log.info("update %s: %s", update.update_id, fault.message)
        await _mend(update, context, fault)
        return
    if isinstance(fault, InputError):
        log.info("update %s refused: %s", update.update_id, fault)
    else:
        log.error("update %s failed", update.update_id, exc_info=fault)
    try:
        await _tell(update, context, _key(fault))
    except TelegramError as refusal:
        log.warning("update %s: nobody could be told: %s", update.update_id, refusal.message)


def _key(fault: Exception) -> str:
    match fault:
        case OldButtonError():
            return "answer.old"
        case NotAllowedError():
            return "fault.not_allowed"
        case NotFoundError():
            return "fault.not_found"
        case InputError():
            return "fault.input"
        case HaowuError(is_retryable=True):
            return "fault.temporary"
        case BadRequest():
            return "fault.unexpected"
        case TelegramError():
            return "fault.temporary"
    return "fault.unexpected"


async def _mend(update: Update, context: Context, fault: Forbidden | ChatMigrated) -> None:
    """The bot learns from an answer what no update told it: it is out, or the chat has moved."""
    chat, connecting = update.effective_chat, context.services.connecting
    if chat is None or chat.type == chat.PRIVATE:
        return
    if isinstance(fault, ChatMigrated):
        await connecting.moved(chat.id, fault.new_chat_id)
    else:
        await connecting.lost(chat.id)


async def _tell(update: Update, context: Context, key: str) -> None:
    texts = await _texts(update, context)
    if update.callback_query is not None:
        await answer_press(context.bot, update.callback_query.id, texts(key), is_alert=True)
    elif update.message is not None and update.message.text is not None:
        is_private = update.message.chat.type == update.message.chat.PRIVATE
        reply_to = None if is_private else update.message
        await send(context.bot, update.message.chat.id, texts.html(key), reply_to=reply_to)


async def _texts(update: Update, context: Context) -> Texts:
    services, user, chat = context.services, update.effective_user, update.effective_chat
    language = services.default_language
    try:
        # In a group nobody is stored for an error of ours.
        if user is not None and chat is not None and chat.type == chat.PRIVATE:
            person = await services.enrolling.meet(user.id, user.full_name, user.language_code)
            language = person.language
    except Exception:
        # The database may be what failed: the sentence matters more than its language.
        log.warning("update %s: the language is not known", update.update_id)
    return services.texts_in(language)
