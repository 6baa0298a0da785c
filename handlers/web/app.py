"""The web side put together: every route, and one table of answers for what goes wrong."""

from collections.abc import Mapping, Sequence

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.domain.texts import Texts
from bot.services.links.tracking import Tracking
from bot.services.watching import Watching
from handlers.web import health, webhook
from handlers.web.errors import Answering
from handlers.web.redirect import Redirecting


class Site(Starlette):
    """Every route, and what answers clicks before them needs."""

    tracking: Tracking
    answering: Answering


def build(
    *,
    tracking: Tracking,
    watching: Watching,
    texts: Mapping[str, Texts],
    default_language: str,
    postbacks: Sequence[BaseRoute] = (),
    inlets: Sequence[webhook.Inlet] = (),
) -> Site:
    """Every route of ours in one application.

    ``postbacks`` are the routes of ``handlers.web.postback``; by ``inlets`` Telegram brings the
    updates of each bot.
    """
    redirecting = Redirecting(tracking, texts, default_language)
    routes: list[BaseRoute] = [
        *redirecting.routes(),
        *postbacks,
        *health.routes(watching),
        *map(webhook.route, inlets),
    ]
    answering = Answering(texts, default_language)
    app = Site(routes=routes, exception_handlers=answering.handlers())
    app.tracking, app.answering = tracking, answering
    # A slash too many is a wrong address, not a redirect to whatever host was asked for.
    app.router.redirect_slashes = False
    return app
