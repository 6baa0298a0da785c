"""Order reports as CSV: any usual form is read, bad rows are told with their line."""

import io
from zoneinfo import ZoneInfo

import pytest

from bot.domain.records import ConversionState, Currency
from bot.errors import InputError
from bot.marketplaces import reports
from bot.marketplaces.reports import ReportRow
from tests.cast import NOON

HEADER = "order_id,sub_id,status,commission\n"


def rows(text: str | bytes, mapping: dict[str, str] | None = None) -> list[ReportRow]:
    content = io.BytesIO(text.encode() if isinstance(text, str) else text)
    return list(reports.rows(content, mapping or {}))


def states(raw: str) -> ConversionState:
    found = reports.read(
        "feed",
        raw,
        currency=Currency("CNY"),
        zone=ZoneInfo("Asia/Shanghai"),
        received_at=NOON,
    )
    assert not found.is_push
    return found.observation.state


def test_a_file_may_settle() -> None:
    (row,) = rows(HEADER + "O-1,s,settled,1.00\n")
    assert (row.line, row.fault, states(row.raw)) == (2, None, ConversionState.SETTLED)


def test_a_time_without_a_zone_is_in_the_zone_of_the_settings() -> None:
    (row,) = rows("order_id,commission,ordered_at,updated_at\nO-1,1,2026-11-22 11:00:00,\n")
    found = reports.read(
        "feed",
        row.raw,
        currency=Currency("CNY"),
        zone=ZoneInfo("Asia/Shanghai"),
        received_at=NOON,
    ).observation
    assert found.ordered_at.isoformat() == "2026-11-22T03:00:00+00:00"
    assert found.updated_at == NOON


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_usual_encodings_and_delimiters_are_found_out(delimiter: str, encoding: str) -> None:
    text = delimiter.join(("订单号", "状态", "佣金")) + "\r\n"
    text += delimiter.join(("订单-1", "approved", "1.00")) + "\r\n"
    mapping = {"order_id": "订单号", "status": "状态", "commission": "佣金"}
    (row,) = rows(text.encode(encoding), mapping)
    assert states(row.raw) is ConversionState.APPROVED
    assert "\\u8ba2\\u5355-1" in row.raw


def test_usual_column_names_are_found_in_any_case() -> None:
    (row,) = rows("TXID , ClickId,Payout\nO-1,s,1\n")
    assert row.raw == '{"subid": "s", "txid": "O-1", "payout": "1"}'


def test_a_named_column_goes_before_a_usual_one() -> None:
    (row,) = rows("order_id,bill,payout\nO-1,B-1,1\n", {"order_id": "Bill"})
    assert '"txid": "B-1"' in row.raw


def test_bad_rows_are_told_and_the_next_is_read() -> None:
    text = HEADER + 'O-1,s\n\n"O-2"x,s,sale,1\nO-3,s,sale,1\n'
    assert [(row.line, row.fault) for row in rows(text)] == [
        (2, "has 2 columns, not 4"),
        (4, "is no CSV: ',' expected after '\"'"),
        (5, None),
    ]


def test_bytes_that_are_no_text_spoil_their_row_only() -> None:
    found = rows(HEADER.encode() + b"O-\xff\xff,s,sale,1\nO-2,s,sale,1\n")
    assert [row.fault for row in found] == ["holds bytes that are no text", None]


@pytest.mark.parametrize(
    ("text", "mapping", "words"),
    [
        ("", {}, "order_id"),
        ("a,b\n", {}, "order_id"),
        ("order_id,ORDER_ID\n", {}, "same name"),
        ('"order_id"x,b\n', {}, "first line"),
        (HEADER, {"colour": "b"}, "no field"),
        (HEADER, {"order_id": "Bill"}, "no column"),
    ],
)
def test_a_file_that_is_no_report_is_refused(
    text: str, mapping: dict[str, str], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        rows(text, mapping)
