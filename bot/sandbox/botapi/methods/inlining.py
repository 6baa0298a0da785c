"""The method by which a bot answers inline queries: results to share, and one button above them."""

import re

from bot.sandbox.botapi.calls import TEXT_LIMIT, Call, Method
from bot.sandbox.botapi.entities import formatted, units
from bot.sandbox.botapi.keyboards import checked_keyboard
from bot.sandbox.botapi.methods.editing import TOO_OLD
from bot.sandbox.botapi.refusals import bad_request
from bot.sandbox.world.people import Json

RESULTS_LIMIT = 50
ID_BYTES = range(1, 65)
OFFSET_BYTES_LIMIT = 64
PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def answer_inline(call: Call) -> bool:
    """Answer an inline query, once."""
    query_id, results = call.get("inline_query_id"), call.get("results")
    if query_id not in call.world.answers or call.world.answers[query_id] is not None:
        raise bad_request(TOO_OLD)
    if len(results) > RESULTS_LIMIT:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [str(result["id"]) for result in results]
    if not all(len(each.encode()) in ID_BYTES for each in ids):
        raise bad_request("RESULT_ID_INVALID")
    if len(set(ids)) != len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    if len((call.get("next_offset") or "").encode()) > OFFSET_BYTES_LIMIT:
        raise bad_request("NEXT_OFFSET_INVALID")
    messages = {str(result["id"]): _message(result) for result in results}
    call.world.inline_messages[query_id] = messages
    call.world.answers[query_id] = {
        "results": results,
        "is_personal": bool(call.get("is_personal", False)),
        "cache_time": call.get("cache_time", 300),
        "next_offset": call.get("next_offset") or "",
        "button": _checked_button(call.get("button")),
    }
    call.world.touch()
    return True


def _checked_button(button: Json | None) -> Json | None:
    if button is None:
        return None
    if not button["text"].strip() or ("web_app" in button) == ("start_parameter" in button):
        raise bad_request("BUTTON_INVALID")
    if "start_parameter" in button and not PARAMETER.fullmatch(button["start_parameter"]):
        raise bad_request("START_PARAM_INVALID")
    return button


def _message(result: Json) -> Json:
    """What stands in a chat once somebody taps a result."""
    if not result.get("title"):
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content = result["input_message_content"]
    given = content["message_text"]
    text, entities = formatted(given, content.get("parse_mode"), content.get("entities"))
    if not text:
        raise bad_request("MESSAGE_EMPTY")
    if units(text) > TEXT_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    message: Json = {"text": text} | ({"entities": entities} if entities else {})
    if content.get("link_preview_options"):
        message["link_preview_options"] = content["link_preview_options"]
    markup = checked_keyboard(result.get("reply_markup"))
    return message | ({"reply_markup": markup} if markup else {})


METHODS: dict[str, Method] = {"answerinlinequery": answer_inline}
