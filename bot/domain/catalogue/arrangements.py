"""The order in which a shortlist is shown: what operators pinned or moved, then by score."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.catalogue.factors import candidate
from bot.domain.catalogue.kinds import OF_A_KIND, kind_of
from bot.domain.catalogue.selection import ban_of
from bot.domain.programmes import Programme
from bot.domain.records import Note, OfferId, Ranked

PINNED, MOVED = "ranking.note_pinned", "ranking.note_moved"
SECOND, FURTHER = "ranking.note_second", "ranking.note_further"
"""What a row says of why it stands there; the texts have these keys."""


@dataclass(frozen=True, slots=True)
class Pin:
    """An offer that stands before all others until it is unpinned; ``place`` from 1 on."""

    offer_id: OfferId
    place: int
    reason: str


def arranged(
    rows: Iterable[Ranked], pins: Sequence[Pin], programme: Programme
) -> tuple[Ranked, ...]:
    """``rows`` in the order in which they stand: pinned ones as ordered, then the others.

    What is banned from ``programme`` falls out. What is no longer pinned goes where its score
    puts it; the others stay in the order in which they come.
    """
    open_ = [row for row in rows if ban_of(row.offer.bans, programme) is None]
    reasons = {pin.offer_id: pin.reason for pin in pins}
    by_id = {row.offer.id: row for row in open_}
    others = [row for row in open_ if row.offer.id not in reasons and not _says(row, PINNED)]
    for row in open_:
        if row.offer.id not in reasons and _says(row, PINNED):
            others.insert(_place(row, others), _without(row, PINNED))
    first = [
        _noted(_without(by_id[each], MOVED), PINNED, reason=reasons[each])
        for each in reasons
        if each in by_id
    ]
    return numbered([*first, *others])


def moved(rows: Sequence[Ranked], offer_id: OfferId, rank: int, reason: str) -> tuple[Ranked, ...]:
    """``rows`` with one that is not pinned put at ``rank``, though never before a pinned one."""
    row = next(row for row in rows if row.offer.id == offer_id)
    others = [each for each in rows if each.offer.id != offer_id]
    pinned = sum(_says(each, PINNED) for each in others)
    place = max(pinned, min(rank - 1, len(others)))
    others.insert(place, _noted(row, MOVED, reason=reason))
    return numbered(others)


def is_pinned(row: Ranked) -> bool:
    """Whether an operator put it first."""
    return _says(row, PINNED)


def numbered(rows: Iterable[Ranked]) -> tuple[Ranked, ...]:
    """``rows`` with their ranks in this order, variants of one product saying of which."""
    found: list[Ranked] = []
    seen: dict[str, list[int]] = {}
    for rank, row in enumerate(rows, start=1):
        before = seen.setdefault(kind_of(candidate(row.offer)), [])
        plain = _without(_without(row, SECOND), FURTHER)
        if before:
            key = SECOND if len(before) < OF_A_KIND else FURTHER
            plain = _noted(plain, key, rank=before[0], count=OF_A_KIND)
        before.append(rank)
        found.append(replace(plain, rank=rank))
    return tuple(found)


def _place(row: Ranked, others: Sequence[Ranked]) -> int:
    """Before the first that has a lower score, or the same one and a higher id."""
    own = (-row.score, row.offer.id)
    for place, each in enumerate(others):
        if (-each.score, each.offer.id) > own:
            return place
    return len(others)


def _says(row: Ranked, key: str) -> bool:
    return any(note.reason == key for note in row.notes)


def _without(row: Ranked, key: str) -> Ranked:
    return replace(row, notes=tuple(note for note in row.notes if note.reason != key))


def _noted(row: Ranked, key: str, **words: object) -> Ranked:
    plain = _without(row, key)
    return replace(plain, notes=(*plain.notes, Note(key, words)))
