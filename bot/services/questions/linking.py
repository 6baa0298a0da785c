"""Tracked links of answers: one a group and offer and day, minted when first named."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.catalogue.selection import is_banned
from bot.domain.links import subids
from bot.domain.links.addresses import safe_location
from bot.domain.posts.characters import shortened
from bot.domain.posts.rendering import BUTTON_LIMIT
from bot.domain.records import Button, Group, GroupState, Link, Offer, OfferId
from bot.domain.texts import Texts
from storage.database import Connection
from storage.links import links

REUSED_FOR = timedelta(days=1)
"""Long enough that a lively group mints few links, short enough that a report has its day."""
BUTTONS_LIMIT = 5
"""More addresses than this are no answer."""
TITLE_LIMIT = 30


@dataclass
class Linking:
    """The buttons of one answer, first put together, then their new links written."""

    group: Group | None
    """None, or closed: the buttons lead to the shop itself, for nobody's credit."""
    now: datetime
    entropy: Callable[[int], bytes]
    public_url: str
    _new: list[Link] = field(default_factory=list)

    @property
    def earns(self) -> bool:
        """Whether a purchase by these buttons earns the group's promoter a commission."""
        return self.group is not None and self.group.state != GroupState.CLOSED

    async def buttons(
        self, connection: Connection, offers: Sequence[Offer], texts: Texts
    ) -> tuple[tuple[Button, ...], ...]:
        """A row with one button for each offer that is live and not banned, in their order."""
        programme = self.group.programme if self.group else None
        live = [
            offer for offer in offers if offer.ended_at is None and not is_banned(offer, programme)
        ][:BUTTONS_LIMIT]
        urls = await self._urls(connection, live)
        is_one = len(live) == 1
        return tuple(
            (Button(_label(offer, texts, is_one=is_one), urls[offer.id]),)
            for offer in live
            if offer.id in urls
        )

    async def write(self, connection: Connection) -> None:
        """Keep the links that ``buttons`` minted; those of no button are none."""
        await links.add(connection, self._new)

    async def _urls(self, connection: Connection, offers: Sequence[Offer]) -> Mapping[OfferId, str]:
        group = self.group
        if group is None or group.state == GroupState.CLOSED:
            return {offer.id: offer.facts.url for offer in offers if safe_location(offer.facts.url)}
        ids = [offer.id for offer in offers]
        known = await links.list_answering(connection, group.id, ids, self.now - REUSED_FOR)
        urls = {}
        for offer in offers:
            link = known.get(offer.id)
            if link is None or link.promoter_id != group.promoter_id:
                link = self._mint(group, offer)
            if link is not None:
                urls[offer.id] = f"{self.public_url}/r/{link.code}"
        return urls

    def _mint(self, group: Group, offer: Offer) -> Link | None:
        code = subids.mint(self.entropy(subids.ENTROPY_BYTES))
        target = subids.with_sub_id(offer.facts.url, code)
        if safe_location(target) is None:
            return None
        link = Link(
            code=code,
            offer_id=offer.id,
            marketplace=offer.marketplace,
            post_id=None,
            group_id=group.id,
            promoter_id=group.promoter_id,
            target_url=target,
            created_at=self.now,
            source=links.ANSWER,
        )
        self._new.append(link)
        return link


def _label(offer: Offer, texts: Texts, *, is_one: bool) -> str:
    price = texts.money(offer.price_now_minor, offer.facts.currency)
    if is_one:
        return shortened(texts("post.buy", price=price), BUTTON_LIMIT)
    return shortened(f"{shortened(offer.facts.title, TITLE_LIMIT)} · {price}", BUTTON_LIMIT)
