"""The linter: what it refuses, which rule it cites, and what passes."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

import bot
from bot.domain.posts import rules
from bot.domain.reading import read_programme
from bot.errors import InputError

PROGRAMMES = Path(bot.__file__).parent / "programmes"
LADDER = {
    "joining": {"fee_minor": 39_800},
    "recruiting": {"salary": [{"recruits": 90, "monthly_minor": 50_000}], "per_head_minor": 10_000},
}
AMAZON: dict[str, Any] = {"catalogue": {"marketplaces": ["jd", "amazon"]}}
UNPAID = {"levels": [5000], "is_self_purchase_paid": False}


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        ({"terms": [{"levels": [5000, 1000]}, {"pool": [3000, 3500, 3500]}]}, []),
        ({"terms": [{"levels": [5000, 1000, 500]}]}, ["two-levels"]),
        ({"terms": [{"levels": [1000, 5000]}]}, ["level-order"]),
        ({"terms": [{"levels": [5000]}]}, []),
        ({"terms": [{"community": [7500, 2500]}]}, []),
        ({"terms": [{"community": [7500, 2000, 500]}]}, ["two-levels"]),
        ({"terms": [{"levels": [5000, 1000], "community": [7500, 2500]}]}, ["two-levels"]),
        ({"terms": [{"community": [2500, 7500]}]}, ["level-order"]),
        ({"terms": "no list", "scripts": ["no table"]}, []),
        (LADDER, ["entry-fee", "head-count", "head-count-salary"]),
        ({"joining": {"purchase_minor": 39_800}}, ["entry-fee"]),
        ({"joining": {"fee_minor": 0}}, []),
        ({"recruiting": {"cash_minor": 15_000}}, ["head-count"]),
        ({"recruiting": {"salary": 500}}, ["head-count-salary"]),
        ({"recruiting": {"coupon_minor": 2000}}, []),
        ({"recruiting": {"coupon_minor": 2000, "coupon_is_cash": True}}, ["coupon-cash"]),
        (AMAZON | {"terms": [UNPAID]}, []),
        (AMAZON | {"terms": [{"levels": [5000]}]}, ["self-purchase"]),
        (AMAZON | {"terms": [UNPAID], "members": {"can_buy": True}}, ["self-purchase"]),
        ({"members": {"can_buy": True}}, []),
        ({"disclosure": False}, ["disclosure"]),
        ({"disclosure": True}, []),
        ({"title": {"zh": "躺赚俱乐部"}}, ["banned-claim"]),
        ({"scripts": {"any": {"zh": ["加入我们，躺 赚！"], "en": ["Hello"]}}}, ["banned-claim"]),
        ({"scripts": {"any": {"zh": ["早安，今早值得看的一样"]}}}, []),
        ({"scripts": {"any": {"zh": ["帮我砍 一刀"]}}}, ["forced-sharing"] * 2),
        ({"scripts": {"any": {"en": ["Share to unlock the price"]}}}, ["forced-sharing"]),
        ({}, []),
    ],
)
def test_a_programme_is_refused_by_the_rules_it_breaks(
    document: dict[str, Any], wanted: list[str]
) -> None:
    refusals = rules.lint(document)
    assert [refusal.rule for refusal in refusals] == wanted
    assert all(refusal.source and refusal.reason and refusal.at for refusal in refusals)
    assert {refusal.rule for refusal in refusals} <= set(rules.RULES)


def test_the_documented_ladder_is_refused_line_by_line_and_never_loaded() -> None:
    text = (PROGRAMMES / "refused" / "yunji.toml").read_text("utf-8")
    with pytest.raises(InputError) as refused:
        read_programme("yunji", tomllib.loads(text), text)
    lines = str(refused.value).splitlines()
    wanted = [
        ("fee_minor = 39800", "Rule “entry-fee”, §2, §9 [S3]."),
        ("[[recruiting.salary]]", "90 recruits pays by heads. Rule “head-count-salary”, §2, §9"),
        ("[[recruiting.salary]]", "900 recruits pays by heads. Rule “head-count-salary”, §2, §9"),
    ]
    for (standing, said), line in zip(wanted, lines, strict=False):
        number = int(line.partition("line ")[2].partition(":")[0])
        assert standing in text.splitlines()[number - 1]
        assert said in line


def test_the_lawful_variant_is_the_one_that_runs() -> None:
    text = (PROGRAMMES / "yunji.toml").read_text("utf-8")
    found = read_programme("yunji", tomllib.loads(text), text)
    assert (found.can_buy, found.can_share, found.coupon) == (True, True, None)


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
     "The risk freezer", "想要的来，不勉强", "Tell your friends about it", ""],
)  # fmt: skip
def test_an_honest_sentence_passes(text: str) -> None:
    assert rules.broken_by(text) == ()
