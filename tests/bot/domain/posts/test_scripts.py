"""Scripts: the same choice for the same seed, lawful variants only, placeholders filled."""

import pytest

from bot.domain.posts import scripts
from tests.schemes import PROGRAMMES

SCRIPTS = {
    "morning": {"zh": ("早安", "早上好，{group}", "新的一天"), "en": ("Get rich lying down",)},
    "any": {"zh": ("你好",), "en": ("Hello", "Easy money")},
}


def test_the_same_seed_chooses_the_same_and_all_variants_come_up() -> None:
    chosen = [scripts.choose(SCRIPTS, "morning", "zh", str(seed)) for seed in range(100)]
    assert chosen == [scripts.choose(SCRIPTS, "morning", "zh", str(seed)) for seed in range(100)]
    assert set(chosen) == set(SCRIPTS["morning"]["zh"])


def test_the_variant_that_was_said_last_is_not_said_again() -> None:
    last = None
    for seed in range(100):
        found = scripts.choose(SCRIPTS, "morning", "zh", str(seed), avoid=last)
        assert found is not None
        assert scripts.digest(found) != last
        last = scripts.digest(found)
    alone = scripts.digest("你好")
    assert scripts.choose(SCRIPTS, "noon", "zh", "1", avoid=alone) == "你好"


def test_a_variant_that_asks_for_what_is_not_known_is_passed_over() -> None:
    chosen = {
        scripts.choose(SCRIPTS, "morning", "zh", str(seed), values={"group": ""})
        for seed in range(50)
    }
    assert chosen == {"早安", "新的一天"}


def test_a_slot_without_lawful_variants_takes_those_of_any_slot() -> None:
    assert scripts.choose(SCRIPTS, "noon", "zh", "1") == "你好"
    assert scripts.choose(SCRIPTS, "morning", "en", "1") == "Hello"


def test_there_may_be_no_script_at_all() -> None:
    assert scripts.choose({}, "morning", "zh", "1") is None
    assert scripts.choose({"any": {"en": ("Easy money",)}}, "noon", "en", "1") is None


def test_placeholders_are_filled_and_unknown_ones_left_out() -> None:
    script = "{group}, {nothing}{}{day}"
    assert scripts.filled(script, {"group": "Sunny {day}", "day": "Sun"}) == "Sunny {day}, Sun"
    assert scripts.unknown_placeholders(script) == ("nothing", "")


@pytest.mark.parametrize(
    ("table", "rule", "said"),
    [
        ([], "shape", ""),
        ({"noon": 1}, "shape", ""),
        ({"noon": {"en": "Hello"}}, "shape", ""),
        ({"noon": {"fr": ["Bonjour"]}}, "language", ""),
        ({"noon": {"en": [""]}}, "shape", ""),
        ({"noon": {"en": [1]}}, "shape", "1"),
        ({"noon": {"en": ["Easy money"]}}, "banned-claim", "Easy money"),
        ({"noon": {"zh": ["转发才能看"]}}, "forced-sharing", "转发才能看"),
        ({"noon": {"en": ["{you}"]}}, "placeholder", "{you}"),
        ({"noon": {"en": ["long " * 17]}}, "length", "long " * 17),
    ],
)
def test_every_fault_is_found_with_its_place_and_its_rule(
    table: object, rule: str, said: str
) -> None:
    (fault,) = scripts.lint(table)
    assert (fault.rule, fault.said) == (rule, said)
    assert fault.at[0] == "scripts"


def test_a_fault_tells_its_line_where_there_is_a_text() -> None:
    text = '[scripts.noon]\nen = [\n  "Hello",\n  "{you}",\n]\n'
    (fault,) = scripts.lint({"noon": {"en": ["Hello", "{you}"]}})
    assert fault.told(text).startswith("line 4: “{you}” – {you} is no placeholder; there are ")
    assert fault.told().startswith("scripts.noon.en: “{you}”")


@pytest.mark.parametrize("name", PROGRAMMES)
def test_the_scripts_that_ship_have_no_fault(name: str) -> None:
    assert list(scripts.lint(PROGRAMMES[name].scripts)) == []
