"""Questions from the group and from the private chat, and the way of the answer to who asked."""

import asyncio
from dataclasses import dataclass

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update

from bot.domain.records import Group, GroupId, Person
from bot.domain.texts import Html, Texts
from bot.services.questions.outcomes import Asked, Limited, Reply
from handlers.chat.context import Call, Context, GroupCall, Services, call_of, group_call_of
from handlers.chat.groups import private_button
from handlers.chat.questions import telling
from handlers.chat.questions.addressing import addressed, replied_to, spoken_in_private
from handlers.chat.questions.quiet import Listener, key_of
from handlers.chat.wire.callbacks import number
from handlers.chat.wire.chats import id_of, is_member, username_of
from handlers.chat.wire.order import step_aside
from handlers.chat.wire.replies import keyboard, link_button

WORDS_LIMIT = 300
"""Characters of a question that are read; nobody asks for an offer in more."""
HOME = "ask_"
"""Begins the start payload that brings a member from a group; our id of the group follows."""


@dataclass(frozen=True)
class Asking:
    """Somebody with a question: where it came from, and who is to hear the answer."""

    services: Services
    bot: Bot
    message: Message
    group: Group | None
    person: Person | None
    """None for an administrator who writes in the group's name."""

    @property
    def texts(self) -> Texts:
        """The texts in the asker's language."""
        return self.services.texts_in(self.language)

    @property
    def language(self) -> str:
        """The asker's language; the group's, where nobody says whose it is."""
        if self.person is not None:
            return self.person.language
        return self.group.language if self.group else self.services.default_language

    @property
    def listener(self) -> Listener:
        """Whom the answer is for."""
        person, private_bot = self.person, None
        if person is not None and person.started_at is not None:
            private_bot = self.services.bot_of(person.bot_id, self.bot)
        telegram_id = person.telegram_id if person else None
        return Listener(self.message.chat.id, telegram_id, private_bot, self.message)

    async def say(self, text: Html, markup: InlineKeyboardMarkup | None = None) -> None:
        """Say something that is no answer, as quietly as one."""
        await self.services.quiet.say(self.bot, self.listener, text, markup)

    async def hear(self, words: str, replied: Message | None, *, is_called: bool = True) -> None:
        """Answer ``words``, which reply to a message of the bot or to none.

        A reply that does not call the bot and asks for nothing is passed over: "thanks!".
        """
        answering, offer_id = self.services.answering, None
        if replied is not None:
            offer_id = await answering.offer_of_message(self.message.chat.id, key_of(replied))
        if not words and offer_id is None:
            key = "question.usage" if self.group else "question.private_usage"
            await self.say(self.texts.html(key))
            return
        asked = Asked(
            text=(words or self.texts("question.about"))[:WORDS_LIMIT],
            person=self.person,
            language=self.language,
            group=self.group,
            chat_id=self.message.chat.id,
            message_id=self.message.message_id or None,
            offer_id=offer_id,
            is_called=is_called,
        )
        # A language model may take its time; the others of the chat need not wait for it.
        step_aside()
        if self.group is None:
            await self._answer(await answering.ask(asked))
            return
        reactions = self.services.reactions
        seen = asyncio.create_task(reactions.seen(self.bot, self.message))
        try:
            outcome = await answering.ask(asked)
            is_talk = not is_called and isinstance(outcome, Reply) and outcome.is_talk
            if not is_talk:
                await self._answer(outcome)
        finally:
            await seen
        if isinstance(outcome, Limited) or is_talk:
            await reactions.dropped(self.bot, self.message)
        elif outcome.is_answered:
            await reactions.done(self.bot, self.message)
        else:
            await reactions.asking(self.bot, self.message, outcome.question_id)

    async def _answer(self, outcome: Reply | Limited) -> None:
        if isinstance(outcome, Limited):
            if outcome.html is not None:
                await self.say(outcome.html)
            return
        quiet, listener = self.services.quiet, self.listener
        markup = markup_of(outcome)
        place = outcome.again
        if place is not None and await quiet.renew(
            self.bot, place, listener.telegram_id, outcome.html, markup
        ):
            return
        place = await quiet.say(
            self.bot, listener, outcome.html, markup, is_private=outcome.is_private
        )
        if place is None:
            await self.say(self.texts.html("question.in_private"), await self._way_home())
        elif outcome.question_id is not None:
            await self.services.answering.spoken(
                outcome.question_id,
                chat_id=place.chat_id,
                message_id=place.message_id,
                how=place.how,
            )

    async def _way_home(self) -> InlineKeyboardMarkup | None:
        payload = f"{HOME}{self.group.id}" if self.group else ""
        url = f"https://t.me/{await username_of(self.bot)}?start={payload}"
        return keyboard([link_button(self.texts("button.private"), url)])


