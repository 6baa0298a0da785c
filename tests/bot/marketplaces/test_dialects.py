"""Postbacks read strictly: every dialect's words, and nothing that can never be right."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.books.conversions import Report
from bot.domain.records import ConversionState, Currency
from bot.errors import InputError
from bot.marketplaces import base, dialects
from tests.cast import NOON

States = ConversionState
FORM = "application/x-www-form-urlencoded"


def read(query: str = "", content_type: str = "", body: str | bytes = b"") -> Report:
    raw_body = body.encode() if isinstance(body, str) else body
    raw = dialects.envelope(query, content_type, raw_body)
    return dialects.read("feed", raw, currency=Currency("CNY"), received_at=NOON)


def observed(**given_: str) -> Report:
    return read(urlencode({"txid": "T1", "payout": "10.00"} | given_))


def test_a_full_postback_is_read_field_by_field() -> None:
    found = observed(
        subid="abcdefghij234",
        row="2",
        status="Sale",
        amount="99.90",
        currency="usd",
        time="2026-11-22T11:59:00+08:00",
    ).observation
    at = datetime(2026, 11, 22, 3, 59, tzinfo=UTC)
    assert found.key == ("feed", "T1", "2")
    assert (found.sub_id, found.native_status, found.state) == (
        "abcdefghij234",
        "Sale",
        States.APPROVED,
    )
    assert (found.commission_minor, found.amount_minor, found.currency) == (1000, 9990, "USD")
    assert (found.ordered_at, found.updated_at) == (at, at)


def test_what_is_left_out_has_its_default() -> None:
    report = observed()
    found = report.observation
    assert (found.row_id, found.sub_id, found.state, found.currency) == (
        "1",
        None,
        States.APPROVED,
        "CNY",
    )
    assert (found.ordered_at, found.updated_at) == (NOON, NOON)
    assert report.is_push
    assert not report.has_amount


@pytest.mark.parametrize("name", base.SYNONYMS["sub_id"])
def test_the_sub_id_has_many_names(name: str) -> None:
    assert observed(**{name: "s"}).observation.sub_id == "s"


@pytest.mark.parametrize("name", base.SYNONYMS["order_id"])
def test_the_order_has_many_names(name: str) -> None:
    assert read(f"{name}=T9&payout=1").observation.order_id == "T9"


@pytest.mark.parametrize("name", base.SYNONYMS["commission"])
def test_the_commission_has_many_names(name: str) -> None:
    assert read(f"txid=T9&{name}=1").observation.commission_minor == 100


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("lead", States.PENDING),
        ("sale", States.APPROVED),
        ("rebill", States.APPROVED),
        ("rejected", States.REVERSED),
        ("trash", States.REVERSED),
        ("hold", States.PENDING),
        ("conversion", States.APPROVED),
        ("declined", States.REVERSED),
        ("created", States.CREATED),
        ("PENDING", States.PENDING),
        ("reversed", States.REVERSED),
        ("settled", States.APPROVED),
    ],
)
def test_a_status_in_the_words_of_trackers(word: str, state: ConversionState) -> None:
    report = observed(status=word)
    assert (report.observation.state, report.is_known) == (state, True)
    assert report.observation.native_status == word


@pytest.mark.parametrize("word", ["99", "salé", "approved!", "1"])
def test_an_unknown_status_is_not_guessed(word: str) -> None:
    assert not observed(status=word).is_known


def test_query_form_and_json_say_the_same() -> None:
    fields = {"txid": "T1", "payout": "10.00", "status": "lead", "subid": "s"}
    wanted = read(urlencode(fields))
    assert read("", FORM, urlencode(fields)) == wanted
    assert read("", "application/json; charset=utf-8", json.dumps(fields)) == wanted
    assert read("txid=T1&payout=10.00", FORM, "status=lead&subid=s") == wanted


def test_numbers_in_json_lose_no_cent() -> None:
    found = read("", "application/json", '{"txid": 9007199254740993, "payout": 0.10, "row": null}')
    assert found.observation.order_id == "9007199254740993"
    assert found.observation.commission_minor == 10


def test_parameters_that_are_not_ours_are_passed_over() -> None:
    body = '{"txid": "T1", "payout": "1", "goods": {"name": "杯"}, "a": true}'
    assert read("", "application/json", body).observation.order_id == "T1"
    assert observed(goods="%00\n").observation.order_id == "T1"


def test_unix_seconds_are_a_time() -> None:
    seconds = str(int(NOON.timestamp()) - 60)
    assert observed(time=seconds).observation.updated_at == NOON - timedelta(seconds=60)


def test_only_a_lead_or_a_reversal_may_leave_the_commission_out() -> None:
    assert not read("txid=T1&status=rejected").has_commission
    assert not read("txid=T1&status=lead").has_commission
    with pytest.raises(InputError, match="commission"):
        read("txid=T1&status=sale")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "payout=10",
        "txid=&payout=10",
        "txid=T1",
        "txid=T1&txid=T1&payout=10",
        "txid=T1&txid=T2&payout=10",
        "txid=T1&tid=T2&payout=10",
        "txid=T1&payout=10&commission=11",
        "txid=T1&payout=10&status=",
        "txid=T1&payout=10&goods=a&goods=b",
        *(f"txid=T1&payout={bad}" for bad in (
            "NaN", "nan", "inf", "-Infinity", "1e9", "1E2", "1,50", "-1", "-0.01", "1.005",
            "0x10", "1_000", "١٢", "１２", "1.2.3", "--1", "%2B1", "$1", "1%20000", "{payout}",
            "9" * 30, "10000000000000000",
        )),
        *(f"txid=T1&payout=1&amount={bad}" for bad in ("NaN", "-1", "1.005", "a")),
        *(f"txid=T1&payout=1&currency={bad}" for bad in ("XXX", "CN", "CNYY", "BTC", "€")),
        *(f"txid=T1&payout=1&time={bad}" for bad in (
            "yesterday", "0", "-1", "1e9", "99999999999999", "2026-11-23T04:00:01Z",
            "1999-12-31T23:59:59Z", "2026-13-01", "9" * 5000, "9999-12-31T23:59:59-12:00",
        )),
        f"txid={'x' * 129}&payout=1",
        f"txid=T1&payout=1&subid={'x' * 129}",
        f"txid=T1&payout=1&row={'x' * 129}",
        f"txid=T1&payout=1&status={'x' * 65}",
        "txid=T%001&payout=1",
        "txid=T1%0A&payout=1",
        "txid=T1&payout=1&subid=a%1Bb",
        "txid=T1&payout=1&status=sale%0D%0A",
        "txid=%E2%80%AET1&payout=1",
        "txid=%FF&payout=1",
        "&".join(f"a{n}=1" for n in range(101)),
    ],
)  # fmt: skip
def test_what_can_never_be_right_is_refused_with_a_sentence(query: str) -> None:
    with pytest.raises(InputError) as refused:
        read(query)
    assert 0 < len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", "{"),
        ("application/json", "[]"),
        ("application/json", '"txid"'),
        ("application/json", '{"txid": "T1", "txid": "T1", "payout": 1}'),
        ("application/json", '{"txid": "T1", "payout": NaN}'),
        ("application/json", '{"txid": "T1", "payout": 1e9}'),
        ("application/json", '{"txid": "T1", "payout": true}'),
        ("application/json", '{"txid": {"a": 1}, "payout": 1}'),
        ("application/json", '{"txid": ["T1"], "payout": 1}'),
        ("application/json", '{"txid": "\\ud800", "payout": 1}'),
        ("application/json", "[" * 15_000),
        ("multipart/form-data; boundary=x", "--x"),
        ("", "txid=T1&payout=1"),
        (FORM, "txid=T1&payout=%FF"),
        (FORM, b"\xff\xfe"),
    ],
)
def test_a_body_that_can_never_be_right_is_refused(content_type: str, body: str | bytes) -> None:
    with pytest.raises(InputError):
        read("", content_type, body)


def test_query_and_body_may_not_repeat_each_other() -> None:
    with pytest.raises(InputError, match="twice"):
        read("txid=T1&payout=1", FORM, "txid=T1")


@given(st.text(max_size=60), st.sampled_from(["", FORM, "application/json"]), st.binary())
def test_whatever_is_sent_is_read_or_refused(query: str, content_type: str, body: bytes) -> None:
    with suppress(InputError):
        assert read(query, content_type, body).is_push


@given(
    st.dictionaries(
        st.sampled_from([name for names in base.SYNONYMS.values() for name in names]),
        st.text(max_size=20),
    )
)
def test_whatever_stands_in_our_fields_is_read_or_refused(fields: dict[str, str]) -> None:
    with suppress(InputError):
        found = read("", "application/json", json.dumps(fields)).observation
        assert found.commission_minor >= 0
        assert found.order_id.isprintable()
