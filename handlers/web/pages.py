"""Small pages in the reader's language: escaped, no script, nothing from outside."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.domain.texts import Texts

STYLE = (
    "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1.2rem;"
    "color:#222;background:#fff}h1{font-size:1.4rem}"
    "a{display:inline-block;background:#c8102e;color:#fff;text-decoration:none;"
    "padding:.6rem 1.2rem;border-radius:.5rem}small{color:#666}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#181818}small{color:#aaa}}"
)
_STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
PAGE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
LANGUAGE_TAGS = {"zh": "zh-Hans"}
ACCEPT_LIMIT = 256
"""What is longer than this is no browser's list of languages."""


def texts_for(request: Request, texts: Mapping[str, Texts], default: str) -> Texts:
    """The texts in the language that the reader likes best of those that there are."""
    accepted = request.headers.get("accept-language", "")[:ACCEPT_LIMIT]
    for language in _by_liking(accepted):
        if language in texts:
            return texts[language]
    return texts[default]


def _by_liking(accepted: str) -> list[str]:
    liked = []
    for part in accepted.lower().split(","):
        tag, _, quality = part.strip().partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        if weight > 0:
            liked.append((-weight, tag.partition("-")[0].strip()))
    # The sort is stable: of equals the first named stays first.
    return [language for _weight, language in sorted(liked, key=lambda pair: pair[0])]


def page(
    texts: Texts,
    *,
    title: str,
    paragraphs: list[str],
    status: int,
    link: tuple[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page of plain texts, which are escaped here; ``link`` is (href, text).

    ``headers`` are sent besides those of every page.
    """
    shown = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    if link is not None:
        href, text = link
        shown += f'<p><a href="{escape(href)}" rel="nofollow noreferrer">{escape(text)}</a></p>'
    language = LANGUAGE_TAGS.get(texts.language, texts.language)
    return HTMLResponse(
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>"
        f"<h1>{escape(title)}</h1>{shown}</html>",
        status,
        {**PAGE_HEADERS, **(headers or {})},
    )
