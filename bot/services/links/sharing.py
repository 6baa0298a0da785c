"""Links of a promoter's own: to buy by oneself (自购), to share outside, on posters, and inline."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.catalogue import selection
from bot.domain.catalogue.assortments import narrowed
from bot.domain.links import subids
from bot.domain.links.addresses import safe_location
from bot.domain.posts.rules import NO_SELF_PURCHASE
from bot.domain.programmes import Programme, terms_at
from bot.domain.records import (
    Group,
    GroupId,
    GroupState,
    Link,
    Offer,
    OfferId,
    Promoter,
    PromoterStatus,
)
from bot.errors import InputError, NotFoundError
from bot.services.catalogue.fitting import place_of
from storage.catalogue import marketplaces, offers
from storage.database import Connection, Database
from storage.links import links
from storage.people import groups, people

SELF, SHARE = "self", "share"
"""Sources of links without a group."""
POSTER, INLINE = "poster", "inline"
"""Sources of links that leave the bot; a poster's may count for one own group."""
REUSED_FOR = timedelta(days=1)
"""A link of these is used again for a day: showing an offer again mints nothing."""


class Refusal(StrEnum):
    """Why there is no link; each is a text of the chat."""

    NO_RIGHT = "no_right"
    """The programme's members have no such links."""
    NOT_UNLOCKED = "not_unlocked"
    UNKNOWN_OFFER = "unknown_offer"
    NOT_POSTABLE = "not_postable"
    """Ended, sold out, too old, or outside of what the promoter may choose from."""
    SELF_PURCHASE = "self_purchase"
    """The marketplace forbids a commission on own purchases [§6.2]."""
    UNKNOWN_GROUP = "unknown_group"
    """No own group, or a closed one."""


@dataclass(frozen=True, slots=True)
class Made:
    """A link that is the promoter's alone, or counts for one own group."""

    offer: Offer
    url: str
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class NotMade:
    """No link, for this reason."""

    reason: Refusal


