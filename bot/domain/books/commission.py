"""A commission and the terms in, every party's share out, to the last minor unit."""

from collections.abc import Sequence

from bot.domain.programmes import BASIS_POINTS, Community, Pool, Terms
from bot.domain.records import PersonId, Share
from bot.errors import BooksError

Party = tuple[str, PersonId | None, int | None, int]
"""Name, promoter, level, basis points."""


def split(
    commission_minor: int,
    terms: Terms,
    *,
    promoter_id: PersonId,
    inviter_id: PersonId | None,
) -> tuple[Share, ...]:
    """Share ``commission_minor`` (minor units) by ``terms``; the shares sum to it exactly.

    Two-level terms [S1]: the promoter of the link, the direct inviter if there is one, and the
    house with the rest. Pool terms [S2]: partner, team, company. Community terms [S4]: the
    shop's owner, and the gold owner of the community (given as ``inviter_id``), else the house.
    Largest remainder; on a tie the earlier party. A party with no basis points has no share, but
    the house is always named.

    Raises BooksError below zero: a correction is a lower commission of the same row, and
    the books then move to it, so a negative commission is never split.
    """
    if commission_minor < 0:
        raise BooksError("A commission below zero is not split: report the row's new commission.")
    found = parties(terms, promoter_id, inviter_id)
    amounts = _largest_remainder(commission_minor, [bps for _, _, _, bps in found])
    return tuple(
        [
            Share(name, person, level, bps, amount)
            for (name, person, level, bps), amount in zip(found, amounts, strict=True)
        ]
    )


def parties(terms: Terms, promoter_id: PersonId, inviter_id: PersonId | None) -> tuple[Party, ...]:
    """Who has a part under ``terms``, in their order; the basis points sum to a whole."""
    by = terms.split
    if isinstance(by, Pool):
        return (
            ("partner", promoter_id, 1, by.partner_bps),
            ("team", None, None, by.team_bps),
            ("company", None, None, by.company_bps),
        )
    if isinstance(by, Community):
        # The community's is the second level: there is no third in any configuration.
        of_community: Party = ("community", inviter_id, 2, by.gold_bps)
        to_house: Party = ("house", None, None, by.gold_bps)
        owner: Party = ("owner", promoter_id, 1, by.owner_bps)
        return (owner, to_house if inviter_id is None else of_community)
    first, second = by.first_bps, by.second_bps
    level1: Party = ("level1", promoter_id, 1, first)
    if inviter_id is None or second == 0:
        return (level1, ("house", None, None, BASIS_POINTS - first))
    level2: Party = ("level2", inviter_id, 2, second)
    return (level1, level2, ("house", None, None, BASIS_POINTS - first - second))


def _largest_remainder(amount_minor: int, bps: Sequence[int]) -> list[int]:
    whole = [amount_minor * part // BASIS_POINTS for part in bps]
    rest = [amount_minor * part % BASIS_POINTS for part in bps]
    # Sorting is stable: of equal remainders the earlier party is served first.
    order = sorted(range(len(bps)), key=lambda index: -rest[index])
    for index in order[: amount_minor - sum(whole)]:
        whole[index] += 1
    return whole
