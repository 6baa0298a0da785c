"""What posts say, rendered once for all the groups that are told the same."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.domain.posts import rendering
from bot.domain.posts.rendering import Card
from bot.domain.records import Factor, Group, Offer, Rendered
from bot.domain.texts import Texts

RENDERED_LIMIT = 10_000
"""Posts kept, of 1 to 2 KB each; a slot has fewer where no script names its group."""


@dataclass(frozen=True, slots=True)
class Item:
    """An offer that may be posted, and what there is to say of it."""

    offer: Offer
    factors: tuple[Factor, ...]
    """Of the shortlist; empty where the offer is on none."""
    reasons: tuple[str, ...]
    """Names of those of them that a post tells."""
    is_thirty_day_low: bool


@dataclass
class Wording:
    """Renders posts, and remembers them from batch to batch until their offers change."""

    _rendered: dict[tuple[object, ...], tuple[Offer, Rendered]] = field(default_factory=dict)

    def rendered(
        self, item: Item, group: Group, opening: str | None, texts: Texts, *, is_chosen: bool
    ) -> Rendered:
        """The post of ``item`` under the script ``opening``, the shop's address on its button.

        ``is_chosen`` says that the promoter picked it; ``texts`` are of the group's language.
        """
        offer = item.offer
        key = (
            (offer.id, item.reasons, item.is_thirty_day_low, is_chosen),
            (texts.language, group.timezone),
        )
        kept = self._rendered.get(key)
        # Scripts may name each group: what they stand above is rendered once for all of them.
        if kept is not None and (kept[0] is offer or kept[0] == offer):
            return rendering.opened(kept[1], opening)
        card = Card(
            offer=offer,
            factors=item.factors,
            opening=None,
            link_url=offer.facts.url,
            zone=ZoneInfo(group.timezone),
            is_chosen=is_chosen,
            is_thirty_day_low=item.is_thirty_day_low,
        )
        if len(self._rendered) >= RENDERED_LIMIT:
            self._rendered.clear()
        found = rendering.render(card, texts)
        self._rendered[key] = (offer, found)
        return rendering.opened(found, opening)