def markup_of(reply: Reply) -> InlineKeyboardMarkup | None:
    """The links and the taps of a reply."""
    links = [[link_button(one.text, one.url) for one in row] for row in reply.buttons]
    taps = [
        [InlineKeyboardButton(one.text, callback_data=one.data) for one in row]
        for row in reply.taps
    ]
    return keyboard(*links, *taps)


async def ask_here(call: GroupCall) -> None:
    """Answer /ask WORDS in a group, perhaps as a reply to a post."""
    heard = addressed(call.message, id_of(call.bot), await username_of(call.bot))
    if heard is not None:
        await _hear_in_group(call, heard.words, heard.replied)


async def overhear(update: Update, context: Context) -> None:
    """Answer what is said to the bot in a group; whatever else is said there is passed by."""
    message, bot = update.effective_message, context.bot
    if message is None:
        return
    heard = addressed(message, id_of(bot), await username_of(bot))
    if heard is not None:
        call = await group_call_of(update, context, ())
        await _hear_in_group(call, heard.words, heard.replied, is_called=heard.is_called)


async def _hear_in_group(
    call: GroupCall, words: str, replied: Message | None, *, is_called: bool = True
) -> None:
    if call.group is None:
        await call.reply(call.texts.html("group.not_connected"), keyboard([private_button(call)]))
        return
    await (await asking_in(call)).hear(words, replied, is_called=is_called)


async def asking_in(call: GroupCall) -> Asking:
    """Who speaks to the bot in a group, met now or before."""
    user, person = call.message.from_user, None
    if user is not None and call.telegram_id is not None:
        person = await call.services.enrolling.meet(user.id, user.full_name, user.language_code)
    return Asking(call.services, call.bot, call.message, call.group, person)


def asking_of(call: Call, message: Message) -> Asking:
    """Who speaks to the bot in private."""
    return Asking(call.services, call.bot, message, None, call.person)


async def ask(call: Call) -> None:
    """Answer /ask WORDS in private."""
    message = call.update.effective_message
    assert message is not None  # noqa: S101 - commands are messages
    replied = replied_to(message, id_of(call.bot))
    await asking_of(call, message).hear(" ".join(call.words), replied)


async def plain_words(update: Update, context: Context) -> None:
    """Answer plain words in private: a promoter's answer to a question, or a question."""
    message, bot = update.effective_message, context.bot
    if message is None:
        return
    call = await call_of(update, context)
    words, replied = spoken_in_private(message, await username_of(bot)), None
    if message.forward_origin is not None:
        # Somebody else's words, and often a whole post: they ask nothing.
        words = ""
    else:
        replied = replied_to(message, id_of(bot))
        if await telling.heard(call, words, replied):
            return
    await asking_of(call, message).hear(words, replied)


async def come_home(call: Call, payload: str) -> None:
    """Answer /start with the link from a group: the member's questions are that group's."""
    group_id = number((payload.removeprefix(HOME),), 0)
    group = None
    if group_id is not None:
        group = await call.services.connecting.group(GroupId(group_id))
    if group is not None:
        bot = call.services.bot_of(group.bot_id, call.bot)
        # A link can be written by hand: nobody hears of a group that they are not in.
        if await is_member(bot, group.chat_id, call.chat_id):
            await call.services.answering.come_home(call.person.id, group.id)
    await call.say(call.texts.html("question.started", name=call.person.name))
