"""Tracked links: ``/r/{code}`` keeps the click and sends the person on."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.domain.texts import Texts
from bot.errors import HaowuError, NotFoundError
from bot.services.links.tracking import Ended, Followed, Tracking, Unknown
from handlers.web.agents import classify
from handlers.web.pages import page, texts_for

REDIRECT_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}

_RAW_HEADERS = [(name.lower().encode(), value.encode()) for name, value in REDIRECT_HEADERS.items()]
PATH = "/r/"


class Redirecting:
    """Answers requests for tracked links; ``HEAD`` is answered alike and not counted."""

    def __init__(
        self, tracking: Tracking, texts: Mapping[str, Texts], default_language: str
    ) -> None:
        """``texts`` by language, of which ``default_language`` is one."""
        self.tracking = tracking
        self._texts = texts
        self._default = default_language

    def routes(self) -> list[Route]:
        """The plain route, which every request may take."""
        return [Route("/r/{code}", self.follow, methods=["GET"])]

    async def follow(self, request: Request) -> Response:
        """Keep the click, unless it is a ``HEAD``, and answer it."""
        code = request.path_params["code"]
        if request.method == "HEAD":
            return self.answer(request, await self.tracking.peek(code))
        kind = classify(request.headers)
        address = request.client.host if request.client else None
        return self.answer(request, await self.tracking.follow(code, kind=kind, address=address))

    def answer(self, request: Request, found: Followed | Ended | Unknown) -> Response:
        """The redirect or the page for what was found.

        Raises NotFoundError for an unknown code.
        """
        match found:
            case Followed(url):
                return Response(None, 302, {**REDIRECT_HEADERS, "Location": url})
            case Ended():
                return _ended(found, texts_for(request, self._texts, self._default))
        raise NotFoundError("There is no such link.")


class Shortcut:
    """Answers a click on a link at hand before routing: three clicks in the time of two.

    The same click, class and headers as by the plain route, which takes everything else.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        redirecting: Redirecting,
        on_error: Callable[[Request, Exception], Awaitable[Response]],
    ) -> None:
        """``app`` takes what is not at hand; ``on_error`` answers when a click is not kept."""
        self._app = app
        self._redirecting = redirecting
        self._tracking = redirecting.tracking
        self._on_error = on_error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        path = scope.get("path", "")
        code = path[len(PATH) :]
        if (
            not path.startswith(PATH)
            or scope.get("method") != "GET"
            or not self._tracking.is_at_hand(code)
        ):
            await self._app(scope, receive, send)
            return
        found = await self._follow(scope, code)
        if isinstance(found, Response):
            await found(scope, receive, send)
            return
        location = (b"location", found.url.encode("ascii"))
        headers = [*_RAW_HEADERS, location, (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 302, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def _follow(self, scope: Scope, code: str) -> Followed | Response:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        client = scope.get("client")
        address = client[0] if client else None
        try:
            found = await self._tracking.follow(code, kind=classify(headers), address=address)
            if isinstance(found, Followed):
                return found
            # It ended in this very moment.
            return self._redirecting.answer(Request(scope), found)
        except HaowuError as fault:
            return await self._on_error(Request(scope), fault)


def _ended(ended: Ended, texts: Texts) -> Response:
    paragraphs = [texts("web.ended_body")]
    link = None
    if ended.replacement is not None:
        paragraphs.append(texts("web.ended_instead", title=ended.replacement_title))
        paragraphs.append(texts("web.disclosure"))
        # Beside this very address, so that it holds under any path that a proxy adds.
        link = (quote(ended.replacement), texts("web.ended_see"))
    return page(
        texts,
        title=ended.title or texts("web.ended_title"),
        paragraphs=paragraphs,
        link=link,
        status=410,
    )
