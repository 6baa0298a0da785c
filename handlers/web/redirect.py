"""Tracked links: ``/r/{code}`` keeps the click and sends the person on."""

from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.domain.texts import Texts
from bot.errors import NotFoundError
from bot.services.tracking import Ended, Followed, Tracking
from handlers.web.agents import classify
from handlers.web.pages import page, texts_for

REDIRECT_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


def routes(tracking: Tracking, texts: Mapping[str, Texts], default_language: str) -> list[Route]:
    """The route of tracked links; ``HEAD`` is answered alike and not counted."""

    async def follow(request: Request) -> Response:
        code = request.path_params["code"]
        if request.method == "HEAD":
            found = await tracking.peek(code)
        else:
            address = request.client.host if request.client else None
            found = await tracking.follow(code, kind=classify(request.headers), address=address)
        match found:
            case Followed(url):
                return Response(None, 302, {**REDIRECT_HEADERS, "Location": url})
            case Ended():
                return _ended(found, texts_for(request, texts, default_language))
        raise NotFoundError("There is no such link.")

    return [Route("/r/{code}", follow, methods=["GET"])]


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
