"""Builds the sandbox: one ASGI app with the stand-in Telegram, the shop and the page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from bot.sandbox.botapi.server import TRANSPORT, BotApi
from bot.sandbox.clock import Clock, Marks
from bot.sandbox.control import Control
from bot.sandbox.shop.counter import OnReport, Shop
from bot.sandbox.shop.reporting import Reporter
from bot.sandbox.view import View
from bot.sandbox.world.people import Person
from bot.sandbox.world.world import World


class Sandbox(Starlette):
    """A Starlette app that remembers each connection's transport, so that faults can cut it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        cycle = getattr(send, "__self__", None)
        scope[TRANSPORT] = getattr(cycle, "transport", None)
        await super().__call__(scope, receive, send)


def create_app(
    *,
    token: str,
    bot_url: str,
    postback_key: str,
    clock: Clock,
    marks: Marks,
    public_url: str,
    bot_username: str = "haowu_demo_bot",
    marketplace: str = "demo",
    on_report: OnReport | None = None,
    limits: bool = True,
    strict: bool = True,
    supports_ephemeral: bool = True,
    cast: tuple[Person, ...] | None = None,
) -> Starlette:
    """Return the sandbox; its world is at `app.state.world`, its shop at `app.state.shop`.

    `bot_url` is the bot's web side (postbacks go there), `public_url` this app's own address,
    `marks` the clock's buttons as name and `HH:MM` in Shanghai. `on_report` takes the month's
    order report as CSV bytes and returns a sentence. `limits` keeps Telegram's flood limits,
    `strict` refuses unknown parameters, which are passed over without it, `supports_ephemeral`
    is a server of Bot API 10.2 or newer; `/sandbox/server` changes both.
    """
    world = World(clock=clock, bot_username=bot_username, limits=limits, cast=cast)
    world.supports_ephemeral, world.refuses_unknown = supports_ephemeral, strict
    api = BotApi(world, token=token)
    reporter = Reporter(bot_url, marketplace, postback_key)
    shop = Shop(clock, public_url, reporter, on_report)
    control, view = Control(world, marks=marks), View(world, marks=marks)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await world.close()

    # The view's routes come before the acts, of which the last takes every name.
    routes = [*api.routes(), *view.routes(), *control.routes(), *shop.routes()]
    app = Sandbox(routes=routes, lifespan=lifespan)
    app.state.world = world
    app.state.shop = shop
    return app
