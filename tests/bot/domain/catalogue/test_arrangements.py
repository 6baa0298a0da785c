"""What operators pin, ban and move, and in which order the list then stands."""

from dataclasses import replace

from bot.domain.catalogue.arrangements import Pin, arranged, is_pinned, moved, numbered
from bot.domain.records import Ban, OfferId, Ranked
from tests.bot.domain.catalogue.test_selection import OPEN, an_offer
from tests.schemes import TEXTS


def rows(*scores: float) -> list[Ranked]:
    """Offers 1, 2, 3 … with these scores."""
    return [Ranked(at, an_offer(at), score, ()) for at, score in enumerate(scores, start=1)]


def pins(*ids: int) -> list[Pin]:
    return [Pin(OfferId(each), at, f"because {each}") for at, each in enumerate(ids, start=1)]


def ids(found: tuple[Ranked, ...]) -> list[int]:
    assert [row.rank for row in found] == list(range(1, len(found) + 1))
    return [row.offer.id for row in found]


def test_pins_stand_first_in_their_order_and_say_why() -> None:
    found = arranged(rows(0.9, 0.8, 0.7, 0.6), pins(4, 2, 99), OPEN)
    assert ids(found) == [4, 2, 1, 3]
    assert [is_pinned(row) for row in found] == [True, True, False, False]
    [note] = found[0].notes
    assert TEXTS["en"](note.reason, **note.words) == "📌 Put first by the operator: because 4"
    assert TEXTS["zh"](note.reason, **note.words) == "📌 运营置顶：because 4"


def test_what_is_unpinned_goes_where_its_score_puts_it() -> None:
    pinned = arranged(rows(0.9, 0.7, 0.7, 0.1), pins(4, 3, 1), OPEN)
    assert ids(pinned) == [4, 3, 1, 2]
    assert ids(arranged(pinned, pins(1), OPEN)) == [1, 2, 3, 4]
    assert not any(is_pinned(row) for row in arranged(pinned, [], OPEN))


def test_what_is_banned_falls_out_even_if_it_is_pinned() -> None:
    found = rows(0.9, 0.8, 0.7)
    found[1] = replace(found[1], offer=an_offer(2, bans=(Ban("fenxiang", "fake"),)))
    assert ids(arranged(found, pins(2, 3), OPEN)) == [3, 1]
    assert ids(arranged(found, pins(2, 3), replace(OPEN, name="yunji"))) == [2, 3, 1]
    assert ids(arranged(found, [], replace(OPEN, name="fenxiang@brand:Tea"))) == [1, 3]


def test_one_is_moved_within_the_list_but_never_before_a_pinned_one() -> None:
    found = arranged(rows(0.9, 0.8, 0.7, 0.6), pins(3), OPEN)
    up = moved(found, OfferId(4), 1, "fresh today")
    assert ids(up) == [3, 4, 1, 2]
    assert [note.words["reason"] for note in up[1].notes] == ["fresh today"]
    down = moved(up, OfferId(4), 99, "rather not")
    assert ids(down) == [3, 1, 2, 4]
    assert [note.words["reason"] for note in down[3].notes] == ["rather not"]
    # A pin ends what was moved before.
    assert [note.reason for note in arranged(down, pins(4), OPEN)[0].notes] == [
        "ranking.note_pinned"
    ]


def test_variants_say_of_which_offer_they_are_one() -> None:
    titles = ["Kettle red", "Tea", "Kettle blue", "Kettle XL"]
    several = [
        replace(row, offer=replace(row.offer, facts=replace(row.offer.facts, title=title)))
        for row, title in zip(rows(0.9, 0.8, 0.7, 0.6), titles, strict=True)
    ]
    found = numbered(numbered(several))
    assert [[note.reason for note in row.notes] for row in found] == [
        [], [], ["ranking.note_second"], ["ranking.note_further"],
    ]  # fmt: skip
    assert found[2].notes[0].words == {"rank": 1, "count": 2}
    # Where the order changes, the number goes along.
    assert moved(found, OfferId(1), 2, "so")[2].notes[0].words["rank"] == 2
