"""Scripts: the same choice for the same seed, lawful variants only, placeholders filled."""

from bot.domain.posts import scripts

SCRIPTS = {
    "morning": {"zh": ("早安", "早上好，{group}", "新的一天"), "en": ("Get rich lying down",)},
    "any": {"zh": ("你好",), "en": ("Hello", "Easy money")},
}


def test_the_same_seed_chooses_the_same_and_all_variants_come_up() -> None:
    chosen = [scripts.choose(SCRIPTS, "morning", "zh", str(seed)) for seed in range(100)]
    assert chosen == [scripts.choose(SCRIPTS, "morning", "zh", str(seed)) for seed in range(100)]
    assert set(chosen) == set(SCRIPTS["morning"]["zh"])


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