@dataclass(frozen=True)
class Sharing:
    """Mints personal links; credit goes by the promoter's own programme."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    public_url: str

    async def make(
        self,
        promoter: Promoter,
        offer_id: OfferId,
        source: str,
        *,
        group_id: GroupId | None = None,
    ) -> Made | NotMade:
        """A link of ``source`` (SELF, SHARE, POSTER) on an offer, the promoter's own if it stands.

        It does not change the price: the shop's own address with the sub-id in it. A poster's may
        count for an own group, ``group_id``.
        """
        programme = self.programmes.get(promoter.programme)
        if programme is None or not _has_right(programme, source):
            return NotMade(Refusal.NO_RIGHT)
        if promoter.status != PromoterStatus.ACTIVE:
            return NotMade(Refusal.NOT_UNLOCKED)
        async with self.database.write() as connection:
            offer = await offers.find(connection, offer_id)
            if offer is None:
                return NotMade(Refusal.UNKNOWN_OFFER)
            place = await place_of(connection, self.programmes, promoter, self.now())
            scheme = narrowed(self.programmes, place) or programme
            is_safe = safe_location(offer.facts.url) is not None
            if not is_safe or selection.unfit(offer, scheme, self.now(), promoter_id=promoter.id):
                return NotMade(Refusal.NOT_POSTABLE)
            if source == SELF and await self._is_forbidden(connection, offer, programme):
                return NotMade(Refusal.SELF_PURCHASE)
            group = None
            if group_id is not None:
                group = await groups.find(connection, group_id)
                if group is None or group.promoter_id != promoter.id or _is_closed(group):
                    return NotMade(Refusal.UNKNOWN_GROUP)
            link = await self._link(connection, promoter, offer, source, group_id)
            return Made(offer, self._url(link), group)

    async def make_all(
        self,
        promoter: Promoter,
        found: Sequence[Offer],
        source: str,
        *,
        may_mint: Callable[[int], bool] = lambda count: count > 0,
    ) -> dict[OfferId, str]:
        """The addresses of own links on all of ``found`` that a link may lead to.

        Those of the last day are used again; the others are minted together, where ``may_mint``
        says yes to so many. ``promoter`` and ``found`` were judged by who asks.
        """
        since, ids = self.now() - REUSED_FOR, [offer.id for offer in found]
        async with self.database.read() as connection:
            known = await links.list_of_source(connection, promoter.id, ids, source, since)
        standing = {
            offer.id: known[offer.id]
            for offer in found
            if offer.id in known and _stands(known[offer.id], offer)
        }
        fresh = [
            self._minted(promoter, offer, source)
            for offer in found
            if offer.id not in standing and safe_location(offer.facts.url) is not None
        ]
        if fresh and may_mint(len(fresh)):
            async with self.database.write() as connection:
                await links.add(connection, fresh)
            standing |= {link.offer_id: link for link in fresh}
        return {offer_id: self._url(link) for offer_id, link in standing.items()}

    async def set_self_purchase(self, name: str, *, is_paid: bool, by: str, reason: str) -> None:
        """Note whether a marketplace pays for own purchases (audited); links follow at once.

        Raises NotFoundError for an unknown marketplace, InputError without a reason and for one
        whose own rules forbid it.
        """
        if not reason.strip():
            raise InputError("This needs a reason: it decides who is paid.")
        if is_paid and name in NO_SELF_PURCHASE:
            raise InputError(f"{name} forbids a commission on own purchases.")
        async with self.database.write() as connection:
            if not await marketplaces.set_self_purchase(connection, name, is_paid=is_paid):
                raise NotFoundError(f"There is no marketplace “{name}”.")
            action = "self-purchase on" if is_paid else "self-purchase off"
            subject = f"marketplace:{name}"
            await people.append_audit(connection, self.now(), by, action, subject, reason.strip())

    async def _is_forbidden(
        self, connection: Connection, offer: Offer, programme: Programme
    ) -> bool:
        is_paid = await marketplaces.is_self_purchase_paid(connection, offer.marketplace)
        terms = terms_at(programme, self.now())
        return (
            offer.marketplace in NO_SELF_PURCHASE or not is_paid or not terms.is_self_purchase_paid
        )

    async def _link(
        self,
        connection: Connection,
        promoter: Promoter,
        offer: Offer,
        source: str,
        group_id: GroupId | None,
    ) -> Link:
        if source == POSTER:
            since = self.now() - REUSED_FOR
            found = await links.list_of_source(
                connection, promoter.id, [offer.id], source, since, group_id=group_id
            )
            known = found.get(offer.id)
        else:
            known = await links.find_personal(connection, promoter.id, offer.id, source)
        if known and _stands(known, offer):
            return known
        fresh = self._minted(promoter, offer, source, group_id)
        await links.add(connection, [fresh])
        return fresh

    def _minted(
        self, promoter: Promoter, offer: Offer, source: str, group_id: GroupId | None = None
    ) -> Link:
        code = subids.mint(self.entropy(subids.ENTROPY_BYTES))
        return Link(
            code=code,
            offer_id=offer.id,
            marketplace=offer.marketplace,
            post_id=None,
            group_id=group_id,
            promoter_id=promoter.id,
            target_url=subids.with_sub_id(offer.facts.url, code),
            created_at=self.now(),
            source=source,
        )

    def _url(self, link: Link) -> str:
        return f"{self.public_url}/r/{link.code}"


def _has_right(programme: Programme, source: str) -> bool:
    """Posters and inline mode are every promoter's; own links are what a programme gives."""
    return {SELF: programme.can_buy, SHARE: programme.can_share}.get(source, True)


def _is_closed(group: Group) -> bool:
    return group.state == GroupState.CLOSED


def _stands(link: Link, offer: Offer) -> bool:
    """Whether a link leads where the offer is now."""
    return link.target_url == subids.with_sub_id(offer.facts.url, link.code)
