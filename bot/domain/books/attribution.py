"""A conversion and its candidates in, the credited link and the reasons out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.links import subids
from bot.domain.people import tree
from bot.domain.people.tree import Node
from bot.domain.programmes import Community, Programme, Terms, terms_at
from bot.domain.records import Credit, Link, Observation, PersonId

CLOCK_TOLERANCE = timedelta(minutes=1)
"""A shop tells whole seconds by a clock of its own: a click that close came before the order."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A link that a sub-id names, with what is known of its group and its promoter."""

    link: Link
    programme: str
    inviter_id: PersonId | None
    joined_at: datetime
    """When the promoter joined, and so was bound to the inviter."""
    clicks: Sequence[datetime] = ()
    """When people followed the link."""
    tree: Mapping[PersonId, Node] = field(default_factory=dict)
    """The promoter and whoever stands above, where the programme has community terms."""


@dataclass(frozen=True, slots=True)
class Orphaned:
    """Nothing to credit, and why, as keys that ``/why`` puts into words."""

    reasons: tuple[str, ...]


def credit(
    observation: Observation,
    candidate: Candidate | None,
    programmes: Mapping[str, Programme],
) -> Credit | Orphaned:
    """Credit ``observation`` to the link its sub-id names, or say why it is an orphan.

    Terms and upline are those of the latest click not after the order, else of the order
    itself; later changes never re-price it [§6.2].
    """
    if candidate is None:
        return Orphaned((_why_no_link(observation.sub_id),))
    link = candidate.link
    if link.marketplace != observation.marketplace:
        return Orphaned((f"other_marketplace|{link.marketplace}",))
    return assign(observation, candidate, programmes, found_by="link")


def assign(
    observation: Observation,
    candidate: Candidate,
    programmes: Mapping[str, Programme],
    *,
    found_by: str,
) -> Credit | Orphaned:
    """Credit ``observation`` to ``candidate``; ``found_by`` is "link", or "matched|WHO".

    Orphaned when the programme of the link is not (or no longer) one that runs.
    """
    link = candidate.link
    programme = programmes.get(candidate.programme)
    if programme is None:
        return Orphaned((f"no_programme|{candidate.programme}",))
    latest = observation.ordered_at + CLOCK_TOLERANCE
    clicked_at = max((at for at in candidate.clicks if at <= latest), default=None)
    moment = clicked_at or observation.ordered_at
    terms = terms_at(programme, moment)
    inviter_id = _second(candidate, terms, moment)
    return Credit(
        link_code=link.code,
        offer_id=link.offer_id,
        group_id=link.group_id,
        promoter_id=link.promoter_id,
        inviter_id=inviter_id,
        terms=terms,
        decided_by="order" if clicked_at is None else "click",
        clicked_at=clicked_at,
        reasons=(
            f"{found_by}|{link.code}",
            f"no_click|{moment.isoformat()}"
            if clicked_at is None
            else f"clicked|{moment.isoformat()}",
            f"terms|{terms.programme}|{terms.from_at.isoformat()}",
            _second_reason(terms, inviter_id),
        ),
    )


def _second(candidate: Candidate, terms: Terms, moment: datetime) -> PersonId | None:
    """Whose the second level is: the gold owner of the community, or the direct inviter."""
    if isinstance(terms.split, Community):
        return tree.gold_owner_at(candidate.link.promoter_id, candidate.tree, moment)
    return tree.inviter_at(candidate.inviter_id, joined_at=candidate.joined_at, moment=moment)


def _second_reason(terms: Terms, inviter_id: PersonId | None) -> str:
    if isinstance(terms.split, Community):
        return "no_community" if inviter_id is None else "community"
    return "no_inviter" if inviter_id is None else "inviter"


def _why_no_link(sub_id: str | None) -> str:
    if sub_id is None:
        return "no_sub_id"
    return "unknown_link" if subids.read(sub_id) else "foreign_sub_id"
