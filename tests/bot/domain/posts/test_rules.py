"""The linter: what it refuses, which rule it cites, and what passes."""

from typing import Any

import pytest

from bot.domain.posts import rules

LADDER = {
    "joining": {"fee_minor": 39_800},
    "recruiting": {"salary": [{"recruits": 90, "monthly_minor": 50_000}], "per_head_minor": 10_000},
}


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        ({"terms": [{"levels": [5000, 1000]}, {"pool": [3000, 3500, 3500]}]}, []),
        ({"terms": [{"levels": [5000, 1000, 500]}]}, ["two-levels"]),
        ({"terms": [{"levels": [1000, 5000]}]}, ["level-order"]),
        ({"terms": [{"levels": [5000]}]}, []),
        ({"terms": "no list", "scripts": ["no table"]}, []),
        (LADDER, ["entry-fee", "head-count", "head-count-salary"]),
        ({"disclosure": False}, ["disclosure"]),
        ({"disclosure": True}, []),
        ({"scripts": {"any": {"zh": ["加入我们，躺 赚！"], "en": ["Hello"]}}}, ["banned-claim"]),
        ({"scripts": {"any": {"zh": ["早安，今早值得看的一样"]}}}, []),
        ({}, []),
    ],
)
def test_a_programme_is_refused_by_the_rules_it_breaks(
    document: dict[str, Any], wanted: list[str]
) -> None:
    refusals = rules.lint(document)
    assert [refusal.rule for refusal in refusals] == wanted
    assert all(refusal.source and refusal.reason for refusal in refusals)


@pytest.mark.parametrize(
    "text",
    [
        "在家躺赚", "躺·赚", "躺\u200b赚", "零 风 险", "０风险", "月入过万不是梦",
        "GET RICH today", "Get-rich scheme", "earn ｗhile you sleep", "100% risk-free",
        "Easy   money!",
    ],
)  # fmt: skip
def test_a_claim_is_found_behind_any_disguise(text: str) -> None:
    assert rules.banned_claims(text)


@pytest.mark.parametrize(
    "text",
    ["今天的好物先给大家挑好了", "Bridget Richards recommends", "Rich chocolate, get yours",
     "The risk freezer", ""],
)  # fmt: skip
def test_an_honest_sentence_passes(text: str) -> None:
    assert rules.banned_claims(text) == ()
