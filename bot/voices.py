"""Our bots as this process speaks and listens as each: its connections, its chat door."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from telegram import Bot

from bot.app import App
from bot.delivery import Delivery, Hear, Heard, Waking, calm_request, outward
from bot.domain.money import currency
from bot.services.living.renewing import Renewing
from bot.services.living.turns import Turns
from bot.services.pools.showing import Showing
from bot.services.posts.pacing import Pacing
from bot.services.posts.sending import Sending
from bot.services.pulses import trouble_of
from handlers.chat import door as chat_door
from handlers.chat.context import SERVICES, ChatApplication, Services
from handlers.chat.wire.intake import Intake
from handlers.chat.wire.polling import close_door

if TYPE_CHECKING:
    from bot.services.schedules.closing import Closing

CONNECTIONS = 64
"""To Telegram, for answering people; the outbox has its own."""


@dataclass(frozen=True)
class Voice:
    """One bot of ours."""

    app: App
    bot_id: int
    token: str
    outward: Bot
    """What the outbox sends with."""
    chat: ChatApplication
    is_first: bool
    """The first one of the settings adopts what knows no bot."""

    @property
    def services(self) -> Services:
        """What its chat door was built with."""
        services: Services = self.chat.bot_data[SERVICES]
        return services

    @property
    def webhook_path(self) -> str:
        """Where Telegram brings this bot's updates, under PUBLIC_URL."""
        return "/telegram" if self.is_first else f"/telegram/{self.bot_id}"

    @property
    def webhook_secret(self) -> str:
        """Made of the token, so that every process knows it and nobody else does."""
        return hmac.new(self.token.encode(), b"webhook", hashlib.sha256).hexdigest()

    def intake(self) -> Intake:
        """A way in for its updates."""
        return Intake(self.chat, on_heard=self.app.pulse.updated)

    def sending(self) -> Sending:
        """A fresh worker of its outbox, with a lease of its own."""
        return Sending(
            self.app.database,
            Delivery(self.outward),
            self.app.texts,
            self.app.now,
            self.app.entropy,
            self.bot_id,
            paid_stars=self.app.settings.paid_broadcast_stars,
            is_first=self.is_first,
            operator_ids=self.app.settings.operator_ids,
        )

    def showing(self, pacing: Pacing) -> Showing:
        """What keeps the messages of its pools, within the outbox's pace."""
        return Showing(
            self.app.database,
            Delivery(self.outward),
            self.app.texts,
            self.app.now,
            self.app.settings.public_url,
            self.bot_id,
            is_first=self.is_first,
            pacing=pacing,
        )

    def renewing(self, pacing: Pacing) -> Renewing:
        """What keeps its sent posts true, within the outbox's pace."""
        app = self.app
        return Renewing(
            app.database,
            Delivery(self.outward),
            app.texts,
            app.programmes,
            app.now,
            app.entropy,
            app.settings.public_url,
            self.bot_id,
            app.settings.zone,
            Turns(pacing),
        )

    def closing(self, pacing: Pacing) -> "Closing":
        """What closes its polls, within the outbox's pace."""
        from bot.services.schedules.closing import Closing

        app = self.app
        return Closing(
            app.database,
            Delivery(self.outward),
            app.texts,
            app.programmes,
            app.now,
            self.bot_id,
            currency(app.settings.currency),
            is_first=self.is_first,
            pacing=pacing,
        )

    def polling(self) -> Heard:
        """What polls for its updates speak HTTP with."""
        return Heard(Waking(1, calm=calm_request(1)), _hear(self.app, self.bot_id, "polling"))


@asynccontextmanager
async def voices(app: App) -> AsyncIterator[list[Voice]]:
    """Every bot of the settings; their connections are closed at the end."""
    tokens, api_url = app.settings.tokens, app.settings.telegram_api_url
    bots: dict[int, Bot] = {}
    found: list[Voice] = []
    for bot_id, token in tokens.items():
        out = outward(token, api_url, _hear(app, bot_id, "outbox"))
        services = replace(_services(app, bot_id, out), bots=bots)
        request = Heard(
            Waking(CONNECTIONS, calm=calm_request(CONNECTIONS)), _hear(app, bot_id, "chat")
        )
        chat = chat_door.build(services, token=token, api_url=api_url, request=request)
        bots[bot_id] = chat.bot
        found.append(Voice(app, bot_id, token, out, chat, is_first=not found))
    try:
        yield found
    finally:
        for voice in found:
            await close_door(voice.chat)
            await voice.outward.request.shutdown()


def _services(app: App, bot_id: int, out: Bot) -> Services:
    # What chats ask of the outbox is answered by the database: this one never sends.
    desk = Sending(app.database, Delivery(out), app.texts, app.now, app.entropy, bot_id)
    return Services(
        sending=desk,
        rooms=app.rooms,
        programmes=app.programmes,
        texts=app.texts,
        operator_ids=app.settings.operator_ids,
        zone=app.settings.zone,
        default_language=app.settings.default_language,
        now=app.now,
        bot_id=bot_id,
    )


def _hear(app: App, bot_id: int, door: str) -> Hear:
    """Tell the pulse how Telegram answers ``door`` of a bot."""

    def hear(status: int | None) -> None:
        trouble = trouble_of(status)
        if trouble is None:
            app.pulse.reached(bot_id, door)
        else:
            app.pulse.missed(bot_id, door, trouble)

    return hear
