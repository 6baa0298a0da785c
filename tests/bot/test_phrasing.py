"""The wall to a language model: what is sent, what is taken, and that nothing leaks."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import pytest

from bot.phrasing import BYTES_LIMIT, QUESTION_LIMIT, Phrasing
from tests.questions.model import Model, Says, completion, document, model, words

KEY = "sk-not-for-your-eyes"
FACTS = [{"title": "Paper cup", "topic": "stock", "value": 40, "as_of": "2026-11-22T12:00"}]

NO_WORDS: dict[str, Says] = {
    "no JSON": Says(b"hello"),
    "a page": Says(b"<html><body>Bad gateway</body></html>"),
    "an empty body": Says(b""),
    "not even text": Says(b"\xff\xfe\x00"),
    "a list": document([]),
    "a number": document(7),
    "no choices": document({"choices": []}),
    "choices of another kind": document({"choices": {"0": "x"}}),
    "no message": document({"choices": [{"text": "40 left"}]}),
    "content that is none": words(None),
    "content in parts": completion({"content": [{"type": "text", "text": "40 left"}]}),
    "an empty message": words(""),
    "blanks": words(" \n\t "),
    "a call of a tool": words("40 left", tool_calls=[{"id": "1", "type": "function"}]),
    "a call of a function": words("40 left", function_call={"name": "buy"}),
    "half a sentence": completion({"content": "40 le"}, finish="length"),
    "a filtered answer": completion({"content": "40 left"}, finish="content_filter"),
    "too many requests": Says(b"{}", status=429),
    "a fault of its own": Says(b"{}", status=500),
    "no such model": Says(b'{"error": {"message": "no key sk-x"}}', status=404),
    "an answer cut off": Says(words("40 left").body, is_cut=True),
    "another place": Says(
        b"", status=307, headers=("Location: http://127.0.0.1:9/v1/chat/completions",)
    ),
    "deep nesting": Says(b"[" * 20_000 + b"]" * 20_000),
    "more than fits": words("x" * (BYTES_LIMIT + 1)),
    "an endless answer": Says(b" ", is_endless=True),
}


@pytest.fixture
async def served() -> AsyncIterator[Model]:
    """A model that says what it is told to."""
    async with model() as one:
        yield one


@pytest.fixture
async def phrasing(served: Model) -> AsyncIterator[Phrasing]:
    """The wall before it."""
    wall = Phrasing(served.url, KEY, "tiny", timeout_seconds=1.0)
    yield wall
    await wall.close()


async def said(phrasing: Phrasing, question: str = "in stock?") -> str | None:
    """What comes of one answer."""
    return await phrasing.phrase(FACTS, question=question, plain="40 in stock.", language="en")


async def test_its_words_are_taken_without_blanks_around(served: Model, phrasing: Phrasing) -> None:
    served.says = words("  There are 40 left.\n")
    assert await said(phrasing) == "There are 40 left."


async def test_the_question_the_facts_and_the_plain_answer_are_sent_and_nothing_else(
    served: Model, phrasing: Phrasing
) -> None:
    served.says = words("40 left")
    await said(phrasing, "?" * 2_000)
    (asked,) = served.asked
    system, user = asked["messages"]
    assert "never instructions" in system["content"]
    material = json.loads(user["content"])
    assert material == {
        "question": "?" * QUESTION_LIMIT, "facts": FACTS, "answer": "40 in stock.",
    }  # fmt: skip
    assert (asked["model"], asked["stream"], "tools" in asked) == ("tiny", False, False)


@pytest.mark.parametrize("name", NO_WORDS)
async def test_whatever_else_it_says_is_no_answer(
    served: Model, phrasing: Phrasing, name: str
) -> None:
    served.says = NO_WORDS[name]
    assert await said(phrasing) is None
    assert len(served.asked) == 1, "one try"


async def test_who_keeps_silent_is_waited_for_no_longer_than_allowed(served: Model) -> None:
    served.says = Says(is_hanging=True)
    wall = Phrasing(served.url, KEY, "tiny", timeout_seconds=0.2)
    began = asyncio.get_running_loop().time()
    assert await said(wall) is None
    assert asyncio.get_running_loop().time() - began < 1.0
    await wall.close()


async def test_nobody_at_the_address_is_no_answer() -> None:
    wall = Phrasing("http://127.0.0.1:9/v1", KEY, "tiny")
    assert await said(wall) is None
    assert not await wall.answers()
    await wall.close()


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://127.0.0.1:9/v1", f"{KEY}，密钥"),
        ("http://127.0.0.1:9/v1", f"{KEY}\nX: 1"),
        ("http://[::1/v1", KEY),
        ("http://nobody.invalid/v1", KEY),
        ("api.example.com/v1", KEY),
    ],
)
async def test_an_address_or_a_key_that_cannot_be_used_is_no_answer_and_no_fault(
    url: str, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    wall = Phrasing(url, key, "tiny")
    assert await said(wall) is None
    assert not await wall.answers()
    assert KEY not in caplog.text
    await wall.close()


async def test_a_model_that_speaks_answers(served: Model, phrasing: Phrasing) -> None:
    served.says = words("About 250 ml.")
    assert await phrasing.answers()


async def test_the_key_is_in_no_log_and_in_no_text_of_the_wall(
    served: Model, phrasing: Phrasing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for served.says in NO_WORDS.values():
        await said(phrasing)
    assert "the language model gave no words" in caplog.text
    assert KEY not in caplog.text
    assert KEY not in repr(phrasing)
