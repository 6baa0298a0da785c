"""The extract of the Bot API and what is checked against it."""

import json

import pytest

from bot.sandbox.botapi.checking import EXTRACT, checked, extract, mismatch
from bot.sandbox.botapi.extract import dumped
from bot.sandbox.botapi.extract import extract as extracted
from bot.sandbox.botapi.refusals import Refusal


def test_the_extract_carries_its_licence_and_is_written_line_by_line() -> None:
    assert "MIT License" in EXTRACT.with_name("botapi.LICENSE.txt").read_text()
    assert EXTRACT.read_text() == dumped(json.loads(EXTRACT.read_text()))


def test_an_extract_holds_names_types_and_required_marks_only() -> None:
    text = {"name": "x", "types": ["String"], "required": True, "description": "long"}
    names = extract()["methods"]
    described = {name: {"fields": [text]} for name in names}
    types = {name: {"fields": [text]} for name in extract()["types"]}
    made = extracted({"version": "1", "methods": described, "types": types})
    assert made["methods"]["sendMessage"] == {"x": ["String", "!"]}
    assert made["types"]["Message"] == {"fields": {"x": ["String", "!"]}}


def test_form_values_get_their_types() -> None:
    given = {
        "chat_id": "-1002",
        "text": "5",
        "disable_notification": "true",
        "reply_markup": '{"inline_keyboard": [[{"text": "x", "callback_data": "1"}]]}',
    }
    values = checked("sendMessage", given, strict=True)
    assert values["chat_id"] == -1002
    assert values["text"] == "5"
    assert values["disable_notification"] is True
    assert values["reply_markup"]["inline_keyboard"][0][0]["text"] == "x"


@pytest.mark.parametrize(
    ("field", "value"),
    [("message_thread_id", "x"), ("entities", {"a": 1}), ("link_preview_options", [1])],
)
def test_a_value_of_the_wrong_type_is_refused(field: str, value: object) -> None:
    with pytest.raises(Refusal, match="Bad Request: can't parse"):
        checked("sendMessage", {"chat_id": 1, "text": "x", field: value}, strict=True)


def test_unknown_parameters_are_dropped_where_strictness_is_off() -> None:
    values = checked("getMe", {"colour": "red"}, strict=False)
    assert values == {}


def test_a_mismatch_says_where_it_is() -> None:
    user = {"id": 1, "is_bot": False, "first_name": "x"}
    assert mismatch(user, "User") is None
    assert mismatch({**user, "id": "1"}, "User") == "User.id: Integer expected"
    assert mismatch([], "User") == "object expected"
