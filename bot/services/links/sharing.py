"""Links of a promoter's own, without a group: to buy by oneself (自购), or to share outside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.catalogue import selection
from bot.domain.catalogue.assortments import narrowed
from bot.domain.links import subids
from bot.domain.links.addresses import safe_location
from bot.domain.posts.rules import NO_SELF_PURCHASE
from bot.domain.programmes import Programme, terms_at
from bot.domain.records import Link, Offer, OfferId, Promoter, PromoterStatus
from bot.errors import InputError, NotFoundError
from bot.services.catalogue.fitting import place_of
from storage.catalogue import marketplaces, offers
from storage.database import Connection, Database
from storage.links import links
from storage.people import people

SELF, SHARE = "self", "share"
"""Sources of links without a group."""


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


@dataclass(frozen=True, slots=True)
class Made:
    """A link that is the promoter's alone."""

    offer: Offer
    url: str


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

    async def make(self, promoter: Promoter, offer_id: OfferId, source: str) -> Made | NotMade:
        """A link of ``source`` (SELF or SHARE) on an offer, the promoter's own one if it stands.

        It does not change the price: the shop's own address with the sub-id in it.
        """
        programme = self.programmes.get(promoter.programme)
        allowed = programme and (programme.can_buy if source == SELF else programme.can_share)
        if programme is None or not allowed:
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
            link = await self._link(connection, promoter, offer, source)
            return Made(offer, f"{self.public_url}/r/{link.code}")

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
        self, connection: Connection, promoter: Promoter, offer: Offer, source: str
    ) -> Link:
        known = await links.find_personal(connection, promoter.id, offer.id, source)
        if known and known.target_url == subids.with_sub_id(offer.facts.url, known.code):
            return known
        fresh = self._minted(promoter, offer, source)
        await links.add(connection, [fresh])
        return fresh

    def _minted(self, promoter: Promoter, offer: Offer, source: str) -> Link:
        code = subids.mint(self.entropy(subids.ENTROPY_BYTES))
        return Link(
            code=code,
            offer_id=offer.id,
            marketplace=offer.marketplace,
            post_id=None,
            group_id=None,
            promoter_id=promoter.id,
            target_url=subids.with_sub_id(offer.facts.url, code),
            created_at=self.now(),
            source=source,
        )
