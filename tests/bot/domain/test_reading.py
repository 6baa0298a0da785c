"""A programme's file is read whole, or every fault and every broken rule is told at once."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.programmes import (
    Community,
    Coupon,
    Levels,
    Pool,
    PoolRules,
    Range,
    own_bps,
    terms_at,
)
from bot.domain.reading import read_programme
from bot.errors import InputError
from tests.schemes import PROGRAMMES

LEAST = """
[slots.morning]
opens = "08:00"
closes = "08:30"
[[terms]]
levels = [5000, 1000]
"""


def faults(text: str) -> list[str]:
    """What is told of the least programme with ``text`` before it."""
    with pytest.raises(InputError) as told:
        read_programme("mine", tomllib.loads(text + LEAST))
    return str(told.value).splitlines()


def test_the_least_programme_has_the_documents_figures() -> None:
    mine = read_programme("mine", tomllib.loads(LEAST))
    assert (mine.more_than_members, mine.groups_limit, mine.shortlist_size) == (50, 10, 40)
    assert mine.is_training_required
    assert len(mine.weights) == 8


def test_the_programmes_that_ship_keep_the_terms_of_their_documents() -> None:
    assert PROGRAMMES["dongxiaodian"].terms[-1].split == Pool(3000, 3500, 3500)
    assert isinstance(PROGRAMMES["fenxiang"].terms[-1].split, Levels)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("levels = 3", "“levels” must be a table"),
        ('title = "x"', "“title” must be a table"),
        ("title = {zh = 3}", "a text for each language"),
        ("groups = {limit = 0}", "“limit” must be a whole number of at least 1, not 0"),
        ("groups = {limit = true}", "“limit” must be a whole number"),
        ('shortlist = {size = "40"}', "“size” must be a whole number"),
        ("catalogue = {price_max_minor = -1}", "“price_max_minor” must be a whole number"),
        ('catalogue = {currency = "XYZ"}', "“XYZ” is not an ISO 4217 currency"),
        ("catalogue = {brands = [1]}", "“brands” must be a list of words"),
        ("weights = {luck = 1}", "“luck” is not a part of the eight factors"),
        ("weights = {coupon = -1}", "the weight of “coupon” must be a number"),
        ("training = {questions = 3}", "“questions” must be a list of tables"),
        ('training = {questions = [{text = {zh = "?"}}]}', "“choices” must be a table"),
        (
            'training = {questions = [{text = {zh = "?"}, choices = {zh = ["a"]}, answer = 1}]}',
            "answer names no choice",
        ),
        ("scripts = {morning = 3}", "“scripts.morning” must be a table"),
        ("scripts = {morning = {zh = 3}}", "“zh” must be a list of words"),
        ('scripts = {any = {zh = ["躺赚"]}}', "Rule “banned-claim”"),
        ("disclosure = false", "Rule “disclosure”"),
        ('invitation = "anybody"', "“invitation” is one of person, batch, shop"),
        ("groups = {floor = 1}", "“floor” is not a part of groups"),
        ("recruiting = {prize = 1}", "“prize” is not a part of recruiting"),
        ('members = {can_buy = "yes"}', "“can_buy” must be true or false"),
        ("members = {can_fly = true}", "“can_fly” is not a part of members"),
        ("catalogue = {rate_min_bps = 4000, rate_max_bps = 500}", "must go up"),
        ("catalogue = {rate_max_bps = 10001}", "not beyond 10000"),
        ("verticals = {Home = {categories = ['x']}}", "vertical “Home” needs a plain name"),
        ("verticals = {home = {}}", "vertical “home” needs a plain name and categories"),
        ("verticals = {home = 3}", "“verticals.home” must be a table"),
        ("scopes = [{range = 'all'}]", "a scope's range is one of own_brand"),
        ("scopes = [{range = 'own_brand', from = 3}]", "scopes begin “from” a date"),
        ("festivals = {x = {starts = '13-01', ends = '11-02'}}", "festival “x” starts and ends"),
        ("pools = {size = 1}", "“size” must be a whole number of at least 2"),
        ("pools = {size = 20000}", "a pool has at most 10000 people"),
        ("pools = {cut_off = '25:00'}", "“cut_off” is a time such as 22:00"),
        ("pools = {fee = 1}", "“fee” is not a part of pools"),
        ("joining = {fee_minor = 39800}", "Rule “entry-fee”"),
        ("recruiting = {per_head_minor = 10000}", "Rule “head-count”"),
    ],
)
def test_each_fault_is_told_in_a_sentence(text: str, told: str) -> None:
    assert any(told in line for line in faults(f"{text}\n"))


@pytest.mark.parametrize(
    ("slot", "told"),
    [
        ("slots = 3", "“slots” must be a table"),
        ("slots = {}", "at least one slot"),
        ('[slots]\nmorning = "8"', "“slots.morning” must be a table"),
        ('[slots.morning]\nopens = "25:00"\ncloses = "08:30"', "opens and closes as HH:MM"),
        ('[slots.a]\nopens = "08:00"\ncloses = "08:30"\ndays = [7]', "days outside 0"),
        ('[slots.a]\nopens = "08:00"\ncloses = "08:30"\ndays = "mon"', "days outside 0"),
    ],
)
def test_a_slot_needs_a_window_and_days(slot: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_programme("mine", tomllib.loads(f"{slot}\n[[terms]]\nlevels = [5000]\n"))


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ("terms = 3\n", "“terms” must be a list of tables"),
        ("", "at least one .*terms"),
        ("[[terms]]\nlevels = [1000, 2000]", "level 2 is paid above level 1"),
        ("[[terms]]\nlevels = [3000, 2000, 1000]", "Rule “two-levels”"),
        ('[[terms]]\nlevels = ["a", "b"]', "terms need levels"),
        ("[[terms]]\npool = [3000, 3500, 3400]", "that make 10000"),
        ('[[terms]]\nfrom = "soon"\nlevels = [5000]', "terms begin “from” a date"),
        ("[[terms]]\nhold_days = -1\nlevels = [5000]", "“hold_days” must be a whole number"),
    ],
)
def test_terms_that_cannot_be_are_refused(terms: str, told: str) -> None:
    slot = '[slots.morning]\nopens = "08:00"\ncloses = "08:30"\n'
    with pytest.raises(InputError, match=told):
        read_programme(
            "mine", tomllib.loads(f"{terms}\n{slot}" if "=" in terms[:8] else slot + terms)
        )


def test_terms_are_dated_and_the_earliest_hold_before_their_date() -> None:
    dated = """
    [slots.morning]
    opens = "08:00"
    closes = "08:30"
    [[terms]]
    from = 2026-06-01
    levels = [4000]
    [[terms]]
    from = 2026-01-01T00:00:00Z
    levels = [5000, 1000]
    [[terms]]
    from = 2026-09-01T00:00:00
    pool = [3000, 3500, 3500]
    """
    mine = read_programme("mine", tomllib.loads(dated))
    # Midnight in Shanghai is 16:00 UTC of the day before.
    before, after = datetime(2026, 5, 31, 15, 59, tzinfo=UTC), datetime(2026, 5, 31, 16, tzinfo=UTC)
    assert terms_at(mine, before).split == Levels(5000, 1000)
    assert terms_at(mine, after).split == Levels(4000, 0)
    assert terms_at(mine, datetime(2020, 1, 1, tzinfo=UTC)).split == Levels(5000, 1000)
    assert terms_at(mine, datetime(2027, 1, 1, tzinfo=UTC)).split == Pool(3000, 3500, 3500)
    assert replace(mine, terms=mine.terms[:1]).terms[0].hold_days == 15


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 20_000) | st.text(max_size=5) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(
    "title groups shortlist catalogue slots terms weights training scripts joining other".split()
)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_no_document_breaks_the_reader(document: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        read_programme("mine", document)


def test_what_only_single_schemes_have_is_read() -> None:
    wanwu, tuangou, yundian = (PROGRAMMES[name] for name in ("wanwu", "tuangou", "yundian"))
    assert wanwu.terms[0].split == Community(7500, 2500)
    assert (wanwu.rate_min_bps, wanwu.rate_max_bps) == (500, 4000)
    assert wanwu.coupon == Coupon(2000, "CNY")
    assert (wanwu.can_buy, wanwu.can_share) == (True, True)
    assert tuangou.pools == PoolRules(size=10, hours=24, cut_off="22:00", has_pickup=True)
    assert PROGRAMMES["pinduoduo"].pools == PoolRules(size=3, hours=24)
    assert [scope.range for scope in yundian.scopes] == [Range.OWN_BRAND, Range.OWN_PLUS_MALL]
    assert PROGRAMMES["dongxiaodian"].has_own_stock
    assert "pets" in PROGRAMMES["jingxiaojia"].verticals


def test_a_slot_is_not_called_as_what_is_sent_by_a_tap() -> None:
    (fault,) = faults('[slots.send]\nopens = "10:00"\ncloses = "11:00"')
    assert "sent by a tap" in fault


def test_a_name_that_is_no_plain_word_is_told() -> None:
    with pytest.raises(InputError, match="one plain word"):
        read_programme("a b", tomllib.loads(LEAST))


@pytest.mark.parametrize(
    ("split", "wanted"), [(Levels(5000, 1), 5000), (Pool(1, 2, 3), 1), (Community(7, 3), 7)]
)
def test_the_promoters_own_part_is_the_first(split: Any, wanted: int) -> None:
    assert own_bps(split) == wanted


def test_terms_that_name_two_splits_are_refused() -> None:
    text = LEAST + "pool = [3000, 3500, 3500]"
    with pytest.raises(InputError, match="one of them"):
        read_programme("mine", tomllib.loads(text))
