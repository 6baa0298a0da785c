"""Tracked links: ``/r/{code}`` keeps the click and sends the person on."""

from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.domain.texts import Texts
from bot.errors import NotFoundError
from bot.services.links.tracking import Ended, Followed, Tracking, Unknown
from handlers.web.agents import classify
from handlers.web.pages import page, texts_for

REDIRECT_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}

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
        """The plain route, which every request may take; most clicks take the shortcut."""
        return [Route(f"{PATH}{{code}}", self.follow, methods=["GET"])]

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
