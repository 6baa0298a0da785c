"""The last look at a post before it may go: one without its disclosure never leaves [§9]."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime

from bot.domain.posts.disclosures import UNDISCLOSED, is_disclosed
from bot.domain.posts.notices import Notice, post_failed, post_undisclosed
from bot.domain.records import PostState
from storage.database import Connection
from storage.people import people
from storage.posts import notices, outbox
from storage.posts.outbox import Claimed, Mark

logger = logging.getLogger(__name__)


async def let_pass(
    connection: Connection,
    claimed: Sequence[Claimed],
    *,
    lease: str,
    now: datetime,
    operator_ids: Collection[int],
) -> list[Claimed]:
    """Those of ``claimed`` that disclose what they are; the others fail for good.

    Their promoters and the operators (Telegram ids) are told, once a post.
    """
    bare = [one for one in claimed if not is_disclosed(one.post.rendered, one.language)]
    if not bare:
        return list(claimed)
    told: list[Notice] = [post_failed(one.post, one.title, UNDISCLOSED) for one in bare]
    for telegram_id in operator_ids:
        person = await people.find_by_telegram(connection, telegram_id)
        if person is not None:
            told += [post_undisclosed(one.post, one.title, person.id) for one in bare]
    marks = [
        Mark(one.post.id, PostState.FAILED, chat_id=one.chat_id, error=UNDISCLOSED) for one in bare
    ]
    await outbox.mark(connection, marks, lease=lease)
    await notices.add(connection, told, now)
    for one in bare:
        logger.error("post %d was held back: %s", one.post.id, UNDISCLOSED)
    held = {one.post.id for one in bare}
    return [one for one in claimed if one.post.id not in held]
