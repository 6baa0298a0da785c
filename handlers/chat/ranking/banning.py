"""What a promoter is told of an offer that an operator took out: one sentence, with the reason."""

from bot.domain.catalogue.selection import ban_of
from bot.domain.posts.characters import cleaned, isolated
from bot.domain.records import OfferId
from handlers.chat.context import Call


async def banned(call: Call, offer_id: OfferId) -> str | None:
    """Why an offer is taken out of the promoter's programme, as plain text; None where it is not.

    The services refuse it by themselves; this only finds the words.
    """
    programme = call.services.programmes.get(call.own.programme)
    offer = await call.services.shortlisting.offer(offer_id)
    ban = ban_of(offer.bans, programme) if offer and programme else None
    return None if ban is None else call.texts("ranking.is_banned", reason=said(ban.reason))


def said(reason: str) -> str:
    """An operator's reason, safe to stand in a line of ours."""
    return isolated(cleaned(reason))
