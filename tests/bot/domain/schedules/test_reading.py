"""What a programme's file says of its schedule, and every fault in it as a sentence."""

import tomllib
from datetime import date

import pytest

from bot.domain.posts import rules
from bot.domain.programmes import SlotPlan
from bot.domain.reading import read_programme
from bot.domain.schedules.rules import Blackout, Bounds, Kind, PollPlan, Quiet
from bot.errors import InputError
from tests.schemes import PROGRAMMES

BASE = '[slots.noon]\nopens = "12:00"\ncloses = "12:30"\n[[terms]]\nlevels = [5000]\n'
WARM = """
[warmth]
one_in = 5
polls_days = 8
after_days = 0
[warmth.tip]
en = ["Drink water, {group}"]
[[warmth.polls]]
name = "which"
is_wish = true
[warmth.polls.question]
en = "Which?"
[warmth.polls.options]
en = ["one", "other"]
"""


def read(text: str) -> object:
    return read_programme("example", tomllib.loads(BASE + text), BASE + text)


def test_without_a_word_promoters_may_change_and_nothing_is_quiet() -> None:
    programme = PROGRAMMES["fenxiang"]
    plain = read_programme("example", tomllib.loads(BASE))
    assert (plain.bounds, plain.quiet, plain.blackouts, plain.warmth) == (Bounds(), None, (), None)
    assert programme.quiet == Quiet("22:30", "06:30")


def test_a_schedule_is_read() -> None:
    text = """
[schedule]
may_change = false
earliest = "08:00"
latest = "21:00"
at_most = 3
quiet = "21:00-08:00"
[[schedule.blackouts]]
on = "2027-02-05..2027-02-06"
reason = "New Year"
[festivals.own]
starts = "11-01"
ends = "11-11"
[festivals.own.slots.night]
opens = "20:00"
closes = "20:30"
"""
    found = read_programme("example", tomllib.loads(BASE + text))
    assert found.bounds == Bounds(may_change=False, earliest="08:00", latest="21:00", at_most=3)
    assert found.quiet == Quiet("21:00", "08:00")
    assert found.blackouts == (Blackout(date(2027, 2, 5), date(2027, 2, 6), "New Year"),)
    night = SlotPlan("night", "20:00", "20:30", during=("11-01", "11-11"))
    assert found.festivals[0].slots == (night,)


def test_warm_posts_and_polls_are_read() -> None:
    found = read_programme("example", tomllib.loads(BASE + WARM)).warmth
    assert found is not None
    assert (found.one_in, found.polls_days, found.after_days) == (5, 8, 0)
    assert (found.texts or {})[Kind.TIP] == {"en": ("Drink water, {group}",)}
    assert found.polls == (
        PollPlan("which", {"en": "Which?"}, {"en": ("one", "other")}, is_wish=True),
    )


POLL = '[[warmth.polls]]\nname = "a"\nquestion = {en = "%s"}\noptions = {en = %s}\n'
FESTIVAL = '[festivals.a]\nstarts = "11-01"\nends = "11-11"\n'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[schedule]\nquiet = "late"', "“quiet” of schedule"),
        ('[schedule]\nearliest = "dawn"', "are times such as 06:30"),
        ('[schedule]\nearliest = "22:00"\nlatest = "08:00"', "after its “latest”"),
        ("[schedule]\nnights = 1", "“nights” is not a part of schedule"),
        ('[[schedule.blackouts]]\non = "soon"', "blackouts: “soon” is no date"),
        ("[warmth]\none_in = 1", "at least 2"),
        ("[warmth]\npolls_days = 1", "at least 7"),
        ('[warmth.tip]\nen = ["躺赚"]', "banned-claim"),
        ('[warmth.tip]\nen = ["{nobody}"]', "is no placeholder"),
        ('[warmth.tip]\nen = ["see https://a.example"]', "has a link"),
        (POLL % ("Which?", '["only"]'), "poll “a” needs a plain name"),
        (POLL % ("Which?", '["same", "same"]'), "poll “a” needs"),
        (POLL % ("w" * 301, '["a", "b"]'), "poll “a” needs"),
        (POLL % ("Which?", '["%s", "b"]' % ("a" * 101)), "poll “a” needs"),
        (POLL % ("Easy money?", '["a", "b"]'), "promises what nobody can keep"),
        (FESTIVAL + '[festivals.a.slots.night]\nopens = "x"', "festival slot “night” needs"),
        (FESTIVAL + '[festivals.a.slots.send]\nopens = "20:00"\ncloses = "20:30"', "by a tap"),
        ('[festivals.a]\nstarts = "02-30"\nends = "02-30"', "on days such as 11-01"),
        (FESTIVAL + '[festivals.a.slots.n]\nopens = "20:00"\ncloses = "20:30"\n'
         + FESTIVAL.replace(".a", ".b") + '[festivals.b.slots.n]\nopens = "20:00"\n'
         'closes = "20:30"', "two festivals have a slot “n”"),
        ('[scripts.noon]\nen = ["{who}"]', "line 7: “{who}” – {who} is no placeholder"),
        ('[scripts.noon]\nen = ["%s"]' % ("long " * 20), "at most 80 fit"),
        ('[scripts.noon]\nfr = ["Bonjour"]', "“fr” is none of zh, en"),
    ],
)  # fmt: skip
def test_each_fault_is_a_sentence(text: str, fault: str) -> None:
    with pytest.raises(InputError) as refused:
        read(text)
    assert fault in str(refused.value)


@pytest.mark.parametrize("name", PROGRAMMES)
def test_every_programme_keeps_groups_warm_in_both_languages(name: str) -> None:
    warmth = PROGRAMMES[name].warmth
    assert warmth is not None
    for by_language in (warmth.texts or {}).values():
        assert set(by_language) == {"zh", "en"}
        assert all(len(variants) >= 3 for variants in by_language.values())
        texts = [text for variants in by_language.values() for text in variants]
        assert not [text for text in texts if rules.broken_by(text)]
    # One a week without a repetition in thirty days.
    assert len(warmth.polls) >= 5
    for poll in warmth.polls:
        assert set(poll.question) == {"zh", "en"}
    for slot, by_language in PROGRAMMES[name].scripts.items():
        assert all(len(variants) >= 2 for variants in by_language.values()), slot
