"""What autopilot posts where the promoter said nothing: what the card showed, or else the next."""

from collections.abc import Callable, Collection, Iterable

from bot.domain.decks.cards import Card, CardState, Cause, Choice, How, Reason
from bot.domain.records import OfferId

NEXT = Reason("next")


def answered(
    cards: Iterable[Card],
    why_not: Callable[[OfferId], Cause | None],
    price_of: Callable[[OfferId], int],
    taken: Collection[OfferId],
    size: int,
) -> list[Choice]:
    """The choices that the ``cards`` of one slot, none of them kept, come to; at most ``size``.

    ``why_not`` says why an offer may not be posted in the group now, ``price_of`` what one that
    may costs now. A card whose offer is as it was shown stands, unless another group of the
    promoter has it today (``taken``) and nobody swapped it in. The group's next best that no
    other has takes its place; a card that nothing is left for has no choice.
    """
    found: list[Choice] = []
    used: set[OfferId] = set()
    for card in cards:
        if len(found) == size:
            break
        choice = _answered(card, why_not, price_of, taken, used)
        if choice is not None:
            used.add(choice.offer_id)
            found.append(choice)
    return found


def _answered(
    card: Card,
    why_not: Callable[[OfferId], Cause | None],
    price_of: Callable[[OfferId], int],
    taken: Collection[OfferId],
    used: Collection[OfferId],
) -> Choice | None:
    cause = Cause.REPEATED if card.offer_id in used else why_not(card.offer_id)
    if cause is None and card.offer_id in taken and card.state is not CardState.SWAPPED:
        cause = Cause.ELSEWHERE
    if cause is None and price_of(card.offer_id) != card.price_minor:
        cause = Cause.PRICE
    if cause is None:
        how = How.SWAPPED if card.state is CardState.SWAPPED else How.AUTOPILOT
        return Choice(card.offer_id, how, card.reasons)
    found = next(
        (
            each
            for each in card.next_ids
            if each not in {*used, *card.gone, *taken} and why_not(each) is None
        ),
        None,
    )
    if found is None:
        return None
    return Choice(found, How.AUTOPILOT, (NEXT,), cause, card.offer_id)
