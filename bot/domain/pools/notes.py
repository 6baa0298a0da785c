"""What a promoter is told in private of an own pool, once a turn that it takes."""

from bot.domain.pools.pools import Pool, PoolState
from bot.domain.posts.characters import cleaned, shortened
from bot.domain.posts.notices import TITLE_LIMIT, Notice
from bot.domain.records import Offer

TOLD = (PoolState.REACHED, PoolState.CLOSED, PoolState.MISSED, PoolState.VOID)
"""What the promoter did alone is no news."""


def note(pool: Pool, offer: Offer) -> Notice | None:
    """The notice of how ``pool`` stands now; None where there is nothing new in it.

    A pool by hours is told when it is reached: that its time ran out afterwards is no news.
    """
    is_old = pool.state == PoolState.CLOSED and not pool.counts_on
    if pool.state not in TOLD or is_old:
        return None
    words: dict[str, str | int] = {
        "title": shortened(cleaned(offer.facts.title), TITLE_LIMIT),
        "joined": pool.joined,
        "target": pool.target,
    }
    text = f"pool.note_{pool.state}"
    return Notice(f"pool:{pool.id}:{pool.state}", pool.promoter_id, text, words)
