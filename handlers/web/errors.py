"""One table from what went wrong to what is answered; never a word about our inside."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.domain.texts import Texts
from bot.errors import (
    ForgedError,
    HaowuError,
    InputError,
    NotAllowedError,
    NotFoundError,
    TemporaryError,
    TooLargeError,
    TooSlowError,
    UnknownStatusError,
)
from handlers.web.pages import page, texts_for

STATUSES: Mapping[type[Exception], int] = {
    NotFoundError: 404,
    NotAllowedError: 403,
    ForgedError: 401,
    TooLargeError: 413,
    TooSlowError: 408,
    UnknownStatusError: 422,
    InputError: 400,
    TemporaryError: 503,
    # A fault of ours: whoever sent it may send it again once it is mended.
    Exception: 503,
}
JSON_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
RETRY_AFTER_SECONDS = "5"
PAGE_PATHS = ("/r/",)
"""Where people come with a browser, whatever it says that it accepts."""

logger = logging.getLogger(__name__)


def status_of(error: Exception) -> int:
    """The HTTP status that answers ``error``: its own class's, or the nearest ancestor's."""
    if isinstance(error, HTTPException):
        return error.status_code
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def json_answer(content: Any, status: int = 200) -> JSONResponse:
    """``content`` as JSON that no browser takes for something else and nobody keeps."""
    return JSONResponse(content, status, dict(JSON_HEADERS))


class Answering:
    """Answers for every exception that an endpoint lets through."""

    def __init__(self, texts: Mapping[str, Texts], default_language: str) -> None:
        """``texts`` by language, of which ``default_language`` is one."""
        self._texts = texts
        self._default = default_language

    def handlers(self) -> dict[Any, Any]:
        """What Starlette takes as ``exception_handlers``."""
        return {HTTPException: self.answer, HaowuError: self.answer, Exception: self.answer}

    async def answer(self, request: Request, error: Exception) -> Response:
        """A page for people, JSON for machines; the sentence of an InputError is repeated."""
        status = status_of(error)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            # Only the first part of the path: the rest may hold a key.
            door = request.url.path.split("/")[1][:16]
            logger.error("/%s failed: %s", door, type(error).__name__, exc_info=error)
        headers = dict(getattr(error, "headers", None) or {})
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers["Retry-After"] = RETRY_AFTER_SECONDS
        if _wants_page(request):
            return self._page(request, status, headers)
        answer = json_answer({"error": _sentence(error, status)}, status)
        answer.headers.update(headers)
        return answer

    def unavailable(self, request: Request) -> Response:
        """The page that says to try again, for who has told the log already."""
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return self._page(request, status, {"Retry-After": RETRY_AFTER_SECONDS})

    def _page(self, request: Request, status: int, headers: Mapping[str, str]) -> Response:
        texts = texts_for(request, self._texts, self._default)
        name = _PAGES.get(status, "fault" if status >= 500 else "refused")
        return page(
            texts,
            title=texts(f"web.{name}_title"),
            paragraphs=[texts(f"web.{name}_body")],
            status=status,
            headers=headers,
        )


_PAGES = {404: "missing"}


def _wants_page(request: Request) -> bool:
    if request.url.path.startswith(PAGE_PATHS):
        return True
    return "text/html" in request.headers.get("accept", "")


def _sentence(error: Exception, status: int) -> str:
    if isinstance(error, InputError):
        return str(error)
    return HTTPStatus(status).phrase
