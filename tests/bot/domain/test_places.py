"""Where in a TOML text something stands."""

from collections.abc import Sequence

import pytest

from bot.domain.places import line_of

TEXT = """\
source = "x"
disclosure = false

[joining] # free
fee_minor = 1

[[terms]]
levels = [1]

[[terms]]
from = 2020-01-01
levels = [1, 2]

[recruiting]
salary = 5

[scripts.any]
zh = [
  "one",
  "two",
]

[[recruits.steps]]
at = 1
[[recruits.steps]]
at = 2
"""


@pytest.mark.parametrize(
    ("path", "said", "line"),
    [
        (("disclosure",), None, 2),
        (("joining", "fee_minor"), None, 5),
        (("joining", "other"), None, 4),
        (("terms", 0, "levels"), None, 8),
        (("terms", 1, "levels"), None, 12),
        (("terms", 1, "is_self_purchase_paid"), None, 10),
        (("recruiting", "salary", 0), None, 15),
        (("recruits", "steps", 1), None, 25),
        (("scripts", "any", "zh"), "two", 20),
        (("scripts", "any", "zh"), "three", 18),
        (("nowhere",), None, None),
    ],
)
def test_a_path_has_its_line(path: Sequence[str | int], said: str | None, line: int | None) -> None:
    assert line_of(TEXT, path, said) == line
