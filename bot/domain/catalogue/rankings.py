"""The best of many candidates by the eight weighted factors [S1], few variants of a product."""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.catalogue.factors import (
    NEUTRAL,
    VALUES,
    Candidate,
    Knowledge,
    all_values,
    candidate,
)
from bot.domain.catalogue.kinds import OF_A_KIND, kind_of
from bot.domain.catalogue.reasons import explain
from bot.domain.programmes import FACTORS
from bot.domain.records import Offer, OfferId, Ranked

PPM = 1_000_000
"""Scores are compared in millionths: what differs by less is a tie, on every machine."""

USUAL_LOSS = (0.2, 0.8, 0.5, 0.35, 0.7, 0.25, 0.3, 0.5)
"""What an offer usually lacks to the full value of each of FACTORS: which tell most, soonest.

Only the speed of the ranking rests on it, never its result.
"""

Entry = tuple[int, int, Candidate]
"""Score in millionths, minus the id, candidate: of a tie the smaller id is the higher entry."""


@dataclass
class Best:
    """The ``size`` best so far, at most OF_A_KIND variants of a product among them.

    Further variants are set aside and follow where room is left.
    """

    size: int
    _first: list[Entry] = field(default_factory=list)
    _aside: list[Entry] = field(default_factory=list)
    _kinds: dict[str, list[Entry]] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Whether only what is better than another still gets in."""
        return len(self._first) >= self.size

    @property
    def least(self) -> float:
        """A score that is surely too low to get in; below any while there is room."""
        # Two millionths of slack: sums in another order differ in their last digits.
        return self._first[0][0] / PPM - 2 / PPM if self._first and self.is_full else -1.0

    def admits(self, score: int, offer_id: int) -> bool:
        """Whether an offer with this score, in millionths, is better than whoever is worst."""
        if not self.is_full:
            return True
        return bool(self._first) and (score, -offer_id) > self._first[0][:2]

    def take(self, entry: Entry) -> None:
        """Let ``entry``, which is admitted, in; whoever is worst goes, of its kind or of all."""
        kind = kind_of(entry[2])
        own = self._kinds.setdefault(kind, [])
        if len(own) < OF_A_KIND:
            self._enter(entry)
        else:
            worst = min(own)
            if entry[:2] < worst[:2]:
                self._set_aside(entry)
                return
            own.remove(worst)
            self._first[self._first.index(worst)] = entry
            heapq.heapify(self._first)
            self._set_aside(worst)
        own.append(entry)

    def in_order(self) -> list[Candidate]:
        """The best ones, the highest score first; then, where room is left, further variants."""
        room = self.size - len(self._first)
        both = [*_falling(self._first), *_falling(self._aside)[: max(0, room)]]
        return [each for _, _, each in both]

    def _enter(self, entry: Entry) -> None:
        if not self.is_full:
            heapq.heappush(self._first, entry)
            return
        gone = heapq.heapreplace(self._first, entry)
        self._kinds[kind_of(gone[2])].remove(gone)

    def _set_aside(self, entry: Entry) -> None:
        if len(self._aside) < self.size:
            heapq.heappush(self._aside, entry)
        else:
            heapq.heappushpop(self._aside, entry)


def _falling(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry[:2], reverse=True)


def cut(
    best: Best,
    candidates: Iterable[Candidate],
    knowledge: Knowledge,
    weights: Mapping[str, float],
    *,
    is_allowed: Callable[[Candidate], bool] = lambda _: True,
) -> None:
    """Keep in ``best`` the highest scores of it and of the allowed ``candidates``.

    A catalogue of any size goes through it piece by piece; a tie goes to the smaller offer id.
    """
    shares = _shares(weights)
    reach, steps = _steps(shares, knowledge)
    least = best.least
    for each in candidates:
        reachable = reach
        # Most offers drop out at the factors that tell most, before the others are looked at.
        for share, value_of in steps:
            reachable -= share * (1 - value_of(each, knowledge))
            if reachable < least:
                break
        else:
            score = _score(all_values(each, knowledge), shares)
            if best.admits(score, each.id) and is_allowed(each):
                best.take((score, -each.id, each))
                least = best.least


def hurdle(
    best: Best, knowledge: Knowledge, weights: Mapping[str, float]
) -> tuple[dict[str, float], float]:
    """What an offer must reach to come among ``best``: (shares of factors, least sum).

    The sum is that of each factor's value by its share; a value that nobody knows yet counts 1.
    Only factors that tell have a share. While there is room, the least sum is below any.
    """
    shares = _shares(weights)
    telling = {FACTORS[index]: shares[index] for index in _varying(knowledge) if shares[index]}
    return telling, best.least - (1 - sum(telling.values())) * NEUTRAL


def rank(
    offers: Sequence[Offer], knowledge: Knowledge, weights: Mapping[str, float], size: int
) -> tuple[Ranked, ...]:
    """The ``size`` best of ``offers``, each with its score and the reasons of its factors."""
    by_id = {offer.id: offer for offer in offers}
    best = Best(size)
    cut(best, map(candidate, by_id.values()), knowledge, weights)
    shares = _shares(weights)
    return tuple(
        Ranked(
            rank=place,
            offer=by_id[OfferId(each.id)],
            score=_score(all_values(each, knowledge), shares) / PPM,
            factors=explain(each, knowledge, weights),
            frozen_minor=by_id[OfferId(each.id)].price_now_minor,
        )
        for place, each in enumerate(best.in_order(), start=1)
    )


def _varying(knowledge: Knowledge) -> list[int]:
    """The places in FACTORS of those that can differ between offers; the others are neutral."""
    known = {
        "marketplace_rank": knowledge.top_sales,
        "bot_rank": knowledge.actions,
        "demand": knowledge.demand,
    }
    return [index for index, name in enumerate(FACTORS) if known.get(name, True)]


def _steps(
    shares: Sequence[float], knowledge: Knowledge
) -> tuple[float, list[tuple[float, Callable[[Candidate, Knowledge], float]]]]:
    """The highest score that any offer can reach, and the factors that tell, most first."""
    telling = [index for index in _varying(knowledge) if shares[index]]
    telling.sort(key=lambda index: shares[index] * USUAL_LOSS[index], reverse=True)
    neutral = 1 - sum(shares[index] for index in telling)
    return 1 - neutral * (1 - NEUTRAL), [(shares[index], VALUES[index]) for index in telling]


def _shares(weights: Mapping[str, float]) -> tuple[float, ...]:
    given = [max(0.0, weights.get(name, 0.0)) for name in FACTORS]
    total = sum(given)
    # Without any weight all factors count alike, rather than none.
    return tuple(each / total if total else 1 / len(FACTORS) for each in given)


def _score(values: Sequence[float], shares: Sequence[float]) -> int:
    return round(sum(map(float.__mul__, values, shares)) * PPM)
