"""The order list: everybody who stayed, point by point, and nothing that a spreadsheet runs."""

import csv
import io
import json
from datetime import timedelta

import pytest

from bot.domain.pools import lists
from tests.bot.domain.pools.builders import GROUP, NOON, joiner, offer, pool


def test_it_is_in_order_of_points_and_time_without_who_left() -> None:
    late = NOON + timedelta(minutes=1)
    found = lists.rows(
        pool(),
        offer(),
        GROUP,
        [
            joiner("Wei", pickup="南门", quantity=2),
            joiner("Mei", pickup="东门", joined_at=late),
            joiner("Gone", left_at=late),
            joiner(None, pickup="东门"),
        ],
    )
    assert [(row["pickup"], row["name"], row["quantity"]) for row in found] == [
        ("东门", "", 1),
        ("东门", "Mei", 1),
        ("南门", "Wei", 2),
    ]
    assert lists.totals(found) == {"东门": 2, "南门": 2}
    assert json.loads(lists.as_json(found)) == found


@pytest.mark.parametrize(
    "name", ["=HYPERLINK(1)", "+1", "-1", "@sum", "\t=1", " =1", "＝1+1", "\r=2"]
)
def test_no_name_is_a_formula(name: str) -> None:
    found = lists.rows(pool(), offer(title=name), GROUP, [joiner(name, pickup=name)])
    text = lists.as_csv(found)
    assert text.startswith("\ufeff")
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    for cell in ("name", "offer", "pickup"):
        assert row[cell][0] == "'"


def test_plain_names_and_numbers_stay_as_they_are() -> None:
    assert [lists.harmless(value) for value in ("Mei", 3, "")] == ["Mei", 3, ""]
