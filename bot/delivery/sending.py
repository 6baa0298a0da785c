"""Telegram, outward: posts, edits and notices, each call ending in an outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.request import BaseRequest

from bot.delivery.hearing import Hear, Heard
from bot.delivery.outcomes import Delivered, Outcome, Refused, Uncertain, classify
from bot.delivery.waking import Waking
from bot.domain.pools.boards import Board
from bot.domain.posts.notices import Tap
from bot.domain.records import Button, Poll, Rendered

CONNECTIONS = 256
"""As many posts may be on their way: 1,000 a second to an API that answers in a fifth of one."""
ANSWER_WITHIN_SECONDS = 30.0
"""An answer that comes later is lost, and its post uncertain: patience costs less."""
CONNECT_WITHIN_SECONDS = 5.0

SEND_TEXT, SEND_PHOTO = "send_Message", "send_Photo"
SEND_POLL, STOP_POLL = "send_Poll", "stop_Poll"
EDIT_TEXT, EDIT_CAPTION = "edit_Message_Text", "edit_Message_Caption"
EDIT_BUTTONS = "edit_Message_Reply_Markup"
"""Methods as ``do_api_request`` takes them: it warns of names that PTB has a method for.

Those methods build a typed Message of every answer, which costs three times the sending.
"""

NO_CAPTION, UNMODIFIED = "there is no caption", "message is not modified"
"""What a 400 says, in lower case, of an edit for the wrong kind of message, or for nothing."""


def outward(token: str, api_url: str, hear: Hear | None = None) -> Bot:
    """A bot that sends and does not listen; ``api_url`` is the Bot API's without "/bot".

    ``hear`` is told the status of every answer.
    """
    request: BaseRequest = Waking(
        CONNECTIONS,
        read_timeout=ANSWER_WITHIN_SECONDS,
        connect_timeout=CONNECT_WITHIN_SECONDS,
    )
    if hear is not None:
        request = Heard(request, hear)
    return Bot(token, base_url=f"{api_url}/bot", request=request, get_updates_request=request)


@dataclass(frozen=True)
class Delivery:
    """Telegram, outward: every call answers with an outcome and raises nothing."""

    bot: Bot

    async def send(
        self,
        chat_id: int,
        rendered: Rendered | Board,
        file_id: str | None,
        *,
        is_paid: bool = False,
        thread_id: int | None = None,
    ) -> Outcome:
        """Put ``rendered`` into ``chat_id``, its picture by ``file_id`` where it is known.

        In a forum into the topic ``thread_id``, or into General.

        A picture that Telegram refuses (400: nothing was sent) is left out, once: the text goes.
        ``is_paid`` costs the bot a tenth of a Star and is above the 30 a second that are free.
        """
        to: dict[str, Any] = {"chat_id": chat_id} | _keyboard(rendered.buttons)
        if is_paid:
            to["allow_paid_broadcast"] = True
        if thread_id is not None:
            to["message_thread_id"] = thread_id
        if isinstance(rendered, Rendered) and rendered.poll is not None:
            return await self._call(SEND_POLL, to | _asked(rendered.poll))
        picture = file_id or rendered.image_url
        if picture is not None:
            outcome = await self._call(
                SEND_PHOTO, to | {"photo": picture} | _caption(rendered.html)
            )
            if not isinstance(outcome, Refused):
                return outcome
        return await self._call(SEND_TEXT, to | _text(rendered.html))

    async def edit(
        self, chat_id: int, message_id: int, rendered: Rendered | Board, *, is_picture: bool
    ) -> Outcome:
        """Put ``rendered`` in the place of what the message says; a repetition does no harm.

        ``is_picture`` may be wrong, where a picture was refused and the text went out alone.
        """
        what: dict[str, Any] = {"chat_id": chat_id, "message_id": message_id}
        what |= _keyboard(rendered.buttons)
        if is_picture:
            outcome = await self._call(EDIT_CAPTION, what | _caption(rendered.html))
            if not _says(outcome, NO_CAPTION):
                return _unless_unmodified(outcome, message_id)
        outcome = await self._call(EDIT_TEXT, what | _text(rendered.html))
        return _unless_unmodified(outcome, message_id)

    async def tell(
        self, telegram_id: int, html: str, buttons: Sequence[Sequence[Button | Tap]] = ()
    ) -> Outcome:
        """Tell a person something in private; Lost when they never pressed Start or left."""
        return await self._call(
            SEND_TEXT, {"chat_id": telegram_id} | _text(html) | _keyboard(buttons)
        )

    async def stop_poll(self, chat_id: int, message_id: int) -> tuple[int, ...] | Outcome:
        """Close a poll: voters of each answer in their order, or why it could not be closed."""
        at = {"chat_id": chat_id, "message_id": message_id}
        try:
            result = await self.bot.do_api_request(STOP_POLL, at)
            return tuple(int(option["voter_count"]) for option in result["options"])
        except TelegramError as fault:
            return classify(fault)
        except (LookupError, TypeError, ValueError, AttributeError) as fault:
            return Uncertain(f"an answer that is none: {type(fault).__name__}")

    async def put_buttons(
        self, chat_id: int, message_id: int, rows: Sequence[Sequence[Button | Tap]]
    ) -> Outcome:
        """Put buttons under a message that stays as it is; a repetition does no harm."""
        what = {"chat_id": chat_id, "message_id": message_id} | _keyboard(rows)
        return _unless_unmodified(await self._call(EDIT_BUTTONS, what), message_id)

    async def _call(self, method: str, parameters: dict[str, Any]) -> Outcome:
        try:
            return _delivered(await self.bot.do_api_request(method, parameters))
        except TelegramError as fault:
            return classify(fault)
        except (LookupError, TypeError, ValueError, AttributeError) as fault:
            # JSON that is no answer of the Bot API: what was asked may have been done.
            return Uncertain(f"an answer that is none: {type(fault).__name__}")


def _says(outcome: Outcome, words: str) -> bool:
    return isinstance(outcome, Refused) and words in outcome.reason.lower()


def _unless_unmodified(outcome: Outcome, message_id: int) -> Outcome:
    return Delivered(message_id, None) if _says(outcome, UNMODIFIED) else outcome


def _delivered(result: Any) -> Delivered:
    if result is True:
        return Delivered(0, None)
    photo = result.get("photo")
    return Delivered(int(result["message_id"]), photo[-1]["file_id"] if photo else None)


def _asked(poll: Poll) -> dict[str, Any]:
    options = [{"text": option} for option in poll.options]
    return {"question": poll.question, "options": options, "is_anonymous": True}


def _text(html: str) -> dict[str, Any]:
    # Preview fetchers follow a tracked link within seconds; they are not wanted.
    no_preview = {"is_disabled": True}
    return {"text": html, "parse_mode": ParseMode.HTML.value, "link_preview_options": no_preview}


def _caption(html: str) -> dict[str, Any]:
    return {"caption": html, "parse_mode": ParseMode.HTML.value}


def _keyboard(rows: Sequence[Sequence[Button | Tap]]) -> dict[str, Any]:
    if not rows:
        return {}
    keys = [[_key(button) for button in row] for row in rows]
    return {"reply_markup": {"inline_keyboard": keys}}


def _key(button: Button | Tap) -> Mapping[str, str]:
    if isinstance(button, Tap):
        return {"text": button.text, "callback_data": button.data}
    return {"text": button.text, "url": button.url}
