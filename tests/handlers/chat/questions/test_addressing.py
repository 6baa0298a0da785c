"""Only what is addressed to the bot is heard; everything else in a group is not its business."""

from typing import Any

import pytest
from telegram import Message

from handlers.chat.questions.addressing import addressed, replied_to, spoken_in_private
from tests.cast import BOT, MEI

NAME = "haowu_demo_bot"
GROUP = -1001000000001
BOT_USER = {"id": BOT, "is_bot": True, "first_name": "好物", "username": NAME}
POST = {
    "message_id": 7,
    "date": 1,
    "chat": {"id": GROUP, "type": "supergroup", "title": "g"},
    "from": BOT_USER,
    "text": "「广告」抽纸",
}


def message(text: str | None = None, **fields: Any) -> Message:
    """A message of Mei in the group."""
    document: dict[str, Any] = {
        "message_id": 9,
        "date": 1,
        "chat": {"id": GROUP, "type": "supergroup", "title": "g"},
        "from": {"id": MEI, "is_bot": False, "first_name": "Mei"},
        **({} if text is None else {"text": text}),
        **fields,
    }
    found = Message.de_json(document, None)
    assert found is not None
    return found


def mention(text: str, name: str, kind: str, **more: Any) -> list[dict[str, Any]]:
    """The entity of ``name`` in ``text``, counted in UTF-16 units."""
    offset = len(text[: text.index(name)].encode("utf-16-le")) // 2
    length = len(name.encode("utf-16-le")) // 2
    return [{"type": kind, "offset": offset, "length": length, **more}]


def heard(found: Message) -> str | None:
    """The words that the bot hears."""
    result = addressed(found, BOT, NAME)
    return None if result is None else result.words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("请问@haowu_demo_bot有货吗", "请问 有货吗"),
        ("@haowu_demo_bot 有货吗", "有货吗"),
        ("有没有充电宝，@haowu_demo_bot？", "有没有充电宝， ？"),
        ("@HAOWU_demo_Bot, still in stock?", "still in stock?"),
        ("😀😀 @haowu_demo_bot 有货吗", "😀😀 有货吗"),
        ("@haowu_demo_bot", ""),
    ],
)
def test_its_name_anywhere_calls_it(text: str, words: str) -> None:
    assert heard(message(text)) == words


def test_its_name_under_a_picture_calls_it_too() -> None:
    text = "@haowu_demo_bot 这个有吗"
    found = message(None, caption=text)
    assert heard(found) == "这个有吗"


def test_a_mention_by_account_calls_it() -> None:
    text = "😀 好物 这个多少钱"
    own = mention(text, "好物", "text_mention", user=BOT_USER)
    assert heard(message(text, entities=own)) == "😀 这个多少钱"
    other = {"id": 5, "is_bot": True, "first_name": "x"}
    assert heard(message(text, entities=mention(text, "好物", "text_mention", user=other))) is None


@pytest.mark.parametrize("text", ["@other_bot 有货吗", "@haowu_demo_bots 有货吗"])
def test_another_name_does_not(text: str) -> None:
    assert heard(message(text)) is None


def test_a_name_within_another_word_is_no_mention() -> None:
    assert heard(message("mail me: me@haowu_demo_bot")) is None


def test_a_reply_to_its_post_is_heard_with_the_post() -> None:
    found = addressed(message("还有货吗", reply_to_message=POST), BOT, NAME)
    assert found is not None
    assert (found.words, found.is_called) == ("还有货吗", False)
    assert found.replied is not None
    assert found.replied.message_id == 7


@pytest.mark.parametrize("text", ["👍", "！！", None])
def test_a_reply_without_words_is_none(text: str | None) -> None:
    assert heard(message(text, reply_to_message=POST)) is None


def test_a_reply_to_somebody_else_is_not_heard() -> None:
    other = {**POST, "from": {"id": 5, "is_bot": False, "first_name": "x"}}
    assert heard(message("还有货吗", reply_to_message=other)) is None


def test_in_a_forum_the_opening_of_a_topic_is_no_message_to_reply_to() -> None:
    opening = {**POST, "forum_topic_created": {"name": "t", "icon_color": 1}}
    del opening["text"]
    assert heard(message("大家好", reply_to_message=opening)) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/ask有没有充电宝", "有没有充电宝"),
        ("/ASK@haowu_demo_bot 抽纸", "抽纸"),
        ("/asking 抽纸", None),
        ("/ask@other_bot 抽纸", None),
        ("/nonsense 抽纸", None),
    ],
)
def test_the_command_is_heard_where_nothing_sets_it_apart(text: str, words: str | None) -> None:
    assert heard(message(None, caption=text)) == words


@pytest.mark.parametrize(
    "fields",
    [
        {"from": {"id": 5, "is_bot": True, "first_name": "another"}},
        {"is_automatic_forward": True},
        {"sender_chat": {"id": -1009, "type": "channel", "title": "c"}},
        {"via_bot": {"id": 5, "is_bot": True, "first_name": "another"}},
        {
            "forward_origin": {
                "type": "user",
                "date": 1,
                "sender_user": {"id": 5, "is_bot": False, "first_name": "x"},
            }
        },
    ],
)
def test_what_nobody_here_wrote_is_not_heard(fields: dict[str, Any]) -> None:
    assert heard(message("还有货吗", reply_to_message=POST, **fields)) is None


def test_an_administrator_may_ask_in_the_groups_name() -> None:
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    own = {"id": GROUP, "type": "supergroup", "title": "g"}
    found = message("还有货吗", reply_to_message=POST, sender_chat=own, **{"from": anonymous})
    assert heard(found) == "还有货吗"


def test_talk_is_not_heard() -> None:
    assert heard(message("今天天气不错")) is None
    assert replied_to(message("今天天气不错"), BOT) is None


def test_in_private_a_command_without_a_blank_is_left_out() -> None:
    assert spoken_in_private(message("/ask有货吗"), NAME) == "有货吗"
    assert spoken_in_private(message(" 有货 吗，"), NAME) == "有货 吗"
