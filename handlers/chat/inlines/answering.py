"""Inline queries: answered with own results alone, for nobody but the one who typed."""

import asyncio
from collections.abc import Sequence

from telegram import InlineQuery, InlineQueryResultArticle, InlineQueryResultsButton, Update
from telegram.error import BadRequest

from bot.services.inlines.finding import Found, TurnedAway
from handlers.chat.context import Context, Services
from handlers.chat.inlines import wording
from handlers.chat.wire.callbacks import number
from handlers.chat.wire.order import step_aside
from handlers.chat.wire.replies import TOO_OLD

CACHED_SECONDS = 10
"""Short: prices move. The same words a moment later are answered by Telegram itself."""
WORDS_LIMIT = 100
REST_SECONDS = 3.0
"""Words that stand for so long are meant; what is shorter was being typed."""
OFFSET_LIMIT = 1_000


async def answer(update: Update, context: Context) -> None:
    """Answer ``@bot WORDS``: offers to share with the promoter's own links, or one button."""
    query, services = update.inline_query, context.services
    assert query is not None  # noqa: S101 - the handler takes nothing else
    words = " ".join(query.query[:WORDS_LIMIT].split())
    place = number((query.offset,), 0) or 0
    found = await services.rooms.inlines.find(
        query.from_user.id, words, place=min(max(place, 0), OFFSET_LIMIT)
    )
    if isinstance(found, TurnedAway):
        language = found.language or spoken(query.from_user.language_code, services)
        await _send(query, [], wording.turned(services.texts_in(language), found.reason))
        return
    texts, zone = services.texts_in(found.promoter.language), services.zone
    articles = [wording.article(texts, zone, each) for each in found.results]
    button = None
    if not articles and not place:
        button = wording.nothing(texts, is_search=found.is_search)
    await _send(query, articles, button, found.next_place)
    if button is not None and found.is_search:
        await _wish(services, found, words)


async def _send(
    query: InlineQuery,
    articles: Sequence[InlineQueryResultArticle],
    button: InlineQueryResultsButton | None,
    next_place: int | None = None,
) -> None:
    try:
        await query.answer(
            articles,
            cache_time=CACHED_SECONDS,
            # Shared between people, a link would earn for whoever typed first.
            is_personal=True,
            next_offset="" if next_place is None else str(next_place),
            button=button,
        )
    except BadRequest as refusal:
        if not any(words in refusal.message.lower() for words in TOO_OLD):
            raise


async def _wish(services: Services, found: Found, words: str) -> None:
    """Count what a promoter looked for in vain, once the words stood for a while."""
    step_aside()
    await asyncio.sleep(REST_SECONDS)
    if services.rooms.inlines.is_latest(found):
        await services.wishing.want(found.promoter.id, None, words)


def spoken(code: str | None, services: Services) -> str:
    """The language of somebody who is not stored, by what their Telegram speaks."""
    begins = (code or "").partition("-")[0].lower()
    return begins if begins in services.texts else "en" if begins else services.default_language
